"""Passwords of local accounts: argon2id, and no hint whether a login exists."""

from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ptml.review.words import N_, WrongInputError

LEAST_LENGTH = 12
_MOST_LENGTH = 1000
HASHER = PasswordHasher()
# What is checked for a login that is not there: as slow as for one that is.
NOBODY = HASHER.hash("nobody has this password")
# Each check takes 64 MB: a crowd of them must not take the machine's memory.
_AT_ONCE = BoundedSemaphore(4)


def hashed(password: str) -> str:
    """Give what is kept of a password.

    Raises
    ------
    WrongInputError
        When it has fewer than `LEAST_LENGTH` characters, or too many, or only one over and over.
    """
    if len(password) < LEAST_LENGTH or len(set(password)) < 4:
        raise WrongInputError(
            "password",
            N_("A password has at least {least} characters, four of them different."),
            least=LEAST_LENGTH,
        )
    if len(password) > _MOST_LENGTH:
        raise WrongInputError(
            "password", N_("A password has at most {most} characters."), most=_MOST_LENGTH
        )
    with _AT_ONCE:
        return HASHER.hash(password)


def is_password(password: str, kept: str | None) -> bool:
    """Whether it is the password; takes as long where nothing is kept."""
    try:
        with _AT_ONCE:
            return HASHER.verify(kept or NOBODY, password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False
