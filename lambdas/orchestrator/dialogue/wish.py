"""What the shopper wants, gathered over the conversation."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from apparel.classification import classify
from apparel.contracts import Filters, Order
from apparel.product import Product
from apparel.taxonomy import categories, group_of_attribute, is_kind, meant_by
from orchestrator.dialogue.whom import people_of
from orchestrator.understanding.occasions import Occasion
from orchestrator.understanding.people import genders_of
from orchestrator.understanding.reading import Reading
from orchestrator.understanding.vocabulary import load

_MAX_PREFERRED = 4
_STYLES_APART = ({"casual", "formal", "party", "sports"}, {"analogue", "digital"})
_SORTED = re.compile(
    r"\b(?:low(?:est)?|cheap(?:est)?) (?:to high|first|se high|to costly)|\bhigh(?:est)? (?:to low|first)"
    r"|\bsort(?:ed)?\b.*\bprice|\b(?:as|des)cending\b",
    re.I,
)
SAME_BUDGET = re.compile(r"\bsame (?:budget|price|price ?range|range)\b", re.I)


@dataclass(frozen=True)
class Wish:
    """Constraints on the products to find; prices in INR, inclusive."""

    query: str = ""
    categories: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    """The categories in the words of the wish, in the singular."""
    colors: tuple[str, ...] = ()
    every_color: bool = False
    """One product shall have all the colours."""
    attributes: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    speaker: str = ""
    """The group of who writes, where the conversation told."""
    low: Decimal | None = None
    high: Decimal | None = None
    not_categories: tuple[str, ...] = ()
    not_colors: tuple[str, ...] = ()
    not_attributes: tuple[str, ...] = ()
    not_brands: tuple[str, ...] = ()
    occasion: Occasion | None = None
    words: tuple[str, ...] = ()
    """Words of the query that no constraint stands for: "peplum"."""
    described: tuple[str, ...] = ()
    """Of these, as they were written, those that say what the thing shall be like; said once."""
    makers: tuple[str, ...] = ()
    """Of whom this shop sells nothing; said once."""
    order: Order = "relevance"

    @property
    def offered_categories(self) -> tuple[str, ...]:
        """The categories stated, or else those that the occasion calls for."""
        stated = meant_by(self.categories, self.people)
        if self.occasion and not stated:
            stated = self.occasion.categories(self.people)
        elif self.occasion and stated == ("dress",) and "dress" not in self.occasion.categories(self.people):
            # "A dress for the mehendi" is whatever is worn there.
            stated = (*stated, *self.occasion.categories(self.people))
        elif self.occasion and len(stated) > 1:
            stated = self.occasion.narrowed(stated, self.people)
        return tuple(category for category in stated if category not in self.not_categories)

    @property
    def text(self) -> str:
        """What is embedded: the shopper's words, and the look of the occasion."""
        look = self.occasion.look if self.occasion and self.occasion.suits(self.categories) else ""
        parts = (self.query, look)
        return ", ".join(part for part in parts if part) or "clothes and accessories"

    @property
    def preferred_words(self) -> tuple[str, ...]:
        """Words that products should mention. Who tells of an occasion tells a story; whoever names a thing
        says what it shall be like."""
        meant = (self.categories or self.brands) and (self.described or not self.occasion)
        return self.words[:_MAX_PREFERRED] if meant else ()

    @property
    def is_outfit(self) -> bool:
        """Whether several kinds of product answer it together: an occasion, "office wear". Not a maker's
        model."""
        return len(self.categories) != 1 and not (self.brands and self.words)

    @property
    def budget(self) -> tuple[Decimal | None, Decimal | None]:
        """(low, high) as the shopper stated them. A fraction is our own: just below the price of something
        that was shown."""
        low, high = (
            bound if bound is not None and bound == bound.to_integral_value() else None
            for bound in (self.low, self.high)
        )
        return low, high

    def filters(self) -> Filters:
        """The constraints as retrieval takes them."""
        shun = self.occasion.shun if self.occasion and not self.categories else ()
        return Filters(
            genders=list(genders_of(self.people)),
            categories=list(self.offered_categories),
            brands=_newest(self.brands, "brands"),
            colors=_newest(self.colors or (self.occasion.colors if self.occasion else ()), "colors"),
            every_color=self.every_color,
            attributes=_newest(self.attributes, "attributes"),
            min_price=self.low,
            max_price=self.high,
            not_categories=list(self.not_categories),
            not_brands=_newest(self.not_brands, "not_brands"),
            not_colors=_newest(self.not_colors, "not_colors"),
            not_attributes=_newest((*shun, *self.not_attributes), "not_attributes"),
            apparel_only=not self.categories,
        )

    def refined(self, reading: Reading) -> "Wish":
        """This wish with what a later message adds; what it states anew replaces what was said before."""
        reading = self._without_allowed(reading)
        gone = self._released(reading)
        colors = reading.colors or _without(self.colors, (*reading.not_colors, *gone))
        brands = reading.brands or _without(self.brands, (*reading.not_brands, *gone))
        low, high = self._prices(reading)
        return replace(
            self,
            query=_refined_query(self, reading, gone),
            colors=colors,
            every_color=reading.every_color if reading.colors else self.every_color and len(colors) > 1,
            attributes=_merged_attributes(
                _without(self.attributes, (*reading.not_attributes, *gone)), reading.attributes
            ),
            brands=brands,
            people=people_of(reading, self.people, self.people, self.speaker),
            speaker=reading.speaker or self.speaker,
            low=low,
            high=high,
            words=_joined(reading.content, self.words),
            described=reading.described,
            makers=reading.makers,
            not_categories=_joined(self.not_categories, reading.not_categories),
            not_colors=_without(_joined(self.not_colors, reading.not_colors), (*colors, *gone)),
            not_attributes=_without(
                _joined(self.not_attributes, reading.not_attributes), (*reading.attributes, *gone)
            ),
            not_brands=_without(_joined(self.not_brands, reading.not_brands), (*brands, *gone)),
            order=_order(reading),
        )

    def _without_allowed(self, reading: Reading) -> Reading:
        """The reading less the wishes that only take back a no: "black is fine too", after "not black"."""
        if "allowed" not in reading.cues:
            return reading
        denied = {*self.not_colors, *self.not_attributes, *self.not_brands}
        again = [v for v in (*reading.colors, *reading.attributes, *reading.brands) if v in denied]
        return replace(
            reading,
            query=" ".join(word for word in reading.query.split() if word not in " ".join(again).split()),
            colors=_without(reading.colors, again),
            attributes=_without(reading.attributes, again),
            brands=_without(reading.brands, again),
            released=(*reading.released, *again),
        )

    def _released(self, reading: Reading) -> tuple[str, ...]:
        """What was wished or turned down before and no longer matters."""
        free = {
            "any_color": (*self.colors, *self.not_colors),
            "any_brand": (*self.brands, *self.not_brands),
        } | {
            f"any_{group}": [name for name in self.attributes if group_of_attribute(name) == group]
            for group in ("fabric", "pattern", "fit")
        }
        gone = [value for cue, values in free.items() if cue in reading.cues for value in values]
        return (*reading.released, *gone)

    def _prices(self, reading: Reading) -> tuple[Decimal | None, Decimal | None]:
        """(low, high). A bound that is not stated anew stays where it leaves anything between the two:
        "between 1000 and 2000", and then "up to 3000"."""
        if reading.price is None:
            return (None, None) if "any_price" in reading.cues else (self.low, self.high)
        low, high = reading.low, reading.high
        if reading.cues & {"cheaper", "pricier"}:
            return low, high
        if reading.price.amount is not None and (self.low is None) != (self.high is None):
            # "Under 1000", and then "make it 1500": it is the same bound.
            amount = reading.price.amount
            return (None, amount) if self.low is None else (amount, None)
        if low is None and self.low is not None and high is not None and self.low < high:
            low = self.low
        if high is None and self.high is not None and low is not None and low < self.high:
            high = self.high
        return low, high


