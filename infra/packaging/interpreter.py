"""Lambda's version of Python on this machine, if it is here."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from infra.packaging.recipe import PYTHON

_SECONDS = 20


@cache
def lambda_python() -> Path | None:
    """A Python 3.13 from the PATH or from pyenv, or None."""
    return next((path for path in _candidates() if _is_it(path)), None)


def _candidates() -> Iterator[Path]:
    yield Path(sys.executable)
    found = shutil.which(f"python{PYTHON}")
    if found:
        yield Path(found)
    yield from sorted((Path.home() / ".pyenv/versions").glob(f"{PYTHON}.*/bin/python{PYTHON}"), reverse=True)


def _is_it(path: Path) -> bool:
    """pyenv puts a `python3.13` on the PATH that refuses to run where another version is chosen."""
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run(
            [path, "-c", code], capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.stdout.strip() == PYTHON
