"""Answers about the whole shop: how many, which brands, which colours, from what price."""

from collections.abc import Callable, Sequence

from apparel.contracts import Facet, SummaryReply
from apparel.taxonomy import OTHER, label
from orchestrator.answers.wording import counted, joined, rupees, wish_in_words
from orchestrator.dialogue.plans import Summarise

_MOST = 12
"""How many brands, colours or kinds are named."""


def summarise(plan: Summarise, found: SummaryReply) -> str:
    """The figures in a sentence or two; every one is counted over all products that meet the wish."""
    wanted = wish_in_words(plan.wish)
    if not found.total or found.min_price is None or found.max_price is None:
        return f"I found no {wanted} in this shop."
    all_of_them = counted(f"{found.total:,}", plan.wish)
    if plan.aspect == "price":
        low, high = rupees(found.min_price), rupees(found.max_price)
        prices = f"cost {low}" if low == high else f"cost from {low} to {high}"
        return f"The {all_of_them} in this shop {prices}. Shall I show you some?"
    if plan.aspect == "categories":
        kinds = [facet for facet in found.categories if facet.value != OTHER]
        return f"This shop has {found.total:,} products: {_named(kinds, label)}. What would you like to see?"
    facets = found.brands if plan.aspect == "brands" else found.colors
    noun = "brand" if plan.aspect == "brands" else "colour"
    several = f"{len(facets)} {noun}s" if len(facets) != 1 else f"one {noun}"
    there = f"There {'is' if found.total == 1 else 'are'} {all_of_them}"
    return f"{there}, of {several}: {_named(facets, str)}. Shall I show you some?"


def _named(facets: Sequence[Facet], name: Callable[[str], str]) -> str:
    """The most frequent ones with their numbers, and how many more there are."""
    shown = [f"{name(facet.value)} ({facet.count:,})" for facet in facets[:_MOST]]
    more = len(facets) - len(shown)
    return joined([*shown, f"{more} more"] if more else shown)
