"""From settings to the services that the conversation uses."""

import boto3
from botocore.config import Config
from botocore.exceptions import NoRegionError

from orchestrator.catalogue_client import LambdaCatalogue
from orchestrator.llm.openai_llm import OpenAiLlm
from orchestrator.llm.protocol import Llm
from orchestrator.services import Services
from orchestrator.settings import Settings, SettingsError

_CONNECT_SECONDS = 3
_CONNECTIONS = 50


def connect(settings: Settings) -> Services:
    """The real thing. Opens no connection yet. Raises SettingsError."""
    return Services(catalogue=_catalogue(settings), llm=_llm(settings), settings=settings)


def _catalogue(settings: Settings) -> LambdaCatalogue:
    config = Config(
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=settings.search_timeout_seconds,
        retries={"total_max_attempts": 1},  # LambdaCatalogue knows better which tries are worth it
        max_pool_connections=_CONNECTIONS,
    )
    try:
        client = boto3.client("lambda", region_name=settings.aws_region, config=config)
    except NoRegionError:
        raise SettingsError("AWS_REGION wants the region of the embed_search Lambda") from None
    return LambdaCatalogue(
        client,
        settings.search_function,
        timeout_seconds=settings.search_timeout_seconds,
        facets_ttl_seconds=settings.facets_ttl_seconds,
    )


def _llm(settings: Settings) -> Llm | None:
    if settings.llm_base_url is None:
        return None
    return OpenAiLlm(
        base_url=str(settings.llm_base_url),
        model=settings.llm_model,
        api_key=settings.llm_api_key,
        timeout_seconds=settings.llm_timeout_seconds,
        silence_seconds=settings.llm_silence_seconds,
        context_tokens=settings.llm_context_tokens,
    )
