"""What the orchestrator asks of a language model, whoever serves it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from orchestrator.deadline import Deadline
from orchestrator.messages import Message


@dataclass
class Usage:
    """What some calls took. Tokens are the server's own figures where it tells, else estimates that are
    rather too high than too low."""

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0

    @property
    def tokens(self) -> int:
        return self.tokens_in + self.tokens_out

    def add(self, *, calls: int = 0, tokens_in: int = 0, tokens_out: int = 0) -> None:
        self.calls += calls
        self.tokens_in += tokens_in
        self.tokens_out += tokens_out


class Llm(Protocol):
    """A chat model. Every call may raise an `errors.LlmError`, also in the middle of a stream.

    `usage`, if given, is added to where the server says how many tokens a call took.
    """

    @property
    def context_tokens(self) -> int:
        """How many tokens prompt and answer may have together."""

    def count(self, text: str) -> int:
        """How many tokens the model makes of a text, rather too many than too few."""

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
        """The answer in pieces, as they come. A piece may end anywhere, also inside a word."""

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
        """The whole answer at once."""
