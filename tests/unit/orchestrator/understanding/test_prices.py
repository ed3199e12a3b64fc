"""What a message says about money."""

from decimal import Decimal

import pytest

from orchestrator.understanding.prices import find_price_range


@pytest.mark.parametrize(
    ("message", "low", "high"),
    [
        ("shirts under 1500", None, 1500),
        ("shirts under ₹1,500", None, 1500),
        ("below Rs. 999 please", None, 999),
        ("upto 2k", None, 2000),
        ("less than 1.5k", None, 1500),
        ("my budget is 3000", None, 3000),
        ("500 se kam", None, 500),
        ("1000 ke andar", None, 1000),
        ("do hazaar tak", None, 2000),
        ("under two thousand", None, 2000),
        ("shirts above 2500", 2500, None),
        ("at least 5000 rupees", 5000, None),
        ("between 700 and 1200", 700, 1200),
        ("from 700 to 1200", 700, 1200),
        ("700-1200", 700, 1200),
        ("1 to 2k", 1000, 2000),
        ("500 se 800 tak", 500, 800),
        ("around 2000", 1600, 2400),
        ("jeans for 1500 rupees", 1200, 1800),
        ("above 500 but below 900", 500, 900),
        ("<500", None, 500),
        ("between two and three thousand", 2000, 3000),
        ("not costing more than 900", None, 900),
        ("under a thousand", None, 1000),
        ("wallets 1000+", 1000, None),
        ("shouldn't be above 1500", None, 1500),
        ("under 50", None, 50),
        ("can't spend more than 1.5k", None, 1500),
        ("nothing over 3000", None, 3000),
        ("3000 mein blazer", None, 3000),
        ("shirt 500", 400, 600),
        ("kurta, 2k-ish", 1600, 2400),
        ("1500 or so", 1200, 1800),
        ("1000 ke aas paas", 800, 1200),
        ("in the range of 1000", 800, 1200),
        ("under about 2000", None, 2000),
        ("budget about 2000", 1600, 2400),
        ("I have 5000 rupees", None, 5000),
        ("any jeans for 500?", 400, 600),
        ("I've got only Rs 800", None, 800),
    ],
)
def test_reads_the_range(message: str, low: int | None, high: int | None) -> None:
    found = find_price_range(message)
    assert found is not None
    assert (found.low, found.high) == (low and Decimal(low), high and Decimal(high))


@pytest.mark.parametrize(
    "message",
    [
        "compare 1 and 3",
        "show me 5 shirts",
        "boy of 10 years",
        "about 10 years old",
        "a 7 inch heel",
        "pack of 2",
        "the 2nd one",
        "more than a shirt",
        "over the top",
        "something under the jacket",
        "watch for a 12 year old",
        "levis 511",
        "give 5 to me",
        "socks, pack of 3 or more",
    ],
)
def test_other_numbers_are_no_prices(message: str) -> None:
    assert find_price_range(message) is None
