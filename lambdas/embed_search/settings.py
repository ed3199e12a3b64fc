"""What embed_search reads from its environment, once, when it starts."""

import os
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator

from apparel.environment import values_of


class SettingsError(ValueError):
    """A setting is missing or wrong; the text names each variable and what it wants, never its value."""


class Settings(BaseModel):
    """Each field is an environment variable of the same name in upper case."""

    model_config = ConfigDict(frozen=True)

    database_url: SecretStr | None = None
    """A libpq URL, `postgresql://user:password@host:port/database`. Without it the database is one of RDS:"""
    database_host: str | None = None
    database_port: int = Field(default=5432, ge=1, le=65_535)
    database_name: str = "apparel"
    database_user: str | None = None
    """Logs in with an IAM token, which is signed with the keys that Lambda puts into the environment."""
    database_ca_file: Path = Path(__file__).parents[1] / "rds-ca.pem"
    """The certificate authorities that may vouch for the database; lies in the package."""
    aws_region: str | None = None
    aws_access_key_id: str | None = None
    aws_secret_access_key: SecretStr | None = None
    aws_session_token: SecretStr | None = None

    model_bundle: Path
    """The folder of the model bundle."""
    embedder_threads: int = Field(default=1, ge=1, le=64)
    connect_timeout_s: int = Field(default=35, ge=1, le=60)
    """A database that was paused needs 15 to 30 s to answer; it is waited for, in one try or in many."""
    statement_timeout_ms: int = Field(default=5_000, ge=100, le=60_000)
    idle_session_s: int = Field(default=180, ge=1, le=3600)
    """After which the database closes an unused connection: a frozen Lambda can't, and an open one keeps
    Aurora from pausing. The pauses between a shopper's messages are mostly shorter."""

    metrics_namespace: str = Field(default="ApparelRecommender", min_length=1, max_length=255)
    """Of CloudWatch; each stage of a deploy has its own."""

    @model_validator(mode="after")
    def _has_a_database(self) -> Self:
        if self.database_url is not None:
            return self
        if not (self.database_host or self.database_user):
            raise ValueError(
                "DATABASE_URL, or DATABASE_HOST and DATABASE_USER for one of RDS, says where the database is"
            )
        iam = ("database_host", "database_user", "aws_region", "aws_access_key_id", "aws_secret_access_key")
        missing = [name.upper() for name in iam if getattr(self, name) is None]
        if missing:
            raise ValueError(f"{', '.join(missing)}: wanted, because DATABASE_URL is not set")
        if not self.database_ca_file.is_file():
            raise ValueError(f"DATABASE_CA_FILE: there is no file {self.database_ca_file}")
        return self


def read_settings() -> Settings:
    """From the environment. Raises SettingsError."""
    try:
        return Settings.model_validate(values_of(Settings, os.environ))
    except ValidationError as error:
        lines = [
            f"{'.'.join(map(str, item['loc'])).upper()}: {item['msg']}".removeprefix(": Value error, ")
            for item in error.errors(include_url=False, include_input=False)
        ]
    raise SettingsError("Wrong settings:\n  " + "\n  ".join(lines))
