"""A load test is worth what its shoppers notice."""

import json

import pytest

from scripts.load.__main__ import read_plan
from scripts.load.objectives import PERCENTILES, Measured, Tally, judged
from scripts.load.shapes import SHAPES
from scripts.load.talks import THEMES, Refused, Reply, Talk, WrongReply, read_stream

SAREE = {"product_id": "1", "name": "Zari Women Red Saree", "gender": "Women", "price": "1999"}
DEAR_SAREE = {**SAREE, "product_id": "2", "name": "Zari Women Gold Saree", "price": "9999"}
SHIRT = {"product_id": "3", "name": "Roadster Men Blue Shirt", "gender": "Men", "price": "799"}


@pytest.fixture
def talk() -> Talk:
    """About sarees, where the first message was said."""
    talk = Talk(THEMES[0], budget=3_000)
    talk.say()
    return talk


def reply(*items: dict[str, str]) -> Reply:
    return Reply(" ".join(item["name"] for item in items), list(items))


def test_whole_talk_of_own_products_is_accepted(talk: Talk) -> None:
    talk.hear(reply(SAREE, DEAR_SAREE))
    for _ in range(3):
        assert talk.say()
        talk.hear(reply(SAREE))
    assert not talk.say()


def test_products_of_another_talk_are_noticed(talk: Talk) -> None:
    with pytest.raises(WrongReply, match="Roadster"):
        talk.hear(reply(SAREE, SHIRT))


def test_price_above_the_own_budget_is_noticed(talk: Talk) -> None:
    talk.hear(reply(SAREE))
    talk.say()
    with pytest.raises(WrongReply, match="Gold"):
        talk.hear(reply(DEAR_SAREE))


def test_cheapest_of_another_list_is_noticed(talk: Talk) -> None:
    for _ in range(3):
        talk.hear(reply(SAREE))
        talk.say()
    with pytest.raises(WrongReply, match="cheapest"):
        talk.hear(Reply("The cheapest is the Roadster Men Blue Shirt.", []))


def test_text_that_names_other_products_than_the_data_is_noticed(talk: Talk) -> None:
    with pytest.raises(WrongReply, match="not in the text"):
        talk.hear(Reply("Here you are.", [SAREE]))


@pytest.mark.parametrize("text", ["", "Here you are."])
def test_reply_without_products_is_noticed(talk: Talk, text: str) -> None:
    with pytest.raises(WrongReply):
        talk.hear(Reply(text, []))


def test_honest_refusal_is_told_from_a_wrong_reply(talk: Talk) -> None:
    with pytest.raises(Refused):
        talk.hear(Reply("Many shoppers are searching right now. Please try again in a few seconds.", []))


def test_stream_that_breaks_off_is_noticed() -> None:
    event = "data: " + json.dumps({"choices": [{"delta": {"content": "Here"}}]})
    with pytest.raises(WrongReply, match="broke off"):
        read_stream([event])
    assert read_stream([event, "", "data: [DONE]"]).text == "Here"


def test_ramp_climbs_soak_holds_spike_comes_and_goes() -> None:
    moments = (0.0, 0.3, 0.5, 0.9)
    assert [SHAPES["ramp"](at, 100) for at in moments] == [1, 45, 75, 100]
    assert [SHAPES["soak"](at, 100) for at in moments] == [100] * 4
    assert [SHAPES["spike"](at, 100) for at in moments] == [10, 10, 100, 10]


@pytest.mark.parametrize("wrong", [{"SCENARIO": "storm"}, {"USERS": "many"}, {"SECONDS": "0"}])
def test_wrong_setting_is_named(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        read_plan(wrong)


def told(seconds: float, *, requests: int = 10, failures: int = 0) -> Measured:
    """Replies each of which took so long."""
    ms = dict.fromkeys(PERCENTILES, 1_000 * seconds)
    return Measured(requests, failures, 1.0, ms, ms)


GOOD = Tally(asked=10, answered=10)


@pytest.mark.parametrize(
    ("measured", "tally", "status"),
    [
        (told(0.1), GOOD, 0),
        (told(7), GOOD, 1),
        (told(0.1, failures=1), GOOD, 1),
        (told(0.1), Tally(asked=10, answered=9), 1),
        (told(0.1), Tally(asked=10, answered=9, refused=1), 0),
        (told(0, requests=0), Tally(), 1),
    ],
    ids=["good", "slow", "errors", "a reply lost", "a reply refused", "nobody came"],
)
def test_exit_status_comes_from_the_objectives(measured: Measured, tally: Tally, status: int) -> None:
    assert judged(measured, tally)[0] == status
