"""Password resets: one row per mail sent. Only the digest of a token is stored."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from trackflow.extensions import Base
from trackflow.models.base import Address, Identified, Moment, Now


class PasswordResetToken(Identified, Base):
    """A token, as its SHA-256 in hexadecimal, that lets the holder of an address set a new password once."""

    __tablename__ = "password_reset_tokens"

    email: Mapped[Address] = mapped_column(index=True)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[Moment] = mapped_column(index=True)
    used_at: Mapped[Moment | None]
    created_at: Mapped[Now]
