"""embed_search's client, through the real boto3 against a server that answers as Lambda's API does."""

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
import pytest
from botocore.config import Config
from pydantic import BaseModel

from apparel.contracts import (
    ErrorReply,
    FacetsReply,
    Hit,
    ProductsReply,
    RetrievalReply,
    SearchRequest,
    SimilarRequest,
)
from orchestrator.catalogue_client import LambdaCatalogue
from orchestrator.errors import (
    BadRequest,
    CatalogueContractBroken,
    CatalogueEmpty,
    CatalogueThrottled,
    CatalogueTimeout,
    CatalogueUnavailable,
    UnknownProduct,
)
from tests.orchestrator_fakes import SHIRT

SEARCH = SearchRequest(text="blue shirt")
FOUND = RetrievalReply(hits=[Hit(product=SHIRT, score=0.5)], total=1)
FACETS = FacetsReply(catalogue_version="1", products=1, brands=[], categories=[], colors=[], words=[])


@dataclass
class Answer:
    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay_s: float = 0
    hang_up: bool = False


def reply(model: BaseModel) -> Answer:
    return Answer(model.model_dump_json().encode())


def refusal(code: str, status: int) -> Answer:
    return Answer(b'{"message": "no"}', status, {"x-amzn-errortype": code})


def crash(kind: str, message: str) -> Answer:
    body = json.dumps({"errorType": kind, "errorMessage": message}).encode()
    return Answer(body, headers={"x-amz-function-error": "Unhandled"})


class LambdaApi:
    """Gives the scripted answers in turn; the last one for ever."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.asked: list[tuple[str, Any]] = []
        self.port = 0

    def catalogue(
        self, *answers: Answer, timeout_s: float = 5, patience_s: float = 5, facets_ttl_s: float = 60
    ) -> LambdaCatalogue:
        self.answers = list(answers)
        client = boto3.client(
            "lambda", region_name="eu-west-1", endpoint_url=f"http://127.0.0.1:{self.port}",
            aws_access_key_id="local", aws_secret_access_key="local",
            config=Config(read_timeout=timeout_s, connect_timeout=1, retries={"total_max_attempts": 1}),
        )  # fmt: skip
        return LambdaCatalogue(
            client,
            "embed_search",
            timeout_seconds=timeout_s,
            patience_seconds=patience_s,
            facets_ttl_seconds=facets_ttl_s,
        )


@pytest.fixture
def api() -> Iterator[LambdaApi]:
    scripted = LambdaApi()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            scripted.asked.append((self.path, body))
            answer = scripted.answers.pop(0) if len(scripted.answers) > 1 else scripted.answers[0]
            time.sleep(answer.delay_s)
            if answer.hang_up:
                self.connection.close()
                return
            with contextlib.suppress(ConnectionError):
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

        def handle(self) -> None:
            with contextlib.suppress(ValueError, OSError):  # we hung up ourselves
                super().handle()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    scripted.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield scripted
    server.shutdown()
    server.server_close()


def test_asks_the_function_and_reads_its_reply(api: LambdaApi) -> None:
    assert api.catalogue(reply(FOUND)).search(SEARCH) == FOUND
    path, body = api.asked[0]
    assert path == "/2015-03-31/functions/embed_search/invocations"
    assert body == SEARCH.model_dump(mode="json")


def test_products_of_no_ids_are_none_and_nobody_is_asked(api: LambdaApi) -> None:
    catalogue = api.catalogue(reply(ProductsReply(products=[SHIRT])))
    assert catalogue.products([]) == []
    assert api.asked == []
    assert catalogue.products(["101"]) == [SHIRT]


def test_facets_are_asked_for_once_until_they_are_old(api: LambdaApi) -> None:
    lasting = api.catalogue(reply(FACETS))
    assert lasting.facets() == lasting.facets() == FACETS
    assert len(api.asked) == 1
    fleeting = api.catalogue(reply(FACETS), facets_ttl_s=0)
    fleeting.facets()
    fleeting.facets()
    assert len(api.asked) == 3


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refusal("ServiceException", 500), CatalogueUnavailable),
        (Answer(hang_up=True), CatalogueUnavailable),
    ],
    ids=["Lambda's own error", "broken connection"],
)
def test_what_may_pass_is_tried_once_more(
    api: LambdaApi, answer: Answer, error: type[CatalogueUnavailable]
) -> None:
    assert api.catalogue(answer, reply(FOUND)).search(SEARCH) == FOUND
    assert len(api.asked) == 2
    with pytest.raises(error):
        api.catalogue(answer).search(SEARCH)
    assert len(api.asked) == 4


def test_room_in_a_busy_function_is_waited_for(api: LambdaApi) -> None:
    busy = [refusal("TooManyRequestsException", 429)] * 4
    assert api.catalogue(*busy, reply(FOUND)).search(SEARCH) == FOUND
    assert len(api.asked) == 5


def test_function_that_stays_busy_is_honestly_called_so(api: LambdaApi) -> None:
    with pytest.raises(CatalogueThrottled):
        api.catalogue(refusal("TooManyRequestsException", 429), patience_s=1).search(SEARCH)
    assert len(api.asked) > 2


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(delay_s=1), CatalogueTimeout),
        (crash("Sandbox.Timedout", "Task timed out after 3.00 seconds"), CatalogueTimeout),
        (crash("Runtime.ExitError", "exited"), CatalogueUnavailable),
        (Answer(b"<html>", headers={"x-amz-function-error": "Unhandled"}), CatalogueUnavailable),
        (refusal("ResourceNotFoundException", 404), CatalogueUnavailable),
        (refusal("AccessDeniedException", 403), CatalogueUnavailable),
        (Answer(b"<html>"), CatalogueContractBroken),
        (Answer(b'{"op": "retrieval"}'), CatalogueContractBroken),
        (reply(FACETS), CatalogueContractBroken),
        (reply(ErrorReply(code="bad_request", message="no")), BadRequest),
        (reply(ErrorReply(code="unknown_product", message="no")), UnknownProduct),
        (reply(ErrorReply(code="catalogue_unavailable", message="no")), CatalogueUnavailable),
        (reply(ErrorReply(code="catalogue_empty", message="no")), CatalogueEmpty),
        (reply(ErrorReply(code="internal", message="no")), CatalogueUnavailable),
    ],
)
def test_what_will_not_pass_is_raised_at_once(api: LambdaApi, answer: Answer, error: type[Exception]) -> None:
    with pytest.raises(error):
        api.catalogue(answer, timeout_s=0.3).similar(SimilarRequest(product_ids=["101"]))
    assert len(api.asked) == 1


def test_nobody_at_the_address_is_unavailable(api: LambdaApi) -> None:
    api.port = 9
    with pytest.raises(CatalogueUnavailable):
        api.catalogue(reply(FOUND)).search(SEARCH)
