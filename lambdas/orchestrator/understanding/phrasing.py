"""A wish in the words of product names, and the words of a message that no vocabulary knows."""

from collections.abc import Sequence

from apparel.contracts import EITHER
from apparel.phrases import Match, Word
from apparel.taxonomy import CategoryWord
from orchestrator.understanding.found import places_of
from orchestrator.understanding.lexicon import Lexicon
from orchestrator.understanding.vocabulary import stop_words


def says_nothing(form: str) -> bool:
    return form in stop_words() or form[0].isdigit() or len(form) == 1


def content_of(text: Sequence[Word], known: set[int]) -> tuple[str, ...]:
    """The words that carry a wish and are in no vocabulary."""
    rest = [word.form for at, word in enumerate(text) if at not in known and not says_nothing(word.form)]
    return tuple(dict.fromkeys(rest))


def names_of(
    categories: Sequence[Match[CategoryWord]], text: Sequence[Word], lexicon: Lexicon
) -> list[Match[str]]:
    """What products call the categories: the shopper's own word where they use it too, else the plain one."""
    named = []
    for match in categories:
        forms = [word.form for word in text[match.first : match.last]]
        theirs = all(form in lexicon.catalogue_words for form in forms) or len(match.value.categories) > 1
        name = " ".join(forms) if theirs else (match.value.kind or match.value.categories[0])
        named.append(Match(name.replace("_", " "), match.first, match.last))
    return named


def query_of(
    text: Sequence[Word],
    stated: Sequence[Match[str]],
    names: Sequence[Match[str]],
    groups: Sequence[str],
    skipped: set[int],
) -> str:
    """The wish in the words of product names, in the order of the message."""
    said = {match.first: match.value.replace(EITHER, " ") for match in (*stated, *names)}
    translated = places_of(stated) | skipped
    parts = [
        said.get(at) or ("" if at in translated or says_nothing(word.form) else word.form)
        for at, word in enumerate(text)
    ]
    return " ".join(part for part in (*parts, *groups) if part)
