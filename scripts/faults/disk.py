"""A disk that is full while a catalogue is loaded: the old catalogue goes on, whole."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2

from scripts.local.postgres import running_postgres
from scripts.local.stack import CHECKOUT
from scripts.model.build_bundle import ensure_bundle

SIZE_MB = 96
"""Enough for an empty server and a small catalogue."""
SAMPLE = CHECKOUT / "data" / "sample_catalogue.csv"
_FEW = 40


@contextmanager
def small_disk(folder: Path) -> Iterator[bool]:
    """A disk of SIZE_MB on the folder; False where this user can't mount one."""
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m,mode=755", "tmpfs", str(folder)], capture_output=True
    )
    try:
        yield mounted.returncode == 0
    finally:
        if mounted.returncode == 0:
            subprocess.run(["umount", "--lazy", str(folder)], check=False)


def full_disk() -> str:
    """What happened, in a sentence."""
    with tempfile.TemporaryDirectory(prefix="apparel-disk-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        few = SAMPLE.read_text(encoding="utf-8").splitlines(keepends=True)[: _FEW + 1]
        with small_disk(folder) as mounted:
            if not mounted:
                return "Full disk: not tried, because only root can mount a small one."
            with running_postgres(folder / "postgres") as url:
                small = Path(tempfile.mkstemp(suffix=".csv")[1])
                small.write_text("".join(few), encoding="utf-8")
                _load(small, url)
                small.unlink()
                before = _count(url)
                ballast = folder / "ballast"
                _fill(ballast)
                status = _load(SAMPLE, url)
                during = _count(url)
                ballast.unlink()
                again = _load(SAMPLE, url)
                after = _count(url)
    whole = status != 0 and during == before and again == 0
    return (
        f"Full disk: a catalogue load onto a full disk ended with status {status} and left {during} of the "
        f"{before} products of before in place; with room again the next load had {after}. "
        f"{'As it should be.' if whole else 'NOT as it should be.'}"
    )


def _fill(ballast: Path) -> None:
    with ballast.open("wb") as file:
        try:
            while True:
                file.write(b"\0" * 65_536)
                file.flush()
        except OSError:
            return


def _load(catalogue: Path, url: str) -> int:
    command = [sys.executable, "-m", "scripts.load_catalogue", str(catalogue)]
    environment = {"DATABASE_URL": url, "MODEL_BUNDLE": str(ensure_bundle()), "PATH": "/usr/bin:/bin"}
    return subprocess.run(command, env=environment, capture_output=True, check=False).returncode


def _count(url: str) -> int:
    connection = psycopg2.connect(url)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM product")
            row = cursor.fetchone()
            return int(row[0]) if row else 0
    finally:
        connection.close()
