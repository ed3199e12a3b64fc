"""A conversation of which five blue shirts were shown, and what is planned as its answer."""

from orchestrator.dialogue.planning import plan_answer
from orchestrator.dialogue.plans import Plan, Recommend
from orchestrator.dialogue.situation import Situation
from orchestrator.dialogue.wish import Wish
from orchestrator.understanding.reading import read
from tests.unit.orchestrator.shop import LEXICON, SHOWN

NOTHING_YET = Situation()
SHIRTS = Wish(query="blue shirt men", categories=("shirt",), colors=("blue",), people=("men",))
SHIRTS_SHOWN = Situation(wish=SHIRTS, shown=SHOWN, seen=tuple(p.product_id for p in SHOWN))


def plan(message: str, situation: Situation = SHIRTS_SHOWN) -> Plan:
    return plan_answer(read(message, LEXICON), situation)


def wish(message: str, situation: Situation = SHIRTS_SHOWN) -> Wish:
    found = plan(message, situation)
    assert isinstance(found, Recommend), found
    return found.wish
