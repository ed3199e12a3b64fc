"""Small pieces of English: prices, lists, and how a wish is put into words."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from apparel.contracts import EITHER
from apparel.phrases import words
from apparel.product import Product
from apparel.taxonomy import attribute_phrases, categories, group_of, is_kind, label, spoken
from orchestrator.dialogue.wish import Wish
from orchestrator.settings import Settings

_PEOPLE = {
    "men": "men",
    "women": "women",
    "boys": "boys",
    "girls": "girls",
    "kids": "kids",
    "unisex": "everyone",
}
_ORDINALS = ("", "first", "second", "third", "fourth", "fifth")
_MANY = 3
_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def rupees(price: Decimal) -> str:
    """A price as people write it: ₹4,599, or ₹99.50 where there are paise."""
    return f"₹{price:,.0f}" if price == price.to_integral_value() else f"₹{price:,.2f}"


def count(number: int) -> str:
    return _COUNTS[number] if number < len(_COUNTS) else f"{number:,}"


def ordinal(number: int) -> str:
    return _ORDINALS[number] if number < len(_ORDINALS) else f"{number}th"


def joined(parts: Sequence[str], last: str = "and") -> str:
    """ "a, b and c"."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def link(product: Product, settings: Settings) -> str:
    """The product's name as a markdown link to its page."""
    name = product.name.translate(str.maketrans("[]\n", "() "))
    return f"[{name}]({settings.product_url(product.product_id)})"


def budget(low: Decimal | None, high: Decimal | None) -> str:
    """The price range, without a currency sign: these are the shopper's figures and not the shop's.

    A fraction is our own: just below the price of something shown.
    """
    least, most = (f"{bound:,.0f}" if bound is not None else "" for bound in (low, high))
    if low is not None and high is not None:
        return f"between {least} and {most} rupees"
    if high is not None:
        return f"{'up to' if high == high.to_integral_value() else 'under'} {most} rupees"
    if low is not None:
        return f"{'from' if low == low.to_integral_value() else 'above'} {least} rupees"
    return ""


def _plural(noun: str) -> str:
    if noun.endswith("arf"):
        return f"{noun[:-1]}ves"
    if noun.endswith(("ch", "sh", "x", "ss")):
        return f"{noun}es"
    return noun if noun.endswith("s") else f"{noun}s"


def _things(wish: Wish) -> str:
    """What is wanted, as one says it: "loafers", "jeans and trousers", "shoes"."""
    # A sports bra is a bra too: what is named last says it best.
    stated = [name for name in wish.attributes if is_kind(name)]
    kinds = [_plural(kind) for name in stated[-1:] for kind in name.split(EITHER)]
    if kinds and len(wish.categories) == 1:
        return joined(kinds, "or")
    if not wish.categories:
        return "options"
    if wish.names and not any(categories()[name].wearable for name in wish.categories):
        return joined([_plural(name) for name in wish.names])
    if len(wish.categories) > _MANY:
        return group_of(wish.categories) or "products"
    wanted = [category for category in wish.categories if category not in wish.not_categories]
    return joined([label(category) for category in wanted or wish.categories])


def told(attributes: Sequence[str]) -> list[str]:
    """The attributes that are said: of "chikankari" not that it is embroidered too."""
    implied = {
        match.value
        for name in attributes
        for match in attribute_phrases().find(words(name))
        if match.value != name
    }
    return [name for name in attributes if name not in implied]


_MASS = ("wear", "jewellery", "clothing", "luggage")
"""Endings of what is not counted but in pieces."""


def counted(number: int | str, wish: Wish, more: str = "") -> str:
    """ "Five more blue shirts", or "five more pieces of footwear"; a figure is said as it is."""
    things = _things(wish)
    pieces = "pieces of " if things.endswith(_MASS) and " and " not in things else ""
    number = count(number) if isinstance(number, int) else number
    return f"{number} {more}{pieces}{wish_in_words(wish)}"


def ideas_in_words(wish: Wish, number: int) -> str:
    """ "red ideas for a wedding for women up to 3,000 rupees": what fits an occasion, of any kind."""
    described, _, rest = wish_in_words(replace(wish, people=(), occasion=None)).partition("options")
    whom = f"for {joined([_PEOPLE[group] for group in wish.people])}" if wish.people else ""
    occasion = f"for {wish.occasion.label}" if wish.occasion else ""
    ideas = "idea" if number == 1 else "ideas"
    return " ".join(part for part in (described.strip(), ideas, occasion, whom, rest.strip()) if part)


def wish_in_words(wish: Wish) -> str:
    """ "green checked shirts for men up to 1,500 rupees"."""
    things = _things(wish)
    properties = [name for name in told(wish.attributes) if not is_kind(name) and name not in things]
    extras = [name for name in properties if name.startswith("with ") or name.endswith(" sleeves")]
    parts = [
        joined(wish.brands, "or"),
        joined(wish.colors, "and" if wish.every_color else "or"),
        # "Block heels", and no block heel heels.
        " ".join(spoken(name).removesuffix(f" {things[:-1]}") for name in properties if name not in extras),
        things,
        f"with {joined([spoken(name).removeprefix('with ') for name in extras])}" if extras else "",
        f"for {joined([_PEOPLE[group] for group in wish.people])}" if wish.people else "",
        f"for {wish.occasion.label}" if wish.occasion else "",
        budget(wish.low, wish.high),
    ]
    return " ".join(part for part in parts if part)
