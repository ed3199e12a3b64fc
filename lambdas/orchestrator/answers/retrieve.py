"""Carrying out a plan's retrieval: which filters may be given up, and for whom when nobody is named."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from apparel.contracts import (
    EITHER,
    Droppable,
    Filters,
    Hit,
    Order,
    RetrievalReply,
    SearchRequest,
    SimilarRequest,
)
from apparel.product import Gender
from apparel.taxonomy import spoken
from orchestrator.answers.details import said_of
from orchestrator.answers.relaxing import Step, easier_filters, steps_of_giving_up
from orchestrator.answers.wording import budget
from orchestrator.catalogue_client import Catalogue
from orchestrator.dialogue.plans import Recommend, Similar

ADULTS: tuple[Gender, ...] = ("Men", "Women", "Unisex")
"""Who is meant when nobody is named; children's sizes fill up what is left."""

_RELAX_SIMILAR: tuple[Droppable, ...] = ("attributes", "colors", "brands")

_MAX_LIKED = 10
_NOT = re.compile(r"(?:not|no|without)\s+(?:(?:so|too|very)\s+)?(.+)", re.I)
_NEAR_ENOUGH = 0.42
"""Cosine similarity from which a guess is recommended. Measured on the real catalogue: wishes without any
known word ("something flowy") reach it, questions of other kinds stay below."""


@dataclass(frozen=True)
class Result:
    """What was found, best first, and what had to be given up for it.

    `hits` meet the wish but for `dropped`; `near` fill the list up, and miss `missed` too.
    """

    hits: tuple[Hit, ...]
    dropped: tuple[Droppable, ...] = ()
    total: int = 0
    """How many products of the catalogue meet the wish."""
    near: tuple[Hit, ...] = ()
    missed: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    """Where only some of the attributes were given up, these."""
    without: tuple[str, ...] = ()
    """What products mention that were found too and left out."""

    @property
    def all_hits(self) -> tuple[Hit, ...]:
        """The whole list, in the order of its numbers."""
        return self.hits + self.near


def recommend(plan: Recommend, catalogue: Catalogue, overrides: Filters | None = None) -> Result:
    """Products for a wish. `overrides` are filters that no wish may change, and that are never given up.

    Raises the catalogue's errors.
    """
    filters = _overridden(plan.wish.filters(), overrides)
    relax = [name for name in plan.relax if not _fixed(name, overrides)]
    # A kindred kind of product may stand in, unless the caller's filters say which it has to be.
    easier = [*relax, *(() if _fixed("categories", overrides) else ("categories",))]
    result = _find(plan, catalogue, filters, relax, easier)
    if plan.guess:
        return Result(tuple(hit for hit in result.hits if hit.score >= _NEAR_ENOUGH))
    if (
        set(result.dropped) - {"colors", "attributes"}
        or plan.counts
        or overrides is not None
        or not 0 < len(result.hits) < plan.limit
    ):
        return _as_described(plan, result)
    near, missed = _fill(plan, catalogue, filters, result)
    given_up = plan.wish.colors if "colors" in result.dropped else ()
    missed = tuple(name for name in missed if name not in given_up)
    return _as_described(plan, replace(result, near=near, missed=missed))


def _as_described(plan: Recommend, result: Result) -> Result:
    """Those whose texts tell of what was described before those that leave it open; the same where none
    tells of it. Of "without straps" those that mention none."""
    things = plan.wish.described
    unwanted = [match[1] for thing in things if (match := _NOT.match(thing))]
    if unwanted:
        free = tuple(hit for hit in result.hits if not said_of(hit.product, unwanted))
        return (
            replace(result, hits=free, without=tuple(unwanted))
            if 0 < len(free) < len(result.hits)
            else result
        )
    telling = [hit for hit in result.hits if all(said_of(hit.product, [thing]) for thing in things)]
    silent = [hit for hit in result.hits if hit not in telling]
    if not telling or not silent:
        return result
    missed = dict.fromkeys([*things, *result.missed])
    return replace(result, hits=tuple(telling), near=(*silent, *result.near), missed=tuple(missed))


def _find(
    plan: Recommend,
    catalogue: Catalogue,
    filters: Filters,
    relax: Sequence[Droppable],
    easier: Sequence[Droppable],
) -> Result:
    """What meets the wish, or else comes nearest to it.

    With nobody named it is for adults, and for children only what is missing then.
    """
    # A count, or the cheapest of all, is over everything.
    everybody = filters.genders or plan.counts or plan.wish.order != "relevance"
    people = [filters] if everybody else [_for_adults(filters), filters]
    hits: list[Hit] = []
    total = 0
    for whom in people:
        known = {hit.product.product_id for hit in hits}
        reply = _search(plan, catalogue, whom)
        hits += [hit for hit in reply.hits if hit.product.product_id not in known]
        total = reply.total
        if len(hits) >= plan.limit:
            break
    if hits:
        return Result(tuple(hits[: plan.limit]), total=total)
    return _nearest(plan, catalogue, people, relax, easier)


