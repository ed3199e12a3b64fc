"""`make bench-search`: a warm search inside embed_search, in parts, against the article's way.

The judged questions, as the orchestrator asks them, go through the Lambda's own handler in this process, with
a real Postgres, and to the article's way (scripts/warm_search/article.py), once with as many torch threads as
torch takes by itself, and once with as many as ours has. All take turns at each question, so that a busy
neighbour slows all of them. The first round warms up and does not count.
"""

import argparse
import statistics
from collections.abc import Callable, Mapping, Sequence

import torch

from scripts import results
from scripts.warm_search.article import Article
from scripts.warm_search.asked import Asked, judged
from scripts.warm_search.catalogue import measured_catalogue
from scripts.warm_search.ours import PARTS, Ours, Seconds

OUR_THREADS = 1
"""As on Lambda, where 1,769 MB come with one core."""
Search = Callable[[Asked], Seconds]
Figures = dict[str, dict[str, float]]


def measure(ways: Mapping[str, Search], questions: Sequence[Asked], rounds: int) -> dict[str, list[Seconds]]:
    """What every search took, by its way."""
    taken: dict[str, list[Seconds]] = {name: [] for name in ways}
    for turn in range(rounds + 1):
        for number, asked in enumerate(questions):
            order = list(ways.items())
            for name, search in order if (turn + number) % 2 else reversed(order):
                seconds = search(asked)
                if turn:
                    taken[name].append(seconds)
    return taken


def percentiles(searches: Sequence[Seconds]) -> Figures:
    """p50 and p99 of each part, in ms. The parts' own need not add up to those of the whole."""
    return {
        part: {
            "p50_ms": round(1000 * statistics.median(values), 2),
            "p99_ms": round(1000 * statistics.quantiles(values, n=100)[-1], 2),
        }
        for part in searches[0]
        if (values := [search[part] for search in searches])
    }


def figures(taken: Mapping[str, Sequence[Seconds]]) -> dict[str, object]:
    """Of each way, and how many times as long as ours the others take: at p50, and at the median of the
    ratios of the same question."""
    found: dict[str, Figures] = {name: percentiles(searches) for name, searches in taken.items()}
    ours = taken["ours"]
    ratios = {
        name: {
            "p50": round(found[name]["whole"]["p50_ms"] / found["ours"]["whole"]["p50_ms"], 2),
            "same_question": round(
                statistics.median(a["whole"] / b["whole"] for a, b in zip(theirs, ours, strict=True)), 2
            ),
            "p50_with_connecting": round(
                statistics.median(search["whole"] + search["connect"] for search in theirs)
                / statistics.median(search["whole"] for search in ours),
                2,
            ),
        }
        for name, theirs in taken.items()
        if name != "ours"
    }
    return {"ways": found, "ratios": ratios, "searches": len(ours)}


def table(ways: Mapping[str, Figures]) -> list[Sequence[object]]:
    rows: list[Sequence[object]] = [("ms", *(f"{name} {p}" for name in ways for p in ("p50", "p99")))]
    for part in (*PARTS, "sql", "whole", "sql_in_row", "connect"):
        cells = [ways[name].get(part, {}).get(p, "") for name in ways for p in ("p50_ms", "p99_ms")]
        rows.append((part, *cells))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--questions", type=int, default=150)
    parser.add_argument("--rounds", type=int, default=2, help="that count")
    options = parser.parse_args()
    with measured_catalogue() as catalogue:
        questions = judged(catalogue.lexicon(), options.questions)
        own_threads = torch.get_num_threads()
        article, ours = Article(catalogue), Ours(catalogue, OUR_THREADS)
        ways: dict[str, Search] = {
            "ours": ours.search,
            "article": lambda asked: article.search(asked, own_threads),
            "article_same_threads": lambda asked: article.search(asked, OUR_THREADS),
        }
        if own_threads == OUR_THREADS:
            del ways["article_same_threads"]
        print(f"Searching {len(questions)} questions {options.rounds + 1} times ...", flush=True)
        found = figures(measure(ways, questions, options.rounds))
    about = {
        "catalogue": catalogue.name,
        "products": catalogue.products,
        "questions": len(questions),
        "our_threads": OUR_THREADS,
        "torch_threads": own_threads,
    }
    path = results.write("search", {**about, **found})
    print(results.table(table(found["ways"])))  # type: ignore[arg-type]
    print(f"Ratios to ours: {found['ratios']}")
    print(f"Written: {path}")


if __name__ == "__main__":
    main()
