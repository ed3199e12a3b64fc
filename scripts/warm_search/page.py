"""The tables of docs/PERFORMANCE.md about a warm search."""

from collections.abc import Mapping
from typing import Any

from scripts.performance_tables import Records, Row, markdown, origin

_WAYS = {
    "ours": "ours, {our_threads} thread",
    "article": "article, {torch_threads} threads",
    "article_same_threads": "article, {our_threads} thread",
}
_PARTS = {
    "tokenise": "tokenise",
    "embed": "embed",
    "understand": "SQL: understand",
    "retrieve": "SQL: retrieve",
    "sql": "SQL: sequential scan",
    "rest": "the rest",
    "whole": "**whole**",
    "sql_in_row": "beside it: the scan with vectors in the row",
    "connect": "beside it: a connection for each call",
}


def warm_search(records: Records) -> str:
    (record,) = records.values()
    figures = record["figures"]
    ways: Mapping[str, Any] = figures["ways"]
    names = [f"{_WAYS[way].format(**figures)}, {p}" for way in ways for p in ("p50", "p99")]
    rows: list[Row] = [("ms", *names)]
    for part, name in _PARTS.items():
        cells = [
            f"{ways[way][part][p]:.1f}" if part in ways[way] else ""
            for way in ways
            for p in ("p50_ms", "p99_ms")
        ]
        rows.append((name, *cells))
    intro = (
        f"{figures['searches']} searches among {figures['products']:,} products of {figures['catalogue']}; "
        f"{origin(record)}."
    )
    ratios: list[Row] = [
        ("times as long as ours", "at p50", "of the same question, median", "p50 with connecting")
    ]
    for way, ratio in figures["ratios"].items():
        ratios.append(
            (
                _WAYS[way].format(**figures),
                *(f"{ratio[kind]:.1f}" for kind in ("p50", "same_question", "p50_with_connecting")),
            )
        )
    return f"{intro}\n\n{markdown(rows)}\n\n{markdown(ratios)}"
