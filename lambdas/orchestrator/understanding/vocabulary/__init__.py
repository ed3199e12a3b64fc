"""What people say to a shop assistant, kept as data (TOML files beside this one)."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from apparel.phrases import Phrases, words


@cache
def load(name: str) -> dict[str, Any]:
    """One TOML file of this folder."""
    return tomllib.loads((files(__name__) / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def cue_phrases() -> Phrases[str]:
    """Phrases that ask for something; the value is the cue's name."""
    return Phrases((phrase, cue) for cue, phrases in load("cues").items() for phrase in phrases)


@cache
def elsewhere_phrases() -> Phrases[str]:
    """Things and services that other shops sell; the value is the department."""
    return Phrases(
        (phrase, department) for department, phrases in load("elsewhere").items() for phrase in phrases
    )


@cache
def people_phrases() -> Phrases[str]:
    """Words for the people who wear it, also said with respect ("dadaji"); the value is the group's name."""
    said = ((word, group) for group, entry in load("people").items() for word in entry["words"])
    return Phrases((form, group) for word, group in said for form in (word, f"{word}ji"))


@cache
def implied_people_phrases() -> Phrases[str]:
    """Phrases that tell who wears it though they name nobody: a kurti, a baby shower."""
    return Phrases(
        (word, group) for group, entry in load("people").items() for word in entry.get("implied", ())
    )


@cache
def partner_phrases() -> Phrases[str]:
    """Words for somebody's partner; the value is the group that this somebody is likely of."""
    return Phrases(
        (word, group) for group, entry in load("people").items() for word in entry.get("partners", ())
    )


def pairings() -> dict[str, list[str]]:
    """For a category, the categories that complete the outfit."""
    return load("pairings")


@cache
def stop_words() -> frozenset[str]:
    """Words without a wish of their own, in their comparable form."""
    return frozenset(word.form for word in words(load("stop_words")["words"]))
