"""How far a load is, on standard error: a bar for each step on a terminal, elsewhere a line now and then."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import NoReturn

from tqdm import tqdm

from embed_search.missing import Progress, Step

LOG_SECONDS = 10.0
"""Between two lines of a log."""

_UNITS: dict[Step, str] = {"reading": "B", "describing": " products", "embedding": " texts"}
_LOG_LINE = "{desc}: {percentage:.0f} %, {n_fmt} of {total_fmt}{unit}, {remaining} left"

_UNTIMED: dict[Step, str] = {
    "waiting": "waiting for another load to end",
    "publishing": "publishing, which takes minutes where a vector index is to be built",
}
"""Steps that can't tell how far they are."""


@contextmanager
def shown_progress() -> Iterator[Progress]:
    """What a load is to call; each step is shown with the time that it has left."""
    with _bars() if sys.stderr.isatty() else nullcontext(log_lines()) as progress:
        yield progress


@contextmanager
def _bars() -> Iterator[Progress]:
    """One after the other; a step that takes no time has none."""
    shown: Step | None = None
    bar: tqdm[NoReturn] | None = None

    def show(step: Step, done: int, total: int) -> None:
        nonlocal bar, shown
        if bar is None or step != shown:
            if bar is not None:
                bar.close()
            bar, shown = _bar(step, total), step
        bar.update(done - bar.n)

    try:
        yield show
    finally:
        if bar is not None:
            bar.close()


def _bar(step: Step, total: int) -> "tqdm[NoReturn]":
    if step in _UNTIMED:
        return tqdm(total=total, leave=False, bar_format=f"{_UNTIMED[step]}: {{elapsed}}")
    return tqdm(desc=step, unit=_UNITS[step], unit_scale=step == "reading", delay=0.5, total=total)


def log_lines(every: float = LOG_SECONDS) -> Progress:
    """For what is read later: a line each time that `every` so many seconds are over, and where a step had
    lines, one at its end."""
    shown: Step | None = None
    began = told = 0.0

    def show(step: Step, done: int, total: int) -> None:
        nonlocal shown, began, told
        now = time.monotonic()
        if step != shown:
            shown, began, told = step, now, now
            if step in _UNTIMED:
                print(_UNTIMED[step], file=sys.stderr, flush=True)
        elif step not in _UNTIMED and (now - told >= every or (done == total and told > began)):
            told = now
            print(_line(step, done, total, now - began), file=sys.stderr, flush=True)

    return show


def _line(step: Step, done: int, total: int, seconds: float) -> str:
    line: str = tqdm.format_meter(
        done,
        total,
        seconds,
        prefix=step,
        unit=_UNITS[step],
        unit_scale=step == "reading",
        bar_format=_LOG_LINE,
    )
    return line