def _nearest(
    plan: Recommend,
    catalogue: Catalogue,
    people: Sequence[Filters],
    relax: Sequence[Droppable],
    easier: Sequence[Droppable],
) -> Result:
    """Nothing meets the wish: either of what was wished together and the nearest shades first, then without
    one wish after the other."""
    if plan.newest and set(plan.newest) < set(people[0].attributes) and "attributes" in relax:
        reply = _search(plan, catalogue, people[0].model_copy(update={"attributes": list(plan.newest)}))
        if reply.hits:
            older = tuple(name for name in people[0].attributes if name not in plan.newest)
            return Result(tuple(reply.hits), ("attributes",), lost=older)
    for eased, filters in easier_filters(people[0]):
        found = _search(plan, catalogue, filters).hits if eased in easier else []
        if found:
            return Result(tuple(found), (eased,), lost=_lost(people[0], filters))
    for whom in people:
        reply = _search(plan, catalogue, whom, [name for name in relax if name != "genders" or whom.genders])
        dropped = tuple(reply.dropped)
        # What is given up last may be enough: with no shoes of that maker, other kinds of shoes need not do.
        for given_up in (dropped[at:] for at in range(len(dropped) - 1, -1, -1)):
            if "price" in given_up:
                hits = _nearest_in_price(plan, catalogue, whom, given_up)
            else:
                hits = tuple(_search(plan, catalogue, _without(whom, given_up)).hits)
            if hits:
                return Result(hits, given_up)
        if reply.hits:
            return Result(tuple(reply.hits), dropped)
    return Result(())


def _lost(before: Filters, after: Filters) -> tuple[str, ...]:
    """The attributes that are no longer asked for, not even as one of several."""
    left = {name for value in after.attributes for name in value.split(EITHER)}
    return tuple(value for value in before.attributes if left.isdisjoint(value.split(EITHER)))


def _for_adults(filters: Filters) -> Filters:
    return filters.model_copy(update={"genders": list(ADULTS)})


def _fill(
    plan: Recommend, catalogue: Catalogue, filters: Filters, result: Result
) -> tuple[tuple[Hit, ...], tuple[str, ...]]:
    """Products that miss some of the wishes, where too few meet them all, and what they miss."""
    found_for = list(dict.fromkeys(hit.product.gender for hit in result.hits))
    kept = filters.model_copy(update={"genders": filters.genders or found_for})
    missed: list[str] = []
    near: list[Hit] = []
    for field, gone, left in [*_own_bound(plan), *steps_of_giving_up(kept)]:
        taken = [hit.product.product_id for hit in (*result.hits, *near)]
        if getattr(kept, field) == left or len(taken) >= plan.limit:
            continue
        kept = kept.model_copy(update={field: left})
        missed += [spoken(name) for name in gone]
        wider = replace(plan, exclude=(*plan.exclude, *taken), limit=plan.limit - len(taken))
        near += _search(wider, catalogue, kept).hits
    return tuple(near), tuple(missed if near else ())


def _own_bound(plan: Recommend) -> list[Step]:
    """The bound that an earlier "cheaper" set, and no shopper stated: it goes first."""
    wish = plan.wish
    if wish.budget == (wish.low, wish.high) or "price" not in plan.relax:
        return []
    field = "max_price" if wish.low is None else "min_price"
    return [(field, [budget(wish.low, wish.high)], None)]


def _nearest_in_price(
    plan: Recommend, catalogue: Catalogue, filters: Filters, dropped: Sequence[Droppable]
) -> tuple[Hit, ...]:
    """The cheapest of those that cost too much and the dearest of those that cost too little, the nearest
    price first."""
    freed, wish = _without(filters, dropped), plan.wish
    sides: list[tuple[Order, dict[str, Decimal]]] = []
    if wish.high is not None:
        sides.append(("price_asc", {"min_price": wish.high}))
    if wish.low is not None:
        sides.append(("price_desc", {"max_price": wish.low}))
    hits = [
        hit
        for order, bound in sides
        for hit in _search(
            replace(plan, wish=replace(wish, order=order)), catalogue, freed.model_copy(update=bound)
        ).hits
    ]
    bounds = [bound for bound in (wish.low, wish.high) if bound is not None]
    hits.sort(key=lambda hit: min(abs(hit.product.price - bound) for bound in bounds))
    return tuple(hits[: plan.limit])


def _fields(name: Droppable) -> tuple[str, ...]:
    return ("min_price", "max_price") if name == "price" else (name,)


def _without(filters: Filters, dropped: Sequence[Droppable]) -> Filters:
    blank = Filters()
    fields = [field for name in dropped for field in _fields(name)]
    return filters.model_copy(update={field: getattr(blank, field) for field in fields})


def _fixed(name: Droppable, overrides: Filters | None) -> bool:
    return overrides is not None and any(field in overrides.model_fields_set for field in _fields(name))


def _search(
    plan: Recommend, catalogue: Catalogue, filters: Filters, relax: Sequence[Droppable] = ()
) -> RetrievalReply:
    wish = plan.wish
    return catalogue.search(
        SearchRequest(
            text=wish.text[:2_000],
            filters=filters,
            exclude_ids=list(plan.exclude[-500:]),
            limit=plan.limit,
            relax=list(relax),
            count=plan.counts,
            order=wish.order,
            liked_ids=list(plan.liked[-_MAX_LIKED:]),
            preferred_words=list(wish.preferred_words),
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
    return Result(tuple(reply.hits), tuple(reply.dropped))


def _overridden(filters: Filters, overrides: Filters | None) -> Filters:
    """The filters with those replaced that the caller of the API gave."""
    if overrides is None:
        return filters
    return filters.model_copy(update={name: getattr(overrides, name) for name in overrides.model_fields_set})
