"""What the shopper reads: every product line, price and brand comes from a database row.

The same sentences close an answer when there is no LLM, or when it fails.
"""

from collections.abc import Sequence

from apparel.contracts import Droppable, Hit
from apparel.product import Product
from apparel.taxonomy import spoken
from orchestrator.answers.details import said_of
from orchestrator.answers.retrieve import Result
from orchestrator.answers.wording import (
    budget,
    count,
    counted,
    ideas_in_words,
    joined,
    link,
    rupees,
    told,
    wish_in_words,
)
from orchestrator.dialogue.plans import Again, Explain, Recommend, Remark, Similar
from orchestrator.dialogue.wish import Wish
from orchestrator.settings import Settings
from orchestrator.understanding.vocabulary import load

_DROPPED: dict[Droppable, str] = {
    "colors": "the colour",
    "attributes": "the details",
    "brands": "the brand",
    "price": "the price",
    "genders": "for whom it is",
    "categories": "the kind of product",
}


def remark(kind: Remark, about: str) -> str:
    """A whole answer without products."""
    text: str = load("remarks")[kind]
    return text.format(about=about)


def again(plan: Again, result: Result, settings: Settings) -> str:
    """A list of before, whole."""
    opened = "Here they are again:" if not plan.back else "Here are the earlier ones again:"
    if plan.why == "removed":
        opened = "Here are the others:" if len(plan.products) > 1 else "Here is the other one:"
    end = "Ask me about any of them, for something similar, or for another colour, brand or price."
    return f"{opened}\n\n{product_lines(plan, result, settings)}\n\n{end}"


def explain(plan: Explain) -> str:
    """Why the last list was shown."""
    return (
        f"I looked for {wish_in_words(plan.wish)}, and showed what comes nearest. Tell me what doesn't fit, "
        "such as the kind, the colour or the price, and I'll look again."
    )


def product_lines(plan: Recommend | Similar | Again, result: Result, settings: Settings) -> str:
    """The numbered list that "the 2nd one" will refer to."""
    lines = [
        f"{number}. **{link(hit.product, settings)}** by {hit.product.brand}, {rupees(hit.product.price)}"
        for number, hit in enumerate(result.all_hits, 1)
    ]
    if result.near and isinstance(plan, Recommend):
        missed = joined(told(result.missed))
        near = f"Leaving out “{missed}”, these come near:" if missed else "These come near too:"
        lines.insert(len(result.hits), f"\n{near}\n")
    return "\n".join(lines)


def opening(plan: Recommend | Similar, result: Result) -> str:
    """The sentences above the list: what was found, and which wish could not be met."""
    if isinstance(plan, Similar):
        return _similar_opening(plan, result)
    return _not_made_here(plan) + _untold(plan, result) + _found(plan, result)


def _not_made_here(plan: Recommend) -> str:
    """Of which makers there is nothing: what follows is by others."""
    return f"There is nothing by {joined(plan.wish.makers, 'or')} in this shop. " if plan.wish.makers else ""


def _untold(plan: Recommend, result: Result) -> str:
    """What the shopper described and no text of the products found says a word of; an answer that left it out
    would pretend that they have it."""
    if result.without:
        return f"I left out those that mention {joined([f'“{thing}”' for thing in result.without], 'or')}. "
    untold = [thing for thing in plan.wish.described if thing not in _told(plan, result)]
    things = joined([f"“{thing}”" for thing in untold], "or")
    return f"The catalogue says nothing about {things}. " if untold and result.hits else ""


def _told(plan: Recommend, result: Result) -> list[str]:
    """What the shopper described and the texts of products found tell of."""
    products = [hit.product for hit in result.hits]
    return [thing for thing in plan.wish.described if any(said_of(one, [thing]) for one in products)]


