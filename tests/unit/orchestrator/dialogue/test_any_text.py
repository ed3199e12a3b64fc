"""Whatever a shopper types, it is read and planned for."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.dialogue.planning import plan_answer
from orchestrator.dialogue.situation import Situation
from orchestrator.dialogue.wish import Wish
from orchestrator.understanding.reading import read
from tests.unit.orchestrator.shop import LEXICON, SHOWN

SITUATIONS = [
    Situation(),
    Situation(wish=Wish(categories=("shirt",)), shown=SHOWN, seen=("11", "12"), focus=(2,), liked=("12",)),
]
WORDS = st.sampled_from(
    (
        "show me the 2nd one cheaper than it similar not but black red shirt shirts jeans under 500 "
        "between and to 1k for my wife son wedding brand other same what which is are kya wala these all "
        "cotton , . ' - "
    ).split()
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=300), st.lists(WORDS, max_size=25).map(" ".join)))
@pytest.mark.parametrize("situation", SITUATIONS, ids=["at first", "later"])
def test_any_text_has_a_plan(situation: Situation, text: str) -> None:
    situation.after(plan_answer(read(text, LEXICON), situation), ())


@pytest.mark.parametrize(
    "text",
    [
        "not " * 2_000,
        "1," * 4_000,
        "between 1 and " * 600,
        "the second " * 700,
        "a" * 8_000,
        "red " * 2_000,
        "'s " * 2_500,
        "₹" * 8_000,
        "number 1, " * 800,
        "don't like " * 700,
        "xqzv" * 2_000,
        " ".join(f"w{number}ord" for number in range(1_100)),
    ],
)
def test_longest_message_has_a_plan(text: str) -> None:
    """Each would keep a pattern that backtracks, or looks again from every place, busy for minutes."""
    plan_answer(read(text[:8_000], LEXICON), SITUATIONS[1])
