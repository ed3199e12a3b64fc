"""A stand-in for Amazon SageMaker Runtime: one endpoint in front of one container.

boto3 talks to it unmodified (AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME). It offers InvokeEndpoint and
InvokeEndpointWithResponseStream with AWS's event-stream framing and error shapes; who asks is not checked.
What answers is a `Container`: a real model (llm_container.py), or a test's script.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_Operations_Amazon_SageMaker_Runtime.html
https://smithy.io/2.0/aws/amazon-eventstream.html
"""

import json
import re
import socket
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Container = Callable[[dict[str, Any]], Iterator[bytes]]
"""Answers a JSON body; each part of the answer becomes one payload part of a stream. May raise ServiceError
before its first part, and StreamError and ConnectionAbortedError anywhere."""

PATH = re.compile(r"/endpoints/(?P<endpoint>[^/]+)/invocations(?P<stream>-response-stream)?")
COMPONENT_HEADER = "X-Amzn-SageMaker-Inference-Component"
_STRING = 7
"""The type of a header's value in an event-stream frame."""


class ServiceError(Exception):
    """The call fails with an HTTP status, as boto3's ClientError shows it."""

    def __init__(self, status: int, code: str, message: str, **more: object) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.body = {"Message": message, **more}


class StreamError(Exception):
    """The stream ends with an exception event, such as ModelStreamError."""

    def __init__(self, kind: str, message: str, **more: object) -> None:
        super().__init__(message)
        self.kind = kind
        self.body = {"Message": message, **more}


def no_capacity() -> ServiceError:
    """What an inference component without copies answers, word for word."""
    return ServiceError(
        400,
        "ValidationError",
        "Inference Component has no capacity to process this request. ApplicationAutoScaling may be"
        " in-progress (if configured) or try to increase the capacity by invoking"
        " UpdateInferenceComponentRuntimeConfig API.",
    )


def model_error(status: int, message: str) -> ServiceError:
    """What SageMaker makes of an error status of the container."""
    text = f'Received client error ({status}) from primary with message "{message}"'
    return ServiceError(424, "ModelError", text, OriginalStatusCode=status, OriginalMessage=message)


def frame(headers: Mapping[str, str], payload: bytes) -> bytes:
    """One message of an event stream: lengths, their CRC, headers, payload, CRC of all."""
    head = b"".join(
        struct.pack(f">B{len(name)}sBH", len(name), name.encode(), _STRING, len(value)) + value.encode()
        for name, value in headers.items()
    )
    prelude = struct.pack(">II", 12 + len(head) + len(payload) + 4, len(head))
    whole = prelude + struct.pack(">I", zlib.crc32(prelude)) + head + payload
    return whole + struct.pack(">I", zlib.crc32(whole))


def payload_part(part: bytes) -> bytes:
    headers = {
        ":message-type": "event",
        ":event-type": "PayloadPart",
        ":content-type": "application/octet-stream",
    }
    return frame(headers, part)


def exception_event(error: StreamError) -> bytes:
    headers = {
        ":message-type": "exception",
        ":exception-type": error.kind,
        ":content-type": "application/json",
    }
    return frame(headers, json.dumps(error.body).encode())


class InvokeHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else a small part waits for an acknowledgement
    server: "SageMakerServer"

    def do_GET(self) -> None:
        self._send(200 if self.path == "/health" else 404, b"{}")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            path = self._checked_path()
            parts = self.server.container(json.loads(body))
            if path["stream"]:
                self._stream(parts)
            else:
                self._send(200, b"".join(parts))
        except StreamError as error:
            self._fail(model_error(500, str(error)))
        except ServiceError as error:
            self._fail(error)
        except ConnectionError:  # the client has left, or the container wants the connection broken
            self.close_connection = True

    def _checked_path(self) -> re.Match[str]:
        path = PATH.fullmatch(self.path)
        if path is None or path["endpoint"] != self.server.endpoint:
            message = f"Endpoint {self.path} of account 000000000000 not found."
            raise ServiceError(400, "ValidationError", message)
        named = self.headers.get(COMPONENT_HEADER)
        if named != self.server.component:
            message = f"Inference Component {named} of endpoint {path['endpoint']} not found."
            raise ServiceError(400, "ValidationError", message)
        return path

    def _stream(self, parts: Iterator[bytes]) -> None:
        first = next(parts, None)  # before this one an error still has a status of its own
        self.send_response(200)
        self.send_header("Content-Type", "application/vnd.amazon.eventstream")
        self.send_header("X-Amzn-SageMaker-Content-Type", "application/x-ndjson")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            if first is not None:
                self._chunk(payload_part(first))
            for part in parts:
                self._chunk(payload_part(part))
        except StreamError as error:
            self._chunk(exception_event(error))
        self.wfile.write(b"0\r\n\r\n")

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def _fail(self, error: ServiceError) -> None:
        self._send(error.status, json.dumps(error.body).encode(), {"x-amzn-ErrorType": error.code})

    def _send(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        fixed = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        for name, value in {**fixed, **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: prompts are nobody's business."""


class SageMakerServer(ThreadingHTTPServer):
    """Serves one endpoint, at a free port or on a socket that listens already."""

    daemon_threads = True

    def __init__(
        self,
        container: Container,
        *,
        endpoint: str,
        component: str | None = None,
        listener: socket.socket | None = None,
    ) -> None:
        address = listener.getsockname() if listener else ("127.0.0.1", 0)
        super().__init__(address, InvokeHandler, bind_and_activate=listener is None)
        if listener is not None:
            self.socket.close()
            self.socket = listener
        self.container = container
        self.endpoint = endpoint
        self.component = component

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"
