"""What is written down of a request: one id everywhere, where the time went, what did not work."""

import json
import logging
from collections.abc import Iterator, Sequence
from typing import Any, get_args

import httpx2
import pytest

from orchestrator import telemetry
from orchestrator.conversation import answer
from orchestrator.edge.api import Inside
from orchestrator.edge.metrics import FALLEN, STAGES, TALLIES
from orchestrator.errors import CatalogueTimeout, LlmTimeout, MinuteFull
from orchestrator.events import Recommended, Text
from orchestrator.messages import Message
from orchestrator.recommend import recommend_query, recommend_similar
from orchestrator.services import Services
from orchestrator.settings import Settings
from tests.orchestrator_fakes import ECHO, ScriptedLlm, fake_app, fake_services, served

REAL = Inside(answer=answer, by_query=recommend_query, by_products=recommend_similar)


def ask(address: str, text: str = "blue shirts", **headers: str) -> httpx2.Response:
    body = {"messages": [{"role": "user", "content": text}], "stream": True}
    return httpx2.post(f"{address}/v1/chat/completions", json=body, headers=headers)


def written(caplog: pytest.LogCaptureFixture) -> list[Any]:
    """The lines of requests, oldest first."""
    return [record for record in caplog.records if hasattr(record, "status")]


@pytest.fixture(autouse=True)
def everything_is_written_down(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.delenv("POWERTOOLS_METRICS_DISABLED")


class TestTheIdOfARequest:
    def test_is_the_gateways(self, caplog: pytest.LogCaptureFixture) -> None:
        context = json.dumps({"requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"})
        with served(fake_app()) as address:
            answered = ask(address, **{"x-amzn-request-context": context, "x-request-id": "my-own-id"})
        assert answered.headers["x-request-id"] == "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"
        assert "chatcmpl-c6af9ac6-7b61-11e6-9a41-93e8deadbeef" in answered.text
        assert written(caplog)[0].request_id == "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"

    @pytest.mark.parametrize(
        "context", ["", "{", "[]", '{"requestId": 5}', '{"requestId": "a b"}', "[" * 9_000]
    )
    def test_is_made_where_nobody_gives_a_good_one(self, context: str) -> None:
        with served(fake_app()) as address:
            answered = ask(address, **{"x-amzn-request-context": context, "x-request-id": "<script>"})
        assert len(answered.headers["x-request-id"]) == 32

    def test_is_known_wherever_the_answer_is_made(self) -> None:
        seen: list[str] = []

        def curious(messages: Sequence[Message], services: Services) -> Iterator[Recommended | Text]:
            seen.append(telemetry.request_id())
            yield Text("hm")
            seen.append(telemetry.request_id())

        with served(fake_app(Inside(curious, ECHO.by_query, ECHO.by_products))) as address:
            ids = [ask(address).headers["x-request-id"] for _ in range(2)]
        assert seen == [ids[0], ids[0], ids[1], ids[1]]


class TestOneRequest:
    def test_is_one_line_and_one_record_of_metrics(
        self, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
    ) -> None:
        with served(fake_app(REAL)) as address:
            ask(address)
        (line,) = written(caplog)
        assert line.getMessage() == "POST /v1/chat/completions 200"
        assert {"understanding", "first_line"} <= set(line.stages_ms)
        assert line.products == 2
        (record,) = [json.loads(text) for text in capfd.readouterr().out.splitlines() if "_aws" in text]
        assert record["service"] == "orchestrator"
        assert record["request_id"] == line.request_id
        assert record["TimeToFirstLine"][0] <= record["Time"][0]
        assert record["Errors"] == [0]
        assert [record[name] for name in FALLEN.values()] == [[0]] * len(FALLEN)

    def test_tells_what_the_llm_did(self, caplog: pytest.LogCaptureFixture) -> None:
        llm = ScriptedLlm(["A lovely navy shirt for you. The Zara one costs ₹5."])
        with served(fake_app(REAL, fake_services(llm=llm))) as address:
            ask(address)
        (line,) = written(caplog)
        assert (line.guard_kept, line.guard_dropped, line.llm_calls) == (1, 1, 1)
        assert line.tokens_in > line.tokens_out > 0
        assert line.stages_ms["first_token"] >= line.stages_ms["first_line"]

    def test_tells_which_part_did_not_work(
        self, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
    ) -> None:
        llm = ScriptedLlm([LlmTimeout()])
        with served(fake_app(REAL, fake_services(llm=llm))) as address:
            ask(address)
        assert written(caplog)[0].fallen == {"llm2": "llm_timeout"}
        assert '"Llm2Failed":[1.0]' in capfd.readouterr().out

    def test_that_fails_is_an_error(
        self, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
    ) -> None:
        with served(fake_app(services=fake_services(error=CatalogueTimeout()))) as address:
            httpx2.post(f"{address}/v1/recommendations", json={"query": "x"})
        assert written(caplog)[0].status == 503
        assert '"Errors":[1.0]' in capfd.readouterr().out

    def test_that_breaks_a_stream_is_an_error_whatever_its_status_was(
        self, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
    ) -> None:
        with served(fake_app(REAL, fake_services(error=CatalogueTimeout()))) as address:
            assert ask(address).status_code == 200
        assert written(caplog)[0].broken_by == "catalogue_timeout"
        assert '"Errors":[1.0]' in capfd.readouterr().out

    def test_that_reaches_a_limit_is_none(
        self, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
    ) -> None:
        def refused(messages: Sequence[Message], services: Services) -> Iterator[Recommended | Text]:
            raise MinuteFull(limit=8, resets_in=9)
            yield Text("")

        with served(fake_app(Inside(refused, ECHO.by_query, ECHO.by_products))) as address:
            ask(address)
        assert not hasattr(written(caplog)[0], "broken_by")
        assert '"Errors":[0.0]' in capfd.readouterr().out

    def test_is_counted_under_the_name_of_its_stage(self, capfd: pytest.CaptureFixture[str]) -> None:
        settings = Settings(metrics_namespace="ApparelRecommender/prod")
        with served(fake_app(services=fake_services(settings=settings))) as address:
            ask(address)
        (record,) = [json.loads(text) for text in capfd.readouterr().out.splitlines() if "_aws" in text]
        assert record["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "ApparelRecommender/prod"

    def test_of_a_load_balancer_is_not_counted(self, capfd: pytest.CaptureFixture[str]) -> None:
        with served(fake_app()) as address:
            httpx2.get(f"{address}/v1/health")
            httpx2.get(f"{address}/v1/models")
        assert "_aws" not in capfd.readouterr().out


def test_every_name_that_can_be_noted_has_its_metric() -> None:
    assert set(STAGES) == {*get_args(telemetry.Stage), *get_args(telemetry.Mark)}
    assert set(TALLIES) == set(get_args(telemetry.Tally))
    assert set(FALLEN) == set(get_args(telemetry.Fallen))


def test_outside_of_a_request_nothing_is_noted() -> None:
    with telemetry.stage("sql"):
        telemetry.fell("llm1", "x")
    assert telemetry.request_id() == ""
