"""What "and" and "or" between two colours, patterns or sub-types mean, and which wishes are taken back."""

import pytest

from apparel.taxonomy import is_kind
from orchestrator.understanding.joined import eased
from orchestrator.understanding.reading import read
from tests.unit.orchestrator.shop import LEXICON


@pytest.mark.parametrize(
    ("message", "together"),
    [
        ("black and white t-shirt", True),
        ("red & black checked shirt", True),
        ("safed aur kaali shirt", True),
        ("black or white t-shirt", False),
        ("a shirt in black, white or green", False),
        ("black shirt with a white collar", False),
        ("black shirt", False),
    ],
)
def test_colors_that_one_garment_shall_have(message: str, together: bool) -> None:
    assert read(message, LEXICON).every_color is together


@pytest.mark.parametrize(
    ("message", "attributes"),
    [
        ("checked or striped shirts", ("checked|striped",)),
        ("floral, polka dot or striped dress", ("floral|polka dots|striped",)),
        ("full sleeve or half sleeve shirt", ("long sleeves|short sleeves",)),
        ("pure cotton or linen shirt", ("pure cotton|linen",)),
        ("striped cotton shirt", ("striped", "cotton")),
        ("slim fit, checked", ("slim fit", "checked")),
        ("bombers or biker jackets", ("bomber|biker jacket",)),
    ],
)
def test_alternatives_of_one_kind(message: str, attributes: tuple[str, ...]) -> None:
    assert read(message, LEXICON).attributes == attributes


def test_query_names_both_alternatives() -> None:
    assert read("checked or striped shirts", LEXICON).query == "checked striped shirt"


def test_a_word_may_name_a_sub_type_of_a_sub_type() -> None:
    assert read("sports bra", LEXICON).attributes[:2] == ("bra", "sports bra")


def test_what_nothing_can_be_at_once_becomes_either() -> None:
    assert eased(["checked", "slim fit", "striped"]) == ["checked|striped", "slim fit"]


def test_alternatives_are_of_the_sort_of_the_first() -> None:
    assert is_kind("bomber|parka")
    assert not is_kind("checked|striped")


@pytest.mark.parametrize(
    ("message", "released"),
    [
        ("never mind the linen", ("linen",)),
        ("forget about the stripes, any pattern", ("striped",)),
        ("it need not be cotton", ("cotton",)),
        ("doesn't have to be black", ("black",)),
        ("black is not a must", ("black",)),
        ("blue doesn't matter", ("blue",)),
        ("drop the Nike", ("Nike",)),
        ("gold drop earrings", ()),
        ("not black", ()),
    ],
)
def test_wishes_that_are_taken_back(message: str, released: tuple[str, ...]) -> None:
    reading = read(message, LEXICON)
    assert reading.released == released
    if released:
        assert not {*reading.colors, *reading.attributes, *reading.brands} & set(released)
        assert not {*reading.not_colors, *reading.not_attributes, *reading.not_brands} & set(released)


@pytest.mark.parametrize(
    ("message", "denied"),
    [
        ("wallet, not faux leather", ("faux leather",)),
        ("tees without polo collars", ("polo collar", "polo")),
        ("tops without sleeves, i mean sleeveless", ()),
    ],
)
def test_what_is_denied_with_a_word(message: str, denied: tuple[str, ...]) -> None:
    assert read(message, LEXICON).not_attributes == denied
