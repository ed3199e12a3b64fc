"""Sockets and probes on the loopback interface.

The parent binds a child's socket and hands it down. So no port is picked twice, a taken one is seen at once,
and while a child is restarted its callers wait instead of being refused.
"""

import errno
import http.client
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from scripts.local.errors import PortError

HOST = "127.0.0.1"
BACKLOG = 128


@contextmanager
def bound_socket(port: int) -> Iterator[socket.socket]:
    """A socket that has its port (0: any free one), and does not listen yet: nobody is kept waiting while the
    catalogue loads. Raises PortError."""
    with socket.socket() as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with _port_errors(port):
            bound.bind((HOST, port))
        yield bound


def listen(bound: socket.socket) -> None:
    """Take connections. Raises PortError when another program was quicker."""
    with _port_errors(port_of(bound)):
        bound.listen(BACKLOG)


@contextmanager
def _port_errors(port: int) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
            raise
        why = "in use by another program" if error.errno == errno.EADDRINUSE else "not open to this user"
        raise PortError(f"Port {port} is {why}. PORT chooses another one: make run PORT=8010") from error


def port_of(bound: socket.socket) -> int:
    port: int = bound.getsockname()[1]
    return port


def get(port: int, path: str, seconds: float) -> tuple[int, str]:
    """Status and body of a GET on the loopback interface; status 0 when there was no answer in time.
    Proxies, which http.client knows nothing of, play no part."""
    connection = http.client.HTTPConnection(HOST, port, timeout=seconds)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read().decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return 0, f"no answer ({error})"
    finally:
        connection.close()
