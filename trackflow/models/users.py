"""Accounts: who somebody is, how to sign in, what others see of them. Tokens that reset a password are in `auth`."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from trackflow.clock import now_utc
from trackflow.extensions import Base
from trackflow.models.base import Address, Code, Identified, Link, Moment, Name, Off, On, SafeDateTime, key_of


class User(Identified, Base):
    """An account; without a password it is a placeholder that its owner may claim."""

    __tablename__ = "users"

    username: Mapped[Name] = mapped_column(unique=True)
    username_key: Mapped[str] = key_of("username", unique=True)
    email: Mapped[Address | None] = mapped_column(unique=True)
    hashed_password: Mapped[str | None] = mapped_column(String(255))
    is_active: Mapped[On]
    is_admin: Mapped[Off]
    # Accounts imported from elsewhere may have no date.
    created_at: Mapped[Moment | None] = mapped_column(SafeDateTime, default=now_utc)
    last_login_at: Mapped[Moment | None]
    display_name: Mapped[Name | None]
    preferred_contact_method: Mapped[Code | None]
    discord_username: Mapped[Name | None]
    profile_image_url: Mapped[Link | None]
    website_url: Mapped[Link | None]
    auto_spotify_fetch_enabled: Mapped[On]
    default_public_sharing: Mapped[Off]
