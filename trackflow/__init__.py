"""TrackFlow: the backend for people who make songs for rhythm games together."""

from __future__ import annotations

from pathlib import Path

from alembic.script import ScriptDirectory
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from trackflow import cli, engine, models, wiring
from trackflow.config import Settings
from trackflow.extensions import Base, db, jwt, mail, migrate
from trackflow.jobs.table import EXTENSION as JOBS
from trackflow.services.auth import passwords
from trackflow.services.mail import listeners as reset_mails
from trackflow.unit_of_work import use_handlers
from trackflow.web import docs, headers, log, throttle
from trackflow.web import errors as error_handlers
from trackflow.web.api import Api
from trackflow.web.json import MAX_BODY_BYTES, OrjsonProvider
from trackflow.web.paths import CanonicalPaths, IdConverter, TextConverter
from trackflow.web.settings import EXTENSION as SETTINGS

__all__ = ["Base", "create_app", "models"]

__version__ = "0.1.0"
MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application from these settings, or from the environment."""
    settings = settings or Settings.from_env()
    app = Flask(__name__, instance_path=str(settings.instance_dir), static_folder=None)
    app.extensions[SETTINGS] = settings
    app.config.from_mapping(_flask_config(settings))
    app.json = OrjsonProvider(app)
    _configure_routing(app, settings)
    log.configure(settings.log_level)
    _bind_extensions(app, settings)
    log.install(app)
    headers.install(app, settings)
    error_handlers.install(app)
    throttle.install(app, settings.throttle, threads=settings.web_threads)
    passwords.configure(rounds=settings.bcrypt_rounds, threads=settings.web_threads)
    reset_mails.configure(
        reset_mails_per_hour=settings.throttle.reset_mails_per_hour if settings.throttle.enabled else None
    )
    use_handlers(wiring.EVENTS)
    app.extensions[JOBS] = {job.name: job for job in wiring.JOBS}
    _register_routes(app)
    cli.install(app)
    return app


def _flask_config(settings: Settings) -> dict[str, object]:
    return {
        "SECRET_KEY": settings.secret_key,
        "TESTING": settings.environment == "testing",
        # One more, so that a chunked body that is cut here can be told from one that just fits.
        "MAX_CONTENT_LENGTH": MAX_BODY_BYTES + 1,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine.engine_options(settings.database_url, settings.web_threads),
        "JWT_SECRET_KEY": settings.secret_key,
        "JWT_ALGORITHM": settings.algorithm,
        "JWT_ACCESS_TOKEN_EXPIRES": settings.token_minutes * 60,
        "JWT_COOKIE_CSRF_PROTECT": False,
        "MAIL_SERVER": settings.mail.server or "localhost",
        "MAIL_PORT": settings.mail.port,
        "MAIL_USERNAME": settings.mail.username,
        "MAIL_PASSWORD": settings.mail.password,
        "MAIL_USE_TLS": settings.mail.starttls,
        "MAIL_DEFAULT_SENDER": (settings.mail.sender_name, settings.mail.sender),
        "MAIL_SUPPRESS_SEND": False,
        "API_TITLE": "TrackFlow API",
        "API_VERSION": __version__,
        "OPENAPI_VERSION": "3.1.0",
        "OPENAPI_URL_PREFIX": "/",
        "OPENAPI_JSON_PATH": "openapi.json",
    }


def _configure_routing(app: Flask, settings: Settings) -> None:
    app.url_map.merge_slashes = False
    app.url_map.converters.update(int=IdConverter, default=TextConverter, string=TextConverter)
    app.wsgi_app = CanonicalPaths(app.wsgi_app)  # type: ignore[method-assign]
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]


def _bind_extensions(app: Flask, settings: Settings) -> None:
    settings.instance_dir.mkdir(parents=True, exist_ok=True)
    db.init_app(app)
    migrate.init_app(app, db, directory=str(MIGRATIONS), render_as_batch=True)
    app.extensions["trackflow.head"] = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    jwt.init_app(app)
    mail.init_app(app)
    with app.app_context():
        engine.prepare(db.engine)


def _register_routes(app: Flask) -> None:
    api = Api(app)
    app.extensions["trackflow.api"] = api
    for blueprint, prefix in wiring.BLUEPRINTS:
        api.register_blueprint(blueprint, url_prefix=prefix)
    docs.install(app)
