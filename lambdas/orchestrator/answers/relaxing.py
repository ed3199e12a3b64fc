"""A wish taken less strictly: what shoppers miss least is given up first."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from apparel.contracts import Droppable, Filters
from apparel.product import Gender
from apparel.taxonomy import categories, color_families, group_of_attribute, is_kind, label
from orchestrator.understanding.joined import eased


def easier_filters(filters: Filters) -> Iterator[tuple[Droppable, Filters]]:
    """The same wish taken less strictly, and which part of it."""
    if filters.every_color:
        yield "colors", filters.model_copy(update={"every_color": False})
    attributes = eased(filters.attributes)
    if attributes != filters.attributes:
        yield "attributes", filters.model_copy(update={"attributes": attributes})
    grown_up = grown_up_genders(filters)
    if grown_up:
        yield "genders", filters.model_copy(update={"genders": [*filters.genders, *grown_up]})
    fewer = _with_one_property_less(attributes) + list(with_fewer_properties(attributes))[1:]
    unseen = [left for left in fewer if not _is_seen(set(attributes) - set(left))]
    # A khaki pair of trousers without cotton is nearer than a cotton one in beige; a maroon saree without
    # stripes is not nearer than a striped red one, nor plain leggings than printed tights.
    for left in unseen:
        yield "attributes", filters.model_copy(update={"attributes": left})
    families = families_of(filters.colors)
    if families:
        yield "colors", filters.model_copy(update={"colors": families, "every_color": False})
    near = near_categories(filters.categories)
    if near:
        yield "categories", filters.model_copy(update={"categories": [*filters.categories, *near]})
    for left in fewer:
        if left not in unseen:
            yield "attributes", filters.model_copy(update={"attributes": left})


_GROWN_UP: dict[Gender, tuple[Gender, ...]] = {
    "Boys": ("Men", "Unisex"),
    "Girls": ("Women", "Unisex"),
    "Unisex Kids": ("Unisex",),
}


def grown_up_genders(filters: Filters) -> list[Gender]:
    """Of things that have to fit nobody, those for grown-ups do for a child too: a pink backpack."""
    known = [categories()[name] for name in filters.categories if name in categories()]
    if not known or any(category.sized for category in known):
        return []
    if not set(filters.genders) <= set(_GROWN_UP):
        return []
    more = dict.fromkeys(gender for child in filters.genders for gender in _GROWN_UP[child])
    return list(more)


# What shoppers see last comes first: it is missed least, and a shop's texts seldom state it.
_LEAST_SEEN = ("length", "neck", "sleeve", "fit", "style", "fabric", "pattern")
_HARDLY_SEEN = frozenset({"pure cotton", "cotton", "polyester", "rayon", "lycra", "nylon"})
_AS_SEEN_AS_COLOR = ("fabric", "pattern")


def _with_one_property_less(attributes: Sequence[str]) -> list[list[str]]:
    """The attributes without each property in turn, the least seen first."""
    return [[other for other in attributes if other != name] for name in _properties(attributes)]


def _properties(attributes: Sequence[str]) -> list[str]:
    return sorted((name for name in attributes if not is_kind(name)), key=_visibility)


def with_fewer_properties(attributes: Sequence[str]) -> Iterator[list[str]]:
    """The attributes with one property less each time, the least seen first."""
    left = list(attributes)
    for name in _properties(attributes):
        left = [other for other in left if other != name]
        yield left


def _visibility(name: str) -> int:
    return -1 if name in _HARDLY_SEEN else _LEAST_SEEN.index(group_of_attribute(name))


def _is_seen(names: Iterable[str]) -> bool:
    return any(group_of_attribute(name) in _AS_SEEN_AS_COLOR and name not in _HARDLY_SEEN for name in names)


def near_categories(names: Sequence[str]) -> list[str]:
    """What is so like these that it comes before these in another colour: tights for leggings."""
    known = [categories()[name].near for name in names if name in categories()]
    return [near for group in known for near in group if near not in names]


def families_of(colors: Sequence[str]) -> list[str]:
    """The families of these shades; nothing for plain colours."""
    return [family for color in colors for family in color_families(color)]


Step = tuple[str, Sequence[str], object]
"""A field of the filters, what of it is given up, and what is left of it."""


def steps_of_giving_up(filters: Filters) -> list[Step]:
    """How a list is filled up where too few products meet all wishes, each step on top of those before.

    Properties go first, the least seen before the others, and a kindred kind stands in before what is seen
    goes. Then the sub-type, and colours last: a blue jacket comes nearer to a blue bomber than a red bomber
    does. Where the sub-types are things of their own it is the other way round: a bra in white comes before a
    camisole in black.
    """
    kinds = [name for name in filters.attributes if is_kind(name)]
    lists = [filters.attributes, *with_fewer_properties(filters.attributes)]
    properties: list[Step] = [
        ("attributes", [name for name in more if name not in less], less) for more, less in pairwise(lists)
    ]
    unseen = [step for step in properties if not _is_seen(step[1])]
    together = [f"{' and '.join(filters.colors)} together"] if filters.every_color else []
    families = families_of(filters.colors)
    shades: list[Step] = [("colors", filters.colors, families)]
    # The families of a shade were never wished: giving them up too needs no word more.
    if families:
        shades.append(("colors", [], []))
    sub_types: list[Step] = [("attributes", kinds, [])]
    apart = any(categories()[name].apart for name in filters.categories if name in categories())
    last = [*shades, *sub_types] if apart else [*sub_types, *shades]
    near = near_categories(filters.categories)
    kindred: list[Step] = (
        [("categories", [label(name) for name in filters.categories], [*filters.categories, *near])]
        if near
        else []
    )
    return [("every_color", together, False), *unseen, *kindred, *properties[len(unseen) :], *last]