def wish_of(reading: Reading, *, before: Wish | None = None) -> Wish:
    """A new wish. From the one before it keeps for whom it is, unless this message says, or asks for
    something that these people do not wear."""
    known = before or Wish()
    return Wish(
        query=reading.query,
        categories=reading.categories,
        names=reading.names,
        colors=reading.colors,
        every_color=reading.every_color,
        attributes=reading.attributes,
        brands=reading.brands,
        people=people_of(reading, known.people, _people_kept(reading, known), known.speaker)
        or reading.likely_people[:1],
        speaker=reading.speaker or known.speaker,
        low=reading.low,
        high=reading.high,
        not_categories=reading.not_categories,
        not_colors=reading.not_colors,
        not_attributes=reading.not_attributes,
        not_brands=reading.not_brands,
        occasion=reading.occasion,
        words=reading.content,
        described=reading.described,
        makers=reading.makers,
        order=_order(reading),
    )


def _people_kept(reading: Reading, known: Wish) -> tuple[str, ...]:
    people = known.people
    suits = not reading.categories or any(categories()[name].suits(people) for name in reading.categories)
    likely = not reading.likely_people or bool({*reading.likely_people} & {*people})
    return people if suits and likely else ()


def wish_like(product: Product) -> Wish:
    """The wish that a product answers: its kind of thing, for its kind of people."""
    people = [group for group, entry in load("people").items() if product.gender == entry["genders"][0]]
    stated = classify(product.name, product.brand, product.description, product.color).attributes
    return Wish(
        query=product.name,
        categories=(product.category,),
        attributes=tuple(name for name in stated if is_kind(name)),
        people=tuple(people[:1]),
    )


