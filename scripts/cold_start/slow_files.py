"""A file system that answers each operation late, for what lies on a network: FUSE's own protocol, in Python.

Every operation that the kernel asks for is answered `late_s` seconds later, many at a time, as a file server
does; all data go through one line of `bytes_per_s`. What the kernel has asked it keeps, as it does for NFS.
A new mount has nothing in any cache. Only root can mount; read only.

The messages: /usr/include/linux/fuse.h, https://www.kernel.org/doc/html/latest/filesystems/fuse.html.
"""

import ctypes
import errno
import os
import stat
import struct
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

_DEVICE = "/dev/fuse"
_READ_ONLY, _NO_SUID, _NO_DEVICES, _DETACH = 1, 2, 4, 2
_LOOKUP, _FORGET, _GETATTR, _READLINK, _OPEN, _READ, _STATFS, _RELEASE = 1, 2, 3, 5, 14, 15, 17, 18
_FLUSH, _INIT, _OPENDIR, _READDIR, _RELEASEDIR, _INTERRUPT, _BATCH_FORGET = 25, 26, 27, 28, 29, 36, 42
_NAMES = {
    _LOOKUP: "lookups", _GETATTR: "attributes", _READLINK: "links", _OPEN: "opens", _READ: "reads",
    _OPENDIR: "folders", _READDIR: "listings",
}  # fmt: skip
_ASYNC_READ, _PARALLEL_FOLDERS, _MAX_PAGES, _CACHE_SYMLINKS = 1 << 0, 1 << 18, 1 << 22, 1 << 23
_KEEP_CACHE, _CACHE_FOLDER = 1 << 1, 1 << 3
_VERSION, _MINOR = 7, 31
_PAGES = 256
"""Of 4 KB: a read may ask for 1 MB, as EFS is mounted (rsize)."""
_REMEMBERED_S = 60
_HEADER = struct.Struct("<IIQQIIIHH")
_ANSWER = struct.Struct("<IiQ")
_WORKERS = 24
_BUFFER = 1 << 18


def unavailable() -> str | None:
    """Why there can be no such file system here; None where there can be."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return "only root can mount a file system"
    try:
        os.close(os.open(_DEVICE, os.O_RDWR))
    except OSError as error:
        return f"{_DEVICE}: {error.strerror}"
    return None


@dataclass
class SlowFiles:
    """What was asked for so far."""

    counts: Counter[str] = field(default_factory=Counter)
    """Operations that somebody waited for, by kind; and `bytes`."""

    @property
    def operations(self) -> int:
        return self.counts.total() - self.counts["bytes"]


@contextmanager
def slow_files(source: Path, mount: Path, late_s: float, bytes_per_s: float) -> Iterator[SlowFiles]:
    """`source` seen at `mount`, a folder that exists. Raises OSError where it can't be mounted."""
    device = os.open(_DEVICE, os.O_RDWR)
    system = ctypes.CDLL(None, use_errno=True)
    options = f"fd={device},rootmode=40000,user_id=0,group_id=0,allow_other".encode()
    flags = ctypes.c_ulong(_READ_ONLY | _NO_SUID | _NO_DEVICES)
    if system.mount(b"slow_files", os.fsencode(mount), b"fuse.slow_files", flags, options):
        os.close(device)
        raise OSError(ctypes.get_errno(), f"can't mount at {mount}")
    server = _Server(device, source, late_s, bytes_per_s)
    workers = [threading.Thread(target=server.serve, daemon=True) for _ in range(_WORKERS)]
    for worker in workers:
        worker.start()
    try:
        yield server.asked
    finally:
        system.umount2(os.fsencode(mount), _DETACH)
        for worker in workers:
            worker.join(timeout=5)
        os.close(device)


