"""Carrying out a plan's retrieval: which filters may be given up, and for whom when nobody is named."""

from collections.abc import Sequence
from dataclasses import dataclass

from apparel.contracts import Droppable, Filters, Hit, RetrievalReply, SearchRequest, SimilarRequest
from apparel.product import Gender

from orchestrator.catalogue_client import Catalogue
from orchestrator.plans import Recommend, Similar
from orchestrator.wish import Wish

ADULTS: tuple[Gender, ...] = ("Men", "Women", "Unisex")
"""Who is meant when nobody is named; children's sizes fill up what is left."""

# The first is given up first: a pattern is missed less than a colour, that less than a brand.
_RELAX: tuple[Droppable, ...] = ("attributes", "colors", "brands", "price", "genders")
_RELAX_SIMILAR: tuple[Droppable, ...] = ("attributes", "colors", "brands")

_NEAR_ENOUGH = 0.42
"""Cosine similarity from which a guess is recommended. Measured on the real catalogue: wishes without any
known word ("something flowy") reach it, questions of other kinds stay below."""


@dataclass(frozen=True)
class Result:
    """What was found, and what had to be given up for it. `total` counts everything that matches."""

    hits: tuple[Hit, ...]
    dropped: tuple[Droppable, ...] = ()
    total: int = 0


def recommend(plan: Recommend, catalogue: Catalogue, overrides: Filters | None = None) -> Result:
    """Products for a wish. Raises the catalogue's errors."""
    filters = _overridden(plan.wish.filters(), overrides)
    named = bool(filters.genders)
    relax = [name for name in _RELAX if name != "genders" or named]
    first = filters if named else filters.model_copy(update={"genders": list(ADULTS)})
    reply = _search(plan, plan.wish, catalogue, first, () if not named else relax)
    hits, dropped, total = list(reply.hits), reply.dropped, reply.total
    if not named and len(hits) < plan.limit:
        wider = _search(plan, plan.wish, catalogue, filters, () if hits else relax)
        known = {hit.product.product_id for hit in hits}
        hits += [hit for hit in wider.hits if hit.product.product_id not in known]
        dropped, total = wider.dropped, wider.total
    if plan.guess:
        hits = [hit for hit in hits if hit.score >= _NEAR_ENOUGH]
    return Result(tuple(hits[: plan.limit]), tuple(dropped), total)


def _search(
    plan: Recommend, wish: Wish, catalogue: Catalogue, filters: Filters, relax: Sequence[Droppable]
) -> RetrievalReply:
    return catalogue.search(
        SearchRequest(
            text=wish.text[:2_000],
            filters=filters,
            exclude_ids=list(plan.exclude[-500:]),
            limit=plan.limit,
            relax=list(relax),
            order=wish.order,
            spread=wish.is_outfit and bool(filters.categories),
        )
    )


def similar(plan: Similar, catalogue: Catalogue) -> Result:
    """Products like those of the plan. Raises the catalogue's errors."""
    reply = catalogue.similar(
        SimilarRequest(
            product_ids=[source.product_id for source in plan.sources],
            filters=plan.filters,
            exclude_ids=list(plan.exclude[-500:]),
            limit=plan.limit,
            relax=list(_RELAX_SIMILAR),
        )
    )
    return Result(tuple(reply.hits), tuple(reply.dropped), reply.total)


def _overridden(filters: Filters, overrides: Filters | None) -> Filters:
    """The filters with those replaced that the caller of the API gave."""
    if overrides is None:
        return filters
    return filters.model_copy(update={name: getattr(overrides, name) for name in overrides.model_fields_set})
