"""The article's packages as its EFS holds them: sentence-transformers, torch, psycopg2, and all they need."""

import os
import shutil
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ARTICLE = ("sentence-transformers", "torch", "psycopg2-binary", "pgvector")
RUNTIME = ("awslambdaric",)


def linked(wanted: tuple[str, ...], folder: Path) -> Path:
    """A folder with these distributions of this Python and what they need, compiled as pip left them: hard
    links to their files where that can be. Raises PackageNotFoundError."""
    if folder.is_dir():
        return folder
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    for name in _with_needed(wanted):
        for file in metadata.files(name) or []:
            source = Path(str(file.locate()))
            if not file.parts[0].startswith("..") and source.is_file():
                target = unfinished / file
                target.parent.mkdir(parents=True, exist_ok=True)
                _link(source, target)
    unfinished.rename(folder)
    return folder


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _with_needed(wanted: tuple[str, ...]) -> list[str]:
    found: dict[str, None] = {}
    waiting = list(wanted)
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in found:
            continue
        found[name] = None
        for text in metadata.requires(name) or []:
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                waiting.append(requirement.name)
    return list(found)
