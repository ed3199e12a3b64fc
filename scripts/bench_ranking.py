"""Rankings compared on judged questions: `make bench-ranking CATALOGUE=file.csv`.

Every question goes to every variant in turn, over one database: as its bare text, and with the hard filters
that the orchestrator reads in it. Relevant is what meets all that the question says (ranking_questions.py).
EVAL names an outside evaluator's folder (by default `../shared/eval`), DATABASE_URL a database to use
instead of an own one in `.local/ranking`; the catalogue is loaded into it.
"""

import argparse
import math
import os
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from tqdm import tqdm

from apparel.contracts import SearchRequest
from embed_search import retrieve
from embed_search.catalogue_file import read_catalogue
from embed_search.catalogue_row import CatalogueRow
from embed_search.document import embedding_text
from embed_search.embedder import Embedder, OnnxEmbedder
from embed_search.postgres import Connection, connect, read_sql
from embed_search.product_store import PostgresProductStore
from orchestrator.dialogue.planning import plan_answer
from orchestrator.dialogue.plans import Recommend
from orchestrator.dialogue.situation import Situation
from orchestrator.understanding.lexicon import Lexicon, build_lexicon
from orchestrator.understanding.reading import read
from scripts import results
from scripts.load_catalogue import load
from scripts.local.postgres import running_postgres
from scripts.model.build_bundle import ensure_bundle
from scripts.model.fetch import ensure_model
from scripts.ranking_embeddings import longer_text, with_embeddings
from scripts.ranking_questions import JudgedQuestion, from_folder, generated
from scripts.ranking_rerankers import TokenReranker

DEPTH = 10
RERANKED = 50
"""Candidates that a re-ranker sees."""

IN_USE = "hybrid (in use)"
DENSE_VOTE = "coalesce(1 / (60 + dense.position)::float8, 0)"
LEXICAL_VOTE = "coalesce(1 / (60 + lexical.position)::float8, 0)"
WEIGHTS = "'{0.1, 0.1, 0.1, 1.0}'"


@dataclass
class Variant:
    """A way to rank, and what came of it: one figure a question."""

    name: str
    store: PostgresProductStore
    embedder: Embedder
    reranker: TokenReranker | None = None
    ndcg: list[float] = field(default_factory=list)
    precision: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def ask(self, request: SearchRequest, question: JudgedQuestion) -> None:
        if self.reranker:
            # Past the contract's limit, which is one for callers.
            request = request.model_copy(update={"limit": RERANKED})
        started = time.perf_counter()
        hits = retrieve.search(request, self.embedder, self.store).hits
        self.seconds.append(time.perf_counter() - started)
        if self.reranker:
            hits, seconds = self.reranker.reranked(request.text, hits)
            self.seconds[-1] += seconds
        right = [hit.product.product_id in question.relevant for hit in hits[:DEPTH]]
        possible = len(question.relevant)
        ideal = sum(1 / math.log2(place + 2) for place in range(min(DEPTH, possible)))
        self.ndcg.append(sum(hit / math.log2(place + 2) for place, hit in enumerate(right)) / ideal)
        self.precision.append(sum(right[:5]) / min(5, possible))


def variants(url: str, longer_texts: Connection, in_float32: Connection, embedder: Embedder) -> list[Variant]:
    def variant(name: str, old: str = "", new: str = "") -> Variant:
        return Variant(name, _store(url, old, new), embedder)

    longer = PostgresProductStore(lambda: longer_texts)
    longer_dense = PostgresProductStore(lambda: longer_texts, partial(_edited, LEXICAL_VOTE, "0"))
    # One thread each: the threads of one would go on spinning for a while, and slow the other.
    fp32 = OnnxEmbedder(ensure_bundle(precision="fp32"), threads=1)
    return [
        variant(IN_USE),
        variant("dense only", LEXICAL_VOTE, "0"),
        variant("lexical only", DENSE_VOTE, "0"),
        variant("hybrid, brands as they come", "%(vary_brands)s", "false"),
        variant("hybrid, description weighs as the name", WEIGHTS, "'{1, 1, 1, 1}'"),
        variant("hybrid, description half the name", WEIGHTS, "'{0.5, 0.5, 0.5, 1}'"),
        variant("hybrid, words of the name alone", WEIGHTS, "'{0, 0, 0, 1}'"),
        Variant("hybrid, name + description + attributes embedded", longer, embedder),
        Variant("dense only, name + description + attributes embedded", longer_dense, embedder),
        Variant("hybrid, embedded in float32", PostgresProductStore(lambda: in_float32), fp32),
        variant("hybrid, words that no filter stands for as any others", "ELSE -8 * (", "ELSE 0 * ("),
        replace(variant("hybrid, 50 best re-ranked by their tokens"), reranker=TokenReranker(ensure_model())),
    ]


