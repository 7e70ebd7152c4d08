"""What campaigns cost: appended as it is told, read as it is known."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any, LiteralString

from psycopg import Connection

from pomona.domain.spend import CampaignDay, Days, Spent, add_up

_NEWEST: LiteralString = "SELECT DISTINCT ON (campaign, day) campaign, day, amount FROM spend"
_IN_ORDER: LiteralString = "ORDER BY campaign, day, id DESC"
_LIVES: LiteralString = """
    SELECT campaign, min(first), max(last) FROM (
        SELECT campaign, min(day) AS first, max(day) AS last FROM spend GROUP BY 1
        UNION ALL
        SELECT campaign, (to_timestamp(min(captured_at) / 1000000) AT TIME ZONE %(zone)s)::date,
            (to_timestamp(max(captured_at) / 1000000) AT TIME ZONE %(zone)s)::date
        FROM lead WHERE campaign IS NOT NULL
            AND captured_at >= 1000000 * extract(epoch FROM %(first)s::timestamp AT TIME ZONE %(zone)s)::bigint
            AND captured_at < 1000000 * extract(epoch FROM (%(last)s + 1)::timestamp AT TIME ZONE %(zone)s)::bigint
        GROUP BY 1
    ) AS sign GROUP BY campaign
"""
"""From when to when each campaign was told to cost something, or brought leads in the period."""


def lock(conn: Connection[Any]) -> None:
    """Let nobody else tell amounts until the transaction ends; reading goes on."""
    conn.execute("LOCK TABLE spend IN SHARE ROW EXCLUSIVE MODE")


def current(conn: Connection[Any], places: Collection[CampaignDay]) -> dict[CampaignDay, int]:
    """The amounts known for these campaigns and days."""
    rows = conn.execute(
        f"{_NEWEST} JOIN unnest(%s::text[], %s::date[]) AS asked (campaign, day) USING (campaign, day) {_IN_ORDER}",
        ([place.campaign for place in places], [place.day for place in places]),
    )
    return {CampaignDay(campaign, day): amount for campaign, day, amount in rows}


def add(conn: Connection[Any], amounts: Mapping[CampaignDay, int], *, reason: str, user: int | None, now: int) -> None:
    """Append amounts; each holds from now on."""
    columns = "campaign, day, amount, reason, recorded_at, recorded_by_id"
    with conn.cursor() as cursor, cursor.copy(f"COPY spend ({columns}) FROM STDIN") as copy:
        for (campaign, day), amount in amounts.items():
            copy.write_row((campaign, day, amount, reason, now, user))


def spent(conn: Connection[Any], period: Days, *, today: date, time_zone: str) -> dict[str, Spent]:
    """What each campaign that brought leads or cost something in the period cost in it; days as in `time_zone`."""
    known = _known(conn, period)
    asked = {"zone": time_zone, "first": period.first, "last": period.last}
    lives = {name: Days(*days) for name, *days in conn.execute(_LIVES, asked)}
    found = {name: add_up(known.get(name, {}), period, life, today) for name, life in lives.items()}
    return {name: each for name, each in found.items() if each.days}


def _known(conn: Connection[Any], period: Days) -> dict[str, dict[date, int]]:
    rows: Iterable[tuple[str, date, int]] = conn.execute(
        f"{_NEWEST} WHERE day BETWEEN %s AND %s {_IN_ORDER}", (period.first, period.last)
    )
    known: dict[str, dict[date, int]] = {}
    for campaign, day, amount in rows:
        known.setdefault(campaign, {})[day] = amount
    return known


def keep_upload(conn: Connection[Any], user: int, *, name: str, content: bytes, now: int) -> None:
    """Keep the file that a user is about to take in, in place of any before it."""
    conn.execute(
        "INSERT INTO spend_upload (user_id, name, content, uploaded_at) VALUES (%s, %s, %s, %s) "
        "ON CONFLICT (user_id) DO UPDATE SET (name, content, uploaded_at) = "
        "ROW (EXCLUDED.name, EXCLUDED.content, EXCLUDED.uploaded_at)",
        (user, name, content, now),
    )


def drop_upload(conn: Connection[Any], user: int) -> None:
    """Forget the file that a user was about to take in."""
    conn.execute("DELETE FROM spend_upload WHERE user_id = %s", (user,))
