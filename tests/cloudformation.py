"""CloudFormation's side of a custom resource: the requests, and the URL that the answer is put to."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SECRET = "signature-that-nobody-else-may-see"


@dataclass
class CloudFormation:
    url: str = ""
    answers: list[dict[str, Any]] = field(default_factory=list)
    content_types: list[str | None] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    """What the next answers are met with, instead of 200."""

    def request(
        self,
        kind: str,
        properties: dict[str, str],
        *,
        old: dict[str, str] | None = None,
        physical_id: str | None = None,
    ) -> dict[str, Any]:
        event: dict[str, Any] = {
            "RequestType": kind,
            "ResponseURL": self.url,
            "StackId": "arn:aws:cloudformation:us-east-1:000000000000:stack/apparel-test/1",
            "RequestId": "request-1",
            "LogicalResourceId": "Resource1",
            "ResourceType": "Custom::Test",
            "ResourceProperties": {"ServiceToken": "arn", **properties},
        }
        if old is not None:
            event["OldResourceProperties"] = {"ServiceToken": "arn", **old}
        if physical_id is not None:
            event["PhysicalResourceId"] = physical_id
        return event

    @property
    def answer(self) -> dict[str, Any]:
        """The only one."""
        (answer,) = self.answers
        return answer


@dataclass
class FunctionContext:
    """Lambda's context, with so much time left."""

    seconds: float = 60
    log_stream_name: str = "stream-1"
    started: float = field(default_factory=time.monotonic)

    def get_remaining_time_in_millis(self) -> int:
        return max(0, round((self.started + self.seconds - time.monotonic()) * 1000))


@contextmanager
def cloudformation() -> Iterator[CloudFormation]:
    """On loopback."""
    end = CloudFormation()

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            status = end.statuses.pop(0) if end.statuses else 200
            if status == 200:
                end.content_types.append(self.headers["content-type"])
                end.answers.append(json.loads(body))
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    end.url = f"http://127.0.0.1:{server.server_address[1]}/answer?Signature={SECRET}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield end
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
