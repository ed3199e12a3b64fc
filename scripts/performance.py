"""`make performance`: the tables of docs/PERFORMANCE.md from what was measured last, in build/results/.

A part whose measurement is not there stays as it is.
"""

import json
from collections.abc import Callable, Mapping
from fnmatch import fnmatch
from pathlib import Path

from scripts import generated, results
from scripts.cold_start.page import cold_orchestrator, cold_search
from scripts.engines.page import engines
from scripts.performance_tables import Records, connections, load, sizing, whole_answer
from scripts.scale.page import catalogue
from scripts.warm_search.page import warm_search

PAGE = results.ROOT / "docs" / "PERFORMANCE.md"

PARTS: Mapping[str, tuple[str, Callable[[Records], str]]] = {
    "cold-search": ("cold", cold_search),
    "cold-orchestrator": ("cold", cold_orchestrator),
    "warm-search": ("search", warm_search),
    "engines": ("engines", engines),
    "whole-answer": ("bench-llm", whole_answer),
    "load": ("load-*", load),
    "connections": ("", connections),
    "sizing": ("simulate", sizing),
    "catalogue": ("catalogue-*", catalogue),
}
"""The results that a part is made of, as a pattern of their names; none: it is made of settings alone."""


def rendered(name: str, records: Records) -> str:
    """The text of a part; empty where nothing was measured."""
    pattern, render = PARTS[name]
    found = {stem: records[stem] for stem in sorted(records) if fnmatch(stem, pattern)}
    return render(found) if found or not pattern else ""


def read_records(folder: Path) -> Records:
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("*.json")}


def main() -> int:
    records = read_records(results.ROOT / "build" / "results")
    for name in PARTS:
        if text := rendered(name, records):
            generated.write(PAGE, name, text)
            print(f"{PAGE.relative_to(results.ROOT)}: {name}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
