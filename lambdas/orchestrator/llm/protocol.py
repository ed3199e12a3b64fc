"""What the orchestrator asks of a language model, whoever serves it."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from orchestrator.deadline import Deadline
from orchestrator.messages import Message


class Llm(Protocol):
    """A chat model. Every call may raise `errors.LlmUnavailable` or `errors.LlmTimeout`, also in the
    middle of a stream; both are `errors.LlmError`."""

    @property
    def context_tokens(self) -> int:
        """How many tokens prompt and answer may have together."""

    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float,
        stop: Sequence[str] = (),
        deadline: Deadline,
    ) -> Iterator[str]:
        """The answer in pieces, as they come. A piece may end anywhere, also inside a word."""

    def complete(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float,
        stop: Sequence[str] = (),
        deadline: Deadline,
    ) -> str:
        """The whole answer at once."""
