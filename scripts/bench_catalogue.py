"""The catalogue at scale: `make bench-catalogue SIZE=1000000` (by default 12,491).

Up to EMBEDDED_ROWS products every name is embedded by the real model, and the catalogue is loaded from
nothing, against sentence-transformers on torch over every TORCH_SHARE-th row, half of them before the load
and half after. CATALOGUE names a file to use instead of made-up products.

A larger catalogue has made vectors (scripts/scale/vectors.py), which are compared with real ones in the same
run. It is searched in turns with one of 12,491 products, so that the ratio of the two holds on a busy
machine too. It stays in `.local/scale`; `--anew` loads it again.
"""

import argparse
import csv
import os
import time
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg2

from embed_search.embedder import Embedder, OnnxEmbedder
from embed_search.torch_embedder import TorchEmbedder
from scripts import results
from scripts.model.build_bundle import ensure_bundle
from scripts.model.fetch import ensure_model
from scripts.model.release import MPNET
from scripts.scale.aurora import in_aurora
from scripts.scale.catalogues import FOLDER, Loaded, huge_pages, load_and_tidy, loaded, server, sizes
from scripts.scale.embedders import Kept, kept_vectors, made_embedder
from scripts.scale.measure import exact, in_use, other_calls, percentiles, recall, search_times
from scripts.scale.questions import Kind, kinds_of_questions
from scripts.scale.reporting import report
from scripts.scale.rows import write_csv
from scripts.scale.validity import compare_vectors

SMALL = 12_491
REAL = results.ROOT / ".." / "shared" / "data" / "myntra_products_catalog.csv"
"""As many products of a real shop, where they are at hand."""
EMBEDDED_ROWS = 20_000
TORCH_SHARE = 5
QUESTIONS = 40
"""Of each kind."""
JUDGED = 12
"""Of these the exact answer is found too, which takes seconds each in a large catalogue."""
ROUNDS = 3
UNFILTERED = "no filter"


def file_of(size: int) -> Path:
    """A made-up catalogue."""
    path = FOLDER / f"catalogue-{size}.csv"
    if not path.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".unfinished")
        write_csv(size, unfinished)
        unfinished.rename(path)
    return path


