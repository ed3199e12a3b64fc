"""The smoke test for a deployed API, against the local stack; and against answers that are wrong."""

import json
import re
from collections.abc import Callable

import httpx2
import pytest

from scripts.deployed.caller import Caller
from scripts.deployed.checks import Visit
from scripts.smoke import Result, read_visit, report, smoke

Change = Callable[[str, str], str]
"""Of a path and the text of its answer."""


class Distorting(httpx2.BaseTransport):
    """The real answers, changed on their way."""

    def __init__(self, change: Change, status: int | None = None) -> None:
        self._real = httpx2.HTTPTransport()
        self._change = change
        self._status = status

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        response = self._real.handle_request(request)
        text = response.read().decode()
        headers = {name: value for name, value in response.headers.items() if name != "content-length"}
        content = self._change(request.url.path, text).encode()
        return httpx2.Response(self._status or response.status_code, headers=headers, content=content)


def failed(results: list[Result]) -> dict[str, str]:
    return {result.name: result.seen for result in results if not result.passed}


def smoke_of(base_url: str, change: Change, status: int | None = None) -> dict[str, str]:
    """What fails, with what was seen."""
    return failed(smoke(Visit(Caller(base_url, transport=Distorting(change, status)))))


def test_the_local_stack_passes(base_url: str) -> None:
    results = smoke(Visit(Caller(base_url)))
    assert failed(results) == {}
    assert [result.name for result in results][:5] == [
        "health, deep",
        "health",
        "models",
        "chat, streamed",
        "chat, a follow-up by number",
    ]
    assert "first product line" in report(results)


def test_a_price_that_is_not_the_recommended_ones(base_url: str) -> None:
    def cheaper(path: str, text: str) -> str:
        return re.sub(r"₹([\d,]+)", "₹1", text) if path.endswith("/completions") else text

    assert set(smoke_of(base_url, cheaper)) == {"chat, streamed", "chat, a follow-up by number"}


def test_a_stream_that_breaks_off(base_url: str) -> None:
    def cut(path: str, text: str) -> str:
        return text.removesuffix("data: [DONE]\n\n") if path.endswith("/completions") else text

    assert smoke_of(base_url, cut)["chat, streamed"] == "the stream broke off before `stop` and [DONE]"


def test_an_empty_catalogue(base_url: str) -> None:
    def empty(path: str, text: str) -> str:
        return json.dumps({"status": "ok", "products": 0}) if path.endswith("/health") else text

    assert "load one" in smoke_of(base_url, empty)["health, deep"]


def test_errors_of_the_gateways_own_shape(base_url: str) -> None:
    def gateway(_path: str, text: str) -> str:
        return '{"message": "Forbidden"}' if '"error"' in text else text

    assert "no error of ours" in smoke_of(base_url, gateway)["errors in one shape"]


def test_a_limit_that_is_reached(base_url: str) -> None:
    assert "KEY=" in smoke_of(base_url, lambda _path, text: text, status=429)["recommendations"]


def test_an_api_gateway_that_answers_around_cloudfront(base_url: str) -> None:
    around = base_url.removesuffix("/v1")
    results = smoke(Visit(Caller(base_url), api_gateway_url=around))
    assert failed(results) == {
        "no way around CloudFront": "/v1/models was served around CloudFront, with status 200"
    }


def test_nothing_there_at_all() -> None:
    results = smoke(Visit(Caller("http://127.0.0.1:9/v1")))
    assert all(not result.passed for result in results)
    assert "no connection" in results[0].seen


@pytest.mark.parametrize("url", ["https://api.example", "https://api.example/", "https://api.example/v1"])
def test_takes_the_address_with_and_without_the_version(url: str) -> None:
    assert read_visit({"URL": url}).caller.base_url == "https://api.example/v1"


def test_says_what_it_wants_where_the_address_is_missing() -> None:
    with pytest.raises(ValueError, match="URL wants the address"):
        read_visit({})
