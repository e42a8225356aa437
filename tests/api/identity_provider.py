"""A small OpenID provider on this machine: real HTTP, real signatures, and every fault that a test asks for."""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from api.outside_oidc import challenge

CLIENT, PHRASE = "xianshen desk", "a phrase: of the client/+"
Claims = dict[str, Any]


@dataclass
class Provider:
    """The provider. sign: makes the ID token of claims; change: what a test alters in them; codes: waiting ones."""

    port: int = 0
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}, private=True))
    sign: Callable[["Provider", Claims], str] = lambda self, claims: jwt.encode(
        {"alg": "RS256", "kid": "one"}, claims, self.key
    )
    change: Claims = field(default_factory=dict)
    discovery: Claims = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def issuer(self) -> str:
        """Its name."""
        return f"http://127.0.0.1:{self.port}/realm"

    def authorize(self, address: str, now: int, login: str = "own-author", **claims: Any) -> tuple[str, dict[str, str]]:
        """Somebody signs in there: where the browser is sent back to, and with which query."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        told = {
            "iss": self.issuer, "aud": CLIENT, "sub": "0042", "iat": now, "exp": now + 300, "nonce": asked["nonce"],
            "preferred_username": login, **claims, **self.change,
        }  # fmt: skip
        code = f"code-{len(self.asked)}-{len(self.codes)}"
        self.codes[code] = asked | {"claims": json.dumps({name: one for name, one in told.items() if one is not None})}
        return asked["redirect_uri"], {"code": code, "state": asked["state"], "iss": self.issuer}

    def document(self) -> Claims:
        """The discovery document."""
        return {
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize?tenant=1",
            "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys",
        } | self.discovery  # fmt: skip

    def token(self, form: dict[str, str], authorization: str) -> Claims | None:
        """The answer of the token endpoint, None when it refuses."""
        waiting = self.codes.pop(form["code"], None)
        pair = base64.b64decode(authorization.removeprefix("Basic ")).decode().split(":")
        if waiting is None or [unquote(one) for one in pair] != [CLIENT, PHRASE]:
            return None
        if challenge(form["code_verifier"]) != waiting["code_challenge"]:
            return None
        if form["redirect_uri"] != waiting["redirect_uri"]:
            return None
        return {"access_token": "x", "token_type": "Bearer", "id_token": self.sign(self, json.loads(waiting["claims"]))}


@contextmanager
def provider() -> Iterator[Provider]:
    """One that listens."""
    made = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.append(self.path)
            keys = KeySet([made.key]).as_dict(private=False)
            self._tell({"/realm/keys": keys, "/realm/.well-known/openid-configuration": made.document()}[self.path])

        def do_POST(self) -> None:
            made.asked.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._tell(made.token(form, self.headers.get("Authorization", "")))

        def _tell(self, answer: Claims | None) -> None:
            content = json.dumps(answer or {"error": "invalid_grant"}).encode()
            self.send_response(400 if answer is None else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
