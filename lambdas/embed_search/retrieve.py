"""What embed_search does for each request of the contract."""

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import numpy as np

from apparel.contracts import (
    Droppable,
    Filters,
    ProductsReply,
    ProductsRequest,
    RetrievalReply,
    SearchRequest,
    SimilarRequest,
)
from apparel.product import Gender
from embed_search.document import words_of
from embed_search.embedder import Embedder
from embed_search.errors import UnknownProduct
from embed_search.product_store import Found, ProductStore, Question, Source, Vector

MAX_WORDS = 32
"""Distinct words of a text that the lexical ranking reads; whoever writes more is telling a story."""

SOURCE_DECAY = 0.7
"""Of several sources, each weighs this much of the one after it."""

# What was ruled out (`not_…`) stays out: a wish may be met less well, but never with what was refused.
_FIELDS: dict[Droppable, tuple[str, ...]] = {
    "colors": ("colors",),
    "attributes": ("attributes",),
    "brands": ("brands",),
    "price": ("min_price", "max_price"),
    "genders": ("genders",),
    "categories": ("categories",),
}
# What is worn by anybody is also for them.
_UNISEX: dict[Gender, Gender] = {
    "Men": "Unisex",
    "Women": "Unisex",
    "Boys": "Unisex Kids",
    "Girls": "Unisex Kids",
}


def search(request: SearchRequest, embedder: Embedder, store: ProductStore) -> RetrievalReply:
    """Products near to a text. Raises the store's errors."""
    started = time.perf_counter()
    understood = store.understand(list(dict.fromkeys(words_of(request.text)))[:MAX_WORDS])
    words_read = time.perf_counter()
    # The model has seen few typing errors, and takes "strpied" for anything.
    embedding = embedder.embed([_corrected(request.text, understood.corrections)])[0]
    embedded = time.perf_counter()
    question = Question(
        embedding=embedding,
        filters=request.filters,
        lexemes=understood.lexemes,
        exclude_ids=request.exclude_ids,
        limit=request.limit,
        order=request.order,
        spread=request.spread,
    )
    found, dropped = _find(store, question, request.relax)
    return _reply(
        found,
        dropped,
        understood.unknown_words,
        embed=embedded - words_read,
        sql=time.perf_counter() - embedded + words_read - started,
    )


def similar(request: SimilarRequest, store: ProductStore) -> RetrievalReply:
    """Products near to the given ones. Raises UnknownProduct when none of them is sold, and the store's
    errors."""
    started = time.perf_counter()
    sources = store.sources(request.product_ids)
    if not sources:
        raise UnknownProduct(f"No product has the id {', '.join(request.product_ids)}.")
    weights = [SOURCE_DECAY**age for age in reversed(range(len(sources)))]
    own_genders = list(dict.fromkeys(source.gender for source in sources))
    filters = request.filters
    if not filters.categories:
        filters = filters.model_copy(
            update={"categories": list(dict.fromkeys(source.category for source in sources))}
        )
    if not filters.genders:
        filters = filters.model_copy(update={"genders": _with_unisex(own_genders)})
    question = Question(
        embedding=_mean_embedding(sources, weights),
        filters=filters,
        exclude_ids=[*request.exclude_ids, *(source.product_id for source in sources)],
        limit=request.limit,
        preferred_genders=own_genders,
        anchor_price=_mean_price(sources, weights),
    )
    found, dropped = _find(store, question, request.relax)
    return _reply(found, dropped, [], sql=time.perf_counter() - started)


def products(request: ProductsRequest, store: ProductStore) -> ProductsReply:
    return ProductsReply(products=store.products(request.product_ids))


def _find(
    store: ProductStore, question: Question, relax: Sequence[Droppable]
) -> tuple[Found, list[Droppable]]:
    """Gives up one filter after the other, in the order of `relax`, while nothing is found."""
    dropped: list[Droppable] = []
    found = store.find(question)
    for droppable in relax:
        if found.total:
            break
        kept = _without(question.filters, droppable)
        if kept != question.filters:
            dropped.append(droppable)
            question = replace(question, filters=kept)
            found = store.find(question)
    return found, dropped


def _without(filters: Filters, droppable: Droppable) -> Filters:
    blank = Filters()
    return filters.model_copy(update={field: getattr(blank, field) for field in _FIELDS[droppable]})


def _with_unisex(genders: Sequence[Gender]) -> list[Gender]:
    return list(dict.fromkeys([*genders, *(_UNISEX[gender] for gender in genders if gender in _UNISEX)]))


def _mean_embedding(sources: Sequence[Source], weights: Sequence[float]) -> Vector:
    mean: Vector = np.average([source.embedding for source in sources], axis=0, weights=weights)
    return (mean / np.linalg.norm(mean)).astype(np.float32)


def _mean_price(sources: Sequence[Source], weights: Sequence[float]) -> Decimal:
    """Geometric, as twice as much is as far from a price as half of it."""
    logarithms = np.log([float(source.price) for source in sources])
    return Decimal(f"{np.exp(np.average(logarithms, weights=weights)):.2f}")


def _corrected(text: str, corrections: Mapping[str, str]) -> str:
    for mistyped, meant in corrections.items():
        text = re.sub(rf"\b{mistyped}\b", meant, text, flags=re.IGNORECASE)
    return text


def _reply(
    found: Found, dropped: list[Droppable], unknown_words: list[str], **seconds: float
) -> RetrievalReply:
    return RetrievalReply(
        hits=found.hits,
        total=found.total,
        dropped=dropped,
        unknown_words=unknown_words,
        timings_ms={step: round(1000 * duration, 2) for step, duration in seconds.items()},
    )
