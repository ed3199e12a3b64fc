"""Words that need no mending: common English ones, and those of the vocabularies."""

from functools import cache

from apparel.phrases import singular, words
from apparel.taxonomy import attribute_phrases, category_phrases, color_phrases, tone_phrases
from orchestrator.understanding.references import ORDINAL_WORDS
from orchestrator.understanding.vocabulary import (
    cue_phrases,
    elsewhere_phrases,
    load,
    people_phrases,
    stop_words,
)

_COMMON = 100
"""Occurrences in the spelling dictionary's corpus; below stand words like "wite"."""


@cache
def english() -> frozenset[str]:
    """Common English words, so that "poem" is not taken for a misspelt "prom"."""
    from spellchecker import SpellChecker  # 0.1 s: only when a first unknown word turns up

    counts = SpellChecker().word_frequency.dictionary
    return frozenset(word for word, count in counts.items() if count >= _COMMON)


@cache
def own_words() -> frozenset[str]:
    """Every word that understanding knows, whatever the shop."""
    found = stop_words() | {singular(word) for word in ORDINAL_WORDS if word.isalpha()}
    for phrases in (
        category_phrases(),
        color_phrases(),
        tone_phrases(),
        attribute_phrases(),
        cue_phrases(),
        elsewhere_phrases(),
        people_phrases(),
    ):
        found |= phrases.single_words()
    for occasion in load("occasions").values():
        found |= {word.form for cue in occasion["cues"] for word in words(cue)}
    return frozenset(found)


@cache
def things() -> frozenset[str]:
    """Words that name a kind of product by themselves: "shirt"."""
    known = category_phrases()
    return frozenset(word for word in known.single_words() if known.find(words(word)))


@cache
def product_words() -> frozenset[str]:
    """Words that already mean something about a product or a person."""
    phrases = (category_phrases(), color_phrases(), attribute_phrases(), people_phrases())
    return frozenset().union(*(group.single_words() for group in phrases))
