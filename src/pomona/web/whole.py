"""Whole numbers as addresses and forms carry them: ids, places, moments."""

LONGEST = 18
"""So many digits always fit into a bigint."""


def whole(text: str) -> int | None:
    """The number that these digits spell; None: there are none, others, or too many."""
    return int(text) if text.isdecimal() and len(text) <= LONGEST else None
