"""The local stack: survives the loss of any part, ends when told, and never leaves anything behind.

It runs here with small parts (small_parts.py) around the real supervisor, stand-in for Lambda and PostgreSQL.
"""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from scripts.local.child_process import ChildProcess
from scripts.local.errors import ChildFailedError, PortError, StackError, UnfitDatabaseError
from scripts.local.postgres_files import cluster_folder
from scripts.local.postgres_keeper import ready_file
from scripts.local.sockets import get
from scripts.local.stack import local_stack
from scripts.local.supervisor import Supervisor
from tests.integration.local.processes import eventually, nothing_is_left, processes_under
from tests.integration.local.small_stack import settings


@dataclass(frozen=True)
class RunningStack:
    """`make run` as another process; one that is killed takes nothing of the test with it."""

    folder: Path
    port: int
    process: subprocess.Popen[str]

    def ask(self) -> dict[str, Any] | None:
        """What the API says when it asks all its parts; None while it can't."""
        status, body = get(self.port, "/v1/health?deep=1", 10)
        return json.loads(body) if status == 200 else None

    def answer(self) -> dict[str, Any]:
        """What the API says, as soon as it is well."""
        assert eventually(lambda: self.ask() is not None)
        answer = self.ask()
        assert answer is not None
        return answer

    def output(self) -> str:
        """All that it printed, once it has ended."""
        return self.process.communicate(timeout=60)[0]


@contextmanager
def started(
    folder: Path, catalogue_text: str = "a shirt\n", until: str = "Ready: "
) -> Iterator[RunningStack]:
    """A stack that has come as far as to print a line that starts with `until`."""
    catalogue = folder / "catalogue.csv"
    catalogue.write_text(catalogue_text)
    command = [
        sys.executable,
        "-m",
        "tests.integration.local.small_stack",
        str(folder / "state"),
        str(catalogue),
        "0",
    ]
    # A session of its own, as a terminal gives: its Ctrl-C goes to a whole process group.
    with subprocess.Popen(
        command,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=folder,
        start_new_session=True,
    ) as process:
        try:
            assert process.stdout is not None
            lines = iter(process.stdout.readline, "")
            reached = next((line for line in lines if line.startswith(until)), None)
            assert reached is not None
            port = int(reached.rpartition(":")[2].partition("/")[0]) if until == "Ready: " else 0
            yield RunningStack(folder, port, process)
        finally:
            process.kill()
            process.wait()
            assert nothing_is_left(folder / "state")


@pytest.fixture
def stack(open_folder: Path) -> Iterator[RunningStack]:
    with started(open_folder) as stack:
        yield stack


def keeper(stack: RunningStack) -> int:
    return int(ready_file(stack.folder / "state" / "postgres").read_text())


def postgres(stack: RunningStack) -> int:
    return int(
        (cluster_folder(stack.folder / "state" / "postgres") / "postmaster.pid").read_text().split()[0]
    )


def embed_search(stack: RunningStack) -> int:
    return int(stack.answer()["search"]["pid"])


def orchestrator(stack: RunningStack) -> int:
    return int(stack.answer()["pid"])


@pytest.mark.parametrize("part", [keeper, postgres, embed_search, orchestrator])
def test_a_part_that_is_killed_is_started_again(
    stack: RunningStack, part: Callable[[RunningStack], int]
) -> None:
    lines = stack.answer()["search"]["lines"]
    killed = psutil.Process(part(stack))
    killed.kill()
    assert eventually(lambda: not killed.is_running())
    assert stack.answer()["search"]["lines"] == lines
    assert eventually(lambda: part(stack) != killed.pid)
    stack.process.send_signal(signal.SIGINT)
    output = stack.output()
    assert "ended unexpectedly; starting it again." in output
    assert stack.process.returncode == 0
    assert nothing_is_left(stack.folder)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything_quietly(stack: RunningStack, number: signal.Signals) -> None:
    os.killpg(stack.process.pid, number)
    output = stack.output()
    assert output.endswith("Stopped.\n")
    assert "Traceback" not in output
    assert "ended unexpectedly" not in output
    assert stack.process.returncode == 0
    assert not processes_under(stack.folder)
    assert not (cluster_folder(stack.folder / "state" / "postgres") / "postmaster.pid").exists()


def test_a_second_ctrl_c_does_not_disturb_the_stop(stack: RunningStack) -> None:
    stack.process.send_signal(signal.SIGINT)
    stack.process.send_signal(signal.SIGINT)
    stack.process.send_signal(signal.SIGTERM)
    output = stack.output()
    assert output.endswith("Stopped.\n")
    assert "Error" not in output
    assert not processes_under(stack.folder)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_leaves_nothing_when_it_ends_while_the_catalogue_loads(
    open_folder: Path, number: signal.Signals
) -> None:
    # Not sooner: a loader that has not asked the database yet finds it shutting down, and says so.
    with started(open_folder, "for ever\n", until="Loads for ever") as loading:
        assert processes_under(open_folder, "small_parts")
        os.killpg(loading.process.pid, number)
        assert nothing_is_left(open_folder)
        assert "Traceback" not in loading.output()


