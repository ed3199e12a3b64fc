"""The traffic, for Locust: `make load`, or by hand: locust -f scripts/load/locustfile.py --host URL/v1

SCENARIO, USERS, SECONDS, THINK and KEY come from the environment, as `make load` sets them. Each message is
two lines of Locust's report: the time until the first byte of the reply's body, and until its last.
"""

import itertools
import json
import os
import random
import time
from collections.abc import Iterator
from typing import Any

from greenlet import GreenletExit
from locust import HttpUser, LoadTestShape, between, events, task
from locust.env import Environment
from locust.stats import RequestStats, StatsEntry

from scripts import results
from scripts.load.objectives import NAME, PERCENTILES, Measured, Tally, judged
from scripts.load.shapes import SHAPES
from scripts.load.talks import BUDGETS, THEMES, Refused, Reply, Talk, WrongReply, read_stream, read_whole

FIRST_BYTE, WHOLE = "chat, first byte", "chat, whole reply"
TIMEOUT_SECONDS = 75
"""The API's own deadline is 60 s."""
JUST_ASKED_SECONDS = 1
"""Locust lets shoppers finish what they are at, but some wake up to ask while it tells them to leave."""
_numbers = itertools.count()
_tally = Tally()


class Shopper(HttpUser):
    """Mostly streamed chats; some of another client that does not stream, and a product page's list."""

    wait_time = between(0.5 * float(os.environ.get("THINK", "1")), 1.5 * float(os.environ.get("THINK", "1")))

    def on_start(self) -> None:
        if key := os.environ.get("KEY"):
            self.client.headers["Authorization"] = f"Bearer {key}"

    @task(8)
    def chat(self) -> None:
        self._talk(stream=True)

    @task(1)
    def chat_without_stream(self) -> None:
        self._talk(stream=False)

    @task(1)
    def product_page(self) -> None:
        query = {"query": random.choice(THEMES).words, "limit": 5}
        found = self._listed("recommendations, by words", query)
        if found:
            seen = [found[0]["product_id"]]
            self._listed("recommendations, by product", {"viewed": seen, "limit": 5}, seen)

    def _listed(self, name: str, body: dict[str, Any], not_these: list[str] | None = None) -> list[Any]:
        with self.client.post(
            "/recommendations", json=body, name=name, catch_response=True, timeout=TIMEOUT_SECONDS
        ) as response:
            if not response.ok:
                response.failure(f"HTTP {response.status_code}")
                return []
            found: list[Any] = response.json()["recommendations"]
            if not found or any(item["product_id"] in (not_these or ()) for item in found):
                response.failure("nothing recommended, or what was viewed already")
            return found

    def _talk(self, *, stream: bool) -> None:
        number = next(_numbers)
        talk = Talk(THEMES[number % len(THEMES)], BUDGETS[number % len(BUDGETS)])
        while talk.say():
            if not self._turn(talk, stream=stream):
                return
            self.wait()  # type: ignore[no-untyped-call]

    def _turn(self, talk: Talk, *, stream: bool) -> bool:
        _tally.asked += 1
        began = time.perf_counter()
        try:
            problem, size = self._ask(talk, began, stream=stream)
        # The load has ended. Who had only just asked is not counted; else the reply hung until now.
        except GreenletExit:
            _tally.asked -= time.perf_counter() - began < JUST_ASKED_SECONDS
            raise
        self.environment.events.request.fire(
            request_type="SSE" if stream else "POST", name=WHOLE, exception=problem, context={},
            response_time=(time.perf_counter() - began) * 1_000, response_length=size,
        )  # fmt: skip
        return problem is None

    def _ask(self, talk: Talk, began: float, *, stream: bool) -> tuple[Exception | None, int]:
        """What was wrong with the reply, and its bytes."""
        body = {"messages": talk.messages, "stream": stream}
        raw = b""
        with self.client.post(
            "/chat/completions", json=body, name=FIRST_BYTE, stream=True, catch_response=True,
            timeout=TIMEOUT_SECONDS,
        ) as response:  # fmt: skip
            try:
                pieces = response.iter_content(None)
                first = next(pieces, b"")
                response.request_meta["response_time"] = (time.perf_counter() - began) * 1_000
                raw = first + b"".join(pieces)
                if response.status_code in (429, 503):
                    raise Refused(f"HTTP {response.status_code}")
                if not response.ok:
                    raise WrongReply(f"HTTP {response.status_code}")
                talk.hear(_reply(raw, stream=stream))
                _tally.answered += 1
            # Whatever goes wrong with one reply is counted, and the load goes on.
            except (Refused, WrongReply, OSError, ValueError, KeyError) as error:
                _tally.note(error)
                response.failure(str(error))
                return error, len(raw)
        return None, len(raw)


def _reply(raw: bytes, *, stream: bool) -> Reply:
    text = raw.decode()
    return read_stream(_lines(text)) if stream else read_whole(json.loads(text))


def _lines(text: str) -> Iterator[str]:
    # Not splitlines(): it also splits at characters that a product's name may hold.
    return (line.rstrip("\r") for line in text.split("\n"))


class Scenario(LoadTestShape):
    """How many shoppers there are at a moment."""

    def tick(self) -> tuple[int, float] | None:
        users, seconds = int(os.environ.get("USERS", "10")), float(os.environ.get("SECONDS", "60"))
        passed = self.get_run_time()  # type: ignore[no-untyped-call]
        if passed >= seconds:
            return None
        return SHAPES[os.environ.get("SCENARIO", "ramp")](passed / seconds, users), max(1.0, users / 2)


@events.quitting.add_listener  # type: ignore[untyped-decorator]
def _judge(environment: Environment, **_: object) -> None:
    assert environment.runner is not None
    stats = environment.runner.stats
    measured = Measured(
        requests=stats.total.num_requests,
        failures=stats.total.num_failures,
        requests_per_second=stats.total.total_rps,
        first_byte_ms=_percentiles(stats, FIRST_BYTE),
        whole_reply_ms=_percentiles(stats, WHOLE),
    )
    environment.process_exit_code, figures = judged(measured, _tally)
    name = f"{NAME}-{figures['scenario']}-{figures['users']}"
    print(f"Written: {results.write(name, figures)}")


def _percentiles(stats: RequestStats, name: str) -> dict[int, float]:
    """Of the replies, streamed or not, as one."""
    total = StatsEntry(stats, name, "", use_response_times_cache=False)
    for (_, method), entry in stats.entries.items():
        if entry.name == name:
            assert method is not None
            total.extend(entry)
    return {q: float(total.get_response_time_percentile(q / 100)) for q in PERCENTILES}
