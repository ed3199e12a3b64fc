"""A shopper with the official OpenAI client, who sends the whole history as plain text each time."""

from dataclasses import dataclass, field
from typing import Any

import openai

MODEL = "apparel-recommender"


@dataclass(frozen=True)
class Answer:
    text: str
    recommendations: list[dict[str, Any]]

    @property
    def names(self) -> list[str]:
        return [str(item["name"]) for item in self.recommendations]


@dataclass
class Shopper:
    client: openai.OpenAI
    messages: list[Any] = field(default_factory=list)

    def says(self, text: str) -> Answer:
        """One turn, not streamed."""
        self.messages.append({"role": "user", "content": text})
        reply = self.client.chat.completions.create(model=MODEL, messages=self.messages)
        answer = Answer(reply.choices[0].message.content or "", (reply.model_extra or {})["recommendations"])
        self.messages.append({"role": "assistant", "content": answer.text})
        return answer

    def streams(self, text: str) -> tuple[Answer, list[str]]:
        """One turn, streamed; with the kinds of events in the order in which they came."""
        self.messages.append({"role": "user", "content": text})
        pieces: list[str] = []
        order: list[str] = []
        recommendations: list[dict[str, Any]] = []
        for chunk in self.client.chat.completions.create(model=MODEL, messages=self.messages, stream=True):
            extra = chunk.model_extra or {}
            if "recommendations" in extra:
                recommendations = extra["recommendations"]
                order.append("recommendations")
            if chunk.choices and chunk.choices[0].delta.content:
                pieces.append(chunk.choices[0].delta.content)
                order.append("text")
            if chunk.choices and chunk.choices[0].finish_reason:
                order.append(chunk.choices[0].finish_reason)
        answer = Answer("".join(pieces), recommendations)
        self.messages.append({"role": "assistant", "content": answer.text})
        return answer, order
