"""Stands in for AWS Lambda on a developer's machine: its Invoke API over HTTP, around one real handler.

    python -m scripts.local.lambda_api SOCKET_FD FUNCTION_NAME MODULE:HANDLER [--timeout SECONDS]

One execution environment: the handler is imported once and serves one invocation at a time. Lambda would
start another one for each that comes meanwhile, up to the reserved concurrency; here they wait in line, as
long as the caller likes, for a second environment takes 300 MB and two cores give it little. Above
CONCURRENCY the answer is 429, as Lambda's is. When a handler overruns its time, the process ends, and
whoever started it starts another one.
Answers and errors have the form of the real service, so that boto3 can't tell the difference:
https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html. Only synchronous invocation is offered.

`GET /health` answers 200 once the handler is imported.
"""

import argparse
import base64
import importlib
import json
import os
import re
import socket
import threading
import time
import traceback
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

INVOKE_PATH = re.compile(r"/2015-03-31/functions/([^/?]+)/invocations")
MAX_PAYLOAD_BYTES = 6 * 1024 * 1024
"""Lambda's limit for a synchronous request, and for its answer."""
CONCURRENCY = 100
"""More than the orchestrator asks for at once: ten environments answer far more a second than this one, and
nobody should be turned away here who would be served on AWS."""
DEFAULT_TIMEOUT_SECONDS = 60.0
"""Of the search function, as infra/constructs/search_functions.py has it."""


@dataclass(frozen=True)
class ClientContext:
    """What the caller sends beside the payload."""

    custom: Any


@dataclass(frozen=True)
class LambdaContext:
    """What a handler is told about its invocation; the names are Lambda's."""

    function_name: str
    aws_request_id: str
    timeout: float
    function_version: str = "$LATEST"
    memory_limit_in_mb: str = "2048"
    log_group_name: str = "local"
    log_stream_name: str = "local"
    identity: None = None
    client_context: "ClientContext | None" = None
    started: float = field(default_factory=time.monotonic)

    @property
    def invoked_function_arn(self) -> str:
        return f"arn:aws:lambda:us-east-1:000000000000:function:{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        return max(0, round((self.started + self.timeout - time.monotonic()) * 1000))


