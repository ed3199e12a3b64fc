"""`make bench-cold`: how long until the first answer of a function that was not there.

embed_search as a deploy builds it, in a sandbox like Lambda's and with its processor share, against the
article's way (sentence-transformers on torch, and a sequential scan), each from the start of its process to
its first answered search, over the same database (CATALOGUE; the real one where it lies beside the checkout).
Both take turns, so that a busy neighbour slows both:

* with all files in the page cache; and the least that could be done with the same libraries and model
  (scripts/cold_start/search_least.py), which tells what is left to save;
* with none of them;
* from a file system that answers each operation 1 ms late, at 100 MB/s, and counts operations and bytes
  (scripts/cold_start/slow_files.py): as deployed, our packages on Lambda's own disk and the model on EFS;
  all of ours on it; and the article's packages and model, which it has on EFS.

Then the orchestrator, until its readiness path answers, and what it imports.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from infra.packaging.build import MAX_BYTES, check_size
from scripts import results
from scripts.cold_start import orchestrator, slow_files
from scripts.cold_start.report import report
from scripts.cold_start.starting import Start, Way, on_slow_files, start
from scripts.cold_start.surroundings import Processor, forget_files, processor_of
from scripts.cold_start.ways import NotHere, Ways, products_in, ways
from scripts.load_catalogue import load
from scripts.local.postgres import running_postgres
from scripts.model.build_bundle import ensure_bundle

REAL = results.ROOT / ".." / "shared" / "data" / "myntra_products_catalog.csv"
SAMPLE = results.ROOT / "data" / "sample_catalogue.csv"
SEARCH_MB, ORCHESTRATOR_MB = 1769, 1024
"""Of cdk.json."""


def take_turns(
    pair: Sequence[Way], rounds: int, before: Callable[[], object], cpu: Processor
) -> dict[str, object]:
    """Each way once a round; the ratio is the median of the rounds' own."""
    taken: dict[str, list[Start]] = {way.name: [] for way in pair}
    for _ in range(rounds):
        for way in pair:
            before()
            taken[way.name].append(start(way, cpu))
    seconds = {name: [one.seconds for one in starts] for name, starts in taken.items()}
    mine, theirs = seconds.values()
    return {
        "rounds": rounds,
        "seconds": {name: round(statistics.median(all_), 3) for name, all_ in seconds.items()},
        "cpu_seconds": {name: _median([one.cpu_seconds for one in starts]) for name, starts in taken.items()},
        "init_seconds": {
            name: _median([one.init_seconds for one in starts]) for name, starts in taken.items()
        },
        "ratio": round(statistics.median(b / a for a, b in zip(mine, theirs, strict=True)), 1),
    }


def _median(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(statistics.median(known), 3) if known else None


def from_slow_files(way: Way, cpu: Processor, *, package: bool) -> dict[str, object]:
    with on_slow_files(way, package=package) as (slowed, asked):
        taken = start(slowed, cpu)
        counts = {name: dict(files.counts) for name, files in asked.items()}
        operations = sum(files.operations for files in asked.values())
    total = sum(count["bytes"] for count in counts.values())
    opens = sum(count.get("opens", 0) for count in counts.values())
    return {
        "seconds": round(taken.seconds, 2),
        "operations": operations,
        "opens": opens,
        "mb": round(total / 1e6, 1),
        "by_folder": counts,
    }


def search_figures(found: Ways, rounds: int, cpu: Processor) -> dict[str, object]:
    pair = [found.ours, found.article]
    take_turns(pair, 1, lambda: None, cpu)  # into the page cache
    warm = take_turns(pair, rounds, lambda: None, cpu)
    how = forget_files(found.folders)
    cold = take_turns(pair, max(2, rounds // 2), lambda: forget_files(found.folders), cpu)
    figures: dict[str, object] = {"warm": warm, "cold": {"page_cache_emptied": how, **cold}}
    if reason := slow_files.unavailable():
        figures["slow_files"] = {"not_measured": reason}
    else:
        figures["slow_files"] = {
            "ours_as_deployed": from_slow_files(found.ours, cpu, package=False),
            "ours_all_on_it": from_slow_files(found.ours, cpu, package=True),
            "the_article": from_slow_files(found.article, cpu, package=True),
        }
    least = [found.least, found.article]
    take_turns(least, 1, lambda: None, cpu)
    figures["least"] = take_turns(least, rounds, lambda: None, cpu)
    steps = {way.name: start(way, cpu) for way in (found.our_steps, found.article)}
    figures["steps"] = {
        name: {step: round(seconds, 3) for step, seconds in one.answer["seconds"].items()}
        for name, one in steps.items()
    }
    return figures


def sizes(found: Ways) -> dict[str, float]:
    """Of what SnapStart would want in one package, since it can't be had with EFS."""
    models = found.ours.sandbox.models
    assert models is not None
    bundle = models / Path(found.ours.environment["MODEL_BUNDLE"]).name
    model = sum(file.stat().st_size for file in (*bundle.glob("model.*"), bundle / "tokenizer.json"))
    package = check_size(found.ours.sandbox.package)
    return {
        "package": round(package / 1e6, 1),
        "model": round(model / 1e6, 1),
        "limit": round(MAX_BYTES / 1e6, 1),
    }


def orchestrator_figures(found: Ways, rounds: int, cpu: Processor) -> dict[str, object]:
    starts = [orchestrator.start(found.orchestrator, cpu) for _ in range(rounds)]
    forget_files(found.folders)
    cold = orchestrator.start(found.orchestrator, cpu)
    return {
        "ready_seconds": round(statistics.median(one.seconds for one in starts), 3),
        "ready_cpu_seconds": _median([one.cpu_seconds for one in starts]),
        "ready_seconds_page_cache_cold": round(cold.seconds, 3),
        "imports": asdict(orchestrator.orchestrator_imports(found.orchestrator, cpu)),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    catalogue = Path(os.environ.get("CATALOGUE") or (REAL if REAL.is_file() else SAMPLE)).resolve()
    began = time.monotonic()
    with running_postgres(results.ROOT / ".local" / "cold") as url:
        load(catalogue, url, ensure_bundle())
        products = products_in(url)
        try:
            with (
                ways(url) as found,
                processor_of(SEARCH_MB) as search_cpu,
                processor_of(ORCHESTRATOR_MB) as chat_cpu,
            ):
                print(f"Starting both ways over {products} products; some minutes ...", flush=True)
                figures = {
                    "products": products,
                    "unzipped_mb": sizes(found),
                    "processor": {"search": search_cpu.how, "orchestrator": chat_cpu.how},
                    "search": search_figures(found, rounds, search_cpu),
                    "orchestrator": orchestrator_figures(found, rounds, chat_cpu),
                }
        except NotHere as error:
            print(error, file=sys.stderr)
            return 1
    figures["minutes"] = round((time.monotonic() - began) / 60, 1)
    print(report(figures))
    print(f"Written: {results.write('cold', figures)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
