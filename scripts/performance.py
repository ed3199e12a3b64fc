"""`make performance`: the tables of docs/PERFORMANCE.md from what was measured last, in build/results/.

A part whose measurement is not there stays as it is.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

from scripts import generated, results
from scripts.performance_tables import Records, connections, load, sizing, whole_answer
from scripts.scale.page import catalogue

PAGE = results.ROOT / "docs" / "PERFORMANCE.md"

PARTS: Mapping[str, tuple[str, Callable[[Records], str]]] = {
    "whole-answer": ("bench-llm", whole_answer),
    "load": ("load-*", load),
    "connections": ("", connections),
    "sizing": ("simulate", sizing),
    "catalogue": ("catalogue-*", catalogue),
}
"""The results that a part is made of, as a pattern of their names; none: it is made of settings alone."""


def rendered(name: str, folder: Path) -> str:
    """The text of a part; empty where nothing was measured."""
    pattern, render = PARTS[name]
    files = sorted(folder.glob(f"{pattern}.json"))
    found = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in files}
    return render(found) if found or not pattern else ""


def main() -> int:
    for name in PARTS:
        if text := rendered(name, results.ROOT / "build" / "results"):
            generated.write(PAGE, name, text)
            print(f"{PAGE.relative_to(results.ROOT)}: {name}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
