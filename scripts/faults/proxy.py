"""A wire to the database that can be made slow, silent, or cut."""

import contextlib
import socket
import threading
import time
from dataclasses import dataclass, field

_CHUNK = 65_536


@dataclass
class Wire:
    """Listens on 127.0.0.1:`port` and passes everything on to a Unix socket.

    `delay_s` goes before each piece; `refuse()` stops listening and cuts what is open, `accept()` ends that.
    """

    target: str
    delay_s: float = 0.0
    port: int = 0
    _server: socket.socket | None = None
    _open: set[socket.socket] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def accept(self) -> None:
        server = socket.create_server(("127.0.0.1", self.port))
        self.port = server.getsockname()[1]
        self._server = server
        threading.Thread(target=self._serve, args=(server,), daemon=True).start()

    def refuse(self) -> None:
        if self._server:
            # Closing alone would leave a thread that waits in accept() with the open socket.
            self._server.shutdown(socket.SHUT_RDWR)
            self._server.close()
            self._server = None
        self.cut()

    def cut(self) -> None:
        """End all connections, without a word."""
        with self._lock:
            ends, self._open = self._open, set()
        for end in ends:
            _close(end)

    def _serve(self, server: socket.socket) -> None:
        while True:
            try:
                near, _ = server.accept()
            except OSError:
                return
            far = socket.socket(socket.AF_UNIX)
            try:
                far.connect(self.target)
            except OSError:
                near.close()
                continue
            with self._lock:
                self._open |= {near, far}
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._pass_on, args=(source, sink), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(_CHUNK):
                time.sleep(self.delay_s)
                sink.sendall(data)
        except OSError:
            pass  # the other direction, or cut(), has closed it
        for end in (source, sink):
            _close(end)


def _close(end: socket.socket) -> None:
    with contextlib.suppress(OSError):  # closed already
        end.shutdown(socket.SHUT_RDWR)
    end.close()
