"""Reading a PostgreSQL address, and saying it again without its password."""

from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from ptml.errors import DataError

DEFAULT_SCHEMA = "public"
_DEFAULT_TIMEOUT_SECONDS = 10


@dataclass(frozen=True)
class PostgresAddress:
    """Where a schema is.

    Attributes
    ----------
    parameters : dict of str
        What libpq needs to connect, the password included: never shown.
    schema : str
    shown : str
        The address for people, without password and options.
    """

    parameters: dict[str, str] = field(repr=False)
    schema: str
    shown: str

    @classmethod
    def parse(cls, address: str, what: str = "DATA") -> Self:
        """Take an address apart.

        Parameters
        ----------
        what : str
            The argument that it was given as, for the message.

        Raises
        ------
        DataError
            When it is not ``postgresql://USER:PASSWORD@HOST:PORT/DATABASE?schema=SCHEMA``; its
            message holds no part of it, since a part may be the password.
        """
        try:
            return cls._parse(address, what)
        except (ProgrammingError, ValueError):
            raise DataError(
                f"{what} must be postgresql://USER:PASSWORD@HOST:PORT/DATABASE?schema=SCHEMA;"
                " the address given cannot be understood"
            ) from None

    @classmethod
    def _parse(cls, address: str, what: str) -> Self:
        parts = urlsplit(address)
        # A plus is a plus here, and no space as in a form of the web.
        options = parse_qsl(parts.query.replace("+", "%2B"), keep_blank_values=True)
        schema = dict(options).get("schema") or DEFAULT_SCHEMA
        kept = [(name, value) for name, value in options if name != "schema"]
        query = urlencode(kept, quote_via=quote)
        if parts.netloc.count("@") > 1:
            raise DataError(f"{what}: write an @ in the password of the PostgreSQL address as %40")
        found = conninfo_to_dict(urlunsplit(parts._replace(query=query)))
        parameters = {name: str(value) for name, value in found.items() if value is not None}
        parameters.setdefault("connect_timeout", str(_DEFAULT_TIMEOUT_SECONDS))
        return cls(parameters, schema, _shown(parameters, schema))


def _shown(parameters: dict[str, str], schema: str) -> str:
    user = f"{parameters['user']}@" if "user" in parameters else ""
    port = f":{parameters['port']}" if "port" in parameters else ""
    place = f"{user}{parameters.get('host', '')}{port}/{parameters.get('dbname', '')}"
    return f"postgresql://{place}?schema={schema}"
