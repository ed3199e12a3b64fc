"""A sum in rupees, in any notation in which a language model may write it."""

import random

_SMALL = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
sixteen seventeen eighteen nineteen""".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_DEVANAGARI = str.maketrans("0123456789", "०१२३४५६७८९")
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def written(rupees: int, chance: random.Random, *, plain: bool = False) -> str:
    """The sum in a notation picked at random; `plain`: one of the usual ones."""
    usual = [
        f"₹{rupees:,}",
        f"₹{rupees}",
        f"Rs. {rupees:,}",
        f"Rs {rupees}",
        f"{rupees} rupees",
        f"{rupees:,} INR",
    ]
    if plain or chance.random() < 0.5:
        return chance.choice(usual)
    rare = [
        f"₹ {rupees:,}/-",
        f"Rs.{rupees}/-",
        f"Rs {rupees:,}.00",
        f"INR {rupees}",
        f"{rupees} bucks",
        f"{in_words(rupees)} rupees",
        in_words(rupees),
        f"₹{str(rupees).translate(_DEVANAGARI)}",
        f"{str(rupees).translate(_FULL_WIDTH)} rupees",
        f"*₹{rupees:,}*",
        f"rupees {rupees}",
        f"{rupees} रुपये",
        f"₹{rupees:,} only",
    ]
    if rupees % 100 == 0 and rupees >= 1_000:
        rare += [f"{rupees / 1000:g}k", f"₹{rupees / 1000:g}K", f"{rupees / 1000:g} thousand rupees"]
    return chance.choice(rare)


def in_words(number: int) -> str:
    """ "one thousand two hundred and ninety-nine"."""
    if number < 20:
        return _SMALL[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return _TENS[tens - 2] + (f"-{_SMALL[ones]}" if ones else "")
    for size, name in ((1_000, "thousand"), (100, "hundred")):
        if number >= size:
            many, rest = divmod(number, size)
            link = " and " if 0 < rest < 100 else " "
            return f"{in_words(many)} {name}" + (f"{link}{in_words(rest)}" if rest else "")
    raise AssertionError
