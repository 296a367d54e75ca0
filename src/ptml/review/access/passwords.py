"""Passwords of local accounts: argon2id, and no hint whether a login exists."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ptml.errors import UsageError

LEAST_LENGTH = 12
_HASHER = PasswordHasher()
# What is checked for a login that is not there: as slow as for one that is.
_NOBODY = _HASHER.hash("nobody has this password")


def hashed(password: str) -> str:
    """Give what is kept of a password.

    Raises
    ------
    UsageError
        When it is shorter than `LEAST_LENGTH` characters.
    """
    if len(password) < LEAST_LENGTH:
        raise UsageError(f"a password has at least {LEAST_LENGTH} characters, got {len(password)}")
    return _HASHER.hash(password)


def is_password(password: str, kept: str | None) -> bool:
    """Whether it is the password; takes as long where nothing is kept."""
    try:
        return _HASHER.verify(kept or _NOBODY, password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False
