"""One turn of a conversation, as every part of the orchestrator knows it."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Message:
    role: Literal["user", "assistant", "system"]
    text: str
