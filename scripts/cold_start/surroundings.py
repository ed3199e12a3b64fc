"""What a process has to do with: a share of a processor, and what the page cache holds."""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

MB_OF_A_PROCESSOR = 1769
"""https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html"""
_PERIOD_US = 20_000
_DROP = Path("/proc/sys/vm/drop_caches")
_V1, _V2 = Path("/sys/fs/cgroup/cpu"), Path("/sys/fs/cgroup")


@dataclass(frozen=True)
class Processor:
    how: str
    within: Sequence[str]
    """A command line that runs the one that follows it with that share."""
    group: Path | None = None

    def cpu_seconds(self) -> float | None:
        """What the processes that live in it have used; None where that is not known."""
        if self.group is None:
            return None
        ticks = 0
        for pid in (self.group / "cgroup.procs").read_text().split():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")


_WHOLE = Processor("whole processors, since control groups can't be written here: only ratios hold", ())


@contextmanager
def processor_of(memory_mb: int) -> Iterator[Processor]:
    """The share of a processor that Lambda gives to a function of that size, where it can be had here."""
    share = memory_mb / MB_OF_A_PROCESSOR
    parent = _V1 if _V1.is_dir() else _V2
    group = parent / f"cold-start-{os.getpid()}-{memory_mb}"
    try:
        group.mkdir()
        _limit(group, round(share * _PERIOD_US))
    except OSError:
        yield _WHOLE
        return
    enter = 'echo $$ > "$0/cgroup.procs" && exec "$@"'
    try:
        yield Processor(
            f"{share:.2f} of a processor, Lambda's share for {memory_mb} MB, by a control group",
            ("sh", "-c", enter, str(group)),
            group,
        )
    finally:
        _remove(group)


def _remove(group: Path) -> None:
    """A process that was killed needs a moment until it is out of it."""
    for _ in range(50):
        with suppress(OSError):
            group.rmdir()
            return
        time.sleep(0.1)


def _limit(group: Path, quota_us: int) -> None:
    if group.parent == _V2:
        (group / "cpu.max").write_text(f"{quota_us} {_PERIOD_US}")
    else:
        (group / "cpu.cfs_period_us").write_text(str(_PERIOD_US))
        (group / "cpu.cfs_quota_us").write_text(str(quota_us))


def forget_files(folders: Sequence[Path]) -> str:
    """Take what lies in the folders out of the page cache; gives how."""
    os.sync()
    try:
        _DROP.write_text("3")
    except OSError:
        for folder in folders:
            for file in filter(Path.is_file, folder.rglob("*")):
                with file.open("rb") as opened:
                    os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return "each file by posix_fadvise(DONTNEED); names and mapped files of others may stay"
    return "all of it, by /proc/sys/vm/drop_caches"