def _store(url: str, old: str, new: str) -> PostgresProductStore:
    return PostgresProductStore(
        partial(connect, url, timeout_s=5, statement_timeout_ms=20_000), partial(_edited, old, new)
    )


def _edited(old: str, new: str, name: str) -> str:
    """The statement with a part replaced where it is the one that ranks."""
    text = read_sql(name)
    if name == "retrieve":
        assert old in text, f"{old!r} no longer stands in retrieve.sql"
        text = text.replace(old, new) if old else text
    return text


def requests(question: JudgedQuestion, lexicon: Lexicon) -> tuple[SearchRequest, SearchRequest | None]:
    """The question without filters, and as the orchestrator would ask it."""
    bare = SearchRequest(text=question.text, limit=DEPTH)
    plan = plan_answer(read(question.text, lexicon), Situation())
    if not isinstance(plan, Recommend):
        return bare, None
    wish = plan.wish
    return bare, SearchRequest(
        text=wish.text, filters=wish.filters(), preferred_words=list(wish.preferred_words), limit=DEPTH
    )


def measure(
    url: str, rows: Sequence[CatalogueRow], questions: Sequence[JudgedQuestion]
) -> dict[str, list[Variant]]:
    bulk, bulk32 = OnnxEmbedder(ensure_bundle()), OnnxEmbedder(ensure_bundle(precision="fp32"))
    names = {row.product_id: embedding_text(row) for row in rows}
    longer = {row.product_id: longer_text(row) for row in rows}
    with (
        with_embeddings(url, longer, f"{bulk.name}/name+description+attributes", bulk) as longer_texts,
        with_embeddings(url, names, f"{bulk32.name}/name", bulk32) as in_float32,
    ):
        off = variants(url, longer_texts, in_float32, OnnxEmbedder(ensure_bundle(), threads=1))
        lexicon = build_lexicon(off[0].store.facets())
        on = [replace(variant, ndcg=[], precision=[], seconds=[]) for variant in off]
        for number, question in enumerate(tqdm(questions, desc="asking", delay=0.5)):
            first = number % len(off)
            for asked, request in zip((off, on), requests(question, lexicon), strict=True):
                if request:
                    for variant in asked[first:] + asked[:first]:
                        variant.ask(request, question)
    return {"filters off": off, "filters on": on}


def summary(variant: Variant, in_use: Variant) -> dict[str, float]:
    """Means over the questions; `difference` is that of nDCG@10 to what is in use."""
    differences = [mine - theirs for mine, theirs in zip(variant.ndcg, in_use.ndcg, strict=True)]
    return {
        "questions": len(variant.ndcg),
        "ndcg_at_10": statistics.mean(variant.ndcg),
        "difference": statistics.mean(differences),
        "standard_error": statistics.stdev(differences) / math.sqrt(len(differences)),
        "strict_precision_at_5": statistics.mean(variant.precision),
        "mean_ms": 1000 * statistics.mean(variant.seconds),
        "p50_ms": 1000 * statistics.median(variant.seconds),
    }


@contextmanager
def _database() -> Iterator[str]:
    if url := os.environ.get("DATABASE_URL"):
        yield url
    else:
        with running_postgres(results.ROOT / ".local" / "ranking") as own:
            yield own


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--questions", type=int, default=200, help="how many are made from the catalogue")
    number = parser.parse_args().questions
    catalogue = Path(os.environ.get("CATALOGUE") or results.ROOT / "data" / "sample_catalogue.csv")
    folder = Path(os.environ.get("EVAL") or results.ROOT / ".." / "shared" / "eval")
    rows = [row for row in read_catalogue(catalogue) if isinstance(row, CatalogueRow)]
    questions = [q for q in (*generated(rows, number), *from_folder(folder, rows)) if q.relevant]
    if len(questions) < 2:
        sys.exit(f"No questions could be made from {catalogue}.")
    with _database() as url:
        load(catalogue, url, ensure_bundle())
        measured = measure(url, rows, questions)
    figures = {
        mode: {variant.name: summary(variant, ranked[0]) for variant in ranked}
        for mode, ranked in measured.items()
    }
    for mode, by_name in figures.items():
        print(f"\n{mode}, {by_name[IN_USE]['questions']} questions of {catalogue.name}")
        print(results.table(_lines(by_name)))
    print(f"Written: {results.write('ranking', figures)}")


def _lines(by_name: dict[str, dict[str, float]]) -> list[list[str]]:
    head = ["", "nDCG@10", "against it", "strict P@5", "mean ms", "p50 ms"]
    return [head] + [
        [
            name, f"{row['ndcg_at_10']:.3f}", f"{row['difference']:+.3f} ± {row['standard_error']:.3f}",
            f"{row['strict_precision_at_5']:.3f}", f"{row['mean_ms']:.1f}", f"{row['p50_ms']:.1f}",
        ]
        for name, row in by_name.items()
    ]  # fmt: skip


if __name__ == "__main__":
    main()
