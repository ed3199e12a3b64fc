"""Recommendations without a conversation, for a shop's own pages."""

from collections.abc import Sequence
from dataclasses import replace

from apparel.contracts import Filters, Hit, SimilarRequest
from orchestrator.answers import retrieve
from orchestrator.conversation import lexicon_of
from orchestrator.dialogue.planning import plan_answer
from orchestrator.dialogue.plans import Recommend
from orchestrator.dialogue.situation import Situation
from orchestrator.services import Services
from orchestrator.understanding.reading import read


def recommend_query(query: str, filters: Filters | None, limit: int, services: Services) -> Sequence[Hit]:
    """Products for a shopper's words; none where they ask for no product of this shop.

    Filters that the caller gives replace what the words say. Raises the catalogue's errors.
    """
    plan = plan_answer(read(query, lexicon_of(services)), Situation())
    if not isinstance(plan, Recommend):
        return ()
    return retrieve.recommend(replace(plan, limit=limit), services.catalogue, filters).all_hits


def recommend_similar(
    product_ids: list[str], filters: Filters | None, limit: int, services: Services
) -> Sequence[Hit]:
    """Products like the given ones, of which the last weighs most.

    Raises UnknownProduct if the shop has none of them, and the catalogue's errors.
    """
    request = SimilarRequest(product_ids=product_ids, filters=filters or Filters(), limit=limit)
    return services.catalogue.similar(request).hits
