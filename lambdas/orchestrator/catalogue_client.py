"""The catalogue, as the conversation sees it: embed_search behind a Protocol."""

import base64
import itertools
import json
import logging
import random
import threading
import time
from collections.abc import Callable
from typing import Any, NoReturn, Protocol, TypeVar

from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError, ReadTimeoutError
from pydantic import ValidationError

from apparel.contracts import (
    REPLY,
    ErrorCode,
    ErrorReply,
    FacetsReply,
    FacetsRequest,
    Filters,
    ProductsReply,
    ProductsRequest,
    Request,
    RetrievalReply,
    SearchRequest,
    SimilarRequest,
    SummaryReply,
    SummaryRequest,
)
from apparel.product import Product
from orchestrator import telemetry
from orchestrator.errors import (
    BadRequest,
    CatalogueContractBroken,
    CatalogueEmpty,
    CatalogueError,
    CatalogueThrottled,
    CatalogueTimeout,
    CatalogueUnavailable,
    OrchestratorError,
    UnknownProduct,
)
from orchestrator.inert import inert_reply

logger = logging.getLogger(__name__)

ReplyT = TypeVar("ReplyT", RetrievalReply, ProductsReply, SummaryReply, FacetsReply)


class Catalogue(Protocol):
    """Every call may raise `errors.CatalogueUnavailable` (or one of its kinds) or
    `errors.CatalogueContractBroken`; `similar` also `errors.UnknownProduct`."""

    def search(self, request: SearchRequest) -> RetrievalReply:
        """Products nearest to a text."""

    def similar(self, request: SimilarRequest) -> RetrievalReply:
        """Products nearest to given ones."""

    def products(self, product_ids: list[str]) -> list[Product]:
        """The products with these ids, in this order; unknown ids are left out."""

    def summary(self, filters: Filters) -> SummaryReply:
        """Figures over all products that pass the filters."""

    def facets(self) -> FacetsReply:
        """What the catalogue holds; may be some minutes old."""


_THROTTLES = {"TooManyRequestsException", "ThrottlingException", "EC2ThrottledException", "429"}
_TIMED: tuple[telemetry.Stage, ...] = ("embed", "sql")
# Spread out, so that those who were turned away together do not come back together. No longer from try to
# try, or who has waited longest would be served last.
RETRY_DELAY_S = (0.05, 0.5)
REFUSALS: dict[ErrorCode, Callable[[str], OrchestratorError]] = {
    "bad_request": lambda said: BadRequest("The search can't work with that request.", detail=said),
    "unknown_product": lambda said: UnknownProduct(detail=said),
    "catalogue_unavailable": lambda said: CatalogueUnavailable(detail=said),
    "catalogue_empty": lambda said: CatalogueEmpty(detail=said),
    "internal": lambda said: CatalogueUnavailable(detail=said),
}


class _WorthRetrying(Exception):
    """embed_search was not reached, or had no room: asking again can help, and reads may be repeated. Room
    comes, so one who was turned away asks until patience ends; what is broken is tried once more."""

    def __init__(self, error: CatalogueUnavailable) -> None:
        self.error = error


