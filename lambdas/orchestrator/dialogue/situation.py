"""Where a conversation stands: its wish, and the products on the table.

State lives in the history that the client sends. Of an assistant's message only the product ids are
taken, and the products are read again from the database: nothing that a client sends back is a fact.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote

from apparel.product import Product
from orchestrator.dialogue.plans import (
    Again,
    Check,
    Compare,
    Describe,
    Numbered,
    Pick,
    Plan,
    Recommend,
    Similar,
    Summarise,
)
from orchestrator.dialogue.wish import Wish, wish_like
from orchestrator.messages import Message
from orchestrator.understanding.references import MIDDLE, References


@dataclass(frozen=True)
class Listed:
    """A list that was shown, and the wish that it answered."""

    wish: Wish | None
    products: tuple[Product, ...]


@dataclass(frozen=True)
class Situation:
    """`shown` is the last list, in the order of its numbers; `focus` the numbers spoken of last."""

    wish: Wish | None = None
    shown: tuple[Product, ...] = ()
    seen: tuple[str, ...] = ()
    """The ids of everything recommended so far."""
    focus: tuple[int, ...] = ()
    liked: tuple[str, ...] = ()
    """The ids of products that the shopper asked about or praised, newest last."""
    lists: tuple[Listed, ...] = ()
    """Every list that was shown, newest last, less those that the shopper went back from."""

    def items(self) -> tuple[Numbered, ...]:
        """The last list with its numbers."""
        return tuple(Numbered(number, product) for number, product in enumerate(self.shown, 1))

    def in_focus(self) -> tuple[Numbered, ...]:
        """What was spoken of last, or else the whole list."""
        items = self.items()
        return tuple(items[number - 1] for number in self.focus) or items

    def several(self) -> tuple[Numbered, ...]:
        """Those that were spoken of last, if these were several, or else the whole list."""
        return self.in_focus() if len(self.focus) > 1 else self.items()

    def _liked_with(self, product: Product) -> tuple[str, ...]:
        return (*(liked for liked in self.liked if liked != product.product_id), product.product_id)

    def without(self, turned_down: Sequence[str]) -> "Situation":
        """The same, with these products no longer liked."""
        return replace(self, liked=tuple(liked for liked in self.liked if liked not in turned_down))

    def resolve(self, references: References) -> tuple[Numbered, ...] | None:
        """The products that a message points at: empty if at none, None if a number is not on the list.

        "It" is what was spoken of last, or the only product shown.
        """
        items = self.items()
        if references.step and self.focus:
            wanted = self.focus[-1] + references.step
            return (items[wanted - 1],) if 1 <= wanted <= len(items) else None
        if references.numbers:
            wanted_numbers = [_counted(number, len(items)) for number in references.numbers]
            if any(not 1 <= number <= len(items) for number in wanted_numbers):
                return None
            return tuple(items[number - 1] for number in dict.fromkeys(wanted_numbers))
        if references.them and len(self.focus) > 1:
            return self.in_focus()
        if references.plural:
            return items
        if references.single and len(self.focus) == 1:
            return self.in_focus()
        return items if references.single and len(items) == 1 else ()

    def after(self, plan: Plan, recommended: Sequence[Product]) -> "Situation":
        """Where the conversation stands once the plan was carried out."""
        moved = self
        if isinstance(plan, Recommend) and plan.guess and not recommended:
            return self  # nothing was near, and what was talked of before still stands
        if isinstance(plan, (Recommend, Summarise)):
            moved = replace(self, wish=plan.wish)
        elif isinstance(plan, Similar):
            source = plan.sources[-1]
            liked = self._liked_with(source) if len(plan.sources) == 1 else self.liked
            moved = replace(self, wish=_wish_for(plan, self.wish or Wish()), liked=liked)
        elif isinstance(plan, (Describe, Check, Pick, Compare)):
            spoken_of = plan.winners if isinstance(plan, Pick) else plan.items
            if len(spoken_of) == 1:
                moved = replace(self, liked=self._liked_with(spoken_of[0].product))
            if len(spoken_of) < len(self.shown):
                moved = replace(moved, focus=tuple(item.number for item in spoken_of))
        if not recommended:
            return moved
        if isinstance(plan, Again):
            return self._back(plan, tuple(recommended))
        ids = (product.product_id for product in recommended)
        return replace(
            moved,
            shown=tuple(recommended),
            seen=tuple(dict.fromkeys([*self.seen, *ids])),
            focus=(),
            lists=(*self.lists, Listed(moved.wish, tuple(recommended))),
        )

    def _back(self, plan: Again, products: tuple[Product, ...]) -> "Situation":
        lists = self.lists or (Listed(self.wish, ()),)
        now = replace(lists[-1 - plan.back], products=products)
        gone = [one.product_id for one in self.shown if plan.why == "removed" and one not in products]
        # Whoever goes back by "earlier" goes back further with the next one.
        later = lists[len(lists) - plan.back :] if plan.why == "named" else ()
        before = lists[: len(lists) - 1 - plan.back]
        lists = (*before, *later, now)
        return replace(self.without(gone), wish=now.wish, shown=products, focus=(), lists=lists)


def _wish_for(plan: Similar, before: Wish) -> Wish:
    """What products like a shown one, with changes, were wished for."""
    like, filters = wish_like(plan.sources[-1]), plan.filters
    low, high = Wish(low=filters.min_price, high=filters.max_price).budget
    return replace(
        like,
        colors=tuple(filters.colors),
        brands=tuple(filters.brands),
        attributes=tuple(dict.fromkeys([*like.attributes, *filters.attributes])),
        not_brands=tuple(filters.not_brands),
        not_colors=tuple(filters.not_colors),
        not_attributes=tuple(filters.not_attributes),
        low=low,
        high=high,
        speaker=before.speaker,
    )


def _counted(number: int, length: int) -> int:
    """The number from 1 of a reference, in a list of this length."""
    if number == MIDDLE:
        return (length + 1) // 2
    return number if number > 0 else length + 1 + number


def listed_ids(text: str, url_template: str) -> list[str]:
    """The ids of the products that an assistant's message lists by number, in that order."""
    before, after = url_template.split("{product_id}")
    line = re.compile(rf"^\s{{0,3}}\d+\.\s.*?\]\({re.escape(before)}([^)\s]+?){re.escape(after)}\)", re.M)
    return [unquote(match[1]) for match in line.finditer(text)]


def history_ids(messages: Sequence[Message], url_template: str) -> list[str]:
    """Every product id that the assistant's messages list, newest last."""
    found = [
        product_id
        for message in messages
        if message.role == "assistant"
        for product_id in listed_ids(message.text, url_template)
    ]
    return list(dict.fromkeys(reversed(found)))[::-1]


def products_listed(message: Message, url_template: str, products: Mapping[str, Product]) -> list[Product]:
    """The products that a message lists, as the database has them; vanished ones are left out."""
    return [products[key] for key in listed_ids(message.text, url_template) if key in products]
