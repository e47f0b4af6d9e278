"""An OpenID Connect issuer for the tests: a process of its own, which signs whatever it is asked to.

It counts what it is asked for, and can be told what to answer instead.
"""

import json
import subprocess
import sys
import time
from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

AUDIENCE = "shop-api"
CONFIGURATION = "/.well-known/openid-configuration"
KEYS = "/keys"


class Issuer:
    """The process, as the tests speak with it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        self.url = process.stdout.readline().strip()

    def token(self, alg: str = "ES256", header: dict[str, Any] | None = None, **claims: Any) -> str:
        """A good token of Ada, but for what is given; a claim that is None is left out."""
        return str(self._post("/token", {"alg": alg, "header": header or {}, "claims": claims}))

    def answer(self, path: str, body: object = None, **how: Any) -> None:
        """Answer `path` by a document or text, a `status`, `headers`; with `hold`, not before `release()`."""
        self._post("/answer", {path: {"body": body, **how}})

    def release(self) -> None:
        self._post("/release")

    def reset(self) -> None:
        """Be as new, but for the keys."""
        self._post("/reset")

    def rotate(self) -> None:
        """Sign with new keys, and forget the old ones."""
        self._post("/rotate")

    def asked(self, path: str = KEYS) -> int:
        """How often a path has been asked for, or anything by a `User-Agent`."""
        return int(self._post("/asked").get(path, 0))

    def _post(self, path: str, body: object = None) -> Any:
        request = Request(self.url + path, json.dumps(body).encode())  # noqa: S310
        with build_opener(ProxyHandler({})).open(request, timeout=10) as answer:
            return json.load(answer)


@contextmanager
def running() -> Iterator[Issuer]:
    """An issuer, until the end of the block."""
    with subprocess.Popen([sys.executable, __file__], stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Issuer(process)
        finally:
            process.kill()


class Server(ThreadingHTTPServer):
    """The issuer itself."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.released, self.generation = Event(), 0
        self.rotate()
        self.reset()

    def reset(self, _: object = None) -> None:
        self.counts: Counter[str] = Counter()
        self.answers: dict[str, dict[str, Any]] = {}
        self.released.set()
        self.released = Event()
        self.generation = 0

    def rotate(self, _: object = None) -> None:
        self.generation += 1
        self.keys: dict[str, Any] = {
            "RS256": rsa.generate_private_key(65537, 2048),
            "ES256": ec.generate_private_key(ec.SECP256R1()),
            "EdDSA": ed25519.Ed25519PrivateKey.generate(),
        }

    def documents(self) -> dict[str, object]:
        keys = [public(key, alg, f"{alg}-{self.generation}") for alg, key in self.keys.items()]
        return {
            CONFIGURATION: {"issuer": self.url, "jwks_uri": self.url + KEYS},
            KEYS: {"keys": keys},
        }

    def token(self, asked: dict[str, Any]) -> str:
        now, alg = int(time.time()), asked["alg"]
        claims = {"iss": self.url, "aud": AUDIENCE, "sub": "ada", "iat": now, "exp": now + 300}
        claims = {name: value for name, value in {**claims, **asked["claims"]}.items() if value is not None}
        header = {"kid": f"{alg}-{self.generation}", **asked["header"]}
        return jwt.PyJWS().encode(json.dumps(claims).encode(), self.keys[alg], alg, headers=header)

    def answer(self, answers: dict[str, dict[str, Any]]) -> None:
        self.answers |= answers

    def asked(self, _: object) -> dict[str, int]:
        return self.counts

    def release(self, _: object) -> None:
        self.released.set()


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.counts.update([self.path, self.headers["User-Agent"]])
        how = self.server.answers.get(self.path, {})
        if how.get("hold"):
            self.server.released.wait(10)
        body = how.get("body")
        if body is None:
            body = self.server.documents().get(self.path)
        content = body if isinstance(body, str) else json.dumps(body)
        self.send(content, how.get("status", 200), how.get("headers", {}))

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.send(json.dumps(getattr(self.server, self.path[1:])(body)), 200, {})

    def send(self, content: str, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content.encode())

    def log_message(self, *_: object) -> None:
        pass


def part(value: object) -> str:
    """A part of a token: bytes as they are, and the JSON of anything else."""
    content = value if isinstance(value, bytes) else json.dumps(value).encode()
    return urlsafe_b64encode(content).decode().rstrip("=")


def public(key: Any, alg: str, kid: str) -> dict[str, Any]:
    """The public half of a key, as issuers publish it (RFC 7517)."""
    jwk: dict[str, Any] = jwt.get_algorithm_by_name(alg).to_jwk(key.public_key(), as_dict=True)
    return {**jwk, "kid": kid, "alg": alg, "use": "sig"}


if __name__ == "__main__":
    with Server() as server:
        print(server.url, flush=True)  # noqa: T201
        server.serve_forever()
