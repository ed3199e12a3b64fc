"""Serve an ASGI app, and the chat page beside it, on a socket that listens already.

    python -m scripts.local.http_app SOCKET_FD MODULE:APP

The socket belongs to the parent process: while the app is restarted, callers wait instead of being refused.
uvicorn's own `--fd` takes any socket for a Unix one, and so leaves out TCP_NODELAY.
"""

import socket
import sys

import uvicorn
from uvicorn.importer import import_from_string

from scripts.local.web_page import WebPage

GRACE_SECONDS = 3
"""How long open answers may take to finish once the app is asked to stop."""


def main() -> None:
    socket_fd, app = sys.argv[1:]
    page = WebPage(import_from_string(app))
    config = uvicorn.Config(page, timeout_graceful_shutdown=GRACE_SECONDS, access_log=False)
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=int(socket_fd))])


if __name__ == "__main__":
    main()
