"""Which numbers of a list a message points at."""

import pytest

from orchestrator.understanding.references import MIDDLE, find_references


@pytest.mark.parametrize(
    ("message", "numbers"),
    [
        ("the 2nd one", (2,)),
        ("price of the first one?", (1,)),
        ("more like the third", (3,)),
        ("similar to 3 but not black", (3,)),
        ("more like 2", (2,)),
        ("number 4", (4,)),
        ("#3 please", (3,)),
        ("option two", (2,)),
        ("compare 1 and 3", (1, 3)),
        ("difference between 2 & 4", (2, 4)),
        ("the last one", (-1,)),
        ("first two", (1, 2)),
        ("items 1, 2 and 5", (1, 2, 5)),
        ("2", (2,)),
        ("ok 4", (4,)),
        ("the second please", (2,)),
        ("pehla wala", (1,)),
        ("dusri ka daam", (2,)),
        ("details of 7", (7,)),
        ("and the middle one?", (MIDDLE,)),
        ("which is cheaper, 1 or 3", (1, 3)),
        ("more like 2 and 4", (2, 4)),
        ("both 1 and 2", (1, 2)),
        ("compare 1, 2 and 5", (1, 2, 5)),
        ("compare 1 2 3", (1, 2, 3)),
        ("is 2 cotton?", (2,)),
        ("what else is there in the same brand as 1", (1,)),
        ("what's the warranty of 3", (3,)),
        ("remove 5", (5,)),
        ("which brand is 4", (4,)),
        ("remove 1 and 3", (1, 3)),
        ("1 aur 2 mein kya farak hai", (1, 2)),
    ],
)
def test_numbers(message: str, numbers: tuple[int, ...]) -> None:
    assert find_references(message).numbers == numbers


@pytest.mark.parametrize(
    "message",
    [
        "shirts under 1500",
        "show me 5 shirts",
        "something like 3 shirts",
        "something like 3 or 4 shirts",
        "I wear size 6 or 7",
        "is one of these cotton",
        "I'd like 2 for my kids",
        "pack of 2",
        "top and bottom for the gym",
        "boy of ten",
        "my first day at work",
        "blue jeans",
        "top 3 shirts",
        "sarees between two and three thousand",
    ],
)
def test_other_numbers_point_at_nothing(message: str) -> None:
    assert find_references(message).numbers == ()


@pytest.mark.parametrize(
    ("message", "step"),
    [("the one before that", -1), ("and the next one?", 1), ("the previous one", -1), ("the last one", 0)],
)
def test_places_from_what_was_spoken_of(message: str, step: int) -> None:
    assert find_references(message).step == step


@pytest.mark.parametrize(
    "message", ["its brand", "tell me more about it", "is this one cotton?", "uska rang"]
)
def test_single_pronoun(message: str) -> None:
    assert find_references(message).single


@pytest.mark.parametrize("message", ["what brands are these?", "price of all of them", "are they cotton?"])
def test_plural_pronoun(message: str) -> None:
    assert find_references(message).plural


def test_all_different_ones_are_none_of_those_shown() -> None:
    assert not find_references("three shirts, all different colours")
    assert find_references("show all of them").plural
