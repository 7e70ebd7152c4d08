"""What an agreement can name is looked up where it is kept: teams, sellers, and what has come."""

from typing import Any

import psycopg

from pomona.store.vocabulary import vocabulary


def test_nothing_is_known_of_events_before_the_first(conn: psycopg.Connection[Any]) -> None:
    assert vocabulary(conn) == (frozenset(), frozenset(), None, None, None, frozenset())


def test_teams_sellers_events_and_traits_are_known_by_name(
    conn: psycopg.Connection[Any], leads: dict[str, int]
) -> None:
    known = vocabulary(conn)
    assert "seller" in known.sellers
    assert known.without_chat == known.sellers
    assert "head" not in known.sellers
    assert known.teams
    assert known.known_events is not None
    assert known.known_traits is not None
    assert "page" in known.known_events
    assert "captured" not in known.known_events
    assert "email" in known.known_traits
