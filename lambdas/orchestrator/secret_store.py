"""Secrets, read once at start-up: none of them stands in an environment variable."""

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import SecretStr

from orchestrator.aws import client
from orchestrator.settings import SettingsError

_CONFIG = Config(connect_timeout=2, read_timeout=3, retries={"total_max_attempts": 2})


def read_secret(arn: str, region: str | None) -> SecretStr:
    """The text of a secret in Secrets Manager. Raises SettingsError, which never holds the secret."""
    try:
        reading = client("secretsmanager", region, _CONFIG)
        return SecretStr(reading.get_secret_value(SecretId=arn)["SecretString"])
    except (BotoCoreError, ClientError, KeyError) as error:
        raise SettingsError(f"The secret {arn} can't be read: {type(error).__name__} {error}") from None
