"""The benchmark's slow file system shows what lies there, and counts what was asked for."""

import random
import subprocess
from pathlib import Path

import pytest

from scripts.cold_start.slow_files import slow_files, unavailable

if why := unavailable():
    pytest.skip(why, allow_module_level=True)

LARGE = random.Random(1).randbytes(3_000_001)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    (folder / "below").mkdir(parents=True)
    (folder / "large").write_bytes(LARGE)
    (folder / "below" / "small").write_text("words")
    (folder / "link").symlink_to("below/small")
    for number in range(500):
        (folder / "below" / f"file-{number:03}").touch()
    return folder


@pytest.fixture
def mount(tmp_path: Path) -> Path:
    (tmp_path / "mount").mkdir()
    return tmp_path / "mount"


def test_it_shows_the_same_files(source: Path, mount: Path) -> None:
    with slow_files(source, mount, 0, 1e12):
        subprocess.run(["diff", "--recursive", str(source), str(mount)], check=True, timeout=60)
        assert (mount / "link").readlink() == Path("below/small")
        assert (mount / "large").stat().st_mtime_ns == (source / "large").stat().st_mtime_ns
        assert not (mount / "nothing").exists()
    assert list(mount.iterdir()) == [], "it is gone afterwards"


def test_nothing_can_be_written(source: Path, mount: Path) -> None:
    with slow_files(source, mount, 0, 1e12), pytest.raises(OSError, match="Read-only"):
        (mount / "new").touch()


def test_it_counts_operations_and_bytes_once_for_what_is_cached(source: Path, mount: Path) -> None:
    with slow_files(source, mount, 0, 1e12) as asked:
        for _ in range(2):
            assert (mount / "below" / "small").read_text() == "words"
        assert asked.counts["bytes"] == len("words")
        assert asked.counts["lookups"] == 2  # of the folder and the file
        assert asked.counts["opens"] == 2
        before = asked.operations
        assert (mount / "large").read_bytes() == LARGE
        assert asked.counts["bytes"] == len("words") + len(LARGE)
        assert asked.operations > before
