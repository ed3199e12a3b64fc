"""Installs the libraries of a package, and takes out what runtime does not use."""

import fcntl
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.packaging.bytecode import compile_sources
from infra.packaging.errors import PackagingError
from infra.packaging.interpreter import lambda_python
from infra.packaging.locked import pins, platform_tags
from infra.packaging.recipe import PYTHON, UNUSED_FILES, Architecture, Libraries

CACHE = Path(__file__).parents[2] / "build" / "packages"


def installed(libraries: Libraries, architecture: Architecture, cache: Path = CACHE) -> Path:
    """A folder with the libraries, installed once: a second call finds it. Not to be changed.

    Raises PackagingError.
    """
    folder = cache / f"libraries-{fingerprint(libraries, architecture)}"
    if folder.is_dir():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    with _alone(cache / ".lock"):
        if not folder.is_dir():
            for left_over in cache.glob(".unfinished-*"):  # of a process that was killed
                shutil.rmtree(left_over)
            with tempfile.TemporaryDirectory(prefix=".unfinished-", dir=cache) as unfinished:
                target = Path(unfinished) / "libraries"
                target.mkdir()
                _install(pins(libraries, architecture), architecture, target)
                _strip(libraries, target)
                compile_sources(target)
                target.rename(folder)
    return folder


def fingerprint(libraries: Libraries, architecture: Architecture) -> str:
    """Of all that decides what the folder holds."""
    this_code = (Path(__file__).parent / name for name in ("libraries.py", "bytecode.py", "locked.py"))
    decides = {
        "pins": pins(libraries, architecture),
        "libraries": repr(libraries),
        "left out": UNUSED_FILES,
        "platform": [PYTHON, *platform_tags(architecture)],
        "compiled": lambda_python() is not None,
        "code": [hashlib.sha256(file.read_bytes()).hexdigest() for file in this_code],
    }
    return hashlib.sha256(json.dumps(decides).encode()).hexdigest()[:16]


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _install(wanted: list[str], architecture: Architecture, target: Path) -> None:
    if not wanted:
        return
    platforms = [part for tag in platform_tags(architecture) for part in ("--platform", tag)]
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    # The list is complete and made for Lambda's Python; pip would judge both by the Python that it runs on.
    command += ["--no-deps", "--ignore-requires-python", "--no-compile", "--only-binary=:all:"]
    command += [
        "--implementation",
        "cp",
        "--python-version",
        PYTHON,
        *platforms,
        "--target",
        str(target),
        *wanted,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise PackagingError(f"pip could not install the wheels for {architecture}:\n{done.stderr.strip()}")


def _strip(libraries: Libraries, target: Path) -> None:
    for pattern in UNUSED_FILES:
        for path in list(target.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    _strip_metadata(libraries, target)
    if libraries.aws_clients is not None:
        _strip_services(libraries.aws_clients, target)


def _strip_metadata(libraries: Libraries, target: Path) -> None:
    kept = {name.replace("-", "_") for name in libraries.metadata}
    for info in target.glob("*.dist-info"):
        if info.name.split("-")[0] not in kept:
            shutil.rmtree(info)
            continue
        for file in list(info.iterdir()):
            if file.name not in ("METADATA", "entry_points.txt"):
                shutil.rmtree(file) if file.is_dir() else file.unlink()


def _strip_services(clients: tuple[str, ...], target: Path) -> None:
    for services in (target / "botocore/data", target / "boto3/data"):
        for service in list(services.iterdir()) if services.is_dir() else []:
            if service.is_dir() and service.name not in clients:
                shutil.rmtree(service)
    shutil.rmtree(target / "boto3/examples", ignore_errors=True)
    missing = [name for name in clients if not (target / "botocore/data" / name).is_dir()]
    if missing:
        raise PackagingError(
            f"botocore knows no service {', '.join(missing)}; see infra/packaging/recipe.py."
        )