def _found(plan: Recommend, result: Result) -> str:
    found = len(result.hits)
    if not found:
        return _nothing(plan)
    if plan.beside:
        return f"To go with {_beside(plan.beside)}:"
    things = joined([f"“{thing}”" for thing in _told(plan, result)])
    mention = f" that mention {things}" if things else ""
    wanted = f"{wish_in_words(plan.wish)}{mention}"
    if result.dropped:
        given_up = joined([_wish_part(plan.wish, name, result.lost) for name in result.dropped])
        no = "have no more" if plan.again else "found no"
        return f"I {no} {wanted}. Leaving out {given_up}, these come nearest:"
    if plan.counts:
        listed = (
            "it is" if found == 1 else f"here are {count(found)}" if found < result.total else "here they are"
        )
        figure = f"{result.total:,}"
        return f"The catalogue has {counted(figure, plan.wish)}: {listed}."
    more = "more " if plan.again else ""
    if plan.wish.occasion and not plan.wish.categories:
        ideas = f"{more}{ideas_in_words(plan.wish, found)}{mention}"
        return f"Here {'is' if found == 1 else 'are'} {count(found)} {ideas}:"
    if found < plan.limit and not result.without:
        only = "There is only one" if found == 1 else f"There are only {count(found)}"
        if not plan.wish.categories:
            options = wanted.replace("options", "option") if found == 1 else wanted
            return f"{only} {more}{options}:"
        return f"{only} {more}that fit{'s' if found == 1 else ''} {wanted}:"
    if plan.wish.order == "price_asc":
        return f"Here are {more}{wanted}, the lowest price first:"
    if plan.wish.order == "price_desc":
        return f"Here are {more}{wanted}, the highest price first:"
    return f"Here are {counted(found, plan.wish, more)}{mention}:"


def _beside(thing: Product | Wish) -> str:
    return thing.name if isinstance(thing, Product) else wish_in_words(thing)


def _wish_part(wish: Wish, name: Droppable, lost: Sequence[str]) -> str:
    """The wish that was given up, in the shopper's own terms; `lost` says which attributes, if not all."""
    if name == "colors" and wish.every_color:
        return f"the colours together ({joined(wish.colors)})"
    values = {"colors": wish.colors, "attributes": told(lost or wish.attributes), "brands": wish.brands}.get(
        name, ()
    )
    said = [spoken(value) for value in values]
    return f"{_DROPPED[name]} ({joined(said, 'and')})" if said else _DROPPED[name]


def _nothing(plan: Recommend) -> str:
    wanted = wish_in_words(plan.wish)
    if plan.again:
        return (
            f"I have no more {wanted} to show. Try another colour, brand or price, or ask for something else."
        )
    if plan.guess:
        return remark("not_carried", plan.said)
    # Every wish but the kind was given up before.
    return f"I found no {wanted} in this shop. Ask for another kind of product: what would you like to see?"


def _similar_opening(plan: Similar, result: Result) -> str:
    names = joined([source.name for source in plan.sources[:2]])
    if len(plan.sources) > 2:
        names = "these"
    prices = budget(plan.filters.min_price, plan.filters.max_price)
    alike = f"{names}, {prices}" if prices else names
    if not result.hits:
        return f"I found nothing else like {alike} with these wishes. Try another colour or price."
    if result.dropped:
        changed = joined([_DROPPED[name] for name in result.dropped])
        return f"Nothing like {alike} meets that wish. Leaving out {changed}, these come nearest:"
    return f"Similar to {alike}:"


def closing(plan: Recommend | Similar, hits: Sequence[Hit]) -> str:
    """The sentence below the list, for want of a stylist: what can be asked next."""
    if not hits:
        return ""
    if len(hits) == 1:
        return "Ask me about it, for something similar, or for another colour, brand or price."
    products = [hit.product for hit in hits]
    if isinstance(plan, Recommend) and not plan.wish.people and _for_several(products):
        return "Who is it for? Tell me, and I'll narrow it down. You can also ask for details of any number."
    low = min(products, key=lambda product: product.price)
    dearer = any(product.price != low.price for product in products)
    if len(products) > 2 and dearer:
        number = products.index(low) + 1
        return (
            f"Number {number} costs the least at {rupees(low.price)}. Ask me about any of them, "
            "for more like one of them, or for another colour or price."
        )
    return "Ask me about any of them, for something similar, or for another colour, brand or price."


def _for_several(products: Sequence[Product]) -> bool:
    return len({product.gender for product in products} - {"Unisex", "Unisex Kids"}) > 1
