"""An OpenAI-compatible server whose behaviour each test scripts byte by byte."""

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Body = Iterator[bytes]
Script = Callable[[dict[str, Any]], Body]


def chunk(text: str, finish: str | None = None) -> bytes:
    """One chunk of a streamed chat completion."""
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
    return f"data: {json.dumps({'choices': [choice]}, ensure_ascii=False)}\n\n".encode()


def says(*texts: str) -> Script:
    """Streams the texts, then ends as it should."""
    return lambda request: iter([*map(chunk, texts), chunk("", "stop"), b"data: [DONE]\n\n"])


def sends(*parts: bytes) -> Script:
    """Streams just these bytes, then ends."""
    return lambda request: iter(parts)


def stalls_after(*parts: bytes, release: threading.Event) -> Script:
    """Streams the parts, then says nothing until the test lets go."""

    def body(request: dict[str, Any]) -> Body:
        yield from parts
        release.wait(timeout=30)

    return body


def trickles(request: dict[str, Any]) -> Body:
    """Comments for ever, each within any time-out for silence."""
    while True:
        yield b": wait\n"
        time.sleep(0.05)


def endless(request: dict[str, Any]) -> Body:
    while True:
        yield chunk("more and more and more ")


class LlmServer:
    def __init__(self) -> None:
        self.script: Script = says("ok")
        self.status = 200
        self.cut = False
        """Break the connection at the end of the script."""
        self.requests: list[tuple[str, str | None, dict[str, Any]]] = []
        """Path, Authorization header and body of each."""
        self.url = ""


@contextlib.contextmanager
def llm_server() -> Iterator[LlmServer]:
    scripted = LlmServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            scripted.requests.append((self.path, self.headers["authorization"], body))
            self.send_response(scripted.status)
            self.send_header("content-type", "text/event-stream")
            self.send_header("transfer-encoding", "chunked")
            self.end_headers()
            with contextlib.suppress(ConnectionError):  # the client may leave before the end
                for part in scripted.script(body):
                    self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
                    self.wfile.flush()
                if not scripted.cut:
                    self.wfile.write(b"0\r\n\r\n")
            self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    scripted.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield scripted
    finally:
        server.shutdown()
        server.server_close()
