"""How long a garment shall be."""

import pytest

from apparel.phrases import words
from apparel.taxonomy import attribute_phrases, category_phrases, garments, length_words
from orchestrator.understanding.reading import read
from tests.unit.orchestrator.shop import LEXICON

LONG, SHORT = length_words()["long"], length_words()["short"]


@pytest.mark.parametrize(
    ("message", "attributes"),
    [
        ("a long skirt", (LONG,)),
        ("long blue cotton kurti", (LONG, "cotton")),
        ("short dresses", (SHORT,)),
        ("a skirt that is long", (LONG,)),
        ("kurti long wali", (LONG,)),
        ("something shorter", (SHORT,)),
        ("longer ones please", (LONG,)),
        ("these are too short", (LONG,)),
        ("too long", (SHORT,)),
        ("long sleeve shirt", ("long sleeves",)),
        ("shorts", ()),
        ("long earrings", ()),
        ("a shirt for a long day", ()),
        ("a suit for a short man", ()),
        ("how long is it", ()),
        ("as long as it is red", ()),
    ],
)
def test_lengths(message: str, attributes: tuple[str, ...]) -> None:
    assert read(message, LEXICON).attributes == attributes


def test_a_length_that_is_ruled_out() -> None:
    reading = read("kurtas, not too long", LEXICON)
    assert (reading.attributes, {*reading.not_attributes}) == ((), {*LONG.split("|")})


def test_what_a_length_means_is_known_of_products() -> None:
    for alternatives in length_words().values():
        for name in alternatives.split("|"):
            assert name in {match.value for match in attribute_phrases().find(words(name))}
    known = {name for name in garments() if category_phrases().find(words(name.replace("_", " ")))}
    assert known == {*garments()}
