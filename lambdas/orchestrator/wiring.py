"""From settings to the services that the conversation uses."""

from dataclasses import fields
from typing import Any

from botocore.config import Config
from botocore.exceptions import NoRegionError

from orchestrator.aws import client
from orchestrator.catalogue_client import LambdaCatalogue
from orchestrator.feedback import DynamoFeedback, FeedbackStore
from orchestrator.limits.access_tokens import CognitoAccessTokens
from orchestrator.limits.admission import Limits
from orchestrator.limits.callers import AccessTokens, Doorman, Keys, read_keys
from orchestrator.limits.counters import DynamoCounters
from orchestrator.limits.rules import Rules
from orchestrator.llm.connect import connect_llm
from orchestrator.secret_store import read_secret
from orchestrator.services import Services
from orchestrator.settings import Settings, SettingsError

_CONNECT_SECONDS = 3
_DYNAMODB_SECONDS = 1
_CONNECTIONS = 50


def connect(settings: Settings) -> Services:
    """The real thing. Opens no connection yet. Raises SettingsError."""
    dynamodb = _dynamodb(settings) if settings.limits_table or settings.feedback_table else None
    return Services(
        catalogue=_catalogue(settings),
        llm=connect_llm(settings),
        settings=settings,
        doorman=_doorman(settings),
        limits=_limits(settings, dynamodb),
        feedback=_feedback(settings, dynamodb),
    )


def _catalogue(settings: Settings) -> LambdaCatalogue:
    config = Config(
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=settings.search_timeout_seconds,
        retries={"total_max_attempts": 1},  # LambdaCatalogue knows better which tries are worth it
        max_pool_connections=_CONNECTIONS,
    )
    try:
        invoking = client("lambda", settings.aws_region, config)
    except NoRegionError:
        raise SettingsError("AWS_REGION wants the region of the embed_search Lambda") from None
    return LambdaCatalogue(
        invoking,
        settings.search_function,
        timeout_seconds=settings.search_timeout_seconds,
        patience_seconds=settings.search_patience_seconds,
        facets_ttl_seconds=settings.facets_ttl_seconds,
    )


def _limits(settings: Settings, dynamodb: Any) -> Limits | None:
    if settings.limits_table is None:
        return None
    rules = Rules(**settings.model_dump(include={rule.name for rule in fields(Rules)}))
    return Limits(DynamoCounters(dynamodb, settings.limits_table), rules)


def _feedback(settings: Settings, dynamodb: Any) -> FeedbackStore | None:
    if settings.feedback_table is None:
        return None
    return DynamoFeedback(dynamodb, settings.feedback_table)


def _dynamodb(settings: Settings) -> Any:
    config = Config(
        connect_timeout=_DYNAMODB_SECONDS,
        read_timeout=_DYNAMODB_SECONDS,
        retries={"total_max_attempts": 2},
        max_pool_connections=_CONNECTIONS,
    )
    return client("dynamodb", settings.aws_region, config)


def _doorman(settings: Settings) -> Doorman:
    keys = Keys()
    if settings.api_keys_secret_arn:
        secret = read_secret(settings.api_keys_secret_arn, settings.aws_region)
        keys = read_keys(secret.get_secret_value())
    return Doorman(keys, _tokens(settings), settings.viewer_address_header)


def _tokens(settings: Settings) -> AccessTokens | None:
    if settings.cognito_issuer is None:
        return None
    return CognitoAccessTokens(str(settings.cognito_issuer), settings.cognito_clients, settings.cognito_scope)
