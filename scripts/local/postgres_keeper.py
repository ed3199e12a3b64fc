"""The process that keeps one PostgreSQL server: starts it on clean ground, and stops it.

    python -m scripts.local.with_parent PARENT_PID scripts.local.postgres_keeper HOME [NAME=VALUE ...]

One keeper a home folder, held by a file lock that dies with the keeper. It stops its server (fast shutdown)
on SIGTERM, and ends when the server ends. When the keeper itself is killed, Linux stops the server
(PR_SET_PDEATHSIG); where there is no such thing, the next keeper of the folder finds the server and stops it.
"""

import ctypes
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from scripts.local.postgres_files import (
    cluster_folder,
    make_socket_folder,
    programs,
    server_user,
    socket_folder,
)

LOCK_SECONDS = 10.0
START_SECONDS = 120.0
STOP_SECONDS = 10.0
POLL_SECONDS = 0.1
PR_SET_PDEATHSIG = 1

# A development box: safe on disk (fsync stays on), modest in memory. Parallel workers are off because they
# need shared memory, of which a container has 64 MB.
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "40",
    "shared_buffers": "256MB",
    "maintenance_work_mem": "256MB",
    "max_parallel_workers_per_gather": "0",
    "max_parallel_maintenance_workers": "0",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",
    "timezone": "UTC",
}


class _Stop:
    """Becomes true when SIGTERM arrives."""

    def __init__(self) -> None:
        self.asked = False
        signal.signal(signal.SIGTERM, self._ask)

    def _ask(self, _number: int, _frame: object) -> None:
        self.asked = True


def ready_file(home: Path) -> Path:
    """Holds the keeper's process id while its server takes connections."""
    return home / "keeper.ready"


def keep(home: Path, settings: Sequence[str] = ()) -> int:
    """Run the server of `home` until SIGTERM (returns 0) or until it ends by itself (returns 1); `settings`
    (NAME=VALUE) go before SETTINGS."""
    stop = _Stop()
    with _only_keeper(home, stop):
        _stop_leftovers(cluster_folder(home))
        _clear_locks(home)
        _create_cluster(home)
        server = _start_server(home, settings)
        try:
            _wait_until_ready(home, server, stop)
            while not stop.asked and server.poll() is None:
                time.sleep(POLL_SECONDS)
        finally:
            ready_file(home).unlink(missing_ok=True)
            _stop_server(server)
            _stop_leftovers(cluster_folder(home))
            _clear_locks(home)
            shutil.rmtree(socket_folder(home), ignore_errors=True)
    return 0 if stop.asked else 1


@contextmanager
def _only_keeper(home: Path, stop: _Stop) -> Iterator[None]:
    """Hold the lock of `home`. The keeper before us may still be stopping its server: wait a while for it."""
    with (home / "keeper.lock").open("w") as lock:
        deadline = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if stop.asked or time.monotonic() > deadline:
                    sys.exit(f"Another process is using the PostgreSQL data in {home}. Stop it first.")
                time.sleep(POLL_SECONDS)
        yield


def _servers_of(cluster: Path) -> list[psutil.Process]:
    """All processes of PostgreSQL that work in this very data directory: its server makes it the current
    directory, so this can't be mistaken for another program that was given the same process id."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.name() == "postgres" and process.cwd() == str(cluster):
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            continue
    return found


def _stop_leftovers(cluster: Path) -> None:
    """Stop what is left of a server whose keeper is gone; we hold the keeper's lock, so nobody needs it."""
    for number in (signal.SIGINT, signal.SIGKILL):
        leftovers = _servers_of(cluster)
        for process in leftovers:
            try:
                process.send_signal(number)
            except psutil.NoSuchProcess:
                continue
        psutil.wait_procs(leftovers, timeout=STOP_SECONDS)


def _clear_locks(home: Path) -> None:
    """Remove the lock files of a crashed server. PostgreSQL would obey them as long as any process, whatever
    it is, has the number written there. No server of this folder runs, so they mean nothing."""
    (cluster_folder(home) / "postmaster.pid").unlink(missing_ok=True)
    for file in socket_folder(home).glob(".s.PGSQL.*"):
        file.unlink(missing_ok=True)


def _create_cluster(home: Path) -> None:
    """Make the data directory, unless it is there: under another name first, so that a half-made one is never
    taken for a whole one. The built-in locale sorts and folds case the same on every machine."""
    cluster, unfinished = cluster_folder(home), home / "unfinished"
    if cluster.exists():
        return
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    server_user().own(unfinished)
    locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    command = [str(programs() / "initdb"), "--pgdata", str(unfinished), "--username=postgres", "--auth=trust"]
    subprocess.run([*command, *locale, "--no-instructions"], check=True, **_as_server_user())
    unfinished.rename(cluster)


def _as_server_user() -> dict[str, Any]:
    """Popen's arguments that run a program as the server's user, in a plain environment."""
    arguments: dict[str, Any] = {
        "cwd": "/",
        "env": {"PATH": os.defpath, "LC_ALL": "C"},
        "stdin": subprocess.DEVNULL,
    }
    if os.geteuid() == 0:
        user = server_user()
        arguments |= {"user": user.uid, "group": user.gid, "extra_groups": []}
    return arguments


def _start_server(home: Path, settings: Sequence[str]) -> subprocess.Popen[bytes]:
    command = [
        str(programs() / "postgres"),
        "-D",
        str(cluster_folder(home)),
        "-k",
        str(make_socket_folder(home)),
    ]
    # Of two values for one setting, the server takes the later one.
    for setting in [*(f"{name}={value}" for name, value in SETTINGS.items()), *settings]:
        command += ["-c", setting]
    return subprocess.Popen(command, preexec_fn=_stop_with_parent(), **_as_server_user())


def _stop_with_parent() -> Callable[[], None] | None:
    """On Linux: have the server stopped (SIGINT, fast shutdown) when this process dies, however it dies."""
    if sys.platform != "linux":
        return None
    libc, keeper = ctypes.CDLL(None), os.getpid()

    def follow() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0)
        if os.getppid() != keeper:
            os._exit(1)

    return follow


def _wait_until_ready(home: Path, server: subprocess.Popen[bytes], stop: _Stop) -> None:
    """Wait for the server to say that it takes connections; it does so in the last line of postmaster.pid.
    After a crash it first replays its log."""
    postmaster = cluster_folder(home) / "postmaster.pid"
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and not stop.asked:
        lines = postmaster.read_text().splitlines() if postmaster.exists() else []
        if len(lines) >= 8 and lines[7].strip() == "ready":
            ready_file(home).write_text(str(os.getpid()))
            return
        if time.monotonic() > deadline:
            sys.exit(f"PostgreSQL was not ready after {START_SECONDS:.0f} s.")
        time.sleep(POLL_SECONDS / 2)


def _stop_server(server: subprocess.Popen[bytes]) -> None:
    """Fast shutdown, then immediate, then by force."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if server.poll() is None:
            server.send_signal(number)
            try:
                server.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                continue


if __name__ == "__main__":
    sys.exit(keep(Path(sys.argv[1]), sys.argv[2:]))
