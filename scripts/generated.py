"""Parts of documents that a command writes: what stands between two markers."""

import re
from pathlib import Path


class NoMarkers(LookupError):
    """The document has no such part."""


def _part(name: str) -> re.Pattern[str]:
    return re.compile(rf"(<!-- {name}: written by make, begin -->\n).*?(<!-- {name}: end -->)", re.S)


def replaced(document: str, name: str, text: str) -> str:
    """The document with `text` as its part `name`. Raises NoMarkers."""
    pattern = _part(name)
    if not pattern.search(document):
        raise NoMarkers(f"there are no markers of the part {name}")
    return pattern.sub(lambda found: f"{found[1]}\n{text.strip()}\n\n{found[2]}", document)


def write(path: Path, name: str, text: str) -> None:
    path.write_text(replaced(path.read_text(encoding="utf-8"), name, text), encoding="utf-8")
