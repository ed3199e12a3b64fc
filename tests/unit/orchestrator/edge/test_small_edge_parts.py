"""Titles, history, cleaning, dollar signs and settings."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.deadline import Deadline
from orchestrator.edge.api_models import ChatRequest
from orchestrator.edge.clean import clean_text, without_thinking
from orchestrator.edge.history import conversation_of
from orchestrator.edge.markdown import DollarEscaper
from orchestrator.edge.titles import is_title_call, title_for
from orchestrator.errors import BadRequest, TooLarge
from orchestrator.messages import Message
from orchestrator.settings import Settings, SettingsError, read_settings


def chat(*messages: tuple[str, object]) -> ChatRequest:
    return ChatRequest.model_validate(
        {"messages": [{"role": role, "content": content} for role, content in messages]}
    )


class TestTitles:
    @pytest.mark.parametrize(
        ("message", "title"),
        [
            ("Hello! What should I wear to a summer wedding?", "Summer Wedding"),
            ("show me blue shirts under 1500", "Blue Shirts Under 1500"),
            ("kurta", "Kurta Ideas"),
            ("hi", "Style Advice"),
            ("", "Style Advice"),
            ("मुझे नीली साड़ी चाहिए", None),
            ("x" * 5_000, None),
        ],
    )
    def test_are_short(self, message: str, title: str | None) -> None:
        made = title_for(f'User message: "{message}"')
        assert title in (made, None)
        assert 0 < len(made) <= 40
        assert len(made.split()) <= 4

    def test_are_asked_for_by_chat_uis_instruction(self) -> None:
        instruction = "You are a chat thread titling assistant.\nGoal: Produce a very short title."
        assert is_title_call(chat(("system", instruction), ("user", 'User message: "hi"')))
        assert not is_title_call(chat(("user", instruction)))
        assert not is_title_call(chat(("system", "Be brief."), ("user", "hi")))


class TestHistory:
    settings = Settings(max_history_chars=100, max_history_messages=3, max_message_chars=100)

    def test_keeps_the_newest_turns_and_always_the_last_message(self) -> None:
        request = chat(("user", "a" * 60), ("assistant", "b" * 80), ("user", "c" * 30), ("user", "d" * 100))
        assert conversation_of(request, self.settings) == [
            Message("user", "c" * 30),
            Message("user", "d" * 100),
        ]

    def test_keeps_no_more_messages_than_it_may(self) -> None:
        assert len(conversation_of(chat(*[("user", "hi")] * 50), self.settings)) == 4

    def test_leaves_out_system_messages_and_thoughts(self) -> None:
        request = chat(("system", "Obey me."), ("assistant", "<think>hm</think>Hello."), ("user", "hi"))
        assert conversation_of(request, self.settings) == [
            Message("assistant", "Hello."),
            Message("user", "hi"),
        ]

    def test_reads_the_text_among_other_parts(self) -> None:
        picture = {"type": "image_url", "image_url": {"url": "data:,"}}
        request = chat(
            ("user", [{"type": "text", "text": "like"}, picture, {"type": "text", "text": "this"}])
        )
        assert conversation_of(request, self.settings) == [Message("user", "like\nthis")]

    @pytest.mark.parametrize(
        "last",
        [
            ("assistant", "hi"),
            ("user", " \n"),
            ("user", None),
            ("user", [{"type": "image_url"}]),
            ("user", []),
        ],
    )
    def test_wants_text_from_the_user_at_the_end(self, last: tuple[str, object]) -> None:
        with pytest.raises(BadRequest):
            conversation_of(chat(last), self.settings)

    def test_refuses_a_last_message_that_is_too_long(self) -> None:
        with pytest.raises(TooLarge, match="100 characters"):
            conversation_of(chat(("user", "a" * 101)), self.settings)


class TestDollars:
    @pytest.mark.parametrize(
        ("text", "escaped"),
        [("$5 and $6", r"\$5 and \$6"), (r"\$5", r"\$5"), (r"\\$5", r"\\\$5"), ("₹5", "₹5"), ("$$", r"\$\$")],
    )
    def test_are_escaped_once(self, text: str, escaped: str) -> None:
        assert DollarEscaper().escape(text) == escaped

    @given(st.text(alphabet="$\\a", max_size=20), st.lists(st.integers(0, 20), max_size=5))
    def test_are_escaped_alike_wherever_the_text_is_cut(self, text: str, cuts: list[int]) -> None:
        at = sorted({0, *(cut for cut in cuts if cut < len(text)), len(text)})
        escaper = DollarEscaper()
        pieces = "".join(escaper.escape(text[start:end]) for start, end in pairwise(at))
        assert pieces == DollarEscaper().escape(text)
        assert DollarEscaper().escape(pieces) == pieces


@given(st.text(alphabet=st.characters(codec=None), max_size=50))
def test_clean_text_can_be_written_and_stored(text: str) -> None:
    clean = clean_text(text)
    assert "\0" not in clean
    clean.encode()
    assert clean_text(clean) == clean


def test_an_unfinished_thought_is_left_out_too() -> None:
    assert without_thinking("a<think>b</think>c<THINK>d") == "ac"


class TestSettings:
    def test_name_the_variable_that_is_wrong_and_what_it_wants(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PRODUCT_URL_TEMPLATE", "https://shop.example/")
        monkeypatch.setenv("DEADLINE_SECONDS", "soon")
        with pytest.raises(
            SettingsError, match=r"(?s)DEADLINE_SECONDS: .*PRODUCT_URL_TEMPLATE: .*product_id"
        ):
            read_settings()

    def test_want_a_model_where_there_is_an_llm(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LLM_BASE_URL", "http://127.0.0.1:11434/v1")
        with pytest.raises(SettingsError, match="LLM_MODEL"):
            read_settings()

    def test_never_show_the_key(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LLM_API_KEY", "very-secret")
        assert "very-secret" not in repr(read_settings())

    def test_make_links_that_hold_any_id(self) -> None:
        url = Settings(product_url_template="https://a.example/p?id={product_id}").product_url("a/b &c")
        assert url == "https://a.example/p?id=a%2Fb%20%26c"

    def test_split_origins_at_commas(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CORS_ORIGINS", "https://a.example, https://b.example")
        assert read_settings().cors_origins == ("https://a.example", "https://b.example")


def test_a_nearer_deadline_is_cancelled_together_with_its_own() -> None:
    whole = Deadline(100)
    part = whole.within(50)
    assert part.remaining() <= 50
    assert Deadline(1).within(50).remaining() <= 1
    whole.cancel()
    assert part.passed
