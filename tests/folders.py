"""Folders for tests."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def open_folder() -> Iterator[Path]:
    """A new folder that any user may enter, removed afterwards. pytest's tmp_path is private, and out of a
    private place root's database would be moved to /var/lib."""
    folder = Path(tempfile.mkdtemp(prefix="apparel-recommender-tests-")).resolve()
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
