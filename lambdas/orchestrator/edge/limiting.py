"""Limits, as a request meets them."""

from collections.abc import Mapping
from functools import partial

from starlette.requests import Request

from orchestrator.edge.answering import in_thread
from orchestrator.limits.admission import Allowance
from orchestrator.limits.callers import Caller
from orchestrator.services import Services
from orchestrator.telemetry import stage

ALLOWANCE_HEADERS = (
    "x-ratelimit-limit-requests",
    "x-ratelimit-remaining-requests",
    "x-ratelimit-reset-requests",
    "x-ratelimit-reached",
)
"""Under the names that OpenAI's API gave them, and one of our own: a chat that runs into a limit is answered
by 200 and a sentence, and a page may want to know which limit it was."""


async def admitted(message: str, request: Request, services: Services) -> Allowance | None:
    """Count one message of whoever sends it. Raises LimitReached, TooManyAtOnce, InvalidToken and
    SignInUnavailable."""
    return await count(await caller_of(request, services), message, services)


async def caller_of(request: Request, services: Services) -> Caller:
    """Who asks. Raises InvalidToken, SignInUnavailable."""
    return await in_thread(partial(services.doorman.identify, request.headers), services.deadline)


async def count(caller: Caller, message: str, services: Services) -> Allowance | None:
    """Raises LimitReached, TooManyAtOnce."""
    if services.limits is None:
        return None
    with stage("limits"):
        return await in_thread(partial(services.limits.admit, caller, message), services.deadline)


def allowance_headers(allowance: Allowance | None) -> Mapping[str, str]:
    if allowance is None:
        return {}
    values = (str(allowance.limit), str(allowance.remaining), f"{allowance.resets_in}s", allowance.reached)
    return {name: value for name, value in zip(ALLOWANCE_HEADERS, values, strict=True) if value}
