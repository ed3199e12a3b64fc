"""The LLM as one turn of a conversation uses it."""

from collections.abc import Iterator, Sequence

from orchestrator.deadline import Deadline
from orchestrator.errors import LlmWakingUp
from orchestrator.llm.protocol import Llm, Usage
from orchestrator.messages import Message


class TurnLlm:
    """Counts what the turn takes, and does not ask again an LLM that is waking up: one call wakes it."""

    def __init__(self, llm: Llm, usage: Usage) -> None:
        self._llm = llm
        self.usage = usage
        self.waking_up = False

    @property
    def context_tokens(self) -> int:
        return self._llm.context_tokens

    def count(self, text: str) -> int:
        return self._llm.count(text)

    def complete(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float,
        stop: Sequence[str] = (),
        deadline: Deadline,
        usage: Usage | None = None,
    ) -> str:
        with _Call(self, messages, usage) as call:
            said = self._llm.complete(
                messages,
                max_tokens=max_tokens,
                temperature=temperature,
                stop=stop,
                deadline=deadline,
                usage=call.told,
            )
            call.said.append(said)
        return said

    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float,
        stop: Sequence[str] = (),
        deadline: Deadline,
        usage: Usage | None = None,
    ) -> Iterator[str]:
        with _Call(self, messages, usage) as call:
            for piece in self._llm.stream(
                messages,
                max_tokens=max_tokens,
                temperature=temperature,
                stop=stop,
                deadline=deadline,
                usage=call.told,
            ):
                call.said.append(piece)
                yield piece


class _Call:
    """One call, counted when it ends, however it ends."""

    def __init__(self, turn: TurnLlm, asked: Sequence[Message], usage: Usage | None) -> None:
        self._turn = turn
        self._asked = asked
        self._usage = usage
        self.told = Usage()
        """By the server."""
        self.said: list[str] = []

    def __enter__(self) -> "_Call":
        if self._turn.waking_up:
            raise LlmWakingUp(detail="found out in this turn already")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        self._turn.waking_up = isinstance(error, LlmWakingUp)
        said = "".join(self.said)
        tokens_in, tokens_out = self.told.tokens_in, self.told.tokens_out
        # A stream that was left early ends before the server has told.
        if not tokens_out and said:
            tokens_out = self._turn.count(said)
        if not tokens_in and said:
            tokens_in = sum(self._turn.count(message.text) for message in self._asked)
        for counted in filter(None, (self._turn.usage, self._usage)):
            counted.add(calls=1, tokens_in=tokens_in, tokens_out=tokens_out)
