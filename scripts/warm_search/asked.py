"""What is asked: the judged questions, in the form in which the orchestrator hands them to embed_search."""

import random
from dataclasses import dataclass

from apparel.contracts import SearchRequest
from orchestrator.dialogue.planning import plan_answer
from orchestrator.dialogue.plans import Recommend
from orchestrator.dialogue.situation import Situation
from orchestrator.understanding.lexicon import Lexicon
from orchestrator.understanding.reading import read
from scripts.evaluation.asking import read_questions
from scripts.evaluation.run import MYNTRA, OWN

SEED = 6


@dataclass(frozen=True)
class Asked:
    text: str
    """As the shopper wrote it."""
    request: SearchRequest


def judged(lexicon: Lexicon, most: int) -> list[Asked]:
    """`most` different questions of both judged sets, in a fixed random order."""
    texts = {
        question.text
        for judged_set in (MYNTRA, OWN)
        for path in judged_set.queries
        for question in read_questions(path)
        if question.expects == "ranking"
    }
    shuffled = random.Random(SEED).sample(sorted(texts), len(texts))
    found = (_as_asked(text, lexicon) for text in shuffled)
    return [asked for asked in found if asked][:most]


def _as_asked(text: str, lexicon: Lexicon) -> Asked | None:
    """None where nothing is to be searched."""
    plan = plan_answer(read(text, lexicon), Situation())
    if not isinstance(plan, Recommend):
        return None
    wish = plan.wish
    filters, preferred = wish.filters(), list(wish.preferred_words)
    return Asked(text, SearchRequest(text=wish.text, filters=filters, preferred_words=preferred))
