"""LLM 1: from the shopper's words to apparel terms. The LLM proposes, code checks."""

import logging
import re

from orchestrator.deadline import Deadline
from orchestrator.errors import LlmBusy, LlmTimeout, LlmUnavailable, LlmWakingUp
from orchestrator.llm.prompt_text import as_data, prompt
from orchestrator.llm.protocol import Llm
from orchestrator.messages import Message
from orchestrator.telemetry import fell

logger = logging.getLogger(__name__)

_MAX_MESSAGE_CHARS = 1_000
_MAX_TERMS_CHARS = 160
_MAX_TERMS = 4
_MAX_WORDS_A_TERM = 6
_MAX_TOKENS = 60
_TRIES = 2
_STOP = ("<shopper>",)
"""Where it would go on with an example of its own."""
_INTENTS = {"SHOWN", "CHAT", "OTHER"}
_LINE = re.compile(r"^\W*TERMS?\W*[:=]\s*(?P<terms>.+)$", re.IGNORECASE)
# Letters, hyphens and apostrophes: no digit, so no price; no sentence marks, so no instructions.
_TERM = re.compile(r"[A-Za-z][A-Za-z'’ -]{1,60}")
_SPEECH = re.compile(
    r"\b(?:I|you|your|please|sorry|cannot|can't|rupees?|rs|inr|price|under)\b", re.IGNORECASE
)


def propose_terms(llm: Llm, message: str, deadline: Deadline) -> str | None:
    """Apparel terms for a message, separated by commas.

    None where the LLM sees no wish for new products, where its answers have no acceptable form, and where
    it can't be reached: the code's own understanding stands then.
    """
    asked = [
        Message("system", prompt("terms")),
        Message("user", f"<shopper>{as_data(message, _MAX_MESSAGE_CHARS)}</shopper>"),
    ]
    for _ in range(_TRIES):
        try:
            said = llm.complete(asked, max_tokens=_MAX_TOKENS, temperature=0.0, stop=_STOP, deadline=deadline)
        except (LlmTimeout, LlmBusy, LlmWakingUp) as error:
            logger.warning("LLM 1 has no answer now: %s", error)
            fell("llm1", error.code)
            return None
        except LlmUnavailable as error:
            logger.warning("LLM 1 can't be reached: %s", error)
            fell("llm1", error.code)
            continue
        accepted, terms = _read(said)
        if accepted:
            return terms
        logger.warning("LLM 1 gave no acceptable form")
        fell("llm1", "no_acceptable_form")
    return None


def _read(said: str) -> tuple[bool, str | None]:
    """Whether the answer has one of the forms asked for, and its terms if it has any."""
    lines = [line.strip() for line in said.strip().splitlines() if line.strip()]
    if not lines:
        return False, None
    if lines[0].strip(".* ").upper() in _INTENTS:
        return True, None
    found = _LINE.match(lines[0])
    if not found or len(found["terms"]) > _MAX_TERMS_CHARS:
        return False, None
    terms = [term.strip(" .*\"'`") for term in found["terms"].split(",")]
    terms = list(dict.fromkeys(term.lower() for term in terms if term))
    good = 0 < len(terms) <= _MAX_TERMS and all(_is_term(term) for term in terms)
    return good, ", ".join(terms) if good else None


def _is_term(term: str) -> bool:
    return bool(_TERM.fullmatch(term) and len(term.split()) <= _MAX_WORDS_A_TERM and not _SPEECH.search(term))
