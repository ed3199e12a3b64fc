"""What a person reads of each request while `make run` runs."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from scripts.local.requests import line_of, narrated


def written(**more: Any) -> str:
    record = {
        "message": "POST /v1/chat/completions 200",
        "timestamp": "2026-11-25 12:03:55,008+0000",
        "status": 200,
        "ms": 31.4,
        **more,
    }
    return json.dumps(record)


def test_a_chat_tells_where_the_time_went() -> None:
    line = line_of(
        written(
            products=5,
            stages_ms={"understanding": 3.1, "catalogue": 20.6, "first_line": 26.6, "first_token": 900.2},
            tokens_in=610,
            tokens_out=40,
            guard_dropped=1,
        )
    )
    assert line == (
        "12:03:55 chat 200 · 5 products · understood in 3 ms, searched in 21 ms, first line 27 ms, "
        "first word of the LLM 900 ms · 610 tokens in, 40 out · sentences dropped: 1 · done 31 ms"
    )


def test_what_went_wrong_is_said() -> None:
    line = line_of(written(fallen={"llm2": "llm_timeout"}, limit_reached="sign_in_needed"))
    assert (
        line == "12:03:55 chat 200 · llm2 failed (llm_timeout) · limit reached (sign_in_needed) · done 31 ms"
    )


@pytest.mark.parametrize(
    "other",
    [
        "INFO:     Started server process",
        "{",
        "[]",
        "5",
        '{"message": 5}',
        '{"message": "GET /v1/health 200"}',
    ],
)
def test_other_lines_are_not_about_requests(other: str) -> None:
    assert line_of(other) is None


def test_lines_are_said_as_they_are_written(tmp_path: Path) -> None:
    log = tmp_path / "orchestrator.log"
    log.write_text(written() + "\n")
    said: list[str] = []
    with narrated(log, said.append), log.open("a") as file:
        time.sleep(0.3)
        file.write(written(ms=1) + "\n" + written(ms=2)[:20])
        file.flush()
        time.sleep(0.3)
        file.write(written(ms=2)[20:] + "\n")
    assert [line.split(" · ")[-1] for line in said] == ["done 1 ms", "done 2 ms"]
