"""The comparison of two versions' latency: who is asked when, and what the figures say."""

from collections.abc import Callable

import httpx2
import pytest

from scripts.bench_latency import figures, measure, table


@pytest.fixture
def asked() -> list[str]:
    return []


@pytest.fixture
def client(asked: list[str]) -> Callable[[str], httpx2.Client]:
    """A client whose server only notes who was asked."""

    def client(name: str) -> httpx2.Client:
        def answer(request: httpx2.Request) -> httpx2.Response:
            asked.append(name)
            return httpx2.Response(200, json={"recommendations": []})

        return httpx2.Client(base_url="http://stack", transport=httpx2.MockTransport(answer))

    return client


def test_both_take_turns_and_the_first_round_does_not_count(
    client: Callable[[str], httpx2.Client], asked: list[str]
) -> None:
    clients = {"base": client("base"), "now": client("now")}
    times = measure([{"query": "shirt"}, {"query": "saree"}], clients, rounds=2)
    assert {name: len(values) for name, values in times.items()} == {"base": 4, "now": 4}
    assert asked[:4] == ["now", "base", "base", "now"]
    assert asked.count("base") == asked.count("now") == 6


def test_figures_are_ratios_of_now_to_base() -> None:
    found = figures({"base": [10.0, 20.0, 30.0], "now": [20.0, 40.0, 60.0]})
    assert (found["ratio_p50"], found["ratio_mean"], found["median_of_ratios"]) == (2, 2, 2)
    assert found["answers"] == 3


def test_table_has_a_line_for_each_kind() -> None:
    found = figures({"base": [1.0, 2.0], "now": [1.0, 2.0]})
    assert [line.split()[0] for line in table({"query": found, "viewed": found}).splitlines()[1:]] == [
        "query",
        "viewed",
    ]
