"""Sign in at an OpenID provider: the code flow with PKCE, state and nonce."""

from ptml.review.access.oidc.provider import Identity, OidcError, OidcProvider
from ptml.review.access.oidc.settings import OidcSettings

__all__ = ["Identity", "OidcError", "OidcProvider", "OidcSettings"]
