"""Nothing that a shopper says, and nothing that tells who they are, gets into a log."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import httpx2
import pytest

from scripts.local.stack import StackSettings, local_stack
from tests.e2e.conftest import SAMPLE
from tests.folders import open_folder

# Words that no program of ours, no library and no product would write of its own accord.
WORDS = "zyzzogeton"
TOKEN = "eyJhbGciOiJub25l.c2VjcmV0LXRva2Vu.c2ln"
ADDRESS = "198.51.100.77"
CONVERSATION = "6b039af9d2571b73ed91f46d"
HEADERS = {
    "authorization": f"Bearer {TOKEN}",
    "x-viewer-address": ADDRESS,
    "x-forwarded-for": ADDRESS,
    "chatui-conversation-id": CONVERSATION,
}


@pytest.fixture(scope="module")
def logs(bundle: Path) -> Iterator[str]:
    """Of all processes of a stack, after everything that can be asked was asked."""
    with open_folder() as folder, SAMPLE.open(encoding="utf-8") as sample:
        few = folder / "few.csv"
        few.write_text("".join(islice(sample, 40)), encoding="utf-8")
        settings = StackSettings(few, folder / "state", bundle=bundle, limits=True)
        with local_stack(settings, announce=lambda _: None) as url:
            _ask_everything(url)
        kept = [path for path in (folder / "state").rglob("*.log") if path.is_file()]
        assert {path.name for path in kept} >= {"orchestrator.log", "embed_search.log", "postgres.log"}
        yield "\n".join(path.read_text(errors="replace") for path in kept)


def _ask_everything(url: str) -> None:
    said: Any = [{"role": "user", "content": f"{WORDS} shirts under 1500 for my {WORDS}'s wedding"}]
    listed = f"1. **[{WORDS}](https://shop.example/products/{WORDS})** by {WORDS}, ₹1"
    history: Any = [
        *said,
        {"role": "assistant", "content": listed},
        {"role": "user", "content": f"the 2nd one of {WORDS}, \x00 ' ; --"},
    ]
    bodies: list[tuple[str, Any]] = [
        ("chat/completions", {"messages": said}),
        ("chat/completions", {"messages": said, "stream": True}),
        ("chat/completions", {"messages": history, "stream": True}),
        ("chat/completions", {"messages": [{"role": WORDS, "content": WORDS}]}),
        ("chat/completions", {"messages": [{"role": "user", "content": WORDS * 2_000}]}),
        ("recommendations", {"query": f"{WORDS} '"}),
        ("recommendations", {"similar_to": WORDS}),
        ("recommendations", {"query": "shirt", "filters": {"brands": [WORDS]}}),
        ("recommendations", {"query": "shirt", "filters": {WORDS: WORDS}}),
    ]
    with httpx2.Client(base_url=url, headers=HEADERS, timeout=60) as client:
        for path, body in bodies:
            client.post(path, json=body)
        client.post("chat/completions", content=f"{{{WORDS}")
        client.get(f"models?{WORDS}={WORDS}")
        client.get(WORDS)


def test_there_is_something_to_search_through(logs: str) -> None:
    assert "/v1/chat/completions 200" in logs


@pytest.mark.parametrize("secret", [WORDS, TOKEN, ADDRESS, CONVERSATION])
def test_no_log_holds(logs: str, secret: str) -> None:
    found = [line for line in logs.splitlines() if secret.lower() in line.lower()]
    assert found == []
