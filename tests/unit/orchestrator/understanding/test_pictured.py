"""Things that a message shows and does not name."""

import pytest

from orchestrator.understanding.reading import read
from tests.unit.orchestrator.shop import LEXICON


@pytest.mark.parametrize(
    ("message", "categories"),
    [
        ("👗 under 1000", ("dress",)),
        ("👖 for my brother 🙏", ("jeans",)),
        ("🥻", ("saree",)),
        ("kurta for my engagement 💍", ("kurta",)),
        ("what to wear to a wedding 💍", ()),
        ("something nice ❤️", ()),
        ("साड़ी", ()),
    ],
)
def test_pictured_things(message: str, categories: tuple[str, ...]) -> None:
    assert read(message, LEXICON).categories == categories
