"""OpenID Connect: who the unit's identity provider says it is. Code flow with PKCE, state, nonce, checked signatures.

Nothing goes anywhere but to the provider, over https (plain http only on this machine); no redirect is followed.
"""

import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, urlencode, urlsplit

from screening.domain.errors import RefusedError
from screening.settings import Settings
from screening.store.outside_sign_in import Words
from screening.store.secret_words import same

Kind = TypeVar("Kind")
LOG = logging.getLogger("xianshen")
FAILED = "单位统一认证没有成功：请重试；仍不行，请找系统管理员核对认证设置"
SECONDS = 5.0
_SIGNED_BY = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384"]  # never `none`, never a shared secret
_TWO_FACTORS = frozenset({
    "mfa", "https://refeds.org/profile/mfa", "http://schemas.openid.net/pape/policies/2007/06/multi-factor",
})  # fmt: skip
_LEEWAY = 60  # seconds between two clocks
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class Proof:
    """Who it is, and whether the provider has seen two factors."""

    login: str
    second_factor: bool


class Oidc:
    """The unit's identity provider. back: our address to which it sends people back."""

    def __init__(self, settings: Settings, back: str) -> None:
        self._issuer = settings.oidc_issuer
        self._client = settings.oidc_client
        self._secret_file = settings.oidc_secret_file
        self._back = back

    def address(self, words: Words) -> str:
        """Where to send a browser. Raises RefusedError when the provider cannot be asked."""
        return _guarded(lambda: self._address(words))

    def proof(self, words: Words, answer: dict[str, str], now: datetime) -> Proof:
        """Who came back with this answer (the query). Raises RefusedError for anything that is not as it must be."""
        return _guarded(lambda: self._proof(words, answer, now))

    def _address(self, words: Words) -> str:
        endpoint = _safe(self._discovered()["authorization_endpoint"])
        asked = {
            "response_type": "code", "client_id": self._client, "redirect_uri": self._back,
            "scope": "openid profile", "state": words.state, "nonce": words.nonce,
            "code_challenge": challenge(words.verifier), "code_challenge_method": "S256",
        }  # fmt: skip
        return endpoint + ("&" if urlsplit(endpoint).query else "?") + urlencode(asked)

    def _proof(self, words: Words, answer: dict[str, str], now: datetime) -> Proof:
        if not same(answer.get("state", ""), words.state):
            raise ValueError("state")
        if answer.get("iss", self._issuer) != self._issuer:
            raise ValueError("iss")  # RFC 9207: an answer of another provider
        known = self._discovered()
        token = self._token(known, answer["code"], words.verifier)
        return _who(self._claims(token, _fetched(_safe(known["jwks_uri"])), words.nonce, now))

    def _discovered(self) -> dict[str, Any]:
        found = _fetched(_safe(self._issuer).rstrip("/") + "/.well-known/openid-configuration")
        if found["issuer"] != self._issuer:
            raise ValueError("issuer")
        return found

    def _token(self, known: dict[str, Any], code: str, verifier: str) -> str:
        """The code for an ID token."""
        form = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": self._back, "client_id": self._client,
            "code_verifier": verifier,
        }  # fmt: skip
        given = _secret(self._secret_file)
        by_form = "client_secret_basic" not in known.get(
            "token_endpoint_auth_methods_supported", ["client_secret_basic"]
        )
        if given and by_form:
            form["client_secret"] = given
        login = (quote(self._client, safe=""), quote(given, safe="")) if given and not by_form else None
        with _line() as line:
            answered = line.post(_safe(known["token_endpoint"]), data=form, auth=login)
        return str(_told(answered)["id_token"])

    def _claims(self, token: str, keys: Any, nonce: str, now: datetime) -> dict[str, Any]:
        """What the token says, after signature, issuer, audience, times and nonce were found right."""
        from joserfc import jwt  # noqa: PLC0415 - an extra
        from joserfc.jwk import KeySet  # noqa: PLC0415

        claims = jwt.decode(token, KeySet.import_key_set(keys), algorithms=_SIGNED_BY).claims
        jwt.JWTClaimsRegistry(
            now=int(now.timestamp()), leeway=_LEEWAY, iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._client}, exp={"essential": True}, iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(claims)  # fmt: skip
        for_others = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", None if for_others else self._client) != self._client:
            raise ValueError("azp")
        return dict(claims)


def challenge(verifier: str) -> str:
    """The S256 code challenge (RFC 7636)."""
    from joserfc.util import urlsafe_b64encode  # noqa: PLC0415 - an extra

    return urlsafe_b64encode(sha256(verifier.encode("ascii")).digest()).decode("ascii")


def _who(claims: dict[str, Any]) -> Proof:
    login, methods = claims["preferred_username"], claims.get("amr", [])
    if not isinstance(login, str) or not login or not isinstance(methods, list):
        raise TypeError("preferred_username")
    seen = {one for one in (*methods, claims.get("acr")) if isinstance(one, str)}
    return Proof(login, bool(seen & _TWO_FACTORS))


def _guarded(work: Callable[[], Kind]) -> Kind:
    """Do it; whatever goes wrong is told in one way. The log says of what kind it was, and no value."""
    import httpx  # noqa: PLC0415 - an extra
    from joserfc.errors import JoseError  # noqa: PLC0415

    try:
        return work()
    except (httpx.HTTPError, httpx.InvalidURL, JoseError, OSError, ValueError, TypeError, KeyError) as error:
        LOG.warning('{"event":"sign_in:oidc","kind":"%s"}', type(error).__name__)
        raise RefusedError(FAILED) from None


def _safe(address: Any) -> str:
    """An address that may be asked. Raises ValueError for one that is not encrypted."""
    url = urlsplit(address if isinstance(address, str) else "")
    if not url.hostname or (url.scheme != "https" and not (url.scheme == "http" and url.hostname in _LOOPBACK)):
        raise ValueError("address")
    return url.geturl()


def _line() -> Any:
    import httpx  # noqa: PLC0415 - an extra

    trusted = ssl.create_default_context()  # the certificates of this system, and so the unit's own
    return httpx.Client(verify=trusted, timeout=SECONDS, follow_redirects=False, trust_env=False)


def _fetched(address: str) -> dict[str, Any]:
    with _line() as line:
        return _told(line.get(address))


def _told(answered: Any) -> dict[str, Any]:
    """The JSON object of an answer that is well. Raises ValueError, httpx.HTTPError."""
    answered.raise_for_status()
    told = answered.json()
    if answered.is_redirect or not isinstance(told, dict):
        raise ValueError("answer")
    return told


def _secret(path: Path | None) -> str:
    return path.read_text(encoding="utf-8").strip() if path else ""
