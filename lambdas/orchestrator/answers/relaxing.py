"""A wish taken less strictly: what shoppers miss least is given up first."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from apparel.contracts import Droppable, Filters
from apparel.taxonomy import categories, color_families, group_of_attribute, is_kind
from orchestrator.understanding.joined import eased


def easier_filters(filters: Filters) -> Iterator[tuple[Droppable, Filters]]:
    """The same wish taken less strictly, and which part of it."""
    if filters.every_color:
        yield "colors", filters.model_copy(update={"every_color": False})
    attributes = eased(filters.attributes)
    if attributes != filters.attributes:
        yield "attributes", filters.model_copy(update={"attributes": attributes})
    for left in with_fewer_properties(attributes):
        yield "attributes", filters.model_copy(update={"attributes": left})
    families = families_of(filters.colors)
    if families:
        yield "colors", filters.model_copy(update={"colors": families, "every_color": False})


# What shoppers see last comes first: it is missed least, and a shop's texts seldom state it.
_LEAST_SEEN = ("length", "neck", "fabric", "sleeve", "fit", "style", "pattern")


def with_fewer_properties(attributes: Sequence[str]) -> Iterator[list[str]]:
    """The attributes with one property less each time, the least seen first, while one is left."""
    properties = [name for name in attributes if not is_kind(name)]
    left = list(attributes)
    for name in sorted(properties, key=lambda name: _LEAST_SEEN.index(group_of_attribute(name)))[:-1]:
        left = [other for other in left if other != name]
        yield left


def families_of(colors: Sequence[str]) -> list[str]:
    """The families of these shades; nothing for plain colours."""
    return [family for color in colors for family in color_families(color)]


Step = tuple[str, Sequence[str], object]
"""A field of the filters, what of it is given up, and what is left of it."""


def steps_of_giving_up(filters: Filters) -> list[Step]:
    """How a list is filled up where too few products meet all wishes, each step on top of those before.

    Properties go first, the least seen before the others. Then the sub-type, and colours last: a blue jacket
    comes nearer to a blue bomber than a red bomber does. Where the sub-types are things of their own it is
    the other way round: a bra in white comes before a camisole in black.
    """
    kinds = [name for name in filters.attributes if is_kind(name)]
    lists = [filters.attributes, *with_fewer_properties(filters.attributes), kinds]
    properties: list[Step] = [
        ("attributes", [name for name in more if name not in less], less) for more, less in pairwise(lists)
    ]
    together = [f"{' and '.join(filters.colors)} together"] if filters.every_color else []
    families = families_of(filters.colors)
    shades: list[Step] = [("colors", filters.colors, families)]
    # The families of a shade were never wished: giving them up too needs no word more.
    if families:
        shades.append(("colors", [], []))
    sub_types: list[Step] = [("attributes", kinds, [])]
    apart = any(categories()[name].apart for name in filters.categories if name in categories())
    last = [*shades, *sub_types] if apart else [*sub_types, *shades]
    return [("every_color", together, False), *properties, *last]
