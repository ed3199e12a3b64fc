"""WebAdapterStandIn: plays the documented part of AWS's Lambda Web Adapter.

Its binary can't be had offline. This runs the start script as the layer's /opt/bootstrap does, waits for the
readiness path, and turns events of API Gateway into requests and their answers into what Lambda streams: a
prelude in JSON, eight NUL bytes, and the body as it comes.

https://aws.github.io/aws-lambda-web-adapter/
https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html
"""

import base64
import http.client
import json
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.lambda_sandbox import Sandbox

BOOTSTRAP = '#!/bin/sh\nexec "$LAMBDA_TASK_ROOT/$_HANDLER"\n'
NULS = b"\0" * 8
_START_SECONDS = 60.0
_CONTEXT = {"request_id": "request-1", "invoked_function_arn": "arn:aws:lambda:us-east-1:0:function:test"}


@dataclass
class WebAdapterStandIn:
    port: int
    log: Path
    init_seconds: float

    def stream(self, event: Mapping[str, Any]) -> Iterator[bytes]:
        """What Lambda would stream to API Gateway, piece by piece as it comes."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        body = event.get("body") or ""
        content = base64.b64decode(body) if event.get("isBase64Encoded") else body.encode()
        query = urlencode(event.get("multiValueQueryStringParameters") or {}, doseq=True)
        path = event["path"] + (f"?{query}" if query else "")
        try:
            connection.request(event["httpMethod"], path, content, _headers(event))
            response = connection.getresponse()
            prelude = {
                "statusCode": response.status,
                "headers": {
                    name.lower(): value
                    for name, value in response.getheaders()
                    if name.lower() not in ("set-cookie", "transfer-encoding", "connection")
                },
                "cookies": response.headers.get_all("set-cookie") or [],
            }
            yield json.dumps(prelude).encode()
            yield NULS  # also before a blank body
            while piece := response.read1(65_536):
                yield piece
        finally:
            connection.close()

    def logs(self) -> str:
        return self.log.read_text()


def _headers(event: Mapping[str, Any]) -> dict[str, str]:
    """Whatever the caller claims to be the context is overwritten."""
    given = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    given["x-amzn-request-context"] = json.dumps(event["requestContext"])
    given["x-amzn-lambda-context"] = json.dumps(_CONTEXT)
    return given


@contextmanager
def running_behind_adapter(
    sandbox: Sandbox, environment: Mapping[str, str], log: Path
) -> Iterator[WebAdapterStandIn]:
    """The start script in the sandbox, ready. `environment` as the function's: AWS_LWA_* among it."""
    port = int(environment["AWS_LWA_PORT"])
    began = time.monotonic()
    with log.open("w") as output:
        command = sandbox.command([environment["AWS_LAMBDA_EXEC_WRAPPER"]], environment)
        process = subprocess.Popen(command, stdout=output, stderr=output)
        try:
            while not _is_ready(port, environment["AWS_LWA_READINESS_CHECK_PATH"]):
                assert process.poll() is None, f"The start script ended:\n{log.read_text()}"
                assert time.monotonic() - began < _START_SECONDS, log.read_text()
                time.sleep(0.01)
            yield WebAdapterStandIn(port, log, time.monotonic() - began)
        finally:
            process.kill()
            process.wait()


def _is_ready(port: int, path: str) -> bool:
    """Any status from 100 to 499."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()
