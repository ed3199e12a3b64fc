"""How deep a JSON text is nested, without parsing it: what parses it may recurse, this does not."""

import re

MAX_DEPTH = 32
"""Levels of objects and arrays in a body; what people send has five. Room for a schema among the `tools`: ten
levels by OpenAI's rules, each of them two in JSON, below six of the request's own. API Gateway has the same
cap (infra/constructs/request_models.py)."""

# Also a string that is cut off before its closing quote.
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_BRACKETS = bytes.maketrans(b"{}", b"[]")
_OTHERS = bytes(set(range(256)) - set(b"[]{}"))


def is_deeper_than(levels: int, body: bytes) -> bool:
    """Whether objects and arrays stand more than `levels` deep in each other.

    Linear in the body's length. Brackets that don't match are left to the parser, which says it better.
    """
    if body.count(b"[") + body.count(b"{") <= levels:
        return False
    brackets = _STRING.sub(b"", body).translate(_BRACKETS, _OTHERS)
    for _ in range(levels):
        brackets = brackets.replace(b"[]", b"")  # the innermost level, and no other
    return b"[]" in brackets
