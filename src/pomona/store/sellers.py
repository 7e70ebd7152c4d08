"""Sellers as routing sees them, their working hours as stored, and whom to write to."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import msgspec
from psycopg import Connection

from pomona.domain.errors import Language
from pomona.domain.routing import Seller
from pomona.domain.stages import OPEN_WITH_SELLER
from pomona.domain.working_time import Calendar
from pomona.store.powers import HEAD_OF_SALES
from pomona.store.telegram import REACHED


class CalendarRow(msgspec.Struct, frozen=True):
    """Working hours as written: `holidays` is a country code or empty, `days_off` ISO dates."""

    name: str
    time_zone: str
    hours: dict[str, Any]
    holidays: str
    days_off: tuple[str, ...]


class Contact(msgspec.Struct, frozen=True):
    """A user as somebody to write to; `language` is theirs or the installation's.

    `telegram` says whether messages reach them there: their chat is linked, or this is the demo, which sends nothing.
    """

    id: int
    email: str
    name: str
    language: Language
    telegram: bool


def calendar_rows(conn: Connection[Any]) -> list[CalendarRow]:
    """All calendars."""
    rows = conn.execute("SELECT name, time_zone, hours, holidays, days_off FROM calendar ORDER BY name")
    return [CalendarRow(name, zone, hours, country, tuple(off)) for name, zone, hours, country, off in rows]


def all_sellers(conn: Connection[Any], calendars: Mapping[str, Calendar]) -> list[Seller]:
    """Every active seller with the count of open leads; `calendars` are the working hours by name."""
    rows = conn.execute(
        'SELECT seller.user_id, "user".username, team.name, calendar.name, seller.present, seller.away_until, '
        "seller.capacity, seller.last_handover_at, coalesce(load.open, 0) "
        'FROM seller JOIN "user" ON "user".id = seller.user_id AND "user".is_active '
        "LEFT JOIN team ON team.id = seller.team_id LEFT JOIN calendar ON calendar.id = seller.calendar_id "
        "LEFT JOIN (SELECT owner_id, count(*) AS open FROM lead "
        "WHERE owner_id IS NOT NULL AND stage = ANY(%s) AND merged_into IS NULL GROUP BY owner_id) AS load "
        "ON load.owner_id = seller.user_id ORDER BY seller.user_id",
        (list(OPEN_WITH_SELLER),),
    )
    return [
        Seller(
            id=user,
            login=login,
            team=team,
            calendar=calendars[calendar] if calendar else None,
            present=present,
            away_until=away_until,
            capacity=capacity,
            last_handover_at=last,
            open_leads=open_leads,
        )
        for user, login, team, calendar, present, away_until, capacity, last, open_leads in rows
    ]


def calendar_of(conn: Connection[Any], seller: int) -> str | None:
    """The name of the seller's own calendar."""
    row = conn.execute(
        "SELECT calendar.name FROM seller JOIN calendar ON calendar.id = seller.calendar_id WHERE seller.user_id = %s",
        (seller,),
    ).fetchone()
    return None if row is None else str(row[0])


def note_handovers(conn: Connection[Any], sellers: Collection[int], *, now: int) -> None:
    """These sellers were handed a lead at `now`: others' turns come first."""
    conn.execute("UPDATE seller SET last_handover_at = %s WHERE user_id = ANY(%s)", (now, list(sellers)))


def set_presence(conn: Connection[Any], seller: int, *, present: bool) -> bool:
    """Whether the seller exists; now present or absent."""
    return conn.execute("UPDATE seller SET present = %s WHERE user_id = %s", (present, seller)).rowcount == 1


def set_leave(conn: Connection[Any], seller: int, *, away_until: int | None) -> bool:
    """Whether the seller exists; now on leave until then, or back (None)."""
    return conn.execute("UPDATE seller SET away_until = %s WHERE user_id = %s", (away_until, seller)).rowcount == 1


def contacts(conn: Connection[Any], users: Iterable[int]) -> dict[int, Contact]:
    """These users, if active, as people to write to."""
    return _contacts(conn, '"user".id = ANY(%s)', list(users))


def readers(conn: Connection[Any], whom: str, seller: int) -> list[Contact]:
    """Whom an agreement means by `seller` or `owner`, `team` (the seller's), `head_of_sales`: the active ones."""
    if whom == "head_of_sales":
        found = _contacts(conn, '"user".role = %s', HEAD_OF_SALES)
    elif whom == "team":
        found = _contacts(conn, f'"user".id IN ({_TEAM_MATES})', seller)
    else:
        found = contacts(conn, [seller])
    return list(found.values())


_TEAM_MATES = (
    "SELECT mate.user_id FROM seller JOIN seller AS mate ON mate.team_id = seller.team_id WHERE seller.user_id = %s"
)


def _contacts(conn: Connection[Any], condition: str, value: Any) -> dict[int, Contact]:
    rows = conn.execute(
        "SELECT \"user\".id, email, coalesce(nullif(trim(first_name || ' ' || last_name), ''), username), "
        "coalesce(nullif(\"user\".language, ''), installation.language), "
        f"{REACHED} "
        f'FROM "user", installation WHERE "user".is_active AND {condition} ORDER BY "user".id',
        (value,),
    )
    return {
        user: Contact(user, email, name, "ru" if language == "ru" else "en", telegram)
        for user, email, name, language, telegram in rows
    }
