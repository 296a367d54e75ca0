"""The OpenID provider: found by its issuer, asked who somebody is, and believed when it is signed.

OpenID Connect Core 1.0, section 3.1 (code flow); RFC 7636 (PKCE); RFC 9207 (`iss` in the answer).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from ptml.errors import PtmlError
from ptml.review.access.oidc.settings import OidcSettings

_SECONDS = 10.0
_LEEWAY_SECONDS = 60
# No shared secret and no "none": only who holds the provider's private key can sign.
_SIGNED_BY = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}) | frozenset(
    {"ES256", "ES384", "ES512", "EdDSA", "Ed25519"}
)


class OidcError(PtmlError):
    """The provider did not say who it is, or cannot be believed."""

    exit_code = 75


@dataclass(frozen=True)
class Identity:
    """Who the provider says it is.

    Attributes
    ----------
    subject : str
        Issuer and subject, which together never change.
    email : str or None
        Only when the provider has verified it.
    token : str
        The provider's own word for who it was: asked for when the person signs out there.
    """

    subject: str
    email: str | None
    token: str = field(repr=False)


@dataclass
class OidcProvider:
    """One provider; what it publishes about itself is fetched when first needed and kept.

    Attributes
    ----------
    settings : OidcSettings
    """

    settings: OidcSettings
    _about: Mapping[str, Any] | None = field(default=None, repr=False)
    _keys: KeySet | None = field(default=None, repr=False)

    def address(self, back: str, state: str, nonce: str, verifier: str) -> str:
        """Where to send the browser.

        Raises
        ------
        OidcError
            When the provider cannot be reached.
        """
        with self._client(back) as client:
            to, _ = client.create_authorization_url(
                self._described("authorization_endpoint"),
                state=state,
                nonce=nonce,
                code_verifier=verifier,
            )
        return str(to)

    def identity(self, back: str, code: str, verifier: str, nonce: str, now: datetime) -> Identity:
        """Give the code of the answer for who it is.

        Raises
        ------
        OidcError
            When the provider refuses, or its token is not signed by it, not for us, not for this
            sign-in, or out of date.
        """
        try:
            with self._client(back) as client:
                given = client.fetch_token(
                    self._described("token_endpoint"),
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=verifier,
                )
            claims = self._believed(given, nonce, now)
        except (AuthlibBaseError, JoseError, httpx.HTTPError, ValueError, KeyError) as error:
            # By its kind alone: the message may hold the token.
            raise OidcError(f"the provider's answer is refused ({type(error).__name__})") from None
        return _identity(claims, str(given["id_token"]))

    def end(self, back: str, token: str) -> str | None:
        """Where to send the browser to sign out at the provider; None where that is not offered.

        OpenID Connect RP-Initiated Logout 1.0.

        Parameters
        ----------
        back : str
            Where the provider sends the browser then; registered there.
        token : str
            `Identity.token`; empty = not kept, then the provider asks whom it is about.

        Raises
        ------
        OidcError
            When the provider cannot be reached.
        """
        place = self._described("end_session_endpoint")
        if not place:
            return None
        told = {"client_id": self.settings.client_id, "post_logout_redirect_uri": back}
        if token:
            told["id_token_hint"] = token
        return f"{place}{'&' if '?' in place else '?'}{urlencode(told)}"

    def _believed(self, given: Mapping[str, Any], nonce: str, now: datetime) -> CodeIDToken:
        token = given["id_token"]
        algorithms = sorted(_SIGNED_BY & set(self._told("id_token_signing_alg_values_supported")))
        registry = JWSRegistry(algorithms=algorithms, strict_check_header=False)
        try:
            decoded = jwt.decode(token, self._key_set(), registry=registry)
        except InvalidKeyIdError:
            # The provider has changed its keys since.
            decoded = jwt.decode(token, self._key_set(anew=True), registry=registry)
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            {
                "iss": {"essential": True, "value": self._described("issuer")},
                "aud": {"essential": True, "value": self.settings.client_id},
                "sub": {"essential": True},
                "nonce": {"essential": True, "value": nonce},
            },
            {
                "nonce": nonce,
                "client_id": self.settings.client_id,
                "access_token": given.get("access_token"),
            },
        )
        claims.validate(now=int(now.timestamp()), leeway=_LEEWAY_SECONDS)
        return claims

    def _client(self, back: str) -> OAuth2Client:
        offered = self._told("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        by = "client_secret_basic" if "client_secret_basic" in offered else "client_secret_post"
        return OAuth2Client(
            self.settings.client_id,
            self.settings.client_secret,
            token_endpoint_auth_method=by,
            scope="openid email",
            redirect_uri=back,
            code_challenge_method="S256",
            timeout=_SECONDS,
        )

    def _key_set(self, anew: bool = False) -> KeySet:
        if self._keys is None or anew:
            self._keys = KeySet.import_key_set(_fetched(self._described("jwks_uri")))
        return self._keys

    def _described(self, name: str) -> str:
        return str(self._told(name, ""))

    def _told(self, name: str, other: Any = ()) -> Any:
        if self._about is None:
            found = _fetched(f"{self.settings.issuer}/.well-known/openid-configuration")
            if str(found.get("issuer", "")).rstrip("/") != self.settings.issuer:
                raise OidcError(
                    f"{self.settings.issuer} says that it is another issuer: "
                    "set the issuer exactly as the provider names itself"
                )
            self._about = found
        return self._about.get(name, other)


def _fetched(address: str) -> Any:
    try:
        answer = httpx.get(address, timeout=_SECONDS)
        answer.raise_for_status()
        return answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise OidcError(f"{address} cannot be read ({type(error).__name__})") from error


def _identity(claims: Mapping[str, Any], token: str) -> Identity:
    email = claims.get("email") if claims.get("email_verified") is True else None
    return Identity(
        subject=f"{claims['iss']} {claims['sub']}",
        email=str(email).strip().casefold() if email else None,
        token=token,
    )
