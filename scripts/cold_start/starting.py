"""Starts a function as Lambda does, and takes the time until its first answer."""

import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from scripts.cold_start.slow_files import SlowFiles, slow_files
from scripts.cold_start.surroundings import Processor
from tests.lambda_runtime import running_function
from tests.lambda_sandbox import Sandbox

QUERY = {"op": "search", "text": "checked cotton shirt for a man", "limit": 5}
LATE_S, BYTES_PER_S = 0.001, 100e6
_PATIENCE_SECONDS = 300


@dataclass(frozen=True)
class Way:
    """One way to search: a handler in its sandbox."""

    name: str
    sandbox: Sandbox
    handler: str
    environment: Mapping[str, str]


@dataclass(frozen=True)
class Start:
    seconds: float
    """From the process's start to the first answer."""
    init_seconds: float
    """Of them, until it asked for its first event."""
    cpu_seconds: float | None
    answer: Any


def start(way: Way, processor: Processor) -> Start:
    """One start and one answer. Raises FunctionError and TimeoutError."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        sandbox = replace(way.sandbox, within=processor.within)
        log = Path(folder) / "log"
        with running_function(sandbox, way.handler, way.environment, log, _PATIENCE_SECONDS) as function:
            answer = function.invoke(QUERY, timeout=_PATIENCE_SECONDS)
            seconds = time.monotonic() - began
            cpu = processor.cpu_seconds()
        return Start(seconds, function.init_seconds, cpu, answer)


@contextmanager
def on_slow_files(way: Way, *, package: bool) -> Iterator[tuple[Way, dict[str, SlowFiles]]]:
    """The same with its models, and `package` if that is meant too, each on a slow file system of its own."""
    asked: dict[str, SlowFiles] = {}
    folder = Path(tempfile.mkdtemp(prefix="cold-start-"))
    with ExitStack() as stack:

        def slowed(name: str, source: Path) -> Path:
            mount = folder / name
            mount.mkdir()
            asked[name] = stack.enter_context(slow_files(source, mount, LATE_S, BYTES_PER_S))
            return mount

        box = way.sandbox
        assert box.models is not None
        models = slowed("models", box.models)
        box = replace(box, models=models, package=slowed("package", box.package) if package else box.package)
        yield replace(way, sandbox=box), asked
    shutil.rmtree(folder)
