"""Who loads a catalogue sees how far it is, on a terminal and in a log."""

import io
import re
import time

import pytest

from scripts.load_progress import log_lines, shown_progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_terminal_shows_a_bar_for_each_step_with_the_time_left(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    with shown_progress() as progress:
        for done in range(4):
            progress("describing", done * 100, 400)
            time.sleep(0.2)
        progress("embedding", 0, 7)
    drawn = terminal.getvalue()
    assert re.search(r"describing:  75%.* 300/400 \[00:0\d<00:0\d, ", drawn)
    assert "embedding" not in drawn, "it took no time"


@pytest.mark.parametrize(
    ("every", "told"),
    [(0, ["describing: 50 %, 200 of 400 products", "describing: 100 %, 400 of 400 products"]), (1_000, [])],
)
def test_log_has_a_line_now_and_then(
    capsys: pytest.CaptureFixture[str], every: float, told: list[str]
) -> None:
    progress = log_lines(every)
    for done in range(3):
        progress("describing", done * 200, 400)
    lines = capsys.readouterr().err.splitlines()
    assert lines == [f"{line}, 00:00 left" for line in told]


def test_log_says_once_what_can_t_tell_how_far_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    progress = log_lines(every=0)
    for _ in range(3):
        progress("waiting", 0, 1)
    progress("publishing", 0, 1)
    assert [line.split(",")[0] for line in capsys.readouterr().err.splitlines()] == [
        "waiting for another load to end",
        "publishing",
    ]


def test_without_a_terminal_nothing_is_drawn(capsys: pytest.CaptureFixture[str]) -> None:
    with shown_progress() as progress:
        for done in range(3):
            progress("describing", done, 3)
    assert capsys.readouterr().err == ""
