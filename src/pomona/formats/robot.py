"""Robots by the name they give themselves."""

from crawleruseragents import is_crawler

from pomona.formats.remember import LONGEST, remember


def is_robot(user_agent: str) -> bool:
    """Whether the user agent is a known crawler, link scanner or previewer. An empty one tells nothing: False."""
    return bool(user_agent) and _known(user_agent[:LONGEST])


@remember
def _known(user_agent: str) -> bool:
    return bool(is_crawler(user_agent))
