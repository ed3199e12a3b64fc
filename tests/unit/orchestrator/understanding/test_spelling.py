"""Misspelt words: by edits, by sound, and without their vowels; names are left alone."""

import pytest

from apparel.phrases import words
from orchestrator.understanding.spelling import Spelling, is_shortened, sound
from tests.unit.orchestrator.shop import LEXICON


def corrected(message: str) -> list[str]:
    return [word.form for word in LEXICON.correct(words(message), message)]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("chekd", "checked"),
        ("strpied", "striped"),
        ("snikers", "sneaker"),
        ("nekless", "necklace"),
        ("kurtaa", "kurta"),
        ("trouzers", "trouser"),
        ("pnk", "pink"),
        ("blk", "black"),
        ("embrodery", "embroidery"),
        ("nackless", "necklace"),
        ("chckd", "checked"),
        ("boyz", "boy"),
        ("titen", "titan"),
        ("shrts", "shirt"),
        ("teeen", "teen"),
    ],
)
def test_the_word_that_is_meant(written: str, meant: str) -> None:
    assert corrected(written) == [meant]


def test_without_vowels_a_thing_is_meant_before_a_word_that_is_more_frequent() -> None:
    known = ["short", "shirt"]
    spelling = Spelling(known, known, things={"shirt"}, frequent=known)
    assert spelling.mended(words("shrt")[0]).form == "shirt"


@pytest.mark.parametrize("word", ["btw", "ppl", "samsung", "xylophone", "poem"])
def test_words_that_mean_something_else(word: str) -> None:
    assert corrected(word) == [word]


def test_names_of_people_are_not_mended() -> None:
    assert corrected("who is Virat Kohli") == ["who", "is", "virat", "kohli"]


def test_names_of_places_are_not_mended_either() -> None:
    assert "mahal" in corrected("tell me something about the Taj Mahal")


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("croptop", ["crop", "top"]),
        ("slimfit jeans", ["slim", "fit", "jean"]),
        ("sweatshirt", ["sweatshirt"]),
        ("Yellow Jeans", ["yellow", "jean"]),
    ],
)
def test_two_words_written_as_one(message: str, words: list[str]) -> None:
    assert corrected(message) == words


def test_sound_is_that_of_the_consonants() -> None:
    assert sound("chekd") == sound("checked")
    assert sound("photo") == sound("foto")
    assert sound("shirt") != sound("skirt")


def test_only_words_without_any_vowel_are_shortened() -> None:
    assert is_shortened("pnk")
    assert not is_shortened("ink")
    assert not is_shortened("tv")
