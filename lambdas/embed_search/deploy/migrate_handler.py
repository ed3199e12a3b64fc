"""The Lambda that brings the database to the schema of this version, and makes its users."""

import logging
from importlib.resources import files

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from apparel.cloudformation import Context, Made, Request, custom_resource
from embed_search.deploy.data_api import DataApi, DatabaseNotReady
from embed_search.errors import EmbedSearchError
from embed_search.migrations import Begin, apply_migrations, lock, statements

logger = logging.getLogger(__name__)
logger.setLevel(logging.INFO)

# A statement is given 45 s by the Data API. It is not sent twice: the first may be running still.
_CONFIG = Config(connect_timeout=5, read_timeout=60, retries={"total_max_attempts": 1})
_RESERVE_SECONDS = 60.0
"""Of the function's time, for the statements after the database woke up."""


@custom_resource(EmbedSearchError, DatabaseNotReady, BotoCoreError, ClientError)
def handler(request: Request, context: Context) -> Made:
    """Properties: ClusterArn, SecretArn, Database, and SchemaHash, which makes a changed schema an update."""
    data_api = DataApi(
        boto3.client("rds-data", config=_CONFIG),
        request["ClusterArn"],
        request["SecretArn"],
        request["Database"],
        lambda: context.get_remaining_time_in_millis() / 1000 - _RESERVE_SECONDS,
    )
    applied = apply_migrations(data_api.transaction)
    make_users(data_api.transaction)
    logger.info("Migrations applied: %s", applied or "none, the database was up to date")
    return Made(f"schema-of-{request['Database']}", {"Applied": str(len(applied))})


def make_users(begin: Begin) -> None:
    """Makes the database's users where they are missing, and grants each what it needs."""
    with begin() as execute:
        lock(execute)
        for statement in statements((files(__package__) / "users.sql").read_text(encoding="utf-8")):
            execute(statement)
