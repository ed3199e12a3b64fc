"""What embed_search reads from its environment, once, when it starts."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """A missing or bad variable raises pydantic's `ValidationError`, which names it."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    database_url: SecretStr
    """A libpq URL, `postgresql://user:password@host:port/database`."""
    model_bundle: Path
    """The folder of the model bundle."""
    embedder_threads: int = Field(default=1, ge=1, le=64)
    connect_timeout_s: int = Field(default=5, ge=1, le=60)
    statement_timeout_ms: int = Field(default=5_000, ge=100, le=60_000)
