"""Which OpenID provider people sign in at: from the environment alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ptml.errors import UsageError

ISSUER = "PTML_REVIEW_OIDC_ISSUER"
CLIENT_ID = "PTML_REVIEW_OIDC_CLIENT_ID"
CLIENT_SECRET = "PTML_REVIEW_OIDC_CLIENT_SECRET"
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class OidcSettings:
    """The provider, and what it knows this page by.

    Attributes
    ----------
    issuer, client_id : str
    client_secret : str
        Shown by no `repr`, and so in no log.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "OidcSettings | None":
        """Read the settings; None when there are none.

        Raises
        ------
        UsageError
            When only some are there, or the issuer is not reached by HTTPS.
        """
        names = (ISSUER, CLIENT_ID, CLIENT_SECRET)
        missing = [name for name in names if not environment.get(name)]
        if len(missing) == len(names):
            return None
        if missing:
            raise UsageError(f"signing in by OpenID needs {', '.join(names)}: set {missing[0]} too")
        issuer = environment[ISSUER].rstrip("/")
        parts = urlsplit(issuer)
        if parts.scheme != "https" and parts.hostname not in _HERE:
            raise UsageError(f"{ISSUER} must be an https:// address, got {parts.scheme}://...")
        return cls(issuer, environment[CLIENT_ID], environment[CLIENT_SECRET])
