"""Service times, as `make bench-llm` and the cold start's benchmark left them in build/results/."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.sizing.model import Message

LLM = "Llama 2 7B on one A10G"
"""Of the speeds that bench-llm tries."""
VAGUE_SHARE = 4
"""Of so many messages one is vague and asks the LLM twice: assumed, nobody has seen real shoppers yet."""


class NotMeasured(LookupError):
    """A file of results is missing; the text says which command writes it."""


@dataclass(frozen=True)
class Times:
    """Messages to draw from."""

    without_llm: Sequence[Message]
    with_llm: Sequence[Message]
    catalogue: str


def read_times(folder: Path, slower: float) -> Times:
    """`slower`: by this factor a processor of the deploy is slower than the one that measured; it leaves
    the LLM's time as it is. Raises NotMeasured."""
    figures = read_figures(folder, "bench-llm", "make bench-llm")
    turns = {row["message"]: row["turns"] for row in figures["waits"] if row["llm"] == LLM}
    specific, vague = turns["specific"], turns["vague"]
    # Each turn as often as gives its kind its share.
    mixed = specific * (VAGUE_SHARE - 1) * len(vague) + vague * len(specific)
    alone = figures["overheads"]["specific"]["turns"]
    return Times(
        [_without_llm(turn, slower) for turn in alone],
        [_with_llm(turn, slower) for turn in mixed],
        figures["catalogue"],
    )


@dataclass(frozen=True)
class ColdStarts:
    """Seconds until the first answer."""

    search: float
    orchestrator: float
    source: str


ASSUMED = ColdStarts(3.0, 2.0, "assumed")


def read_cold_starts(folder: Path) -> ColdStarts:
    """As `make bench-cold` measured them, with the model on slow files where it could; else ASSUMED."""
    try:
        figures = read_figures(folder, "cold", "make bench-cold")
        slow = figures["search"]["slow_files"]["ours_as_deployed"]["seconds"]
        return ColdStarts(slow, figures["orchestrator"]["ready_seconds"], "make bench-cold")
    except (NotMeasured, KeyError):
        return ASSUMED


def read_figures(folder: Path, name: str, command: str) -> Any:
    """Raises NotMeasured."""
    path = folder / f"{name}.json"
    if not path.is_file():
        raise NotMeasured(f"There is no {path}: {command} writes it.")
    return json.loads(path.read_text(encoding="utf-8"))["figures"]


def _without_llm(turn: Mapping[str, float], slower: float) -> Message:
    """The same turn, as far as the product lines; the closing sentence comes with them."""
    return Message(
        before=slower * max(0.0, turn["first_line"] - turn["search"]),
        search=slower * turn["search"],
        sql=slower * turn["sql"],
        after=0.0,
    )


def _with_llm(turn: Mapping[str, float], slower: float) -> Message:
    before = max(0.0, turn["first_line"] - turn["search"])
    asks_first = before > 0.1  # else the code alone was that quick
    return Message(
        before=before if asks_first else slower * before,
        search=slower * turn["search"],
        sql=slower * turn["sql"],
        after=turn["end"] - turn["first_line"],
        asks_llm_first=asks_first,
        asks_llm=True,
    )
