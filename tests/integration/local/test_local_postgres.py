"""The local PostgreSQL: starts, remembers, and leaves nothing behind however its parts end."""

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg2
import pytest

from scripts.local.errors import ChildFailedError
from scripts.local.postgres import running_postgres
from scripts.local.postgres_files import (
    PACKAGE,
    ROOTS_HOME,
    cluster_folder,
    make_socket_folder,
    remove_roots_folders,
    server_home,
    server_user,
    socket_folder,
)
from scripts.local.postgres_keeper import ready_file
from tests.integration.local.processes import eventually, nothing_is_left

REMEMBERS = """
import sys, time
from pathlib import Path
import psycopg2
from scripts.local.postgres import running_postgres
with running_postgres(Path(sys.argv[1])) as url:
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS starts (id serial)")
        cursor.execute("INSERT INTO starts DEFAULT VALUES")
        cursor.execute("SELECT count(*) FROM starts")
        starts = cursor.fetchone()[0]
        connection.commit()
    print(f"start number {starts}", flush=True)
    time.sleep(float(sys.argv[2]))
"""
"""A program that uses the server: counts its starts in the database, then works for a while."""

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may act as another user")


def starts(folder: Path, **arguments: object) -> str:
    """What one run of the program says."""
    command = [sys.executable, "-c", REMEMBERS, str(folder), "0"]
    result = subprocess.run(command, text=True, capture_output=True, cwd="/", **arguments)  # type: ignore[call-overload]
    return str(result.stdout + result.stderr).strip()


