"""How to get at the database: what libpq needs for one connection."""

from collections.abc import Callable

from psycopg2.extensions import make_dsn

from embed_search.iam_token import Signer
from embed_search.settings import Settings

Dsn = Callable[[], str]
"""Gives a libpq connection string. Called for each connection: a token in it soon expires."""


def dsn_of(settings: Settings) -> Dsn:
    """The URL of the settings; or, for RDS, a login by IAM token over TLS that knows the server's name."""
    if settings.database_url is not None:
        url = settings.database_url.get_secret_value()
        return lambda: url
    sign = Signer(settings)

    def dsn() -> str:
        return make_dsn(
            host=settings.database_host,
            port=settings.database_port,
            dbname=settings.database_name,
            user=settings.database_user,
            password=sign(),
            sslmode="verify-full",
            sslrootcert=str(settings.database_ca_file),
        )

    return dsn
