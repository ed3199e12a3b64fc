"""Make text from outside safe to handle; it stays data whatever it says."""

import re
import unicodedata
from typing import Annotated, Any

from pydantic import BeforeValidator

_THINK = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL | re.IGNORECASE)
_DOCUMENT, _DOCUMENT_END = "<document name=", "</document>"
_KEPT_CONTROLS = {"\n", "\t"}


def clean_text(text: str) -> str:
    """Without NUL and other control characters (Postgres refuses NUL), with half emoji (lone
    surrogates, which can't be written as UTF-8) shown as U+FFFD."""
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").replace("\r\n", "\n")
    return "".join(char for char in whole if char in _KEPT_CONTROLS or unicodedata.category(char) != "Cc")


def clean_tree(value: Any) -> Any:
    """A JSON value whose every text is clean."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, list):
        return [clean_tree(item) for item in value]
    if isinstance(value, dict):
        return {clean_text(str(key)): clean_tree(item) for key, item in value.items()}
    return value


def without_thinking(text: str) -> str:
    """Without `<think>` sections, which no shopper should read and no later turn needs."""
    return _THINK.sub("", text)


def without_documents(text: str) -> str:
    """Without the files that chat-ui writes into a message, `<document name=...>` to `</document>`."""
    kept, at = [], 0
    # Not by a pattern: with many openings and no end it would read the text again from each of them.
    while (start := text.find(_DOCUMENT, at)) >= 0 and (end := text.find(_DOCUMENT_END, start)) >= 0:
        kept.append(text[at:start])
        at = end + len(_DOCUMENT_END)
    return "".join([*kept, text[at:]])


CleanText = Annotated[str, BeforeValidator(clean_tree)]
