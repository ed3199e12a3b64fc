"""Recall and time of every engine as a picture."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

_MARKERS = {"pgvector": "o", "faiss": "s", "hnswlib": "^", "chroma": "D", "qdrant,": "v", "sqlite-vec": "P"}


def plot(figures: Mapping[str, Any], picture: Path) -> None:
    """An SVG: p50 of the unfiltered and of the filtered search against recall@10, time on a log scale."""
    import matplotlib

    matplotlib.use("Agg")
    # The same figures give the same file.
    matplotlib.rcParams["svg.hashsalt"] = "engines"
    from matplotlib import pyplot

    whole, both = pyplot.subplots(1, 2, figsize=(11, 4.5), sharey=True, layout="constrained")
    for axes, title in zip(both, ("no filter", "one category and gender"), strict=True):
        for number, (name, row) in enumerate(figures["engines"].items()):
            point = row if title == "no filter" else row["filtered"]
            axes.scatter(
                point["p50_ms"], point["recall_at_10"], s=60, label=name, color=f"C{number % 10}",
                marker=_MARKERS[name.split()[0]], alpha=0.85,
            )  # fmt: skip
        axes.set(title=title, xlabel="p50, ms", xscale="log")
        axes.grid(alpha=0.3)
    both[0].set_ylabel("recall@10")
    handles, names = both[0].get_legend_handles_labels()
    whole.legend(handles, names, loc="outside right center", fontsize="small", frameon=False)
    whole.suptitle(f"{figures['products']:,} products, {figures['questions']} questions, one thread")
    picture.parent.mkdir(parents=True, exist_ok=True)
    whole.savefig(picture, metadata={"Date": None})
    pyplot.close(whole)
