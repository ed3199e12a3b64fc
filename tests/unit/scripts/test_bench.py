"""`make bench` reports what failed, goes on with the rest, and keeps to its time."""

import os
import re
from dataclasses import asdict, replace
from pathlib import Path

import psutil
import pytest

from scripts.bench import ALL_SECONDS, Outcome, Part, parts, report, run
from scripts.performance import PAGE, PARTS, rendered
from scripts.results import ROOT
from scripts.simulate import DEPLOYED, figures_of
from scripts.sizing.model import Ceilings, Habits, Message
from scripts.sizing.scenarios import LOADS, simulate
from tests.integration.local.processes import eventually

MAKEFILE = """
good:
\t@mkdir -p build/results && echo '{"figures": {"ms": 1}}' > build/results/good-$(SIZE).json
bad:
\t@false
endless:
\t@echo $$$$ > child; exec sleep 600
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "Makefile").write_text(MAKEFILE)
    return tmp_path


def test_part_that_goes_well_hands_over_what_it_wrote(root: Path) -> None:
    (root / "build" / "results").mkdir(parents=True)
    old = root / "build" / "results" / "older.json"
    old.write_text("{}")
    os.utime(old, (0, 0))
    outcome = run(Part("good", {"SIZE": "2"}), 60, root)
    assert (outcome.part, outcome.said) == ("good SIZE=2", "done")
    assert outcome.wrote == {"good-2": {"figures": {"ms": 1}}}


def test_part_that_fails_is_told_with_its_status(root: Path) -> None:
    assert run(Part("bad"), 60, root).said == "ended with status 2"
    assert run(Part("nowhere"), 60, root).said == "ended with status 2"


def test_part_that_takes_too_long_is_stopped_with_all_that_it_started(root: Path) -> None:
    assert run(Part("endless"), 2, root).said == "stopped after 2 s"
    child = int((root / "child").read_text())
    assert eventually(lambda: not psutil.pid_exists(child))


def test_part_without_time_is_not_begun(root: Path) -> None:
    assert run(Part("endless"), 0, root).said == "no time was left"
    assert not (root / "child").exists()


def test_report_names_every_part_and_holds_the_tables() -> None:
    text = report([Outcome("bench-web", "ended with status 1", 3.0, {})])
    assert "| `make bench-web` | ended with status 1 | 3 |" in text
    assert "`search_concurrency`" in text


def test_parts_are_targets_of_make_and_bench_takes_20_minutes_at_most() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    assert {part.target for part in parts()} <= targets
    assert ALL_SECONDS <= 20 * 60


MACHINE = {"cores": 2, "cpu": "a processor"}
COMMIT = {"commit": "0123456789", "uncommitted_changes": False, "measured_at": "2026-11-27T12:00"}


def record(figures: object) -> dict[str, object]:
    """As scripts/results.py writes it."""
    return {"machine": MACHINE, **COMMIT, "figures": figures}


def test_load_table_is_of_runs_against_the_local_stack() -> None:
    took = {"p50": 100, "p95": 200, "p99": 300}
    run = {
        "scenario": "soak", "users": 50, "think_seconds": 0, "seconds": 30, "replies_asked": 900,
        "replies_answered": 899, "replies_refused": 1, "replies_lost_or_mixed_up": 0,
        "first_byte_ms": took, "whole_reply_ms": took,
    }  # fmt: skip
    here = record({**run, "target": "the local stack, a.csv"})
    elsewhere = record({**run, "target": "a URL", "users": 4})
    text = rendered("load", {"load-soak-50": here, "load-soak-4": elsewhere})
    assert "| soak | 50 | 0 | 899 of 900 | 1 | 0 | 30.0 | 100 | 200 | 100 | 200 |" in text
    assert "| soak | 4 |" not in text
    assert "commit 01234567, 2026-11-27" in text


def test_sizing_tells_needs_without_ceilings_and_what_shoppers_get_with_them() -> None:
    load = replace(LOADS[1], seconds=60, at_once=80)
    message = Message(before=0.01, search=0.1, sql=0.02, after=0.03)
    habits = Habits(search_cold=3, orchestrator_cold=2, patience=10, kept=300, connected=180)
    runs = [simulate(load, [message], ceilings, habits) for ceilings in (Ceilings(), DEPLOYED)]
    outcomes = {"none": [figures_of(run) for run in runs]}
    assumed = {"habits": asdict(habits), "cold_starts_from": "assumed"}
    found = record({"catalogue": "a.csv", "outcomes": outcomes, **assumed})
    needs, gets = rendered("sizing", {"simulate": found}).split("\n\n")[1:]
    assert len(needs.splitlines()) == 3
    assert f"| {load.name} | none | no ceiling | 80 of 80 | 0 | 0 |" in gets
    assert f"| {load.name} | none | 10, 60, 20 | 60 of 80 | 20 | 0 |" in gets


def test_whole_answer_tells_each_moment() -> None:
    moments = {"first_byte_s": 0.01, "first_line_s": 0.05, "first_words_s": 0.8, "end_s": 1.5}
    speed = {"llm": "slow", "first_token_s": 0.4, "tokens_a_second": 28, "message": "vague"}
    ms = {"p50": 8.0, "p95": 15.0}
    added = {"vague": {"first_line_ms": ms, "first_words_ms": ms}}
    found = record({"waits": [{**speed, **moments}], "overheads": added})
    text = rendered("whole-answer", {"bench-llm": found})
    assert "| slow: 0.4, 28 | vague | 0.01 | 0.05 | 0.80 | 1.50 |" in text
    assert "| vague | 8.0 | 15.0 | 8.0 | 15.0 |" in text


def test_part_that_was_not_measured_stays_as_it_is() -> None:
    assert rendered("sizing", {}) == rendered("whole-answer", {}) == ""


def test_page_has_a_place_for_each_part_and_the_connections_of_the_defaults() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name in PARTS:
        assert f"<!-- {name}: written by make, begin -->" in page
    assert rendered("connections", {}) in page
