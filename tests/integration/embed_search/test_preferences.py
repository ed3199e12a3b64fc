"""Colours that one product shall have together, and words that no filter stands for."""

import pytest

from tests.embed_search_fakes import row
from tests.integration.embed_search.conftest import Ask, ids

SHELF = [
    row(1, "Acme Men Black & White Striped T-shirt", color="Black"),
    row(2, "Acme Men Black Solid T-shirt", color="Black"),
    row(3, "Orbit Men White Solid T-shirt", brand="Orbit", color="White"),
    row(4, "Zeta Men Charcoal & Off-White T-shirt", brand="Zeta", color="Grey"),
    row(5, "Orbit Women Red Solid Top", "Women", brand="Orbit", color="Red"),
    row(6, "Zeta Women Red Peplum Top", "Women", brand="Zeta", color="Red"),
    row(7, "Acme Women Maroon Solid Top", "Women", description="Has a peplum hem", color="Red"),
]
TOPS = {"categories": ["top"]}


@pytest.fixture(scope="module")
def shelf() -> list[tuple[str, ...]]:
    return SHELF


def test_any_of_the_colors_unless_every_one_is_wished(ask: Ask) -> None:
    assert sorted(ids(ask(filters={"colors": ["black", "white"]}))) == ["1", "2", "3", "4"]


def test_every_color_itself_or_in_a_shade_the_colors_themselves_first(ask: Ask) -> None:
    reply = ask(filters={"colors": ["black", "white"], "every_color": True})
    assert ids(reply) == ["1", "4"]


def test_colors_are_given_up_altogether(ask: Ask) -> None:
    wish = {"colors": ["red", "green"], "every_color": True, **TOPS}
    assert ask(filters=wish).total == 0
    assert ask(filters=wish, relax=["colors"]).dropped == ["colors"]


def test_what_mentions_the_preferred_word_goes_first_and_the_rest_stays(ask: Ask) -> None:
    reply = ask(text="solid red top peplum", filters=TOPS, preferred_words=["peplum"])
    assert set(ids(reply)[:2]) == {"6", "7"}
    assert ids(reply)[2:] == ["5"]


def test_a_preferred_word_that_nothing_mentions_changes_nothing(ask: Ask) -> None:
    wish = {"text": "solid red top flowy", "filters": TOPS}
    assert ids(ask(**wish, preferred_words=["flowy"])) == ids(ask(**wish))
