"""What embed_search does for each request of the contract."""

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

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
from embed_search.product_store import Found, ProductStore, Understanding
from embed_search.question import Question
from embed_search.session import Interest, interests, shared_out, tilted

MAX_WORDS = 32
"""Distinct words of a text that the lexical ranking reads; whoever writes more is telling a story."""

# What was ruled out (`not_…`) stays out: a wish may be met less well, but never with what was refused.
_FIELDS: dict[Droppable, tuple[str, ...]] = {
    "colors": ("colors", "every_color"),
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
    liked = store.sources(request.liked_ids) if request.liked_ids else []
    question = Question(
        embedding=tilted(embedding, liked),
        filters=request.filters,
        lexemes=understood.lexemes,
        preferred_lexemes=_lexemes_of(request.preferred_words, understood),
        exclude_ids=request.exclude_ids,
        limit=request.limit,
        count=request.count,
        order=request.order,
        spread=request.spread,
    )
    (found,), dropped = _find(store, [question], request.relax)
    return _reply(
        found,
        dropped,
        understood.unknown_words,
        embed=embedded - words_read,
        sql=time.perf_counter() - embedded + words_read - started,
    )


def similar(request: SimilarRequest, store: ProductStore) -> RetrievalReply:
    """Products near to the given one, or to those of a session (`session` says how its places are shared).

    Of the same category and gender (or Unisex), and first of the same sub-type. Raises UnknownProduct when
    none of the ids is sold, and the store's errors.
    """
    started = time.perf_counter()
    sources = store.sources(request.product_ids)
    if not sources:
        raise UnknownProduct(f"No product has the id {', '.join(request.product_ids)}.")
    filters = request.filters
    in_view = interests(sources, one_category=bool(filters.categories), one_gender=bool(filters.genders))
    excluded = [*request.exclude_ids, *(source.product_id for source in sources)]
    questions = [_like(interest, request, excluded) for interest in in_view]
    found, dropped = _find(store, questions, request.relax)
    weighed = [(interest.weight, part.hits) for interest, part in zip(in_view, found, strict=True)]
    whole = Found(shared_out(weighed, request.limit), sum(part.total for part in found))
    return _reply(whole, dropped, [], sql=time.perf_counter() - started)


def _like(interest: Interest, request: SimilarRequest, excluded: Sequence[str]) -> Question:
    filters = request.filters
    newest = interest.looks[-1]
    return Question(
        embedding=interest.embedding,
        filters=filters.model_copy(
            update={
                "categories": filters.categories or interest.categories,
                "genders": filters.genders or _with_unisex(interest.genders),
            }
        ),
        exclude_ids=excluded,
        limit=request.limit,
        count=request.count,
        preferred_genders=interest.genders,
        # A sub-type says nothing about things of another category.
        preferred_kinds=()
        if filters.categories and newest.category not in filters.categories
        else newest.kinds,
        anchor_price=interest.price,
    )


def products(request: ProductsRequest, store: ProductStore) -> ProductsReply:
    return ProductsReply(products=store.products(request.product_ids))


def _find(
    store: ProductStore, questions: Sequence[Question], relax: Sequence[Droppable]
) -> tuple[list[Found], list[Droppable]]:
    """Gives up one filter after the other, in the order of `relax`, while none of them finds anything."""
    dropped: list[Droppable] = []
    found = [store.find(question) for question in questions]
    for droppable in relax:
        if any(part.total for part in found):
            break
        kept = [replace(question, filters=_without(question.filters, droppable)) for question in questions]
        if any(new.filters != old.filters for new, old in zip(kept, questions, strict=True)):
            dropped.append(droppable)
            questions = kept
            found = [store.find(question) for question in questions]
    return found, dropped


def _without(filters: Filters, droppable: Droppable) -> Filters:
    blank = Filters()
    return filters.model_copy(update={field: getattr(blank, field) for field in _FIELDS[droppable]})


def _with_unisex(genders: Sequence[Gender]) -> list[Gender]:
    return list(dict.fromkeys([*genders, *(_UNISEX[gender] for gender in genders if gender in _UNISEX)]))


def _lexemes_of(chosen: Sequence[str], understood: Understanding) -> list[str]:
    of_words = (understood.lexeme_of.get(word) for phrase in chosen for word in words_of(phrase))
    return list(dict.fromkeys(lexeme for lexeme in of_words if lexeme))


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
