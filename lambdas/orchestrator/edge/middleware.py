"""What happens to every request before and after the routes: request ids, the cap on bodies, and the
one broad `except` of this Lambda."""

import json
import logging
import re
import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orchestrator.edge.api_errors import error_response
from orchestrator.edge.metrics import emit
from orchestrator.edge.nesting import MAX_DEPTH, is_deeper_than
from orchestrator.errors import BadRequest, OrchestratorError, TooLarge
from orchestrator.telemetry import Telemetry, begun

logger = logging.getLogger(__name__)

_NO_SUCH_PATH = "(no such path)"
_UNCOUNTED = {"/v1/health", "/v1/models", _NO_SUCH_PATH}
"""What load balancers, chat-ui and passing robots ask all day: their times would hide those of answers."""
_GOOD_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")


class Requests:
    """Outermost: gives each request its id, puts it on the answer, writes down what happened without any text
    of the shopper, and turns what nobody caught into a 500.

    The id is API Gateway's, as in its access log; elsewhere the client's own, if it looks like one.
    """

    def __init__(self, app: ASGIApp, metrics_namespace: str) -> None:
        self.app = app
        self.metrics_namespace = metrics_namespace

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        telemetry = begun(_id_of(Headers(scope=scope)))
        request_id = scope["request_id"] = telemetry.request_id
        status = 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = request_id
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        except Exception:
            logger.exception("Unexpected error", extra={"request_id": request_id})
            if status:  # the answer has begun: its status can't be changed any more
                raise
            await error_response(OrchestratorError(), request_id)(scope, receive, send_with_id)
        finally:
            # The route's path, never the one that was asked for: anything can stand in that.
            path = getattr(scope.get("route"), "path", _NO_SUCH_PATH)
            _write_down(telemetry, scope["method"], path, status)
            if path not in _UNCOUNTED:
                emit(telemetry, path, status, self.metrics_namespace)


def _id_of(headers: Headers) -> str:
    try:
        gateways = json.loads(headers.get("x-amzn-request-context", "{}")).get("requestId", "")
    except (ValueError, AttributeError, RecursionError):
        gateways = ""
    for given in (gateways, headers.get("x-request-id", "")):
        if isinstance(given, str) and _GOOD_ID.fullmatch(given):
            return given
    return uuid.uuid4().hex


def _write_down(telemetry: Telemetry, method: str, path: str, status: int) -> None:
    facts = {
        "request_id": telemetry.request_id,
        "status": status,
        "ms": round(telemetry.since_it_began(), 1),
        "stages_ms": {name: round(ms, 1) for name, ms in telemetry.ms.items()},
        **telemetry.tallies,
        "fallen": telemetry.fallen,
        "limit_reached": telemetry.limit_reached,
        "broken_by": telemetry.broken_by,
    }
    logger.info("%s %s %s", method, path, status, extra={name: fact for name, fact in facts.items() if fact})


class BodyLimit:
    """Refuses a body over `max_bytes` before it is read whole, and one that is nested too deep before it is
    parsed.

    Every body of this API is JSON whatever the client calls it (`curl -d` says it is a form), so the
    content type is set here.
    """

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self.app = app
        self.max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self.app(scope, receive, send)
            return
        body = await self._read(Headers(scope=scope), receive)
        if body is None:
            error = TooLarge(f"The request is larger than {self.max_bytes} bytes. Please send less text.")
            await error_response(error, scope["request_id"])(scope, receive, send)
            return
        if is_deeper_than(MAX_DEPTH, body):
            deep = BadRequest(
                f"The request is nested more than {MAX_DEPTH} levels deep. Please send a flatter one."
            )
            await error_response(deep, scope["request_id"])(scope, receive, send)
            return
        MutableHeaders(scope=scope)["content-type"] = "application/json"
        given = False

        async def receive_body() -> Message:
            nonlocal given
            if given:
                return await receive()  # what follows is the client's disconnect
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app(scope, receive_body, send)

    async def _read(self, headers: Headers, receive: Receive) -> bytes | None:
        """The whole body, or None if it is too large."""
        announced = headers.get("content-length", "")
        if announced.isdecimal() and (len(announced) > 12 or int(announced) > self.max_bytes):
            return None
        body = bytearray()
        while True:
            message = await receive()
            body += message.get("body", b"")
            if len(body) > self.max_bytes:
                return None
            if not message.get("more_body", False):  # also the client's disconnect
                return bytes(body)
