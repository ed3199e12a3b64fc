"""Logs in to RDS without a password: a token signed on the spot, good for 15 minutes and for connecting only.

https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.html. It is a request that
is signed in its query and never sent: https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html.
boto3's client makes the same token (a test holds it to that), but a cold start would wait 220 ms of CPU for
its import, and 60 for that of botocore's signer alone.
"""

import hashlib
import hmac
from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import quote

from embed_search.settings import Settings

_SECONDS = 900
_ALGORITHM = "AWS4-HMAC-SHA256"
_NO_BODY = hashlib.sha256(b"").hexdigest()


class Signer:
    """Makes tokens for the database and the user of the settings. No network is needed."""

    def __init__(self, settings: Settings) -> None:
        assert settings.aws_secret_access_key is not None
        self._secret = settings.aws_secret_access_key.get_secret_value()
        self._key = settings.aws_access_key_id
        session = settings.aws_session_token
        self._session = session.get_secret_value() if session else None
        self._region = settings.aws_region
        self._user = settings.database_user or ""
        self._host = f"{settings.database_host}:{settings.database_port}"

    def __call__(self) -> str:
        now = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        scope = [now[:8], str(self._region), "rds-db", "aws4_request"]
        query = {
            "Action": "connect",
            "DBUser": self._user,
            "X-Amz-Algorithm": _ALGORITHM,
            "X-Amz-Credential": "/".join([str(self._key), *scope]),
            "X-Amz-Date": now,
            "X-Amz-Expires": str(_SECONDS),
            "X-Amz-SignedHeaders": "host",
        }
        if self._session:
            query["X-Amz-Security-Token"] = self._session
        request = "\n".join(
            ["GET", "/", _encoded(sorted(query.items())), f"host:{self._host}", "", "host", _NO_BODY]
        )
        digest = hashlib.sha256(request.encode()).hexdigest()
        text = "\n".join([_ALGORITHM, now, "/".join(scope), digest])
        key = f"AWS4{self._secret}".encode()
        for part in (*scope, text):
            key = hmac.digest(key, part.encode(), "sha256")
        return f"{self._host}/?{_encoded(query.items())}&X-Amz-Signature={key.hex()}"


def _encoded(query: Iterable[tuple[str, str]]) -> str:
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in query)
