"""Compiles ahead what Lambda would compile at every cold start, since nothing stays in its read-only folder.

Measured in the tests' sandbox, from start to ready: the orchestrator takes 0.65 s instead of 1.6, the search
with its model 0.65 instead of 1.25.
"""

import subprocess
import sys
from pathlib import Path

from infra.packaging.errors import PackagingError
from infra.packaging.interpreter import lambda_python
from infra.packaging.recipe import PYTHON

_TASK_ROOT = "/var/task"


def compile_sources(folder: Path) -> None:
    """Puts bytecode beside every source, with the paths that it will have on Lambda.

    The bytecode is taken without looking at the source again, whose time of change CDK's zip does not keep.
    Where this machine has no Python of Lambda's version, nothing is done but a note written.
    """
    python = lambda_python()
    if python is None:
        print(
            f"There is no Python {PYTHON} here, so the Lambda package stays uncompiled: it works, and each "
            "cold start takes about a second more.",
            file=sys.stderr,
        )
        return
    command = [str(python), "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
    command += ["-s", str(folder), "-p", _TASK_ROOT, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise PackagingError(f"The sources of a package do not compile:\n{done.stdout}{done.stderr}")
