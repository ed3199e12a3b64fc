"""The stand-in for Lambda, as boto3 sees it: the orchestrator must not tell it from the service."""

import json
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from apparel.contracts import ProductsReply
from orchestrator.catalogue_client import LambdaCatalogue
from scripts.local.child_process import ChildProcess
from scripts.local.lambda_api import (
    MAX_PAYLOAD_BYTES,
    LambdaContext,
    LambdaServer,
    LocalFunction,
)
from scripts.local.sockets import bound_socket, get, listen, port_of
from tests.integration.local.processes import eventually

PATIENT = 60.0


def client(port: int) -> Any:
    """boto3 as the orchestrator has it, but without retries: a test wants to see the first answer."""
    return boto3.client(
        "lambda",
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name="us-east-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=Config(retries={"total_max_attempts": 1}, max_pool_connections=50, read_timeout=60),
    )


@contextmanager
def served(handler: Callable[[Any, LambdaContext], Any], concurrency: int = 100) -> Iterator[Any]:
    """A boto3 client of a function named `search`."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = LambdaServer(listener, LocalFunction("search", handler, PATIENT, concurrency))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield client(listener.getsockname()[1])
        server.shutdown()


def invoke(lambda_client: Any, payload: object) -> tuple[Any, str | None]:
    """The function's answer, and whether Lambda calls it an error."""
    reply = lambda_client.invoke(FunctionName="search", Payload=json.dumps(payload).encode())
    assert reply["StatusCode"] == 200
    return json.load(reply["Payload"]), reply.get("FunctionError")


def code_and_status(error: ClientError) -> tuple[str, int]:
    return error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]


def test_gives_the_event_to_the_handler_and_its_answer_back() -> None:
    with served(lambda event, _: {"got": event}) as function:
        assert invoke(function, {"text": "नीली कमीज़"}) == ({"got": {"text": "नीली कमीज़"}}, None)


def test_tells_the_handler_about_its_invocation() -> None:
    def about(_: Any, context: LambdaContext) -> list[Any]:
        return [context.function_name, context.aws_request_id, context.get_remaining_time_in_millis()]

    with served(about) as function:
        (name, first_id, milliseconds), _ = invoke(function, {})
        (_, second_id, _), _ = invoke(function, {})
    assert name == "search"
    assert first_id != second_id
    assert 0 < milliseconds <= PATIENT * 1000


def test_reports_what_a_handler_raises_and_serves_on() -> None:
    def divide(event: int, _: LambdaContext) -> float:
        return 1 / event

    with served(divide) as function:
        error, kind = invoke(function, 0)
        assert kind == "Unhandled"
        assert (error["errorType"], error["errorMessage"]) == ("ZeroDivisionError", "division by zero")
        assert "divide" in "".join(error["stackTrace"])
        assert invoke(function, 2) == (0.5, None)


@pytest.mark.parametrize(
    ("answer", "error_type"),
    [({1, 2}, "Runtime.MarshalError"), ("x" * MAX_PAYLOAD_BYTES, "Function.ResponseSizeTooLarge")],
    ids=["not JSON", "too large"],
)
def test_reports_an_answer_that_lambda_would_not_carry(answer: Any, error_type: str) -> None:
    with served(lambda *_: answer) as function:
        error, kind = invoke(function, {})
        assert (error["errorType"], kind) == (error_type, "Unhandled")


def test_refuses_a_payload_over_six_megabytes() -> None:
    with served(lambda *_: "called") as function:
        with pytest.raises(ClientError) as refusal:
            invoke(function, "x" * MAX_PAYLOAD_BYTES)
        assert code_and_status(refusal.value) == ("RequestTooLargeException", 413)
        assert invoke(function, "x") == ("called", None)


def test_refuses_another_function_and_another_way_of_invoking() -> None:
    with served(lambda *_: "called") as function:
        with pytest.raises(ClientError) as unknown:
            function.invoke(FunctionName="other")
        with pytest.raises(ClientError) as asynchronous:
            function.invoke(FunctionName="search", InvocationType="Event")
    assert code_and_status(unknown.value) == ("ResourceNotFoundException", 404)
    assert code_and_status(asynchronous.value) == ("InvalidParameterValueException", 400)


def test_serves_one_at_a_time_and_throttles_above_its_concurrency() -> None:
    let_go, running, most = threading.Event(), threading.Semaphore(1), []

    def slow(event: int, _: LambdaContext) -> int:
        most.append(running.acquire(blocking=False))
        assert let_go.wait(PATIENT)
        running.release()
        return event

    with served(slow, concurrency=10) as function, ThreadPoolExecutor(15) as callers:
        calls = [callers.submit(invoke, function, number) for number in range(15)]
        assert eventually(lambda: sum(call.done() for call in calls) == 5)
        let_go.set()
        throttled = [error for call in calls if isinstance(error := call.exception(), ClientError)]
        served_numbers = [call.result()[0] for call in calls if not call.exception()]
    assert [code_and_status(error) for error in throttled] == [("TooManyRequestsException", 429)] * 5
    assert len(set(served_numbers)) == 10
    assert all(most)


def test_callers_that_are_turned_away_are_served_in_the_end(caplog: pytest.LogCaptureFixture) -> None:
    """By the orchestrator's own client: five find the function busy, and none of them fails."""

    def slow(event: dict[str, Any], _: LambdaContext) -> dict[str, Any]:
        time.sleep(0.2)
        return ProductsReply(products=[]).model_dump(mode="json")

    caplog.set_level(logging.INFO, "orchestrator.catalogue_client")
    with served(slow, concurrency=1) as function, ThreadPoolExecutor(6) as shoppers:
        catalogue = LambdaCatalogue(
            function, "search", timeout_seconds=PATIENT, patience_seconds=PATIENT, facets_ttl_seconds=1
        )
        replies = [shoppers.submit(catalogue.products, [str(number)]) for number in range(6)]
        assert [reply.result() for reply in replies] == [[]] * 6
    assert caplog.text.count("Asking embed_search again") >= 5


def test_ends_its_environment_when_a_handler_overruns_its_time(tmp_path: Path) -> None:
    with bound_socket(0) as listener:
        listen(listener)
        function = ChildProcess(
            "slow",
            "scripts.local.lambda_api",
            [
                str(listener.fileno()),
                "search",
                "tests.integration.local.small_parts:sleep",
                "--timeout",
                "0.2",
            ],
            tmp_path / "log",
            lambda _: get(port_of(listener), "/health", 1)[0] == 200,
            sockets=[listener.fileno()],
        )
        function.start()
        try:
            function.wait_until_ready(PATIENT)
            error, kind = invoke(client(port_of(listener)), PATIENT)
            assert (error["errorType"], kind) == ("Sandbox.Timedout", "Unhandled")
            assert "Task timed out after 0.20 seconds" in error["errorMessage"]
            assert eventually(lambda: not function.is_alive())
        finally:
            function.stop()
