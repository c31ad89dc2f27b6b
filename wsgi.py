"""The WSGI entry point: `flask --app wsgi ...` and the production server import `app` from here."""

import sys
from pathlib import Path

from dotenv import load_dotenv

from trackflow import create_app
from trackflow.config import ConfigurationError

load_dotenv(Path(__file__).resolve().parent / ".env")

try:
    app = create_app()
except ConfigurationError as error:
    sys.exit(f"Configuration: {error}")
