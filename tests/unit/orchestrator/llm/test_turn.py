"""What one turn takes of the LLM is counted, and one that is waking up is asked once."""

import pytest

from orchestrator.deadline import Deadline
from orchestrator.errors import LlmTimeout, LlmUnavailable, LlmWakingUp
from orchestrator.llm.protocol import Usage
from orchestrator.llm.tokens import estimate
from orchestrator.llm.turn import TurnLlm
from orchestrator.messages import Message
from tests.orchestrator_fakes import ScriptedLlm

ASKED = [Message("system", "Be brief."), Message("user", "hi")]


def turn(*answers: str | Exception) -> TurnLlm:
    return TurnLlm(ScriptedLlm(list(answers)), Usage())


def stream(llm: TurnLlm) -> str:
    return "".join(llm.stream(ASKED, max_tokens=9, temperature=0, deadline=Deadline(5)))


def complete(llm: TurnLlm) -> str:
    return llm.complete(ASKED, max_tokens=9, temperature=0, deadline=Deadline(5))


def test_calls_and_tokens_add_up() -> None:
    llm = turn("Hello there.", "Bye.")
    assert (complete(llm), stream(llm)) == ("Hello there.", "Bye.")
    assert llm.usage.calls == 2
    assert llm.usage.tokens_in == 2 * sum(estimate(message.text) for message in ASKED)
    assert llm.usage.tokens_out == estimate("Hello there.") + estimate("Bye.")


def test_what_the_server_tells_counts_before_any_estimate() -> None:
    class Telling(ScriptedLlm):
        def complete(self, *args, usage=None, **kwargs):  # type: ignore[no-untyped-def]
            usage.add(tokens_in=70, tokens_out=5)
            return "Hello."

    llm = TurnLlm(Telling([]), Usage())
    complete(llm)
    assert (llm.usage.tokens_in, llm.usage.tokens_out) == (70, 5)


def test_a_stream_that_is_left_counts_what_was_said() -> None:
    llm = turn("Hello there, how are you?")
    pieces = llm.stream(ASKED, max_tokens=9, temperature=0, deadline=Deadline(5))
    next(pieces)
    pieces.close()  # type: ignore[attr-defined]
    assert llm.usage.calls == 1
    assert llm.usage.tokens_out == estimate("Hel")


def test_a_call_that_fails_is_a_call() -> None:
    llm = turn(LlmUnavailable(), LlmTimeout())
    for call in (complete, stream):
        with pytest.raises((LlmUnavailable, LlmTimeout)):
            call(llm)
    assert (llm.usage.calls, llm.usage.tokens) == (2, 0)
    assert not llm.waking_up


def test_an_llm_that_is_waking_up_is_not_asked_again() -> None:
    llm = turn(LlmWakingUp(), "I am awake.")
    for _ in range(2):
        with pytest.raises(LlmWakingUp):
            stream(llm)
    assert llm.waking_up
    assert llm.usage.calls == 1
