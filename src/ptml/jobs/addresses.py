"""Words that may hold the address of a server, said again without its password."""

import re

from ptml.errors import DataError
from ptml.sources.postgres_address import PostgresAddress

_POSTGRES = re.compile(r"postgres(?:ql)?://.*", re.DOTALL)
# Greedy up to the last @: a password may hold any sign, and rather too much is hidden.
_OTHER = re.compile(r"://([^:@]*):.*@", re.DOTALL)
_OPTION = re.compile(r"([?&][a-z]*password=)[^&\s]*", re.IGNORECASE)
_MAY_HIDE = ("@", "=", "%")


def without_password(word: str) -> str:
    """Give a word of a command or a run file as it may be shown and kept.

    >>> without_password("--set=data=postgresql://ann:secret@db.example/hr?schema=tables")
    '--set=data=postgresql://ann@db.example/hr?schema=tables'
    >>> without_password("https://ann:secret@mlflow.example/x")
    'https://ann:...@mlflow.example/x'
    """
    found = _POSTGRES.search(word)
    # Prose may speak of such addresses: one without any of these holds no password.
    if found is not None and any(sign in found.group() for sign in _MAY_HIDE):
        return word[: found.start()] + _shown(found.group())
    return _OPTION.sub(r"\1...", _OTHER.sub(r"://\1:...@", word))


def _shown(address: str) -> str:
    if address.partition("?")[0].count("@") > 1:
        return "postgresql://..."
    try:
        return PostgresAddress.parse(address).shown
    except DataError:
        # Which part of it is the password cannot be told.
        return "postgresql://..."
