"""`make run LIMITS=on`: messages are counted in the local stand-in for DynamoDB."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import openai
import pytest

from scripts.local.stack import StackSettings, local_stack
from tests.e2e.chat import Shopper
from tests.e2e.conftest import SAMPLE
from tests.folders import open_folder


@pytest.fixture(scope="module")
def limited(bundle: Path) -> Iterator[openai.OpenAI]:
    """A client of a stack with limits, which sells a few things."""
    with open_folder() as folder, SAMPLE.open(encoding="utf-8") as sample:
        few = folder / "few.csv"
        few.write_text("".join(islice(sample, 40)), encoding="utf-8")
        settings = StackSettings(catalogue=few, state_dir=folder / "state", bundle=bundle, limits=True)
        with local_stack(settings, announce=lambda _: None) as url:
            yield openai.OpenAI(base_url=url, api_key="anything", max_retries=0, timeout=60)


def test_a_guest_has_two_messages_and_is_then_asked_to_sign_in(limited: openai.OpenAI) -> None:
    shopper = Shopper(limited)
    answers = [shopper.streams(text)[0] for text in ("shirts", "the first one?", "any kurtas?")]
    assert not any("sign in" in answer.text for answer in answers[:2])
    assert answers[2].text.startswith("Those were the 2 messages a day that are free without an account.")
    with pytest.raises(openai.RateLimitError, match="Please sign in"):
        shopper.says("any kurtas?")
