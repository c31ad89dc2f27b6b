"""Every setting: one frozen, typed object made from the environment, which refuses to start on an unsafe value."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PORT = 8001
_PROJECT = Path(__file__).resolve().parent.parent
_MIN_KEY_BYTES = 32
_MIN_PRODUCTION_ROUNDS = 10
_MIN_KEY_VARIETY = 12  # different characters; words such as "changeme", however often repeated, have fewer
_ALGORITHMS = frozenset({"HS256", "HS384", "HS512"})
_ENVIRONMENTS = frozenset({"development", "production", "testing"})
_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})


class ConfigurationError(Exception):
    """A setting is missing, unreadable or unsafe; the message names it and says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """Where mail goes: an SMTP server, else a folder, else nowhere. `timeout` is in seconds."""

    server: str | None = None
    port: int = 587
    username: str | None = None
    password: str | None = None
    starttls: bool = True
    sender: str = "trackflow@localhost"
    sender_name: str = "TrackFlow"
    timeout: float = 10.0
    directory: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThrottleSettings:
    """How many failures, and of some operations calls, are borne before a caller must wait; windows in seconds."""

    enabled: bool = True
    storage_url: str = "memory://"
    window: int = 900
    per_account_and_address: int = 10
    per_address: int = 50
    alarm_per_account: int = 100
    alarm_window: int = 3600
    reset_mails_per_hour: int = 3
    reset_wishes_per_address: int = 30
    dlc_checks_per_minute: int = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The application's configuration; `.env.example` explains each variable."""

    environment: str = "development"
    instance_dir: Path = _PROJECT / "instance"
    database_url: str
    secret_key: str
    algorithm: str = "HS256"
    token_minutes: int = 1440
    frontend_url: str = "http://localhost:3000"
    cors_origins: tuple[str, ...] = ("http://localhost:3000", "http://localhost:3001")
    trusted_proxies: int = 0
    bcrypt_rounds: int = 12
    claims_enabled: bool = True
    web_threads: int = 16
    log_level: str = "INFO"
    mail: MailSettings
    throttle: ThrottleSettings
    discord_webhook_url: str | None = None
    spotify_client_id: str | None = None
    spotify_client_secret: str | None = None

    @property
    def is_production(self) -> bool:
        """Whether the strict rules for a public server hold."""
        return self.environment == "production"

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the environment; raise ConfigurationError on anything missing, unreadable or unsafe."""
        env = _Environment(os.environ if environ is None else environ)
        environment = env.choice("TRACKFLOW_ENV", "development", _ENVIRONMENTS)
        instance_dir = Path(env.text("INSTANCE_DIR") or _PROJECT / "instance").resolve()
        production = environment == "production"
        return cls(
            environment=environment,
            instance_dir=instance_dir,
            database_url=_database_url(env.text("DATABASE_URL"), instance_dir),
            secret_key=_secret_key(env.text("SECRET_KEY"), instance_dir, production=production),
            algorithm=env.choice("ALGORITHM", "HS256", _ALGORITHMS),
            frontend_url=(env.text("FRONTEND_URL") or "http://localhost:3000").rstrip("/"),
            cors_origins=_origins(env.text("CORS_ORIGINS")),
            trusted_proxies=env.integer("TRUSTED_PROXIES", 0, low=0, high=10),
            bcrypt_rounds=_bcrypt_rounds(env, production=production),
            claims_enabled=env.switch("CLAIMS_ENABLED", default=True),
            web_threads=env.integer("WEB_THREADS", 16, low=2, high=256),
            log_level=env.choice("LOG_LEVEL", "INFO", frozenset({"DEBUG", "INFO", "WARNING", "ERROR"})),
            mail=_mail(env, instance_dir, production=production),
            throttle=_throttle(env, production=production),
            discord_webhook_url=env.text("DISCORD_WEBHOOK_URL"),
            spotify_client_id=env.text("SPOTIFY_CLIENT_ID"),
            spotify_client_secret=env.text("SPOTIFY_CLIENT_SECRET"),
        )


class _Environment:
    """Typed reads of the environment; a variable that is set but empty counts as not set."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def text(self, *names: str) -> str | None:
        """Return the first of these variables that holds text."""
        values = (self._environ.get(name, "").strip() for name in names)
        return next((value for value in values if value), None)

    def integer(self, name: str, default: int, *, low: int, high: int) -> int:
        value = self.text(name)
        if value is None:
            return default
        if not (value.isascii() and value.isdigit() and low <= int(value) <= high):
            message = f"{name} must be a whole number from {low} to {high}."
            raise ConfigurationError(message)
        return int(value)

    def switch(self, *names: str, default: bool) -> bool:
        value = self.text(*names)
        if value is None:
            return default
        if value.lower() not in _TRUE | _FALSE:
            message = f"{names[0]} must be 1 or 0."
            raise ConfigurationError(message)
        return value.lower() in _TRUE

    def choice(self, name: str, default: str, allowed: frozenset[str]) -> str:
        value = self.text(name) or default
        if value not in allowed:
            message = f"{name} must be one of {', '.join(sorted(allowed))}."
            raise ConfigurationError(message)
        return value


