"""A wish taken less strictly: what shoppers miss least is given up first."""

from collections.abc import Iterator, Sequence

from apparel.contracts import Droppable, Filters
from apparel.taxonomy import color_families, group_of_attribute, is_kind
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
