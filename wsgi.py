"""The WSGI entry point: `flask --app wsgi ...` and the production server import `app` from here."""

from pathlib import Path

from dotenv import load_dotenv

from trackflow import create_app

load_dotenv(Path(__file__).resolve().parent / ".env")

app = create_app()
