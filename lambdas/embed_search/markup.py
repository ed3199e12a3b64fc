"""Texts that a shop's program exported as HTML, in plain words."""

import html
import re

# Only what is written out in full: "black&copper" is no copyright sign.
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.I)
_UNSEEN_FROM = re.compile(r"<!--|<(?:script|style)\b[^<>]*>", re.I)
_UNSEEN_TO = re.compile(r"-->|</(?:script|style)\s*>", re.I)
_TAGS = (
    "a|b|big|blockquote|br|center|code|div|em|font|h[1-6]|hr|i|iframe|img|ins|li|link|meta|ol|p|pre|s|section|small"
    "|span|strike|strong|sub|sup|table|tbody|td|tfoot|th|thead|tr|u|ul|video"
)
# Not all that stands between angle brackets: a size "<L>" is no tag.
_TAG = re.compile(rf"</?(?:{_TAGS})(?:\s[^<>]*)?/?>", re.I)
_BLANKS = re.compile(r"\s+")


def without_markup(text: str) -> str:
    """The text that a browser would show; texts without entities and tags as they are."""
    plain = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text) if "&" in text else text
    if "<" in plain:
        plain = _TAG.sub(" ", _seen(plain))
    return plain if plain == text else _BLANKS.sub(" ", plain).strip()


def _seen(text: str) -> str:
    """Without comments, scripts and styles. In one pass: a text may have a million characters."""
    first, *others = _UNSEEN_FROM.split(text)
    ends = [(_UNSEEN_TO.search(other), other) for other in others]
    return " ".join([first, *(other[end.end() :] if end else other for end, other in ends)])
