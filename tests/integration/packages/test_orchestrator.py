"""The packaged orchestrator, started by its own script, serves chats behind WebAdapterStandIn."""

import base64
import json
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from scripts.local.lambda_api import LambdaServer, LocalFunction
from tests.integration.packages.conftest import SandboxOf
from tests.lambda_runtime import Function
from tests.llm_server import LlmServer, llm_server, says, stalls_after
from tests.web_adapter import NULS, WebAdapterStandIn, running_behind_adapter


@pytest.fixture(scope="module")
def search_address(search: Function) -> Iterator[str]:
    """Lambda's Invoke API before the packaged search."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        function = LocalFunction("embed_search", lambda event, _: search.invoke(event), timeout=30)
        server = LambdaServer(listener, function)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield "http://127.0.0.1:{}".format(*server.server_address[1:])
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def llm() -> Iterator[LlmServer]:
    with llm_server() as server:
        yield server


@pytest.fixture(scope="module")
def adapter(
    sandbox_of: SandboxOf,
    search_address: str,
    llm: LlmServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[WebAdapterStandIn]:
    """With the environment of infra/constructs/orchestrator.py, and an LLM of the test's own."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment = {
        "_HANDLER": "run.sh",
        "AWS_LAMBDA_EXEC_WRAPPER": "/opt/bootstrap",
        "AWS_LWA_INVOKE_MODE": "response_stream",
        "AWS_LWA_PORT": str(port),
        "AWS_LWA_READINESS_CHECK_PATH": "/v1/health",
        "SEARCH_FUNCTION": "embed_search",
        "DEADLINE_SECONDS": "60",
        "PRODUCT_URL_TEMPLATE": "https://shop.example/products/{product_id}",
        "AWS_ENDPOINT_URL_LAMBDA": search_address,
        "LLM_BASE_URL": llm.url,
        "LLM_MODEL": "test",
    }
    log = tmp_path_factory.mktemp("orchestrator") / "log"
    with running_behind_adapter(sandbox_of("orchestrator"), environment, log) as adapter:
        yield adapter


def event(
    method: str, path: str, body: object = None, headers: dict[str, str] | None = None
) -> dict[str, Any]:
    """What API Gateway hands to Lambda for a request."""
    return {
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": {"content-type": "application/json", **(headers or {})},
        "multiValueQueryStringParameters": None,
        "requestContext": {"requestId": "gateway-1", "stage": "v1", "identity": {"sourceIp": "192.0.2.1"}},
        "body": None if body is None else json.dumps(body),
        "isBase64Encoded": False,
    }


def chat(text: str, *, stream: bool) -> dict[str, Any]:
    body = {"model": "apparel-recommender", "stream": stream, "messages": [{"role": "user", "content": text}]}
    return event("POST", "/v1/chat/completions", body)


def whole(adapter: WebAdapterStandIn, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """The prelude, and the body, as API Gateway tells them apart."""
    prelude, nuls, body = b"".join(adapter.stream(request)).partition(NULS)
    assert nuls
    return json.loads(prelude), body


def test_buffered_answer(adapter: WebAdapterStandIn, llm: LlmServer) -> None:
    llm.script = says("A fine choice for the office.")
    prelude, body = whole(adapter, chat("checked shirts for men", stream=False))
    assert prelude["statusCode"] == 200
    assert prelude["headers"]["content-type"] == "application/json"
    answer = json.loads(body)
    assert answer["recommendations"][0]["product_id"] == "101"
    assert "₹900" in answer["choices"][0]["message"]["content"]


def test_streamed_chat_comes_event_by_event(adapter: WebAdapterStandIn, llm: LlmServer) -> None:
    release = threading.Event()
    llm.script = stalls_after(release=release)
    pieces = adapter.stream(chat("checked shirts for men", stream=True))
    prelude = json.loads(next(pieces))
    assert prelude["headers"]["content-type"].startswith("text/event-stream")
    assert next(pieces) == NULS

    received = b""
    while b"\xe2\x82\xb9900" not in received:  # the price in a product's line
        received += next(pieces)
    assert b'"recommendations":[{' in received
    assert b"[DONE]" not in received, "the LLM has not said a word yet"

    release.set()
    rest = b"".join(pieces)
    assert rest.endswith(b"data: [DONE]\n\n")
    for line in (received + rest).decode().split("\n\n"):
        if line.startswith("data: ") and not line.endswith("[DONE]"):
            json.loads(line.removeprefix("data: "))


def test_error_has_the_apis_shape_also_in_the_stream(adapter: WebAdapterStandIn) -> None:
    prelude, body = whole(adapter, event("POST", "/v1/recommendations", {"query": 5}))
    assert prelude["statusCode"] == 400
    assert json.loads(body)["error"]["message"]


def test_body_in_base64_is_read(adapter: WebAdapterStandIn) -> None:
    request = event("POST", "/v1/recommendations", {"query": "silk saree", "limit": 1})
    request["body"] = base64.b64encode(request["body"].encode()).decode()
    request["isBase64Encoded"] = True
    prelude, body = whole(adapter, request)
    assert prelude["statusCode"] == 200, body
    assert len(json.loads(body)["recommendations"]) == 1


def test_answer_without_a_body_has_its_prelude(adapter: WebAdapterStandIn) -> None:
    prelude, body = whole(adapter, event("HEAD", "/v1/health"))
    assert prelude["statusCode"] == 405, "no body goes along with a HEAD, whatever its status"
    assert body == b""


def test_everything_deep_is_well(adapter: WebAdapterStandIn) -> None:
    request = event("GET", "/v1/health")
    request["multiValueQueryStringParameters"] = {"deep": ["1"]}
    prelude, body = whole(adapter, request)
    assert prelude["statusCode"] == 200, body


def test_logs_hold_no_words_of_the_shopper(adapter: WebAdapterStandIn) -> None:
    whole(adapter, chat("confidential checked shirts", stream=False))
    assert "confidential" not in adapter.logs()
