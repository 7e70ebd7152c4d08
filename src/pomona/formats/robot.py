"""Robots by the name they give themselves."""

from functools import lru_cache

from crawleruseragents import is_crawler

LONGEST = 512
"""Characters of a user agent that are looked at."""


def is_robot(user_agent: str) -> bool:
    """Whether the user agent is a known crawler, link scanner or previewer. An empty one tells nothing: False."""
    return bool(user_agent) and _known(user_agent[:LONGEST])


@lru_cache(maxsize=16_384)
def _known(user_agent: str) -> bool:
    return bool(is_crawler(user_agent))