def sorts(reading: Reading) -> bool:
    """Whether the message asks for an order by price: "low to high"."""
    return _SORTED.search(reading.message) is not None


def _order(reading: Reading) -> Order:
    if sorts(reading):
        dear = re.search(r"\bhigh(?:est)? (?:to low|first)|\bdescending", reading.message, re.I)
        return "price_desc" if dear else "price_asc"
    # "My budget is 700" states a limit, and is no wish for the cheapest.
    modest = "budget" in reading.cues and reading.price is None and not SAME_BUDGET.search(reading.message)
    if modest or "cheapest" in reading.cues or ("cheaper" in reading.cues and reading.categories):
        return "price_asc"
    return "price_desc" if reading.cues & {"dearest", "premium"} else "relevance"


def _refined_query(wish: Wish, reading: Reading, gone: Sequence[str]) -> str:
    """The words of before, less the colours and people that were replaced and what is no longer wished, with
    the new ones."""
    replaced = set(wish.colors if reading.colors else ()) | set(wish.people if reading.people else ())
    denied = (*reading.not_colors, *reading.not_attributes, *gone)
    replaced |= {word for name in denied for word in re.split(r"[ |]", name)}
    kept = [word for word in wish.query.split() if word not in replaced]
    return " ".join(dict.fromkeys([*reading.query.split(), *kept]))


def _merged_attributes(old: Iterable[str], new: tuple[str, ...]) -> tuple[str, ...]:
    """A new pattern replaces the old pattern, a new fabric the old fabric, a new sub-type the old one; the
    rest stays."""
    return _joined((name for name in old if not any(_replaces(one, name) for one in new)), new)


def _replaces(new: str, old: str) -> bool:
    if is_kind(new) or is_kind(old):
        return is_kind(new) and is_kind(old)
    group = group_of_attribute(new)
    if group != group_of_attribute(old):
        return False
    # A bra may be padded and wireless, but not non-padded or in a pack of two and of three.
    shared = {*re.split(r"[ -]", new)} & {*re.split(r"[ -]", old)}
    return group != "style" or bool(shared) or any({new, old} <= styles for styles in _STYLES_APART)


def _newest(values: Iterable[str], field: str) -> list[str]:
    """As many of them as this field of the filters takes; a long talk may gather more."""
    most: int = Filters.model_fields[field].metadata[0].max_length
    return list(dict.fromkeys(values))[-most:]


def _joined(old: Iterable[str], new: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*old, *new]))


def _without(values: Iterable[str], gone: Iterable[str]) -> tuple[str, ...]:
    unwanted = set(gone)
    return tuple(value for value in values if value not in unwanted)
