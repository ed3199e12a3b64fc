"""`make run` with the small parts, as a process of its own that a test can send signals to.

python -m tests.integration.local.small_stack STATE_DIR CATALOGUE PORT [APP]
"""

import sys
from pathlib import Path

from scripts.local.stack import StackSettings
from scripts.run import run, stop_on_signals

PARTS = "tests.integration.local.small_parts"


def settings(
    state_dir: Path,
    catalogue: Path,
    port: int = 0,
    app: str = f"{PARTS}:app",
    database_url: str | None = None,
) -> StackSettings:
    return StackSettings(
        catalogue=catalogue,
        state_dir=state_dir,
        port=port,
        database_url=database_url,
        bundle=state_dir,
        handler=f"{PARTS}:handler",
        app=app,
        loader=PARTS,
    )


if __name__ == "__main__":
    stop_on_signals()
    state_dir, catalogue, port, *app = sys.argv[1:]
    sys.exit(run(settings(Path(state_dir), Path(catalogue), int(port), *app)))
