"""The names that an agreement can mean: teams, sellers, and what the latest facts are called and tell."""

from typing import Any, NamedTuple

from psycopg import Connection

from pomona.domain.text import normal
from pomona.store.telegram import REACHED

LATEST = 20_000
"""How many of the newest events are looked at: enough to know what comes, and quick however long the journal."""

_SELLERS = 'SELECT u.username FROM seller s JOIN "user" u ON u.id = s.user_id'


class Vocabulary(NamedTuple):
    """Names of teams, log-in names of sellers, events (normal form), traits and codes of questions; None: nothing has
    come yet. `without_chat`: the sellers whom Telegram does not reach.
    """

    teams: frozenset[str]
    sellers: frozenset[str]
    known_events: frozenset[str] | None
    known_traits: frozenset[str] | None
    known_questions: frozenset[str] | None
    without_chat: frozenset[str]


def vocabulary(conn: Connection[Any]) -> Vocabulary:
    """Every team and seller there is; events and traits of the newest facts."""
    events = _column(
        conn,
        "SELECT DISTINCT name FROM (SELECT name, kind FROM journal ORDER BY seq DESC LIMIT %s) AS latest "
        "WHERE kind <> 'decision'",
        LATEST,
    )
    traits = _column(
        conn,
        "SELECT DISTINCT trait FROM (SELECT body, kind FROM journal ORDER BY seq DESC LIMIT %s) AS latest, "
        "jsonb_object_keys(latest.body -> 'traits') AS trait WHERE kind <> 'decision' AND body ? 'traits'",
        LATEST,
    )
    questions = _column(
        conn,
        "SELECT DISTINCT question FROM (SELECT answers FROM journal ORDER BY seq DESC LIMIT %s) AS latest, "
        "jsonb_object_keys(latest.answers) AS question",
        LATEST,
    )
    return Vocabulary(
        teams=_column(conn, "SELECT name FROM team"),
        sellers=_column(conn, _SELLERS),
        known_events=frozenset(map(normal, events)) or None,
        known_traits=traits or None,
        known_questions=questions or None,
        without_chat=_column(conn, f"{_SELLERS}, installation WHERE is_active AND NOT ({REACHED})"),
    )


def _column(conn: Connection[Any], query: str, *parameters: Any) -> frozenset[str]:
    return frozenset(row[0] for row in conn.execute(query, parameters))
