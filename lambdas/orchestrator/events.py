"""What an answer is made of, in order."""

from dataclasses import dataclass

from apparel.contracts import Hit


@dataclass(frozen=True)
class Recommended:
    """The products that this answer newly recommends, in the order of their numbers.

    Comes exactly once, before the first `Text`; empty when nothing new is recommended.
    """

    hits: tuple[Hit, ...]


@dataclass(frozen=True)
class Text:
    """A piece of the answer, in markdown."""

    text: str
