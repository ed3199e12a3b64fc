"""What a catalogue's database would cost in Aurora Serverless v2, from its size here. Not tried there."""

import math
from collections.abc import Mapping

from scripts.costing.prices import read_prices

GB_PER_ACU = 2 * 1.074
BUFFERS = 0.75
"""The share of its memory in which Aurora keeps pages."""
STEP = 0.5
"""Capacity comes in such steps of an ACU."""


def in_aurora(mb_on_disk: Mapping[str, float]) -> dict[str, float]:
    """The capacity that holds all of it in memory, as a quick search wants it, and what that costs in USD:
    always awake; and the storage, which is all that a paused database costs."""
    prices = read_prices()
    gigabytes = sum(mb_on_disk.values()) / 1000
    capacity = STEP * math.ceil(gigabytes / BUFFERS / GB_PER_ACU / STEP)
    return {
        "gb": round(gigabytes, 2),
        "acu": capacity,
        "usd_a_month_awake": round(capacity * prices.a_month("aurora_capacity")),
        "usd_an_hour_awake": round(capacity * prices.usd("aurora_capacity"), 2),
        "usd_a_month_storage": round(gigabytes * prices.usd("aurora_storage"), 2),
    }
