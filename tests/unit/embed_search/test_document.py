"""Catalogue and question are cut into the same words."""

import pytest

from embed_search.document import description_words, words_of


@pytest.mark.parametrize("text", ["T-shirt", "t shirt", "tshirt", "TSHIRT"])
def test_one_garment_however_it_is_written(text: str) -> None:
    assert words_of(text) == ["tshirt"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Men's mid-rise", ["men", "mid", "rise"]),
        ("women’s V-neck", ["women", "vneck"]),
        ("U.S. Polo Assn. 2x1", ["us", "polo", "assn", "2x1"]),
        ("Café crème", ["cafe", "creme"]),
        ("a shirt, a tie & I", ["a", "shirt", "a", "tie", "i"]),
        ("", []),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert words_of(text) == words


def test_line_breaks_that_a_description_lost_part_words() -> None:
    assert description_words("has a TSA lockOne handle") == ["has", "a", "tsa", "lock", "one", "handle"]
