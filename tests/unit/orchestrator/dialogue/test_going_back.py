"""Going back to a list that was shown before."""

import pytest

from apparel.contracts import Hit
from orchestrator.answers.compose import again
from orchestrator.answers.retrieve import Result
from orchestrator.dialogue.plans import Again, Describe, Recommend, Say
from orchestrator.dialogue.situation import Situation, listed_ids
from orchestrator.settings import Settings
from tests.unit.orchestrator.shop import SHOWN
from tests.unit.orchestrator.talk import NOTHING_YET, plan


def _after(message: str, situation: Situation, first: int, last: int) -> Situation:
    """After an answer that listed these of the shop's products; as `replay` takes it, in two steps."""
    planned = plan(message, situation)
    return situation.after(planned, ()).after(planned, SHOWN[first:last])


ONCE = _after("blue shirts for men", NOTHING_YET, 0, 2)
TWICE = _after("green shirts for men under 1500", ONCE, 2, 4)
THRICE = _after("in white", TWICE, 4, 5)


@pytest.mark.parametrize(
    ("message", "numbers"),
    [
        ("no, the earlier ones", ["13", "14"]),
        ("go back", ["13", "14"]),
        ("back", ["13", "14"]),
        ("show again", ["15"]),
        ("pichle wale dikhao", ["13", "14"]),
        ("what about the first list", ["11", "12"]),
    ],
)
def test_an_earlier_list_is_shown_again(message: str, numbers: list[str]) -> None:
    found = plan(message, THRICE)
    assert isinstance(found, Again)
    assert [product.product_id for product in found.products] == numbers


def test_what_follows_is_about_the_list_gone_back_to() -> None:
    back = _after("the earlier ones please", THRICE, 2, 4)
    assert back.wish == TWICE.wish
    found = plan("tell me more about the 2nd one", back)
    assert isinstance(found, Describe)
    assert found.items[0].product == SHOWN[3]
    further = plan("the earlier ones", back)
    assert isinstance(further, Again)
    assert further.products == SHOWN[:2]


def test_before_the_only_list_there_is_none() -> None:
    assert plan("the earlier ones", ONCE) == Again(SHOWN[:2], 0)
    assert plan("the earlier ones", NOTHING_YET) == Say("nothing_shown")


def test_a_list_is_gone_back_to_by_its_kind() -> None:
    trousers = tuple(one.model_copy(update={"category": "trousers"}) for one in SHOWN[4:])
    planned = plan("trousers for men", TWICE)
    after = TWICE.after(planned, ()).after(planned, trousers)
    back = plan("go back to the shirts", after)
    assert back == Again(SHOWN[2:4], 1, "named")
    again = after.after(back, ()).after(back, SHOWN[2:4])
    assert again.wish == TWICE.wish
    assert plan("show the trousers again", again) == Again(trousers, 1, "named")
    # A kurti tells who wears it, and narrows nothing.
    kurtas = tuple(one.model_copy(update={"category": "kurta"}) for one in SHOWN[:1])
    shown = plan("short kurtis", after)
    after = after.after(shown, ()).after(shown, kurtas)
    assert plan("go back to the kurtis", after) == Again(kurtas, 0, "named")


def test_a_list_is_gone_back_to_by_the_last_word_of_its_kind() -> None:
    jackets = tuple(one.model_copy(update={"category": "nehru_jacket"}) for one in SHOWN[2:4])
    planned = plan("nehru jackets", ONCE)
    after = _after("blue shirts for men", ONCE.after(planned, ()).after(planned, jackets), 0, 2)
    assert plan("go back to the jackets", after) == Again(jackets, 1, "named")


def test_what_is_taken_out_is_on_no_list() -> None:
    found = plan("remove the first", ONCE)
    assert found == Again(SHOWN[1:2], 0, "removed")
    after = ONCE.after(found, ()).after(found, SHOWN[1:2])
    assert after.shown == after.lists[-1].products == SHOWN[1:2]
    assert isinstance(plan("remove the first", after), Recommend)


def test_a_wish_in_the_same_breath_is_searched_for() -> None:
    assert isinstance(plan("go back to blue", THRICE), Recommend)


def test_the_list_can_be_read_back() -> None:
    settings = Settings()
    hits = tuple(Hit(product=product, score=1) for product in SHOWN[:2])
    said = again(Again(SHOWN[:2], 1), Result(hits), settings)
    assert listed_ids(said, settings.product_url_template) == ["11", "12"]
