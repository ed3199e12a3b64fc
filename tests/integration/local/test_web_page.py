"""The chat page beside an API, as a browser is served it."""

import gzip
import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from scripts.local.web_page import HEADERS, PAGE, WebPage, page_headers
from tests.orchestrator_fakes import fake_app, served

LOGIN = {"token_url": "https://shop.auth.example/oauth2/token", "client_id": "page"}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with served(WebPage(fake_app())) as address:
        yield address


def test_the_page_is_at_the_root_and_the_api_where_it_was(url: str) -> None:
    assert "<title>Apparel" in httpx2.get(f"{url}/").text
    assert httpx2.get(f"{url}/v1/health").json()["status"] == "ok"
    assert httpx2.get(f"{url}/v1/docs").text.startswith("<!doctype html>")


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/js",
        "/js/",
        "/js/nothing.js",
        "/../Makefile",
        "/%2e%2e/Makefile",
        "/js/..%2f..%2fREADME.md",
    ],
)
def test_what_is_no_file_of_the_page_is_answered_by_the_api(url: str, path: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{url}{path}")
    assert refused.value.code == 404
    assert json.loads(refused.value.read())["error"]["code"] == "not_found"


def test_a_post_to_the_page_is_the_apis_to_refuse(url: str) -> None:
    assert httpx2.post(f"{url}/", json={}).json()["error"]["code"] == "not_found"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html"),
        ("/js/main.js", "text/javascript"),
        ("/css/base.css", "text/css"),
        ("/favicon.svg", "image/svg+xml"),
        ("/fonts/figtree-latin-wght-normal.woff2", "font/woff2"),
        ("/config.json", "application/json"),
    ],
)
def test_every_file_comes_with_its_type_and_the_policy(url: str, path: str, kind: str) -> None:
    answer = httpx2.get(f"{url}{path}")
    assert answer.headers["content-type"].startswith(kind)
    for name, value in page_headers().items():
        assert answer.headers[name] == value
    assert answer.headers["cache-control"] == "no-cache"


def test_a_file_that_has_not_changed_is_not_sent_again(url: str) -> None:
    first = httpx2.get(f"{url}/js/main.js")
    again = httpx2.get(f"{url}/js/main.js", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_files_are_packed_for_those_who_can_unpack(url: str) -> None:
    request = urllib.request.Request(f"{url}/js/garment_shapes.js", headers={"accept-encoding": "gzip"})
    packed = urllib.request.urlopen(request).read()
    plain = (PAGE / "js" / "garment_shapes.js").read_bytes()
    assert gzip.decompress(packed) == plain
    assert len(packed) < len(plain) / 2


def test_the_settings_say_where_the_api_is_and_that_nobody_signs_in_here(url: str) -> None:
    assert httpx2.get(f"{url}/config.json").json() == {"api": "/v1", "login": None}


def test_where_people_sign_in_only_that_origin_is_let_in_besides() -> None:
    policy = page_headers(LOGIN["token_url"])["Content-Security-Policy"]
    assert "connect-src 'self' https://shop.auth.example;" in policy
    assert "connect-src 'self';" in page_headers()["Content-Security-Policy"]


def test_the_policy_is_strict() -> None:
    headers: dict[str, Any] = json.loads(HEADERS.read_text())
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert not {"unsafe-inline", "unsafe-eval", "*", "data:", "http:"} & set(policy.replace("'", " ").split())
