"""Tokens are never counted too low: a prompt that is too long is refused whole."""

from pathlib import Path

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers

from orchestrator.llm.tokens import counter_of, estimate
from orchestrator.settings import SettingsError

# What Llama 2's tokenizer can't do with fewer: it splits numbers into digits, and characters that its
# vocabulary lacks into their UTF-8 bytes. tests/e2e/test_local_llm.py compares with a real tokenizer.
AT_LEAST = {
    "50003612": 8,
    "₹1,299": 6,
    "🎉": 4,
    "hello world": 2,
    "!!!???": 2,
}


@pytest.mark.parametrize("text", AT_LEAST)
def test_an_estimate_is_no_lower_than_the_pieces_that_must_be_there(text: str) -> None:
    assert estimate(text) >= AT_LEAST[text]


def test_an_estimate_is_not_wasteful_with_english() -> None:
    text = "These shirts are light and breathable, just right for a summer wedding in the open air. " * 20
    assert estimate(text) < len(text) / 2


def test_a_tokenizer_at_hand_counts_exactly(tmp_path: Path) -> None:
    file = tmp_path / "tokenizer.json"
    tokenizer = Tokenizer(models.WordLevel({"blue": 0, "shirt": 1, "?": 2}, unk_token="?"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(file))
    count = counter_of(file)
    assert count("blue shirt blue") - count("") == 3


@pytest.mark.parametrize("content", [None, "{}", "no json"])
def test_a_file_that_is_no_tokenizer_is_a_wrong_setting(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "tokenizer.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(SettingsError, match="LLM_TOKENIZER"):
        counter_of(file)
