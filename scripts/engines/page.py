"""The table of docs/PERFORMANCE.md that compares engines."""

from scripts.performance_tables import Records, Row, markdown, origin


def engines(records: Records) -> str:
    (record,) = records.values()
    figures = record["figures"]
    rows: list[Row] = [
        ("engine", "recall@10", "p50 ms", "p99 ms", "filtered recall@10", "p50 ms", "p99 ms", "filters",
         "full text", "transactions", "what is kept")
    ]  # fmt: skip
    for name, row in figures["engines"].items():
        both = [
            shown
            for part in (row, row["filtered"])
            for shown in (f"{part['recall_at_10']:.3f}", f"{part['p50_ms']:.2f}", f"{part['p99_ms']:.2f}")
        ]
        rows.append(
            (name, *both, *(row[fact] for fact in ("filters", "full_text", "transactions", "persistence")))
        )
    hnsw, ivfflat = figures["hnsw"], figures["ivfflat"]
    intro = (
        f"{figures['questions']} questions, {figures['products']:,} products of {figures['catalogue']}, one "
        f"thread; HNSW m {hnsw['m']}, "
        f"ef_construction {hnsw['ef_construction']}, ef_search {hnsw['ef_search']}; "
        f"IVFFlat {ivfflat['lists']} lists, {ivfflat['probes']} probes; {origin(record)}."
    )
    left_out = "".join(f"\n\nLeft out: {name}: {reason}" for name, reason in figures["left_out"].items())
    return f"{intro}\n\n{markdown(rows)}{left_out}"
