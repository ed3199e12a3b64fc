"""How the number of shoppers changes over a scenario."""

from collections.abc import Callable, Mapping

Shape = Callable[[float, int], int]
"""From the share of the time that has passed, and the most users, to the users of the moment."""


def ramp(passed: float, users: int) -> int:
    """Evenly up over two thirds of the time, then all of them."""
    return max(1, min(users, round(users * passed * 1.5)))


def soak(_passed: float, users: int) -> int:
    """All of them from the start to the end."""
    return users


def spike(passed: float, users: int) -> int:
    """A tenth of them, but for the third fifth of the time: all at once."""
    return users if 0.4 <= passed < 0.6 else max(1, users // 10)


SHAPES: Mapping[str, Shape] = {"ramp": ramp, "soak": soak, "spike": spike}
