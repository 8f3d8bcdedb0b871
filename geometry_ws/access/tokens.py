"""Tokens: what is handed out is random, and what is kept is its hash."""

import hashlib
import re
import secrets
from typing import Final

TOKEN_BYTES: Final = 32

_TOKEN: Final = re.compile(r"[0-9A-Za-z_-]{43}")


def new_token() -> str:
    """A token that nobody can guess: 256 random bits, in letters that addresses and headers take.

    It doesn't begin with a hyphen, so that no program takes it for an option.
    """
    while True:
        token = secrets.token_urlsafe(TOKEN_BYTES)
        if not token.startswith("-"):
            return token


def hash_of(token: str) -> str:
    """What is kept of a token. A slow hash would add nothing: there is nothing to guess at."""
    return hashlib.sha256(token.encode()).hexdigest()


def looks_like_token(text: str) -> bool:
    """Whether a text could be a token at all."""
    return bool(_TOKEN.fullmatch(text))
