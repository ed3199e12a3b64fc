"""How many connections the functions may open, and how many the database takes at least.

Aurora derives max_connections from the largest capacity that is set, not from that of the moment: 189 at 1
ACU, 823 at 4, 1,669 at 8, at most 5,000; and at most 2,000 where the smallest is 0 or 0.5.
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html,
https://repost.aws/articles/ARm5e6RHE3R4mnHS2S-UZUwA
"""

_OF_AN_ACU = 189
"""The table has more for each further ACU."""
_MOST, _MOST_FROM_A_LOW_START = 5_000, 2_000
KEPT_BACK = 10
"""For superusers, RDS itself and the Data API, by which the schema is migrated."""
GENERATIONS = 2
"""A deploy starts all environments anew, while the connections of the old ones are still there: three minutes
(idle_session_s of embed_search)."""


def connections_taken(min_acu: float, max_acu: float) -> int:
    """The least that the database takes for us, whatever its capacity at the moment is."""
    most = _MOST_FROM_A_LOW_START if min_acu <= 0.5 else _MOST
    return min(most, int(_OF_AN_ACU * max_acu)) - KEPT_BACK


def connections_wanted(*concurrency: int) -> int:
    """The most that is open at once: each environment holds one connection."""
    return GENERATIONS * sum(concurrency)