def names_in(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [row["ProductName"] for row in csv.DictReader(file)]


def dearer(path: Path) -> Path:
    """The same catalogue, each product for one rupee more."""
    changed = FOLDER / f"dearer-{path.name}"
    with path.open(encoding="utf-8-sig", newline="") as old, changed.open("w", newline="") as new:
        reader = csv.DictReader(old)
        assert reader.fieldnames
        writer = csv.DictWriter(new, reader.fieldnames)
        writer.writeheader()
        for row in reader:
            price = row["Price (INR)"]
            writer.writerow({**row, "Price (INR)": str(Decimal(price) + 1) if price else price})
    return changed


def load_real(server_url: str, path: Path, real: OnnxEmbedder) -> tuple[Loaded, dict[str, float]]:
    """Loads the file from nothing, and embeds a share of its names with torch before and after."""
    names = names_in(path)[::TORCH_SHARE]
    torch = TorchEmbedder(ensure_model(), MPNET.revision)
    torch.embed(names[:64])  # warm
    seconds = _seconds(torch, names[::2])
    catalogue = loaded(server_url, "real", path, real, anew=True)
    seconds = (seconds + _seconds(torch, names[1::2])) * TORCH_SHARE
    load = catalogue.load
    return catalogue, {
        **load,
        "sentence_transformers_seconds": round(seconds, 1),
        "faster_than_sentence_transformers": round(seconds / load["seconds"], 2),
    }


def _seconds(embedder: Embedder, texts: list[str]) -> float:
    started = time.perf_counter()
    embedder.embed(texts)
    return time.perf_counter() - started


def load_changes(catalogue: Loaded, path: Path, embedder: Embedder) -> dict[str, dict[str, float]]:
    """The same file again, all prices changed, and the first file once more."""
    with closing(psycopg2.connect(catalogue.url)) as connection:
        return {
            "identical": load_and_tidy(connection, path, embedder),
            "prices only": load_and_tidy(connection, dearer(path), embedder),
            "prices back": load_and_tidy(connection, path, embedder),
        }


def search(catalogues: list[Loaded], queries: OnnxEmbedder) -> dict[str, Any]:
    """Times of all catalogues in turns, and recall of each."""
    asked = {}
    for catalogue in catalogues:
        with closing(psycopg2.connect(catalogue.url)) as connection:
            asked[catalogue.name] = in_use(catalogue.url), kinds_of_questions(connection, QUESTIONS)
    embedder = _known(queries, [kind for _, kinds in asked.values() for kind in kinds])
    times = search_times(asked, embedder, ROUNDS)
    found: dict[str, Any] = {}
    for catalogue in catalogues:
        store, kinds = asked[catalogue.name]
        true = exact(catalogue.url)
        found[catalogue.name] = {
            kind.name: {
                **percentiles(times[catalogue.name][kind.name]),
                **recall(kind.requests[:JUDGED], embedder, store, true),
            }
            for kind in kinds
        }
        filtered = [ms for name, spent in times[catalogue.name].items() if name != UNFILTERED for ms in spent]
        found[catalogue.name]["all filtered"] = percentiles(filtered)
        of_class = next(kind for kind in kinds if kind.name == "category, gender").requests[0].filters
        found[catalogue.name]["other calls"] = other_calls(store, of_class, ["shrit", "jaket", "womne"])
    return found


def _known(queries: OnnxEmbedder, kinds: list[Kind]) -> Embedder:
    texts = list(dict.fromkeys(request.text for kind in kinds for request in kind.requests))
    return Kept(texts, queries.embed(texts), queries)


def measure_real(server_url: str, path: Path, real: OnnxEmbedder, queries: OnnxEmbedder) -> dict[str, Any]:
    """A catalogue whose names are all embedded for real."""
    catalogue, load = load_real(server_url, path, real)
    with closing(psycopg2.connect(catalogue.url)) as connection:
        on_disk = sizes(connection)
    found = search([catalogue], queries)[catalogue.name]
    return {
        "load": load,
        "changes": load_changes(catalogue, path, real),
        "mb_on_disk": on_disk,
        "in_aurora": in_aurora(on_disk),
        "search": found,
    }


def measure_made(
    server_url: str, size: int, anew: bool, bundle: Path, real: OnnxEmbedder, queries: OnnxEmbedder
) -> dict[str, Any]:
    """A catalogue with made vectors, beside a small one with real ones."""
    small_file = file_of(SMALL)
    names = names_in(small_file)
    real_vectors = kept_vectors(FOLDER, real, names)
    made, fit = made_embedder(FOLDER, bundle, real)
    small = loaded(server_url, f"made_up_{SMALL}", small_file, Kept(names, real_vectors, real))
    large = loaded(server_url, f"made_up_{size}", file_of(size), made, anew=anew)
    with closing(psycopg2.connect(small.url)) as connection:
        texts = [r.text for kind in kinds_of_questions(connection, 5 * QUESTIONS)[:1] for r in kind.requests]
        validity = compare_vectors(connection, real_vectors, made.embed(names), queries.embed(texts))
    with closing(psycopg2.connect(large.url)) as connection:
        on_disk, huge = sizes(connection), huge_pages(connection)
    found = search([small, large], queries)
    tail, small_tail = (found[one.name]["all filtered"]["p99_ms"] for one in (large, small))
    return {
        "load": large.load,
        "mb_on_disk": on_disk,
        "in_aurora": in_aurora(on_disk),
        "search": found[large.name],
        f"search_of_{SMALL}": found[small.name],
        "filtered_p99_ratio": round(tail / small_tail, 2),
        "huge_pages": huge,
        "vectors": {"variance_explained": round(fit.explained, 3), **validity},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--anew", action="store_true", help="load a kept catalogue again")
    anew = parser.parse_args().anew
    size = int(os.environ.get("SIZE") or SMALL)
    bundle = ensure_bundle()
    # One thread for queries, as in a Lambda of 1,769 MB; all cores for the load.
    real, queries = OnnxEmbedder(bundle), OnnxEmbedder(bundle, threads=1)
    named = os.environ.get("CATALOGUE")
    with server() as url:
        if size <= EMBEDDED_ROWS:
            path = Path(named) if named else REAL if size == SMALL and REAL.is_file() else file_of(size)
            figures = {"file": path.name, **measure_real(url, path, real, queries)}
        else:
            figures = {"file": "made up", **measure_made(url, size, anew, bundle, real, queries)}
    print("\n".join(report(figures)))
    print(f"Written: {results.write(f'catalogue-{size}', {'products': size, **figures})}")


if __name__ == "__main__":
    main()