@dataclass(frozen=True)
class Answer:
    """What goes back over HTTP."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    ends_process: bool = False


def handler_error(kind: str, message: str, request_id: str, *, trace: list[str] | None = None) -> Answer:
    """The function failed. For Lambda the invocation itself went well: status 200 and a header."""
    body = {"errorMessage": message, "errorType": kind, "requestId": request_id, "stackTrace": trace or []}
    return Answer(200, json.dumps(body).encode(), {"X-Amz-Function-Error": "Unhandled"})


def service_error(status: int, kind: str, message: str) -> Answer:
    """The function was not called."""
    return Answer(
        status, json.dumps({"Type": "User", "message": message}).encode(), {"x-amzn-ErrorType": kind}
    )


class LocalFunction:
    """One function with room for `concurrency` invocations, of which one runs."""

    def __init__(
        self,
        name: str,
        handler: Callable[[Any, LambdaContext], Any],
        timeout: float,
        concurrency: int = CONCURRENCY,
    ) -> None:
        self.name = name
        self._handler = handler
        self._timeout = timeout
        self._places = threading.BoundedSemaphore(concurrency)
        self._turn = threading.Lock()
        # A single thread, always the same one: connections and caches live as they do on Lambda.
        self._environment = ThreadPoolExecutor(max_workers=1, thread_name_prefix="handler")

    def invoke(self, payload: bytes, client_context: str = "") -> Answer:
        """Run the handler on a JSON payload when its turn comes; the clock starts then.

        `client_context` is JSON in base64."""
        try:
            event = json.loads(payload or b"{}")
            beside = json.loads(base64.b64decode(client_context) or b"{}")
        except ValueError as error:
            message = f"Could not parse request body into json: {error}"
            return service_error(400, "InvalidRequestContentException", message)
        if not self._places.acquire(blocking=False):
            return service_error(429, "TooManyRequestsException", "Rate Exceeded.")
        try:
            with self._turn:
                context = LambdaContext(
                    self.name,
                    str(uuid.uuid4()),
                    self._timeout,
                    client_context=ClientContext(beside.get("custom")),
                )
                return self._run(event, context)
        finally:
            self._places.release()

    def _run(self, event: Any, context: LambdaContext) -> Answer:
        future = self._environment.submit(self._call, event, context)
        try:
            return future.result(self._timeout)
        except TimeoutError:
            message = (
                f"RequestId: {context.aws_request_id} Error: Task timed out after {self._timeout:.2f} seconds"
            )
            answer = handler_error("Sandbox.Timedout", message, context.aws_request_id)
            return Answer(answer.status, answer.body, answer.headers, ends_process=True)

    def _call(self, event: Any, context: LambdaContext) -> Answer:
        request_id = context.aws_request_id
        try:
            result = self._handler(event, context)
        except Exception as error:  # The outermost edge: Lambda reports whatever a handler raises.
            traceback.print_exc()
            trace = traceback.format_tb(error.__traceback__)
            return handler_error(type(error).__name__, str(error), request_id, trace=trace)
        try:
            body = json.dumps(result).encode()
        except (TypeError, ValueError) as error:
            return handler_error("Runtime.MarshalError", f"Unable to marshal response: {error}", request_id)
        if len(body) > MAX_PAYLOAD_BYTES:
            message = (
                f"Response payload size exceeded maximum allowed payload size ({MAX_PAYLOAD_BYTES} bytes)."
            )
            return handler_error("Function.ResponseSizeTooLarge", message, request_id)
        return Answer(200, body)


class InvokeHandler(BaseHTTPRequestHandler):
    """The HTTP side. Connections are kept open, as boto3 likes them."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # Else every call waits some 40 ms for an acknowledgement.
    wbufsize = -1  # One write for headers and body.
    server: "LambdaServer"

    def do_GET(self) -> None:
        known = self.path == "/health"
        self._send(
            Answer(200, b"{}") if known else service_error(404, "UnknownOperationException", self.path)
        )

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        if length > MAX_PAYLOAD_BYTES:
            self._refuse(length)
            return
        payload = self.rfile.read(length)
        self._send(self._invoke(payload))

    def _invoke(self, payload: bytes) -> Answer:
        path = INVOKE_PATH.fullmatch(self.path.partition("?")[0])
        function = self.server.function
        if path is None or path[1] != function.name:
            return service_error(404, "ResourceNotFoundException", f"Function not found: {self.path}")
        if self.headers.get("X-Amz-Invocation-Type", "RequestResponse") != "RequestResponse":
            message = "The local stand-in for Lambda only offers InvocationType RequestResponse."
            return service_error(400, "InvalidParameterValueException", message)
        return function.invoke(payload, self.headers.get("X-Amz-Client-Context", ""))

    def _refuse(self, length: int) -> None:
        """Too large: read the body to its end all the same, so that the client gets to read the answer."""
        while length > 0 and (chunk := self.rfile.read(min(length, 1 << 20))):
            length -= len(chunk)
        message = f"Request must be smaller than {MAX_PAYLOAD_BYTES} bytes for the InvokeFunction operation"
        self._send(service_error(413, "RequestTooLargeException", message))

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        headers = {"Content-Type": "application/json", "Content-Length": str(len(answer.body))}
        for name, value in {**headers, **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)
        self.wfile.flush()
        if answer.ends_process:
            os._exit(1)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the handler writes its own log."""


class LambdaServer(ThreadingHTTPServer):
    """Serves one function on a socket that listens already."""

    daemon_threads = True

    def __init__(self, listener: socket.socket, function: LocalFunction) -> None:
        super().__init__(listener.getsockname(), InvokeHandler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.function = function


def load_handler(reference: str) -> Callable[[Any, LambdaContext], Any]:
    """The function that `module:function` names."""
    module, _, name = reference.partition(":")
    handler: Callable[[Any, LambdaContext], Any] = getattr(importlib.import_module(module), name)
    return handler


def main() -> None:
    parser = argparse.ArgumentParser(description="Stands in for AWS Lambda around one handler.")
    parser.add_argument("socket_fd", type=int, help="a listening TCP socket, inherited")
    parser.add_argument("function_name")
    parser.add_argument("handler", help="module:function")
    parser.add_argument(
        "--timeout", type=float, default=DEFAULT_TIMEOUT_SECONDS, help="seconds (%(default)s)"
    )
    arguments = parser.parse_args()
    function = LocalFunction(arguments.function_name, load_handler(arguments.handler), arguments.timeout)
    LambdaServer(socket.socket(fileno=arguments.socket_fd), function).serve_forever()


if __name__ == "__main__":
    main()