class LambdaCatalogue:
    """embed_search, invoked as a Lambda. Safe to share between threads.

    `client` is boto3's Lambda client, without retries of its own and with a read time-out of
    `timeout_seconds`, which is also the time in which a second try may begin. `patience_seconds` is the time
    in which another try may begin while all of the function's environments are busy.
    """

    def __init__(
        self,
        client: Any,
        function_name: str,
        *,
        timeout_seconds: float,
        patience_seconds: float,
        facets_ttl_seconds: float,
    ) -> None:
        self._client = client
        self._function = function_name
        self._timeout = timeout_seconds
        self._patience = patience_seconds
        self._facets_ttl = facets_ttl_seconds
        self._facets: tuple[float, FacetsReply] | None = None
        self._facets_lock = threading.Lock()

    def search(self, request: SearchRequest) -> RetrievalReply:
        return self._ask(request, RetrievalReply)

    def similar(self, request: SimilarRequest) -> RetrievalReply:
        return self._ask(request, RetrievalReply)

    def products(self, product_ids: list[str]) -> list[Product]:
        if not product_ids:
            return []
        return self._ask(ProductsRequest(product_ids=product_ids), ProductsReply).products

    def summary(self, filters: Filters) -> SummaryReply:
        return self._ask(SummaryRequest(filters=filters), SummaryReply)

    def facets(self) -> FacetsReply:
        with self._facets_lock:  # the first requests of a new process ask once, not each
            if self._facets is None or time.monotonic() - self._facets[0] > self._facets_ttl:
                self._facets = (time.monotonic(), self._ask(FacetsRequest(), FacetsReply))
            return self._facets[1]

    def _ask(self, request: Request, expected: type[ReplyT]) -> ReplyT:
        try:
            with telemetry.stage("catalogue"):
                reply = self._reply(request, expected)
        except CatalogueError as error:
            telemetry.fell("catalogue", error.code)
            raise
        if isinstance(reply, RetrievalReply):
            for name in _TIMED:
                telemetry.took(name, reply.timings_ms.get(name, 0.0))
        return reply

    def _reply(self, request: Request, expected: type[ReplyT]) -> ReplyT:
        payload = self._invoke_with_retry(request.model_dump_json().encode())
        try:
            reply = REPLY.validate_json(payload)
        except ValidationError as error:
            raise CatalogueContractBroken(detail=str(error.errors(include_input=False)[:3])) from None
        if isinstance(reply, ErrorReply):
            raise REFUSALS[reply.code](reply.message)
        if not isinstance(reply, expected):
            raise CatalogueContractBroken(detail=f"asked for {request.op}, got {reply.op}")
        return inert_reply(reply)

    def _invoke_with_retry(self, payload: bytes) -> bytes:
        began = time.monotonic()
        for tries in itertools.count(1):
            try:
                return self._invoke(payload)
            except _WorthRetrying as failed:
                delay = random.uniform(*RETRY_DELAY_S)
                if not self._may_ask_again(failed.error, tries, time.monotonic() - began + delay):
                    raise failed.error from failed
                logger.info("Asking embed_search again: %s", failed.error)
                time.sleep(delay)
        raise AssertionError("unreachable")

    def _may_ask_again(self, error: CatalogueUnavailable, tries: int, after_s: float) -> bool:
        if isinstance(error, CatalogueThrottled):
            return after_s < self._patience
        return tries == 1 and after_s < self._timeout

    def _invoke(self, payload: bytes) -> bytes:
        try:
            response = self._client.invoke(
                FunctionName=self._function, Payload=payload, ClientContext=_client_context()
            )
            body: bytes = response["Payload"].read()
        except ClientError as error:
            _refused(error)
        except ReadTimeoutError as error:
            raise CatalogueTimeout(detail=str(error)) from error
        except (ConnectionError, HTTPClientError) as error:
            raise _WorthRetrying(CatalogueUnavailable(detail=str(error))) from error
        except BotoCoreError as error:
            raise CatalogueUnavailable(detail=str(error)) from error
        if response.get("FunctionError"):
            _crashed(body)
        return body


def _client_context() -> str:
    """The request's id, where Lambda's own SDKs put what goes beside a payload."""
    context = {"custom": {"request_id": telemetry.request_id()}}
    return base64.b64encode(json.dumps(context).encode()).decode()


def _refused(error: ClientError) -> NoReturn:
    """AWS itself said no."""
    code = str(error.response.get("Error", {}).get("Code", ""))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _THROTTLES or status == 429:
        raise _WorthRetrying(CatalogueThrottled(detail=code)) from error
    if status >= 500:
        raise _WorthRetrying(CatalogueUnavailable(detail=str(error))) from error
    raise CatalogueUnavailable(detail=str(error)) from error


def _crashed(body: bytes) -> NoReturn:
    """The function ended without an answer; Lambda describes how."""
    try:
        said = json.loads(body)
        kind, message = str(said.get("errorType", "")), str(said.get("errorMessage", ""))
    except (ValueError, AttributeError):
        kind, message = "", ""
    if "Timedout" in kind or "Task timed out" in message:
        raise CatalogueTimeout(detail=message)
    raise CatalogueUnavailable(detail=f"embed_search crashed: {kind} {message}"[:500])
