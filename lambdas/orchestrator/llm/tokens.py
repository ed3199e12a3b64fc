"""How many tokens a model makes of a text.

Exactly, where the model's `tokenizer.json` is at hand (LLM_TOKENIZER); else estimated, rather too many than
too few, because a prompt that is too long is refused whole. The deployed function estimates: `tokenizers`
and what it depends on would add 38 MB to it, for a few old turns more of a long conversation.
"""

import re
from collections.abc import Callable
from pathlib import Path

from orchestrator.settings import SettingsError

TokenCounter = Callable[[str], int]

_WORD = re.compile(r"[A-Za-z]+")
_PER_TEXT = 8
"""For what a chat template puts around a message: `<|im_start|>user`, `[INST]`, line ends."""


def estimate(text: str) -> int:
    """Never fewer than Llama 2's tokenizer makes of a catalogue's or a shopper's text.

    It splits numbers into digits, most marks stand alone, rare characters fall into their UTF-8 bytes, and
    English words take one token for about four letters; brands take more.
    """
    letters = sum(-(-len(word) // 3) for word in _WORD.findall(text))
    marks = sum(not char.isalpha() and not char.isspace() for char in text if char.isascii())
    lines = text.count("\n")
    foreign = sum(_foreign(char) for char in text if not char.isascii())
    return letters + marks + lines + foreign + _PER_TEXT


def _foreign(char: str) -> int:
    return len(char.encode("utf-8", "replace"))


def counter_of(tokenizer: Path | None) -> TokenCounter:
    """Counts with the tokenizer in that file, or by estimate without one. Raises SettingsError."""
    if tokenizer is None:
        return estimate
    try:
        # Not in the deployed package, and of no use to anybody who does not set LLM_TOKENIZER.
        from tokenizers import Tokenizer

        loaded = Tokenizer.from_file(str(tokenizer))
    except ImportError:
        raise SettingsError("LLM_TOKENIZER needs the Python package tokenizers") from None
    except Exception as error:  # tokenizers raises nothing more precise
        raise SettingsError(f"LLM_TOKENIZER wants a tokenizer.json: {error}") from None
    return lambda text: len(loaded.encode(text, add_special_tokens=False).ids) + _PER_TEXT
