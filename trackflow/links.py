"""What counts as a link to a page elsewhere. A pure rule that shapes and services share."""

from __future__ import annotations

from urllib.parse import urlsplit

MAX_LENGTH = 2_048


def is_link(text: str) -> bool:
    """Say whether the text is an absolute http or https address with a host and no userinfo."""
    if "\\" in text or any(character.isspace() or not character.isprintable() for character in text):
        return False
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