@contextmanager
def busy_program(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """One run of the program that goes on until it is killed."""
    command = [sys.executable, "-c", REMEMBERS, str(folder), "600"]
    with subprocess.Popen(command, text=True, stdout=subprocess.PIPE) as program:
        assert program.stdout is not None
        assert program.stdout.readline().startswith("start number")
        try:
            yield program
        finally:
            program.kill()


def test_has_the_extensions_the_catalogue_needs(postgres_url: str) -> None:
    connection = psycopg2.connect(postgres_url)
    with connection.cursor() as cursor:
        for name in ("vector", "pg_trgm", "unaccent"):
            cursor.execute(f"CREATE EXTENSION {name}")
        cursor.execute("SELECT '[1,0]'::halfvec <=> '[0,1]'::halfvec")
        assert cursor.fetchone() == (1.0,)
    connection.close()


def test_remembers_and_leaves_no_process_no_lock_and_no_socket(open_folder: Path) -> None:
    assert starts(open_folder) == "start number 1"
    assert nothing_is_left(open_folder)
    assert not (cluster_folder(open_folder) / "postmaster.pid").exists()
    assert not socket_folder(open_folder).exists()
    assert starts(open_folder) == "start number 2"


def test_stops_when_its_client_is_killed(open_folder: Path) -> None:
    with busy_program(open_folder) as program:
        program.send_signal(signal.SIGKILL)
        program.wait()
        assert nothing_is_left(open_folder)
    assert starts(open_folder) == "start number 2"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the next start stops the orphan")
def test_stops_when_client_and_keeper_are_killed(open_folder: Path) -> None:
    with busy_program(open_folder) as program:
        keeper = psutil.Process(int(ready_file(open_folder).read_text()))
        keeper.suspend()  # So that it can't tidy up between the two.
        program.send_signal(signal.SIGKILL)
        keeper.kill()
        assert nothing_is_left(open_folder)
    assert starts(open_folder) == "start number 2"


def test_a_stopped_server_that_nobody_keeps_is_taken_over(open_folder: Path) -> None:
    """As where the system can't stop a server with its keeper: here it is frozen, so it can't obey."""
    with busy_program(open_folder) as program:
        server = psutil.Process(int((cluster_folder(open_folder) / "postmaster.pid").read_text().split()[0]))
        server.suspend()
        psutil.Process(int(ready_file(open_folder).read_text())).kill()
        program.kill()
        assert eventually(lambda: server.ppid() != program.pid)
        assert starts(open_folder) == "start number 2"
        assert not server.is_running()


@pytest.fixture
def foreign() -> Iterator[subprocess.Popen[bytes]]:
    """A living process that is no PostgreSQL, of the user that the server runs as: PostgreSQL itself already
    disbelieves those of others."""
    with subprocess.Popen(["sleep", "600"], user=server_user().uid if os.geteuid() == 0 else None) as process:
        yield process
        process.kill()


def test_does_not_believe_lock_files_that_name_a_foreign_process(
    open_folder: Path, foreign: subprocess.Popen[bytes]
) -> None:
    assert starts(open_folder) == "start number 1"
    sockets = make_socket_folder(open_folder)
    lines = [foreign.pid, cluster_folder(open_folder), 1700000000, 5432, sockets, "", "  1  1", "ready", ""]
    text = "\n".join(str(line) for line in lines)
    (cluster_folder(open_folder) / "postmaster.pid").write_text(text)
    (sockets / ".s.PGSQL.5432.lock").write_text(text)
    assert starts(open_folder) == "start number 2"
    assert foreign.poll() is None


def test_refuses_a_second_server_on_the_same_folder(open_folder: Path) -> None:
    with running_postgres(open_folder) as url:
        with (
            pytest.raises(ChildFailedError, match="Another process is using the PostgreSQL data"),
            running_postgres(open_folder),
        ):
            pass
        psycopg2.connect(url).close()


def test_a_half_made_data_directory_is_made_anew(open_folder: Path) -> None:
    (open_folder / "unfinished" / "base").mkdir(parents=True)
    assert starts(open_folder) == "start number 1"


def test_works_under_a_path_longer_than_a_socket_may_have(open_folder: Path) -> None:
    deep = open_folder / ("d" * 100) / ("e" * 100)
    deep.mkdir(parents=True)
    assert starts(deep) == "start number 1"


def test_two_servers_of_different_folders_run_at_once(open_folder: Path) -> None:
    with running_postgres(open_folder / "a") as one, running_postgres(open_folder / "b") as other:
        assert one != other
        for url in (one, other):
            psycopg2.connect(url).close()


@only_root
def test_runs_as_an_ordinary_user(open_folder: Path) -> None:
    site = sysconfig.get_path("purelib")
    checkout = Path(__file__).parents[3]
    environment = {"PYTHONPATH": f"{checkout}:{site}", "PATH": os.defpath, "HOME": str(open_folder)}
    as_user = {"user": "nobody", "group": "nogroup", "extra_groups": [], "env": environment, "cwd": "/"}
    # The one in use may lie in root's home; the system's is as good when it is the same version.
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for python in (sys.executable, f"/usr/bin/{version}", f"/usr/local/bin/{version}"):
        try:
            subprocess.run(
                [python, "-c", "import psutil, psycopg2"], check=True, capture_output=True, **as_user
            )  # type: ignore[call-overload]
            break
        except (OSError, subprocess.CalledProcessError):
            continue
    else:
        pytest.skip("no Python that `nobody` can run has the packages")
    home = open_folder / "home"
    home.mkdir()
    shutil.chown(home, "nobody", "nogroup")
    command = [python, "-c", REMEMBERS, str(home / "postgres"), "0"]
    for number in (1, 2):
        result = subprocess.run(command, text=True, capture_output=True, **as_user)  # type: ignore[call-overload]
        assert result.stdout.strip() == f"start number {number}", result.stderr
    assert nothing_is_left(home)
    assert (home / "postgres").owner() == "nobody"


@only_root
def test_root_leaves_a_private_folder_private(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    home = server_home(private / "postgres")
    try:
        assert home.is_relative_to(ROOTS_HOME)
        assert starts(private / "postgres") == "start number 1"
        assert private.stat().st_mode & 0o777 == 0o700
        assert cluster_folder(home).owner() == "nobody"
    finally:
        remove_roots_folders(private)
    assert not home.exists()


@only_root
def test_root_runs_programs_that_are_installed_in_a_private_folder(open_folder: Path) -> None:
    private = open_folder / "site"
    private.mkdir(mode=0o700)
    installed = Path(sysconfig.get_path("purelib"))
    for folder in (PACKAGE, f"{PACKAGE}.libs"):
        if (installed / folder).exists():
            shutil.copytree(installed / folder, private / folder, symlinks=True)
    try:
        environment = {**os.environ, "PYTHONPATH": str(private)}
        assert starts(open_folder / "postgres", env=environment) == "start number 1"
        assert private.stat().st_mode & 0o777 == 0o700
    finally:
        remove_roots_folders(private)
