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
from orchestrator.messages import Message
from orchestrator.services import Services

ALLOWANCE_HEADERS = (
    "x-ratelimit-limit-requests",
    "x-ratelimit-remaining-requests",
    "x-ratelimit-reset-requests",
)
"""Under the names that OpenAI's API gave them."""


async def admitted(message: str, request: Request, services: Services) -> Allowance | None:
    """Count one message of whoever sends it. Raises LimitReached, TooManyAtOnce, InvalidToken and
    SignInUnavailable."""
    if services.limits is None:
        return None
    caller = await in_thread(partial(services.doorman.identify, request.headers), services.deadline)
    return await in_thread(partial(services.limits.admit, caller, message), services.deadline)


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
        return answer, await admitted(said, request, services)
    except LimitReached as error:
        if not body.stream:
            raise
        return _saying(error.message), allowance_of(error)


def allowance_headers(allowance: Allowance | None) -> Mapping[str, str]:
    if allowance is None:
        return {}
    values = (str(allowance.limit), str(allowance.remaining), f"{allowance.resets_in}s")
    return dict(zip(ALLOWANCE_HEADERS, values, strict=True))


def _saying(text: str) -> Answer:
    """An answer that says this and nothing else."""

    def answer(_messages: Sequence[Message], _services: Services) -> Iterator[Recommended | Text]:
        yield Recommended(())
        yield Text(text)

    return answer
