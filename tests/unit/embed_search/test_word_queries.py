"""Conditions on words mean what they say; Postgres's own grammar is tested with the large catalogue."""

from itertools import combinations

import pytest

from embed_search.word_queries import all_of, any_of, both, some_of

WORDS = ["blue", "cotton", "shirt", "slim", "women"]


def _passes(condition: str, words: set[str]) -> bool:
    """Evaluated as Python, whose `&` and `|` bind as a tsquery's do."""
    for word in WORDS:
        condition = condition.replace(f"'{word}'", str(word in words))
    return bool(eval(condition))


@pytest.mark.parametrize("number", range(1, 6))
def test_some_of_is_at_least_so_many_in_any_choice(number: int) -> None:
    condition = some_of(WORDS, number)
    for size in range(1, len(WORDS) + 1):
        for words in combinations(WORDS, size):
            assert _passes(condition, {*words}) == (size >= number)


def test_all_of_the_words_and_any_of_them_are_the_ends_of_some_of_them() -> None:
    assert some_of(WORDS, len(WORDS)) == all_of(WORDS)
    assert some_of(WORDS, 1) == any_of(WORDS)


def test_both_conditions_hold_where_there_are_two() -> None:
    assert both(any_of(["red", "pink"]), all_of(["silk"])) == "('red' | 'pink') & ('silk')"
    assert both(None, all_of(["silk"])) == "'silk'"


def test_a_quote_or_a_backslash_is_a_letter_like_others() -> None:
    assert all_of(["men's", "a\\b"]) == r"'men''s' & 'a\\b'"
