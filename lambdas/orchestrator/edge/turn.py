"""What a chat request is answered with: the conversation, a title, or a sentence that says why not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from starlette.requests import Request

from orchestrator.edge.answering import Answer
from orchestrator.edge.api_models import ChatRequest
from orchestrator.edge.history import conversation_of
from orchestrator.edge.limiting import caller_of, count
from orchestrator.edge.titles import answer_title, is_title_call
from orchestrator.errors import LimitReached, NoText, TooLarge
from orchestrator.events import Recommended, Text
from orchestrator.limits.admission import Allowance, allowance_of
from orchestrator.limits.callers import Caller
from orchestrator.messages import Message
from orchestrator.services import Services


@dataclass(frozen=True)
class Turn:
    answer: Answer
    messages: Sequence[Message] = ()
    allowance: Allowance | None = None


async def turn_of(body: ChatRequest, request: Request, answer: Answer, services: Services) -> Turn:
    """`answer` for a message that can be read and is let in.

    In a streamed chat a message that can't be read, or is one too many, is answered in words: chat-ui locks
    a conversation on an error. Raises BadRequest, InvalidToken, SignInUnavailable and TooManyAtOnce, and
    where nothing is streamed also NoText, TooLarge and LimitReached.
    """
    if is_title_call(body):
        return Turn(answer_title, [Message("user", body.messages[-1].text)])
    try:
        messages = conversation_of(body, services.settings)
        caller = await caller_of(request, services)
        said = "\0".join(f"{message.role}:{message.text}" for message in messages)
        allowance = await count(caller, said, services)
    except (NoText, TooLarge, LimitReached) as error:
        if not body.stream:
            raise
        return Turn(_saying(error.message), (), allowance_of(error))
    return Turn(_spending(answer, caller), messages, allowance)


def _spending(answer: Answer, caller: Caller) -> Answer:
    """The same answer; what the LLM took for it is noted when it ends, however it ends."""

    def spending(messages: Sequence[Message], services: Services) -> Iterator[Recommended | Text]:
        try:
            yield from answer(messages, services)
        finally:
            if services.limits:
                services.limits.spend(caller, services.usage.tokens)

    return spending


def _saying(text: str) -> Answer:
    """An answer that says this and nothing else."""

    def answer(_messages: Sequence[Message], _services: Services) -> Iterator[Recommended | Text]:
        yield Recommended(())
        yield Text(text)

    return answer
