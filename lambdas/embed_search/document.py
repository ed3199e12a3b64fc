"""What of a product is searched: the text that is embedded, and the words of the full text search.

A change in this file changes `RECIPE_VERSION`, and with it the next load builds every row anew.
"""

import hashlib
import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a search reads no catalogue files
    from embed_search.catalogue_row import CatalogueRow

RECIPE_VERSION = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]

MIN_WORD = 3
"""Shorter words are searched, but neither corrected nor listed."""

# Descriptions are lists whose line breaks were lost: "has a TSA lockOne handle on the top".
_LOST_BREAK = re.compile(r"(?<=[a-z0-9)])(?=[A-Z][a-z])")
_POSSESSIVE = re.compile(r"['’]s?\b|(?<=\b[a-z])\.(?=[a-z]\b)")
# "T-shirt", "t shirt" and "tshirt" are one word, as are "V-neck" and "v neck".
_LONE_LETTER = re.compile(r"\b([a-z])-(?=[a-z])|\b([tuv]) (?=[a-z])")
_WORD = re.compile(r"[a-z0-9]+")


def embedding_text(row: "CatalogueRow") -> str:
    """The text whose embedding stands for the product.

    The name alone: it already holds brand, gender and colour, and many products share it.
    """
    return row.name


def words_of(text: str) -> list[str]:
    """The words of a text in their order: small letters without accents, and digits."""
    plain = text.lower()
    if not plain.isascii():
        folded = unicodedata.normalize("NFKD", plain)
        plain = "".join(character for character in folded if not unicodedata.combining(character))
    return _WORD.findall(_LONE_LETTER.sub(r"\1\2", _POSSESSIVE.sub("", plain)))


def description_words(description: str) -> list[str]:
    """The same, for a description whose lines ran together."""
    return words_of(_LOST_BREAK.sub(" ", description))


def listed_words(name: str, brand: str, description: str) -> set[str]:
    """The words of a product that count: what is corrected to, and offered as the catalogue's vocabulary."""
    found = (*words_of(f"{name} {brand}"), *description_words(description))
    return {word for word in found if len(word) >= MIN_WORD}
