"""Access tokens, verified against keys that a server publishes as Cognito does."""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from orchestrator.errors import InvalidToken, SignInUnavailable
from orchestrator.limits import access_tokens
from orchestrator.limits.access_tokens import CognitoAccessTokens


@dataclass
class FakeUserPool:
    """Publishes keys and signs tokens; whom it signs for is up to the test."""

    url: str = ""
    keys: dict[str, RSAPrivateKey] = field(default_factory=dict)
    asked: int = 0
    broken: bool = False

    def new_key(self, key_id: str) -> None:
        self.keys[key_id] = generate_private_key(public_exponent=65537, key_size=2048)

    def jwks(self) -> bytes:
        public = [
            {
                **json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())),
                "kid": key_id,
                "alg": "RS256",
                "use": "sig",
            }
            for key_id, key in self.keys.items()
        ]
        return json.dumps({"keys": public}).encode()

    def token(self, key_id: str = "one", **claims: Any) -> str:
        whole = {
            "sub": "anna",
            "iss": self.url,
            "token_use": "access",
            "client_id": "web",
            "scope": "openid apparel/chat",
            "exp": int(time.time()) + 300,
            **claims,
        }
        kept = {name: value for name, value in whole.items() if value is not None}
        return jwt.encode(kept, self.keys[key_id], algorithm="RS256", headers={"kid": key_id})


@pytest.fixture
def pool() -> Iterator[FakeUserPool]:
    pool = FakeUserPool()

    class Jwks(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            pool.asked += 1
            found = self.path == "/pool/.well-known/jwks.json" and not pool.broken
            self.send_response(200 if found else 503)
            self.end_headers()
            self.wfile.write(pool.jwks() if found else b"")

        def log_message(self, *_arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Jwks)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    pool.url = f"http://127.0.0.1:{server.server_port}/pool"
    pool.new_key("one")
    yield pool
    server.shutdown()
    server.server_close()


@pytest.fixture
def tokens(pool: FakeUserPool) -> CognitoAccessTokens:
    return CognitoAccessTokens(pool.url + "/", clients=["web"])


def test_a_good_token_names_its_owner(pool: FakeUserPool, tokens: CognitoAccessTokens) -> None:
    assert tokens.subject(pool.token()) == "anna"
    assert tokens.subject(pool.token(sub="bela")) == "bela"
    assert pool.asked == 1  # the keys are kept


@pytest.mark.parametrize(
    "claims",
    [
        {"exp_in": -120},
        {"exp": None},
        {"iss": "https://cognito-idp.us-east-1.amazonaws.com/another"},
        {"iss": None},
        {"token_use": "id"},
        {"token_use": None},
        {"client_id": "another"},
        {"client_id": None},
        {"sub": None},
        {"nbf_in": 600},
    ],
    ids=str,
)
def test_a_wrong_claim_is_refused(
    pool: FakeUserPool, tokens: CognitoAccessTokens, claims: dict[str, Any]
) -> None:
    # Times are counted from the test's own moment, not from when the list above was read.
    now = int(time.time())
    claims = {
        name.removesuffix("_in"): now + value if name.endswith("_in") else value
        for name, value in claims.items()
    }
    with pytest.raises(InvalidToken):
        tokens.subject(pool.token(**claims))


def test_a_clock_that_is_a_little_off_is_forgiven(pool: FakeUserPool, tokens: CognitoAccessTokens) -> None:
    assert tokens.subject(pool.token(exp=int(time.time()) - 20)) == "anna"


def test_a_scope_of_our_own_stands_for_the_client(pool: FakeUserPool) -> None:
    by_scope = CognitoAccessTokens(pool.url, scope="apparel/chat")
    assert by_scope.subject(pool.token(client_id="chat-ui")) == "anna"
    with pytest.raises(InvalidToken):
        by_scope.subject(pool.token(scope="openid apparel/chatter"))


def test_a_client_or_a_scope_must_be_named(pool: FakeUserPool) -> None:
    with pytest.raises(ValueError, match="any client's token would do"):
        CognitoAccessTokens(pool.url)


@pytest.mark.parametrize("forgery", ["none", "HS256", "other key", "cut", "words"])
def test_a_forged_token_is_refused(pool: FakeUserPool, tokens: CognitoAccessTokens, forgery: str) -> None:
    real = pool.token()
    claims = jwt.decode(real, options={"verify_signature": False})
    impostor = FakeUserPool(pool.url)
    impostor.new_key("one")
    forged = {
        "none": jwt.encode(claims, "", algorithm="none", headers={"kid": "one"}),
        "HS256": jwt.encode(claims, "k" * 32, algorithm="HS256", headers={"kid": "one"}),
        "other key": impostor.token(),
        "cut": real[:-8],
        "words": "not.a.token",
    }[forgery]
    with pytest.raises(InvalidToken):
        tokens.subject(forged)


class TestRotation:
    def test_a_new_key_is_found(
        self, pool: FakeUserPool, tokens: CognitoAccessTokens, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(access_tokens, "_FETCH_PAUSE_SECONDS", -1)
        tokens.subject(pool.token())
        pool.new_key("two")
        assert tokens.subject(pool.token("two")) == "anna"
        assert tokens.subject(pool.token("one")) == "anna"
        assert pool.asked == 2

    def test_unknown_keys_do_not_make_us_ask_without_end(
        self, pool: FakeUserPool, tokens: CognitoAccessTokens
    ) -> None:
        tokens.subject(pool.token())
        impostor = FakeUserPool(pool.url)
        impostor.new_key("unheard of")
        for _ in range(20):
            with pytest.raises(InvalidToken):
                tokens.subject(impostor.token("unheard of"))
        assert pool.asked == 1

    def test_known_keys_go_on_working_while_the_pool_is_away(
        self, pool: FakeUserPool, tokens: CognitoAccessTokens, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tokens.subject(pool.token())
        pool.broken = True
        monkeypatch.setattr(access_tokens, "_KEYS_LIFE_SECONDS", -1)
        monkeypatch.setattr(access_tokens, "_FETCH_PAUSE_SECONDS", -1)
        assert tokens.subject(pool.token()) == "anna"

    def test_without_any_key_it_is_not_the_persons_fault(
        self, pool: FakeUserPool, tokens: CognitoAccessTokens
    ) -> None:
        pool.broken = True
        with pytest.raises(SignInUnavailable):
            tokens.subject(pool.token())
