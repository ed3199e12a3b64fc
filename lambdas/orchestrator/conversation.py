"""The conversation: understand the last message in the light of the history, and answer it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from apparel.contracts import Hit
from apparel.product import Product
from orchestrator import telemetry
from orchestrator.answers import details
from orchestrator.answers.compose import again, closing, explain, opening, product_lines, remark
from orchestrator.answers.figures import summarise
from orchestrator.answers.retrieve import Result, recommend, similar
from orchestrator.dialogue.planning import plan_answer
from orchestrator.dialogue.plans import (
    Again,
    Check,
    Compare,
    Describe,
    Explain,
    Pick,
    Plan,
    Recommend,
    Say,
    Similar,
    Summarise,
)
from orchestrator.dialogue.situation import Situation, history_ids, products_listed
from orchestrator.dialogue.wish import wish_of
from orchestrator.events import Recommended, Text
from orchestrator.llm.narrate import narrate
from orchestrator.llm.prompt_text import own_words
from orchestrator.llm.propose import propose_terms
from orchestrator.llm.turn import TurnLlm
from orchestrator.messages import Message
from orchestrator.services import Services
from orchestrator.understanding.lexicon import Lexicon, build_lexicon
from orchestrator.understanding.reading import Reading, read

_WAKING_UP = "\n\nOur stylist is just waking up, which takes some minutes. Until then I answer on my own."
_MAX_KNOWN = 100
"""Products of the history that are read again; the newest."""


def answer(messages: Sequence[Message], services: Services) -> Iterator[Recommended | Text]:
    """The answer to the last message. Raises the catalogue's errors before the first event."""
    if services.llm is None:
        yield from _answer(messages, services)
        return
    llm = TurnLlm(services.llm, services.usage)
    try:
        yield from _answer(messages, replace(services, llm=llm))
        if llm.waking_up:
            yield Text(_WAKING_UP)
    finally:
        used = services.usage
        telemetry.tally("llm_calls", used.calls)
        telemetry.tally("tokens_in", used.tokens_in)
        telemetry.tally("tokens_out", used.tokens_out)


def _answer(messages: Sequence[Message], services: Services) -> Iterator[Recommended | Text]:
    *history, last = [
        replace(message, text=own_words(message.text)) if message.role == "user" else message
        for message in messages
        if message.role != "system"
    ]
    lexicon = lexicon_of(services)
    with telemetry.stage("understanding"):
        situation = replay(history, lexicon, services)
        reading = read(last.text, lexicon)
        plan = plan_answer(reading, situation)
    plan = _with_stylist(plan, reading, lexicon, situation, services)
    if isinstance(plan, (Recommend, Similar)):
        yield from _products(plan, messages, services)
    elif isinstance(plan, Again):
        # Each is what was asked for itself, and no nearness to a wish.
        hits = tuple(Hit(product=product, score=1) for product in plan.products)
        yield Recommended(hits)
        yield Text(again(plan, Result(hits), services.settings))
    elif isinstance(plan, Summarise):
        yield Recommended(())
        yield Text(summarise(plan, services.catalogue.summary(plan.wish.filters())))
    else:
        yield Recommended(())
        yield Text(_words(plan, services))


_LEXICONS: dict[str, Lexicon] = {}


def lexicon_of(services: Services) -> Lexicon:
    """The lexicon of the catalogue as it is now, built once for each version of it."""
    facets = services.catalogue.facets()
    if facets.catalogue_version not in _LEXICONS:
        _LEXICONS.clear()
        _LEXICONS[facets.catalogue_version] = build_lexicon(facets)
    return _LEXICONS[facets.catalogue_version]


def replay(history: Sequence[Message], lexicon: Lexicon, services: Services) -> Situation:
    """Where the conversation stands after its history."""
    template = services.settings.product_url_template
    ids = history_ids(history, template)[-_MAX_KNOWN:]
    products = services.catalogue.products(ids) if ids else []
    known: Mapping[str, Product] = {product.product_id: product for product in products}
    situation = Situation()
    plan: Plan = Say("unclear")
    for message in history:
        if message.role == "user":
            plan = plan_answer(read(message.text, lexicon), situation)
            situation = situation.after(plan, ())
        else:
            situation = situation.after(plan, products_listed(message, template, known))
    return situation


def _with_stylist(
    plan: Plan, reading: Reading, lexicon: Lexicon, situation: Situation, services: Services
) -> Plan:
    """What the message leaves open, LLM 1 may turn into apparel terms, which code reads like any message."""
    vague = isinstance(plan, Recommend) and (plan.guess or not plan.wish.offered_categories)
    open_question = isinstance(plan, Say) and plan.remark in {"off_topic", "unclear", "not_carried"}
    if services.llm is None or not (vague or open_question) or reading.cues & {"task", "override"}:
        return plan
    with telemetry.stage("llm1"):
        terms = propose_terms(services.llm, reading.message, services.deadline)
    if terms is None:
        return plan
    proposed = _read_terms(terms, lexicon)
    if not (proposed.categories or proposed.occasion):
        return plan
    wish = wish_of(replace(proposed, people=reading.people), before=situation.wish).refined(reading)
    return Recommend(wish, limit=reading.limit or 5)


def _read_terms(terms: str, lexicon: Lexicon) -> Reading:
    """LLM 1's terms as one reading. "Linen shirt, maxi dress" is no maxi dress of linen: any of the kinds
    will do, and what only some of the terms say narrows nothing, but counts by its meaning."""
    each = [read(term, lexicon) for term in terms.split(", ")]
    whole = read(terms, lexicon)
    if len(each) == 1:
        return whole

    def said_by_all(values: Sequence[str], name: str) -> tuple[str, ...]:
        return tuple(value for value in values if all(value in getattr(one, name) for one in each))

    return replace(
        whole,
        categories=tuple(dict.fromkeys(category for one in each for category in one.categories)),
        names=(),
        colors=said_by_all(whole.colors, "colors"),
        attributes=said_by_all(whole.attributes, "attributes"),
        brands=(),
        content=(),
    )


def _products(
    plan: Recommend | Similar, messages: Sequence[Message], services: Services
) -> Iterator[Recommended | Text]:
    result = find(plan, services)
    hits = result.all_hits
    telemetry.tally("products", len(hits))
    yield Recommended(hits)
    yield Text(opening(plan, result))
    if not hits:
        return
    telemetry.mark("first_line")
    yield Text("\n\n" + product_lines(plan, result, services.settings) + "\n\n")
    end = closing(plan, hits)
    if services.llm is None:
        yield Text(end)
        return
    brands = [facet.value for facet in services.catalogue.facets().brands]
    prose = narrate(
        services.llm, messages, [hit.product for hit in hits], services.deadline, brands=brands, closing=end
    )
    yield from map(Text, prose)


def find(plan: Recommend | Similar, services: Services) -> Result:
    """The products of a plan."""
    if isinstance(plan, Similar):
        return similar(plan, services.catalogue)
    return recommend(plan, services.catalogue)


def _words(plan: Describe | Check | Pick | Compare | Explain | Say, services: Services) -> str:
    match plan:
        case Describe():
            return details.describe(plan, services.settings)
        case Check():
            return details.check(plan, services.settings)
        case Pick():
            return details.pick(plan, services.settings)
        case Compare():
            return details.compare(plan, services.settings)
        case Explain():
            return explain(plan)
        case Say():
            return remark(plan.remark, plan.about)
