"""Things that a message shows and does not name: "👗 under 1000"."""

import unicodedata

from apparel.phrases import words
from apparel.taxonomy import categories, category_phrases
from orchestrator.understanding.occasions import occasion_phrases


def spelt_out(message: str) -> str:
    """The message with its pictures of things to wear in words, as Unicode names them. Where it names a thing
    or an occasion itself ("lehenga for my engagement 💍"), they only adorn it."""
    if message.isascii():
        return message
    text = words(message)
    if category_phrases().find(text) or occasion_phrases().find(text):
        return message
    return "".join(_in_words(character) for character in message)


def _in_words(character: str) -> str:
    # Letters of all scripts have names too, in categories of their own.
    if unicodedata.category(character) != "So":
        return character
    name = unicodedata.name(character, "").lower()
    found = category_phrases().find(words(name))
    worn = any(categories()[kind].wearable for match in found for kind in match.value.categories)
    return f" {name} " if worn else character
