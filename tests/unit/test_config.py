"""Settings: both families of names, safe defaults, and a refusal to start on anything unsafe."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from trackflow.config import ConfigurationError, Settings

KEY = "k9-Xq_7bVn2RtYw4" * 3


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {"INSTANCE_DIR": str(tmp_path / "instance")}


def test_development_needs_nothing(env: dict[str, str], tmp_path: Path) -> None:
    settings = Settings.from_env(env)
    assert settings.database_url == f"sqlite:///{tmp_path}/instance/trackflow.db"
    assert settings.cors_origins == ("http://localhost:3000", "http://localhost:3001")
    assert settings.frontend_url == "http://localhost:3000"
    assert settings.algorithm == "HS256"
    assert settings.bcrypt_rounds == 12
    assert settings.throttle.enabled
    assert settings.mail.directory == tmp_path / "instance" / "mail"


def test_the_development_key_is_made_once_and_private(env: dict[str, str], tmp_path: Path) -> None:
    first, second = Settings.from_env(env), Settings.from_env(env)
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 32
    assert stat.S_IMODE((tmp_path / "instance" / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "instance").iterdir()] == ["secret_key"]


@pytest.mark.parametrize("url", ["postgres://u:p@h/db", "postgresql://u:p@h/db", "postgresql+psycopg://u:p@h/db"])
def test_every_spelling_of_postgresql_means_psycopg(env: dict[str, str], url: str) -> None:
    assert Settings.from_env({**env, "DATABASE_URL": url}).database_url == "postgresql+psycopg://u:p@h/db"


def test_mail_reads_both_families_the_specified_names_first(env: dict[str, str]) -> None:
    old = {"EMAIL_SERVER": "old.example", "EMAIL_PORT": "25", "EMAIL_USERNAME": "o", "EMAIL_STARTTLS": "False"}
    settings = Settings.from_env({**env, **old}).mail
    assert (settings.server, settings.port, settings.username, settings.starttls) == ("old.example", 25, "o", False)
    assert settings.sender == "o"
    new = {"SMTP_SERVER": "new.example", "SMTP_PORT": "2525", "SMTP_USERNAME": "n", "SMTP_PASSWORD": "p"}
    settings = Settings.from_env({**env, **old, **new}).mail
    assert (settings.server, settings.port, settings.username, settings.password) == ("new.example", 2525, "n", "p")


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SECRET_KEY": "your-secret-key-your-secret-key-your-secret-key"}, "SECRET_KEY"),
        ({"SECRET_KEY": KEY, "RATELIMIT_ENABLED": "0"}, "RATELIMIT_ENABLED"),
        ({"SECRET_KEY": KEY, "BCRYPT_ROUNDS": "9"}, "BCRYPT_ROUNDS"),
    ],
)
def test_production_refuses_what_is_unsafe(env: dict[str, str], changes: dict[str, str], names: str) -> None:
    with pytest.raises(ConfigurationError, match=names):
        Settings.from_env({**env, "TRACKFLOW_ENV": "production", **changes})


def test_production_without_mail_writes_none(env: dict[str, str]) -> None:
    settings = Settings.from_env({**env, "TRACKFLOW_ENV": "production", "SECRET_KEY": KEY})
    assert settings.mail.server is None
    assert settings.mail.directory is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://h/db"),
        ("ALGORITHM", "none"),
        ("CORS_ORIGINS", "*"),
        ("CORS_ORIGINS", "app.example"),
        ("BCRYPT_ROUNDS", "twelve"),
        ("SMTP_PORT", "0"),
        ("EMAIL_PORT", "70000"),
        ("TRACKFLOW_ENV", "staging"),
        ("RATELIMIT_ENABLED", "maybe"),
        ("TRUSTED_PROXIES", "-1"),
        ("SECRET_KEY", "short"),
    ],
)
def test_an_unreadable_value_is_named(env: dict[str, str], name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=name):
        Settings.from_env({**env, name: value})