class _Refused(Exception):
    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class _Server:
    def __init__(self, device: int, source: Path, late_s: float, bytes_per_s: float) -> None:
        self.asked = SlowFiles()
        self._device = device
        self._late_s = late_s
        self._bytes_per_s = bytes_per_s
        self._line_free_at = 0.0
        self._lock = threading.Lock()
        self._paths: dict[int, str] = {1: str(source)}
        self._nodes: dict[str, int] = {str(source): 1}
        self._open: dict[int, int] = {}
        self._listed: dict[int, bytes] = {}

    def serve(self) -> None:
        """Until it is unmounted."""
        while True:
            try:
                message = os.read(self._device, _BUFFER)
            except OSError as error:
                if error.errno in (errno.EINTR, errno.EAGAIN, errno.ENOENT):
                    continue
                return
            self._answer(message, time.monotonic())

    def _answer(self, message: bytes, began: float) -> None:
        _, code, unique, node, *_ = _HEADER.unpack_from(message)
        if code in (_FORGET, _BATCH_FORGET, _INTERRUPT):
            return
        number, content = 0, b""
        try:
            content = self._done(code, node, message[_HEADER.size :])
        except _Refused as refused:
            number = -refused.number
        except OSError as error:
            number = -(error.errno or errno.EIO)
        if name := _NAMES.get(code):
            self._wait(name, began, len(content) if code == _READ else 0)
        try:
            os.writev(self._device, [_ANSWER.pack(_ANSWER.size + len(content), number, unique), content])
        except OSError:
            return  # who asked is gone

    def _wait(self, name: str, began: float, size: int) -> None:
        with self._lock:
            self.asked.counts[name] += 1
            self.asked.counts["bytes"] += size
            sent_at = self._line_free_at = max(began, self._line_free_at) + size / self._bytes_per_s
        time.sleep(max(0.0, sent_at + self._late_s - time.monotonic()))

    def _done(self, code: int, node: int, body: bytes) -> bytes:
        match code:
            case 26:
                return _init(body)
            case 1:
                return self._looked_up(os.path.join(self._paths[node], os.fsdecode(body.rstrip(b"\0"))))
            case 3:
                return struct.pack("<QII", _REMEMBERED_S, 0, 0) + _attributes(node, self._paths[node])
            case 5:
                return os.fsencode(os.readlink(self._paths[node]))
            case 14:
                handle = os.open(self._paths[node], os.O_RDONLY)
                self._open[handle] = handle
                return struct.pack("<QII", handle, _KEEP_CACHE, 0)
            case 15:
                handle, offset, size = struct.unpack_from("<QQI", body)
                return os.pread(handle, size, offset)
            case 18:
                os.close(self._open.pop(struct.unpack_from("<Q", body)[0]))
                return b""
            case 27:
                return struct.pack("<QII", node, _CACHE_FOLDER | _KEEP_CACHE, 0)
            case 28:
                return self._listing(node, *struct.unpack_from("<QI", body, 8))
            case 17:
                return struct.pack("<QQQQQIII24x", 0, 0, 0, 0, 0, 4096, 255, 4096)
            case 25 | 29:
                return b""
        raise _Refused(errno.ENOSYS)

    def _looked_up(self, path: str) -> bytes:
        entry = struct.Struct("<QQQQII")
        if not os.path.lexists(path):  # that it is not there, is remembered as well
            return entry.pack(0, 0, _REMEMBERED_S, 0, 0, 0) + bytes(88)
        with self._lock:
            node = self._nodes.setdefault(path, len(self._nodes) + 1)
            self._paths[node] = path
        return entry.pack(node, 0, _REMEMBERED_S, _REMEMBERED_S, 0, 0) + _attributes(node, path)

    def _listing(self, node: int, offset: int, size: int) -> bytes:
        """Whole entries from the byte `offset` of the listing on."""
        if node not in self._listed:
            self._listed[node] = b"".join(_entries(self._paths[node]))
        whole, end = self._listed[node], offset
        while end < len(whole):
            length = struct.unpack_from("<I", whole, end + 16)[0]
            following = end + 24 + length + -length % 8
            if following - offset > size:
                break
            end = following
        return whole[offset:end]


def _init(body: bytes) -> bytes:
    _, _, readahead, offered = struct.unpack_from("<IIII", body)
    flags = offered & (_ASYNC_READ | _PARALLEL_FOLDERS | _MAX_PAGES | _CACHE_SYMLINKS)
    limits = struct.pack("<HHIIHH", 64, 48, 1 << 17, 1, _PAGES, 0)
    return struct.pack("<IIII", _VERSION, _MINOR, readahead, flags) + limits + bytes(32)


def _attributes(node: int, path: str) -> bytes:
    found = os.lstat(path)
    times = [divmod(ns, 1_000_000_000) for ns in (found.st_atime_ns, found.st_mtime_ns, found.st_ctime_ns)]
    return struct.pack(
        "<QQQQQQIIIIIIIIII",
        *(node, found.st_size, found.st_blocks, *(seconds for seconds, _ in times)),
        *(rest for _, rest in times),
        *(found.st_mode, found.st_nlink, found.st_uid, found.st_gid, 0, 4096, 0),
    )


def _entries(path: str) -> Iterator[bytes]:
    at = 0
    for name, kind in ((name, os.lstat(os.path.join(path, name)).st_mode) for name in os.listdir(path)):
        raw = os.fsencode(name)
        at += 24 + len(raw) + -len(raw) % 8
        yield struct.pack("<QQII", 2, at, len(raw), stat.S_IFMT(kind) >> 12) + raw + bytes(-len(raw) % 8)
