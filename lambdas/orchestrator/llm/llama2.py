"""Llama 2's own chat format, for containers that take a text (`inputs`) and not messages.

The template is Meta's: https://github.com/meta-llama/llama/blob/main/llama/generation.py. The schemas are
those of LMI (https://github.com/deepjavalibrary/djl-serving, lmi_input_output_schema.md), of TGI, and of
the first JumpStart releases of Llama 2.
"""

import re
from collections.abc import Sequence
from typing import Any

from orchestrator.errors import LlmUnavailable
from orchestrator.llm.codec import MALFORMED, Piece, alternating
from orchestrator.messages import Message

_STOP = ("</s>", "[INST]")
"""Where an answer ends in any case: its own end, or a turn of the shopper that the model makes up."""
_TAGS = re.compile(r"\[/?INST\]|<</?SYS>>|</?s>", re.IGNORECASE)


def llama2_prompt(messages: Sequence[Message]) -> str:
    """The conversation in Llama 2's template, without the first `<s>`: the tokenizer puts it there."""
    turns = [Message(turn.role, _without_tags(turn.text)) for turn in alternating(messages)]
    system = ""
    if turns and turns[0].role == "system":
        system = f"<<SYS>>\n{turns.pop(0).text}\n<</SYS>>\n\n"
    prompt = ""
    for turn in turns:
        if turn.role == "user":
            said = f"{system}{turn.text}".strip()
            prompt += f"{'<s>' if prompt else ''}[INST] {said} [/INST]"
            system = ""
        else:
            prompt += f" {turn.text.strip()} </s>"
    return prompt


class Llama2Codec:
    def request(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float,
        stop: Sequence[str],
        stream: bool,
    ) -> dict[str, Any]:
        parameters: dict[str, Any] = {
            "max_new_tokens": max_tokens,
            "do_sample": temperature > 0,
            "stop": [*stop, *_STOP],
            "details": True,
            "return_full_text": False,
        }
        if temperature > 0:  # TGI refuses a temperature of 0
            parameters["temperature"] = temperature
        return {"inputs": llama2_prompt(messages), "parameters": parameters, "stream": stream}

    def piece(self, value: Any, *, first: bool) -> Piece:
        """One token. The last one comes with the whole text, which counts where nothing came before: from a
        server that does not stream."""
        try:
            item = value[0] if isinstance(value, list) else value
            token, details = item.get("token"), item.get("details") or {}
            whole = item.get("generated_text")
            text = "" if token is None or _special(token) else token["text"]
            if first and not text:
                text = whole
            if token is None and not isinstance(whole, str):
                raise LlmUnavailable(detail="neither a token nor a text")
            return _piece(text, whole is not None, details)
        except MALFORMED as error:
            raise LlmUnavailable(detail=f"not a token: {error!r:.200}") from error

    def whole(self, value: Any) -> Piece:
        try:
            item = value[0] if isinstance(value, list) else value
            text = item["generated_text"] if "generated_text" in item else item["generation"]["content"]
            return _piece(text, True, item.get("details") or {})
        except MALFORMED as error:
            raise LlmUnavailable(detail=f"no generated text: {error!r:.200}") from error


def _piece(text: Any, last: bool, details: dict[str, Any]) -> Piece:
    if details.get("finish_reason") == "error":
        raise LlmUnavailable(detail="the model ended with an error")
    tokens = (int(details.get("input_length") or 0), int(details.get("generated_tokens") or 0))
    return Piece(text if isinstance(text, str) else "", last or bool(details.get("finish_reason")), *tokens)


def _special(token: dict[str, Any]) -> bool:
    return bool(token.get("special") or token.get("special_token"))


def _without_tags(text: str) -> str:
    """Meta's reference refuses texts with tags of the template in them; here they are taken out."""
    while _TAGS.search(text):  # taking one out may put another together
        text = _TAGS.sub(" ", text)
    return text
