"""`make bench`: every benchmark one after the other, stopped after 20 minutes.

What each part measured is in build/results/NAME.json; build/results/bench.json has all of it together, beside
the report build/bench.md. Exit status 1 if a part failed, missed its objectives or had no time left; the
others run all the same.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripts import results
from scripts.performance import PARTS as WRITTEN
from scripts.performance import rendered

ALL_SECONDS = 20 * 60
PART_SECONDS = 5 * 60
REPORT = results.ROOT / "build" / "bench.md"
_KILL_SECONDS = 15
_OF_MAKE = ("ARGS", "MAKEFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "MFLAGS")
WITHOUT_PAUSES = {"THINK": "0", "P95_FIRST_MS": "30000", "P95_WHOLE_MS": "30000"}
"""More than two cores can answer at once: here nothing may be lost, how quick it is is another question."""


@dataclass(frozen=True)
class Part:
    target: str
    """Of make."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """CATALOGUE, SIZE, ARGS, ..."""

    @property
    def command(self) -> list[str]:
        return ["make", "--no-print-directory", self.target, *(f"{k}={v}" for k, v in self.settings.items())]

    def __str__(self) -> str:
        return " ".join(self.command[2:])


def parts() -> Sequence[Part]:
    """What bounds itself comes first; what depends on a catalogue that may have to be embedded, last."""
    return (
        Part("bench-llm", {"ARGS": "--turns 20"}),
        Part("load", {"SCENARIO": "soak", "USERS": "10", "SECONDS": "15", **WITHOUT_PAUSES}),
        Part("load", {"SCENARIO": "soak", "USERS": "50", "SECONDS": "20", **WITHOUT_PAUSES}),
        Part("load", {"SCENARIO": "ramp", "USERS": "20", "SECONDS": "20"}),
        Part("load", {"SCENARIO": "spike", "USERS": "30", "SECONDS": "20"}),
        Part("bench-web", {"ARGS": "--rounds 4"}),
        Part("bench-embedding"),
        Part("bench-cold", {"ARGS": "--rounds 3", "CATALOGUE": "data/sample_catalogue.csv"}),
        Part("simulate"),
        Part("bench-search", {"ARGS": "--questions 80"}),
        Part("bench-engines", {"ARGS": "--questions 50"}),
        Part("bench-catalogue", {"SIZE": "5000"}),
    )


@dataclass(frozen=True)
class Outcome:
    part: str
    said: str
    """`done`, or what went wrong."""
    seconds: float
    wrote: Mapping[str, Any]
    """The records of build/results/ that it wrote, by name."""


def run(part: Part, seconds: float, root: Path = results.ROOT) -> Outcome:
    """One part of the Makefile in `root`, stopped with all that it started when its time is over."""
    began, before = time.monotonic(), _written(root)
    if seconds <= 0:
        return Outcome(str(part), "no time was left", 0.0, {})
    # Without what this make was told: ARGS are meant for us.
    environment = {name: value for name, value in os.environ.items() if name not in _OF_MAKE}
    process = subprocess.Popen(part.command, cwd=root, env=environment, start_new_session=True)
    try:
        status = process.wait(seconds)
        said = "done" if status == 0 else f"ended with status {status}"
    except subprocess.TimeoutExpired:
        said = f"stopped after {seconds:.0f} s"
    finally:
        _stop(process)
    return Outcome(str(part), said, round(time.monotonic() - began, 1), _new(before, root))


def _stop(process: subprocess.Popen[bytes]) -> None:
    """First Ctrl-C, at which a stack stops its children in order."""
    for number in (signal.SIGINT, signal.SIGKILL):
        if process.poll() is None:
            os.killpg(process.pid, number)
            try:
                process.wait(_KILL_SECONDS)
            except subprocess.TimeoutExpired:
                continue


def _written(root: Path) -> dict[Path, int]:
    """The files of results, and when each was written."""
    return {path: path.stat().st_mtime_ns for path in sorted((root / "build" / "results").glob("*.json"))}


def _new(before: Mapping[Path, int], root: Path) -> dict[str, Any]:
    changed = [path for path, at in _written(root).items() if before.get(path) != at]
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in changed}


def report(outcomes: Sequence[Outcome]) -> str:
    """In markdown: how the parts went, and the tables of docs/PERFORMANCE.md from what they wrote."""
    wrote = {name: record for one in outcomes for name, record in one.wrote.items()}
    lines = ["# make bench", "", "| part | | seconds | wrote |", "|---|---|--:|---|"]
    for one in outcomes:
        lines.append(f"| `make {one.part}` | {one.said} | {one.seconds:.0f} | {', '.join(one.wrote)} |")
    for name in WRITTEN:
        if text := rendered(name, wrote):
            lines += ["", f"## {name.replace('-', ' ').capitalize()}", "", text]
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="", help="parts whose target holds this text")
    only = parser.parse_args().only
    ends = time.monotonic() + ALL_SECONDS
    outcomes: list[Outcome] = []
    for part in parts():
        if only in part.target:
            print(f"\n=== make {part}", flush=True)
            outcomes.append(run(part, min(PART_SECONDS, ends - time.monotonic())))
    rows = [(one.part, one.said, one.seconds, ", ".join(one.wrote)) for one in outcomes]
    print(f"\n{results.table([('part', '', 'seconds', 'wrote'), *rows])}")
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(report(outcomes), encoding="utf-8")
    figures = {one.part: {"said": one.said, "seconds": one.seconds, "results": one.wrote} for one in outcomes}
    print(f"Written: {REPORT.relative_to(results.ROOT)}, {results.write('bench', figures)}")
    return int(any(one.said != "done" for one in outcomes))


if __name__ == "__main__":
    sys.exit(main())