def test_when_the_supervisor_is_killed_all_end_and_the_next_start_finds_the_data(stack: RunningStack) -> None:
    stack.process.kill()
    stack.process.wait()
    with started(stack.folder) as again:  # At once: what is left of the first one is still ending.
        assert again.answer()["search"]["lines"] == ["a shirt", "a shirt"]
        again.process.send_signal(signal.SIGTERM)
        again.output()
    assert nothing_is_left(stack.folder)


def test_when_all_are_killed_the_next_start_finds_the_data(stack: RunningStack) -> None:
    everything = processes_under(stack.folder)
    for process in everything:
        process.suspend()  # So that none sees another die.
    for process in everything:
        process.kill()
    assert nothing_is_left(stack.folder)
    with started(stack.folder) as again:
        assert again.answer()["search"]["lines"] == ["a shirt", "a shirt"]


def test_a_second_start_on_the_same_state_is_refused(stack: RunningStack) -> None:
    one = settings(stack.folder / "state", stack.folder / "catalogue.csv")
    with pytest.raises(StackError, match=rf"runs already \(process {stack.process.pid}\)"), local_stack(one):
        pass
    assert stack.ask() is not None


def test_two_stacks_run_side_by_side(stack: RunningStack) -> None:
    other_folder = stack.folder / "other"
    other_folder.mkdir()
    with started(other_folder) as other:
        parts = {part(one) for one in (stack, other) for part in (postgres, embed_search, orchestrator)}
    assert len(parts) == 6


def test_says_by_what_setting_to_change_a_taken_port(open_folder: Path) -> None:
    catalogue = open_folder / "catalogue.csv"
    catalogue.touch()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(PortError, match=f"Port {port} is in use .* PORT"),
            local_stack(settings(open_folder, catalogue, port)),
        ):
            pass


def test_says_that_the_catalogue_is_missing(open_folder: Path) -> None:
    with (
        pytest.raises(StackError, match=r"no catalogue file .*absent\.csv.* CATALOGUE"),
        local_stack(settings(open_folder, open_folder / "absent.csv")),
    ):
        pass


def test_shows_the_log_of_a_part_that_can_not_start(open_folder: Path) -> None:
    catalogue = open_folder / "catalogue.csv"
    catalogue.touch()
    with (
        pytest.raises(
            ChildFailedError,
            match=r"(?s)orchestrator ended.*No module named 'no_such_module'|Could not import",
        ),
        local_stack(settings(open_folder, catalogue, app="no_such_module:app")),
    ):
        pass
    assert nothing_is_left(open_folder)


def test_says_that_the_catalogue_could_not_be_loaded(open_folder: Path) -> None:
    catalogue = open_folder / "catalogue.csv"
    catalogue.touch()
    broken = replace(settings(open_folder, catalogue), loader="no_such_module")
    with pytest.raises(StackError, match="could not be loaded"), local_stack(broken):
        pass
    assert nothing_is_left(open_folder)


def test_uses_the_database_that_a_person_names(open_folder: Path, postgres_url: str) -> None:
    catalogue = open_folder / "catalogue.csv"
    catalogue.write_text("a saree\n")
    with local_stack(settings(open_folder, catalogue, database_url=postgres_url)) as base_url:
        port = int(base_url.rpartition(":")[2].partition("/")[0])
        answer = json.loads(get(port, "/v1/health?deep=1", 10)[1])
    assert answer["search"]["lines"] == ["a saree"]
    assert not (open_folder / "postgres").exists()


def test_says_that_the_named_database_can_not_be_reached(open_folder: Path) -> None:
    catalogue = open_folder / "catalogue.csv"
    catalogue.touch()
    nowhere = settings(open_folder, catalogue, database_url=f"postgresql://u:secret@/x?host={open_folder}")
    with pytest.raises(UnfitDatabaseError, match="DATABASE_URL") as refusal, local_stack(nowhere):
        pass
    assert "secret" not in str(refusal.value)


def test_gives_up_on_a_part_that_keeps_dying(tmp_path: Path) -> None:
    said: list[str] = []
    supervisor = Supervisor(said.append)
    supervisor.start(ChildProcess("short-lived", "this", [], tmp_path / "log", lambda _: True), 10)
    supervisor.watch()
    with pytest.raises(ChildFailedError, match=r"(?s)short-lived keeps ending.*Zen of Python"):
        supervisor.wait()
    supervisor.stop()
    assert "short-lived ended unexpectedly; starting it again." in said
