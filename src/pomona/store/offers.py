"""What an agreement can mean here: what the latest facts really hold, how often, and who takes leads."""

from collections.abc import Sequence
from typing import Any

import msgspec
from psycopg import Connection

from pomona.domain.text import normal
from pomona.store.vocabulary import LATEST

MOST = 60
"""How many of each are offered, the most frequent."""


class Offer(msgspec.Struct, frozen=True):
    """A value to choose, how often it came or how many there are (None: not counted), and what people call it."""

    value: str
    count: int | None = None
    title: str = ""


NAMED = ("events", "pages", "campaigns", "channels", "forms", "numbers", "regions", "properties", "traits", "values")
"""What events and traits name, each kind of it."""
TOLD = ("questions", "answers")
"""What was asked and answered."""


def offers(conn: Connection[Any], kinds: Sequence[str]) -> dict[str, list[Offer]]:
    """Names by what they are, of these kinds. Of the newest facts, the most frequent first."""
    found: dict[str, list[Offer]] = {kind: [] for kind in kinds}
    for kind, value, count in conn.execute(_OF_FACTS, {"latest": LATEST, "most": MOST, "kinds": list(kinds)}):
        found[kind].append(Offer(normal(value) if kind == "events" else value, count))
    return found


def receivers(conn: Connection[Any]) -> dict[str, list[Offer]]:
    """Teams with the number of their sellers, sellers, calendars, the company's lists with their sizes; by name."""
    rows = conn.execute(
        "SELECT 'team', t.name, count(s.*), t.title FROM team t LEFT JOIN seller s ON s.team_id = t.id GROUP BY t.id "
        "UNION ALL SELECT 'seller', u.username, NULL, concat_ws(' ', u.first_name, u.last_name) "
        'FROM seller s JOIN "user" u ON u.id = s.user_id WHERE u.is_active '
        "UNION ALL SELECT 'calendars', name, NULL, '' FROM calendar "
        "UNION ALL SELECT 'lists', name, size, '' FROM named_list ORDER BY 1, 2"
    )
    found: dict[str, list[Offer]] = {"team": [], "seller": [], "calendars": [], "lists": []}
    for kind, value, count, title in rows:
        found[kind].append(Offer(value, count, title))
    return found


_OF_FACTS = """
WITH latest AS MATERIALIZED (
    SELECT name, kind, path, campaign, channel, answers, body FROM journal ORDER BY seq DESC LIMIT %(latest)s
), fact AS (SELECT * FROM latest WHERE kind <> 'decision'),
named (kind, value) AS (
    SELECT 'events', name FROM fact
    UNION ALL SELECT 'pages', path FROM fact
    UNION ALL SELECT 'campaigns', campaign FROM fact
    UNION ALL SELECT 'channels', channel FROM fact
    UNION ALL SELECT 'forms', body #>> '{properties,form}' FROM fact
    UNION ALL SELECT 'numbers', body #>> '{properties,number}' FROM fact
    UNION ALL SELECT 'regions', body #>> '{found,phone,region}' FROM fact
    UNION ALL SELECT 'properties', jsonb_object_keys(body -> 'properties') FROM fact WHERE body ? 'properties'
    UNION ALL SELECT 'traits', jsonb_object_keys(body -> 'traits') FROM fact WHERE body ? 'traits'
    UNION ALL SELECT 'values', trait.value FROM fact, jsonb_each_text(fact.body -> 'traits') AS trait
        WHERE body ? 'traits' AND trait.key NOT IN ('email', 'phone', 'name', 'first_name', 'last_name')
    UNION ALL SELECT 'questions', jsonb_object_keys(answers) FROM fact WHERE answers IS NOT NULL
    UNION ALL SELECT 'answers', code FROM fact, jsonb_each(answers) AS answer, jsonb_array_elements_text(value) AS code
        WHERE answers IS NOT NULL
), counted AS (
    SELECT kind, value, count(*) AS times, row_number() OVER (PARTITION BY kind ORDER BY count(*) DESC, value) AS rank
    FROM named WHERE kind = ANY(%(kinds)s) AND value <> '' AND length(value) < 100 GROUP BY kind, value
)
SELECT kind, value, times FROM counted WHERE rank <= %(most)s ORDER BY kind, rank
"""
