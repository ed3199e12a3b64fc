"""Secrets, read once at start-up: none of them stands in an environment variable."""

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import SecretStr

from orchestrator.settings import SettingsError

_CONFIG = Config(connect_timeout=2, read_timeout=3, retries={"total_max_attempts": 2})


def read_secret(arn: str, region: str | None) -> SecretStr:
    """The text of a secret in Secrets Manager. Raises SettingsError, which never holds the secret."""
    try:
        client = boto3.client("secretsmanager", region_name=region, config=_CONFIG)
        return SecretStr(client.get_secret_value(SecretId=arn)["SecretString"])
    except (BotoCoreError, ClientError, KeyError) as error:
        raise SettingsError(f"The secret {arn} can't be read: {type(error).__name__} {error}") from None