def _database_url(value: str | None, instance_dir: Path) -> str:
    """Point both spellings of PostgreSQL at psycopg 3; without a value use a file in the instance folder."""
    if value is None:
        return f"sqlite:///{instance_dir / 'trackflow.db'}"
    for prefix in ("postgres://", "postgresql://"):
        if value.startswith(prefix):
            return "postgresql+psycopg://" + value.removeprefix(prefix)
    if not value.startswith(("postgresql+psycopg://", "sqlite:///")):
        message = "DATABASE_URL must start with postgresql:// or sqlite:///."
        raise ConfigurationError(message)
    return value


def _secret_key(value: str | None, instance_dir: Path, *, production: bool) -> str:
    """Take the key from the environment; only development may fall back on a generated one."""
    if value is not None:
        if len(value.encode()) < _MIN_KEY_BYTES or len(set(value)) < _MIN_KEY_VARIETY:
            message = (
                f"SECRET_KEY must be random text of at least {_MIN_KEY_BYTES} bytes; make one with: "
                'python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
            )
            raise ConfigurationError(message)
        return value
    if production:
        message = "SECRET_KEY is required in production; without it every restart would end all sessions."
        raise ConfigurationError(message)
    return _generated_key(instance_dir / "secret_key")


def _generated_key(path: Path) -> str:
    """Return the key kept in this file, making it once with mode 600; safe when two processes start together."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    if not path.exists():
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was first; its key counts
        finally:
            draft.unlink()
    return path.read_text().strip()


def _origins(value: str | None) -> tuple[str, ...]:
    if value is None:
        return ("http://localhost:3000", "http://localhost:3001")
    origins = tuple(origin.strip().rstrip("/") for origin in value.split(",") if origin.strip())
    if "*" in value or not all(origin.startswith(("http://", "https://")) for origin in origins):
        message = "CORS_ORIGINS must be a comma-separated list of exact origins such as https://app.example."
        raise ConfigurationError(message)
    return origins


def _bcrypt_rounds(env: _Environment, *, production: bool) -> int:
    rounds = env.integer("BCRYPT_ROUNDS", 12, low=4, high=16)
    if production and rounds < _MIN_PRODUCTION_ROUNDS:
        message = f"BCRYPT_ROUNDS below {_MIN_PRODUCTION_ROUNDS} is refused in production."
        raise ConfigurationError(message)
    return rounds


def _mail(env: _Environment, instance_dir: Path, *, production: bool) -> MailSettings:
    server = env.text("SMTP_SERVER", "EMAIL_SERVER")
    username = env.text("SMTP_USERNAME", "EMAIL_USERNAME")
    port_name = "SMTP_PORT" if env.text("SMTP_PORT") else "EMAIL_PORT"
    directory = env.text("MAIL_DIR")
    if directory is None and server is None and not production:
        directory = str(instance_dir / "mail")
    return MailSettings(
        server=server,
        port=env.integer(port_name, 587, low=1, high=65535),
        username=username,
        password=env.text("SMTP_PASSWORD", "EMAIL_PASSWORD"),
        starttls=env.switch("SMTP_STARTTLS", "EMAIL_STARTTLS", default=True),
        sender=env.text("SMTP_FROM", "EMAIL_FROM") or username or "trackflow@localhost",
        sender_name=env.text("SMTP_FROM_NAME", "EMAIL_FROM_NAME") or "TrackFlow",
        directory=Path(directory).resolve() if directory is not None else None,
    )


def _throttle(env: _Environment, *, production: bool) -> ThrottleSettings:
    enabled = env.switch("RATELIMIT_ENABLED", default=True)
    if production and not enabled:
        message = "RATELIMIT_ENABLED=0 is refused in production: it is for load tests and test suites."
        raise ConfigurationError(message)
    return ThrottleSettings(
        enabled=enabled,
        storage_url=env.text("RATELIMIT_STORAGE_URL") or "memory://",
        window=env.integer("RATELIMIT_WINDOW_SECONDS", 900, low=1, high=86_400),
        per_account_and_address=env.integer("RATELIMIT_PER_ACCOUNT_AND_ADDRESS", 10, low=1, high=100_000),
        per_address=env.integer("RATELIMIT_PER_ADDRESS", 50, low=1, high=100_000),
        alarm_per_account=env.integer("RATELIMIT_ALARM_PER_ACCOUNT", 100, low=1, high=1_000_000),
        alarm_window=env.integer("RATELIMIT_ALARM_WINDOW_SECONDS", 3600, low=1, high=86_400),
        reset_wishes_per_address=env.integer("RATELIMIT_RESET_WISHES_PER_ADDRESS", 30, low=1, high=100_000),
        reset_mails_per_hour=env.integer("RATELIMIT_RESET_MAILS_PER_HOUR", 3, low=1, high=1000),
        dlc_checks_per_minute=env.integer("RATELIMIT_DLC_CHECKS_PER_MINUTE", 120, low=1, high=100_000),
    )
