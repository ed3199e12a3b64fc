"""Limits, as a request meets them."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from starlette.requests import Request

from orchestrator.edge.answering import Answer, in_thread
from orchestrator.edge.api_models import ChatRequest
from orchestrator.edge.titles import answer_title, is_title_call
from orchestrator.errors import LimitReached
from orchestrator.events import Recommended, Text
from orchestrator.limits.admission import Allowance, allowance_of
from orchestrator.limits.callers import Caller
from orchestrator.messages import Message
from orchestrator.services import Services

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
    return await _count(await _caller_of(request, services), message, services)


async def chosen_answer(
    answer: Answer, body: ChatRequest, messages: Sequence[Message], request: Request, services: Services
) -> tuple[Answer, Allowance | None]:
    """The conversation's answer to a message that is let in; a title costs nothing; and in a streamed chat
    a limit is an answer too, because chat-ui locks the conversation on an error.

    Raises what `admitted` raises.
    """
    if is_title_call(body):
        return answer_title, None
    try:
        said = "\0".join(f"{message.role}:{message.text}" for message in messages)
        caller = await _caller_of(request, services)
        return _spending(answer, caller), await _count(caller, said, services)
    except LimitReached as error:
        if not body.stream:
            raise
        return _saying(error.message), allowance_of(error)


async def _caller_of(request: Request, services: Services) -> Caller:
    return await in_thread(partial(services.doorman.identify, request.headers), services.deadline)


async def _count(caller: Caller, message: str, services: Services) -> Allowance | None:
    if services.limits is None:
        return None
    return await in_thread(partial(services.limits.admit, caller, message), services.deadline)


def _spending(answer: Answer, caller: Caller) -> Answer:
    """The same answer; what the LLM took for it is noted when it ends, however it ends."""

    def spending(messages: Sequence[Message], services: Services) -> Iterator[Recommended | Text]:
        try:
            yield from answer(messages, services)
        finally:
            if services.limits:
                services.limits.spend(caller, services.usage.tokens)

    return spending


def allowance_headers(allowance: Allowance | None) -> Mapping[str, str]:
    if allowance is None:
        return {}
    values = (str(allowance.limit), str(allowance.remaining), f"{allowance.resets_in}s", allowance.reached)
    return {name: value for name, value in zip(ALLOWANCE_HEADERS, values, strict=True) if value}


def _saying(text: str) -> Answer:
    """An answer that says this and nothing else."""

    def answer(_messages: Sequence[Message], _services: Services) -> Iterator[Recommended | Text]:
        yield Recommended(())
        yield Text(text)

    return answer
