"""Lambda's side of a function: the Runtime API, and a sandbox like its own.

The API stands in for the service's: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html. What runs
against it is AWS's own runtime client (awslambdaric) with the built package.
"""

import json
import queue
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.lambda_sandbox import Sandbox

_VERSION = "/2018-06-01/runtime"
_START_SECONDS = 60.0


class FunctionError(RuntimeError):
    """What a function raised: its type, and what it said."""

    def __init__(self, error: Mapping[str, Any]) -> None:
        super().__init__(f"{error.get('errorType')}: {error.get('errorMessage')}")


@dataclass
class _Invocation:
    event: bytes
    timeout: float
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    done: threading.Event = field(default_factory=threading.Event)
    result: Any = None
    error: Mapping[str, Any] | None = None


class RuntimeApi(ThreadingHTTPServer):
    """For one execution environment: one invocation at a time."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.waiting: queue.Queue[_Invocation] = queue.Queue()
        self.running: _Invocation | None = None
        self.ready = threading.Event()
        """Set when the function has started, or failed to."""
        self.init_error: Mapping[str, Any] | None = None

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A function that is ended hangs up."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    def invoke(self, event: object, timeout: float = 60) -> Any:
        """What the function returns. Raises FunctionError."""
        invocation = _Invocation(json.dumps(event).encode(), timeout)
        self.waiting.put(invocation)
        if not invocation.done.wait(timeout):
            raise TimeoutError("The function did not answer")
        if invocation.error is not None:
            raise FunctionError(invocation.error)
        return invocation.result


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each invocation takes 40 ms more
    wbufsize = -1
    server: RuntimeApi

    def do_GET(self) -> None:
        assert self.path == f"{_VERSION}/invocation/next", self.path
        self.server.ready.set()
        invocation = self.server.running = self.server.waiting.get()
        deadline = round((time.time() + invocation.timeout) * 1000)
        self._send(
            200,
            invocation.event,
            {
                "Content-Type": "application/json",  # without it awslambdaric crashes
                "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
                "Lambda-Runtime-Deadline-Ms": str(deadline),
                "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:us-east-1:000000000000:function:test",
                "Lambda-Runtime-Trace-Id": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Sampled=0",
            },
        )

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"null")
        if self.path == f"{_VERSION}/init/error":
            self.server.init_error = body
            self.server.ready.set()
        else:
            invocation = self.server.running
            assert invocation is not None
            prefix = f"{_VERSION}/invocation/{invocation.request_id}/"
            match self.path.removeprefix(prefix):
                case "response":
                    invocation.result = body
                case "error":
                    invocation.error = body
                case other:
                    raise AssertionError(other)
            invocation.done.set()
        self._send(202, b'{"status":"OK"}', {})

    def _send(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@dataclass
class Function:
    """A function that has started."""

    api: RuntimeApi
    log: Path
    init_seconds: float

    def invoke(self, event: object, timeout: float = 60) -> Any:
        """See `RuntimeApi.invoke`."""
        return self.api.invoke(event, timeout)

    def logs(self) -> str:
        return self.log.read_text()


@contextmanager
def running_function(
    sandbox: Sandbox,
    handler: str,
    environment: Mapping[str, str],
    log: Path,
    start_seconds: float = _START_SECONDS,
) -> Iterator[Function]:
    """A handler of the sandbox's package. Raises FunctionError when it can't be started."""
    api = RuntimeApi()
    thread = threading.Thread(target=api.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    command = ["python3", "-m", "awslambdaric", handler]
    variables = {**environment, "AWS_LAMBDA_RUNTIME_API": api.address, "_HANDLER": handler}
    began = time.monotonic()
    with log.open("w") as output:
        process = subprocess.Popen(sandbox.command(command, variables), stdout=output, stderr=output)
        try:
            if not api.ready.wait(start_seconds):
                raise TimeoutError(f"The function did not start:\n{log.read_text()}")
            if api.init_error is not None:
                raise FunctionError(api.init_error)
            yield Function(api, log, time.monotonic() - began)
        finally:
            process.kill()
            process.wait()
            api.shutdown()
            api.server_close()
