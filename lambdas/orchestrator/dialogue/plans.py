"""What an answer will do: the outcome of planning, carried out by `conversation`."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from apparel.contracts import Droppable, Filters
from apparel.product import Product
from orchestrator.dialogue.wish import Wish

Field = Literal[
    "price", "brand", "color", "fabric", "description", "link", "gender", "category", "name", "size"
]
Remark = Literal[
    "greeting", "thanks", "goodbye", "help", "off_topic", "override", "not_carried", "policy", "popular",
    "sizes", "nothing_shown",
    "no_such_number", "which_one", "no_favourite", "unclear",
    "unclear_later",
]  # fmt: skip


@dataclass(frozen=True)
class Numbered:
    """A product and its number in the list that was shown."""

    number: int
    product: Product


@dataclass(frozen=True)
class Recommend:
    """Find products for a wish. `exclude` holds ids that were shown before and must not come again."""

    wish: Wish
    exclude: tuple[str, ...] = ()
    limit: int = 5
    liked: tuple[str, ...] = ()
    """Ids of products that the shopper took an interest in; their like comes earlier."""
    again: bool = False
    """More of what was shown, rather than something new."""
    relax: tuple[Droppable, ...] = ("attributes", "colors", "brands", "price", "genders")
    """Wishes that may be given up while nothing is found, the least missed one first."""
    beside: Product | Wish | None = None
    """What the products shall go with."""
    counts: bool = False
    """The shopper asks how many there are."""
    newest: tuple[str, ...] = ()
    """Of the wish's attributes those that were stated last; they are kept when older ones can't be."""
    guess: bool = False
    """Nothing in the message is known for sure: recommend only what is really near."""
    said: str = ""
    """The words that are in no vocabulary, as they were written."""


@dataclass(frozen=True)
class Summarise:
    """Tell figures about everything that meets a wish: which brands, which colours, from what price."""

    wish: Wish
    aspect: Literal["brands", "colors", "price", "categories"]


@dataclass(frozen=True)
class Similar:
    """Find products like a shown one, with changes ("the same in green", "but cheaper")."""

    sources: tuple[Product, ...]
    filters: Filters = field(default_factory=Filters)
    exclude: tuple[str, ...] = ()
    limit: int = 5


@dataclass(frozen=True)
class Again:
    """Show a list of before once more."""

    products: tuple[Product, ...]
    back: int
    """How many lists ago it was shown."""
    why: Literal["earlier", "named", "removed"] = "earlier"
    """`named`: by its kind of product; `removed`: it is the last list without what the shopper took out."""


@dataclass(frozen=True)
class Describe:
    """Tell facts about shown products."""

    items: tuple[Numbered, ...]
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Check:
    """Answer a yes-or-no question on shown products from their texts: "does it have pockets?"."""

    items: tuple[Numbered, ...]
    asked: tuple[str, ...]


@dataclass(frozen=True)
class Pick:
    """The cheapest or the most expensive of the shown products."""

    items: tuple[Numbered, ...]
    which: Literal["cheapest", "dearest"]
    rank: int = 1
    """2 is the second cheapest."""

    @property
    def winners(self) -> tuple[Numbered, ...]:
        """Those of that price: several if they cost the same."""
        prices = sorted({item.product.price for item in self.items}, reverse=self.which == "dearest")
        best = prices[min(self.rank, len(prices)) - 1]
        return tuple(item for item in self.items if item.product.price == best)


@dataclass(frozen=True)
class Compare:
    """Shown products side by side."""

    items: tuple[Numbered, ...]


@dataclass(frozen=True)
class Explain:
    """Tell why the last list was shown: it was found for this wish."""

    wish: Wish


@dataclass(frozen=True)
class Say:
    """Nothing to find or to look up."""

    remark: Remark
    about: str = ""


Plan = Recommend | Summarise | Similar | Again | Describe | Check | Pick | Compare | Explain | Say


def below(price: Decimal) -> Decimal:
    """The highest price that is lower."""
    return price - Decimal("0.01")


def above(price: Decimal) -> Decimal:
    """The lowest price that is higher."""
    return price + Decimal("0.01")
