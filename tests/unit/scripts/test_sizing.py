"""The simulation of larger loads is right where the answer is known."""

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
import simpy

from scripts.simulate import DEPLOYED
from scripts.sizing.fleet import Fleet, Gauge, TokenBucket
from scripts.sizing.measured import ASSUMED, LLM, ColdStarts, NotMeasured, read_cold_starts, read_times
from scripts.sizing.model import Ceilings, Habits, Message
from scripts.sizing.scenarios import LOADS, Load, simulate

HABITS = Habits(search_cold=3, orchestrator_cold=2, patience=10, kept=300, connected=180)
QUICK = Message(before=0.01, search=0.1, sql=0.02, after=0.03)
MANY = Load("many", seconds=2_000, talks_a_second=20)


def passing(clock: simpy.Environment, seconds: float) -> None:
    clock.run(until=clock.now + seconds)


def fleet(clock: simpy.Environment, ceiling: int = 2) -> Fleet:
    return Fleet(clock, cold_s=3, ceiling=ceiling, kept_s=300, connected_s=180)


def test_idle_environment_is_used_again_until_it_is_taken_down() -> None:
    clock = simpy.Environment()
    environments = fleet(clock)
    assert environments.take() == 3
    environments.give_back()
    passing(clock, 299)
    assert environments.take() == 0
    environments.give_back()
    passing(clock, 301)
    assert environments.take() == 3
    assert environments.cold_starts == 2


def test_who_comes_above_the_ceiling_is_turned_away() -> None:
    environments = fleet(simpy.Environment(), ceiling=2)
    assert [environments.take() for _ in range(3)] == [3, 3, None]
    environments.give_back()
    assert environments.take() == 0


def test_connection_counts_until_the_database_closes_it() -> None:
    clock = simpy.Environment()
    environments = fleet(clock, ceiling=9)
    for _ in range(3):
        environments.take()
    for _ in range(3):
        environments.give_back()
    passing(clock, 181)
    environments.take()
    assert environments.most_connections == 3
    environments.take()
    assert environments.most_connections == 3


def test_gauge_weighs_levels_by_their_time() -> None:
    clock = simpy.Environment()
    gauge = Gauge(clock)
    passing(clock, 90)
    gauge.add(10)
    passing(clock, 10)
    assert (gauge.mean(), gauge.level(0.9), gauge.level(0.95)) == (1.0, 0, 10)


def test_gateway_lets_a_burst_through_and_then_its_rate() -> None:
    clock = simpy.Environment()
    gateway = TokenBucket(clock, rate=20, burst=40)
    assert sum(gateway.takes() for _ in range(100)) == 40
    passing(clock, 1)
    assert sum(gateway.takes() for _ in range(100)) == 20


def test_as_many_are_at_once_as_littles_law_says() -> None:
    warm = replace(HABITS, search_cold=0, orchestrator_cold=0)
    outcome = simulate(MANY, [QUICK, replace(QUICK, search=0.3)], Ceilings(), warm)
    assert outcome.searches[0] == pytest.approx(MANY.messages_a_second * 0.2, rel=0.05)
    assert outcome.orchestrators[0] == pytest.approx(MANY.messages_a_second * 0.24, rel=0.05)
    assert outcome.sql_busy == pytest.approx(MANY.messages_a_second * 0.02, rel=0.05)


def test_burst_waits_for_the_environments_that_start() -> None:
    burst = Load("burst", seconds=30, at_once=40)
    outcome = simulate(burst, [QUICK], DEPLOYED, HABITS)
    assert (outcome.answered, outcome.busy, outcome.turned_away) == (40, 0, 0)
    assert outcome.connections == DEPLOYED.search_concurrency
    impatient = simulate(burst, [QUICK], DEPLOYED, replace(HABITS, patience=1))
    assert (impatient.answered, impatient.busy) == (DEPLOYED.search_concurrency, 30)


def test_what_is_called_enough_answers_all() -> None:
    seldom = Load("one now and then", seconds=20_000, talks_a_second=0.01)
    for load in (seldom, replace(LOADS[1], seconds=30), replace(LOADS[2], seconds=120)):
        unbounded = simulate(load, [QUICK], Ceilings(), HABITS)
        outcome = simulate(load, [QUICK], unbounded.enough, HABITS)
        assert outcome.turned_away == outcome.busy == 0


@pytest.fixture
def measured(tmp_path: Path) -> Path:
    """A folder of results, as bench-llm leaves them."""

    def turns(*seconds: Iterable[float]) -> list[dict[str, float]]:
        names = ("first_line", "search", "sql", "end")
        return [dict(zip(names, one, strict=True)) for one in seconds]

    figures = {
        "catalogue": "a.csv",
        "overheads": {"specific": {"turns": turns((0.05, 0.03, 0.01, 0.6))}},
        "waits": [
            {"llm": LLM, "message": "specific", "turns": turns((0.05, 0.03, 0.01, 1.5))},
            {"llm": LLM, "message": "vague", "turns": turns((0.8, 0.04, 0.01, 2.3))},
        ],
    }
    (tmp_path / "bench-llm.json").write_text(json.dumps({"figures": figures}))
    return tmp_path


def test_measured_turns_become_messages_and_every_fourth_is_vague(measured: Path) -> None:
    times = read_times(measured, slower=1)
    (alone,) = times.without_llm
    assert (alone.search, alone.sql, alone.after) == (0.03, 0.01, 0)
    assert alone.before == pytest.approx(0.02)
    assert [message.asks_llm_first for message in times.with_llm] == [False, False, False, True]
    assert times.with_llm[3].after == pytest.approx(1.5)


def test_slower_processor_slows_the_code_and_not_the_llm(measured: Path) -> None:
    slow = read_times(measured, slower=2)
    assert slow.without_llm[0].search == 0.06
    assert slow.with_llm[3].before == pytest.approx(0.76)
    assert slow.with_llm[3].after == pytest.approx(1.5)


def test_cold_starts_are_those_that_were_measured_or_assumed(tmp_path: Path) -> None:
    assert read_cold_starts(tmp_path) == ASSUMED

    def measured(**slow_files: object) -> None:
        figures = {"search": {"slow_files": slow_files}, "orchestrator": {"ready_seconds": 1.2}}
        (tmp_path / "cold.json").write_text(json.dumps({"figures": figures}))

    measured(ours_as_deployed={"seconds": 2.4})
    assert read_cold_starts(tmp_path) == ColdStarts(2.4, 1.2, "make bench-cold")
    measured(not_measured="no such file system here")
    assert read_cold_starts(tmp_path) == ASSUMED


def test_missing_measurement_names_the_command_that_makes_it(tmp_path: Path) -> None:
    with pytest.raises(NotMeasured, match="make bench-llm"):
        read_times(tmp_path, slower=1)


def test_draws_are_the_same_each_time() -> None:
    few = replace(MANY, seconds=50)
    assert simulate(few, [QUICK], DEPLOYED, HABITS) == simulate(few, [QUICK], DEPLOYED, HABITS)
