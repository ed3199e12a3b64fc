"""Access tokens of an Amazon Cognito user pool.

https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
"""

import logging
import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from orchestrator.errors import InvalidToken, SignInUnavailable

if TYPE_CHECKING:
    import jwt

logger = logging.getLogger(__name__)

_KEYS_LIFE_SECONDS = 3_600
_FETCH_SECONDS = 3
_FETCH_PAUSE_SECONDS = 30
"""Tokens with an unknown key id make us look for new keys, but no more often than this."""
_LEEWAY_SECONDS = 60


class CognitoAccessTokens:
    """Verifies signature, issuer, kind, client or scope, and expiry. Safe to share between threads.

    A Cognito access token has no audience; it names its client in `client_id`. A scope of our own does as
    well: only clients that this deployment made can ask for it.
    """

    def __init__(self, issuer: str, clients: Sequence[str] = (), scope: str | None = None) -> None:
        if not clients and not scope:
            raise ValueError("a client or a scope is needed, or any client's token would do")
        self._issuer = issuer.rstrip("/")
        self._clients = frozenset(clients)
        self._scope = scope
        self._jwks = f"{self._issuer}/.well-known/jwks.json"
        self._lock = threading.Lock()
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched = self._tried = float("-inf")

    def subject(self, token: str) -> str:
        """Raises InvalidToken; SignInUnavailable when the pool's keys can't be read."""
        # Imported when the first token comes: cryptography takes a tenth of a second of a cold start.
        import jwt

        try:
            key = self._key(str(jwt.get_unverified_header(token).get("kid", "")))
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=["RS256"],
                issuer=self._issuer,
                leeway=_LEEWAY_SECONDS,
                options={"require": ["exp", "iss", "sub", "token_use"], "verify_aud": False},
            )
        except jwt.PyJWTError as error:
            raise InvalidToken(detail=type(error).__name__) from None
        if claims["token_use"] != "access":
            raise InvalidToken(detail="not an access token")
        scopes = str(claims.get("scope", "")).split()
        if claims.get("client_id") not in self._clients and self._scope not in scopes:
            raise InvalidToken(detail="of another client")
        return str(claims["sub"])

    def _key(self, key_id: str) -> "jwt.PyJWK":
        with self._lock:
            now = time.monotonic()
            stale = now - self._fetched > _KEYS_LIFE_SECONDS
            if (stale or key_id not in self._keys) and now - self._tried > _FETCH_PAUSE_SECONDS:
                self._tried = now
                self._fetch(now)
            if key_id in self._keys:
                return self._keys[key_id]
            if not self._keys:
                raise SignInUnavailable
        raise InvalidToken(detail="signed with an unknown key")

    def _fetch(self, now: float) -> None:
        """New keys in the place of the old ones, which stay when there are none to be had."""
        import jwt

        try:
            found = jwt.PyJWKClient(self._jwks, cache_keys=False, timeout=_FETCH_SECONDS).get_jwk_set()
        except jwt.PyJWTError as error:
            logger.error("The keys of the user pool can't be read: %s", type(error).__name__)
            return
        self._keys = {key.key_id: key for key in found.keys if key.key_id}
        self._fetched = now
