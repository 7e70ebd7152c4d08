"""What tests of selling need: sellers at work, a house with clocks, leads that ripened."""

from typing import Any

import psycopg

from pomona.actions import people
from pomona.domain.stages import Lead
from pomona.journal import read
from pomona.store import leads
from tests.actions.engine import HOUSE, fact, put_in_force, record, run_engine
from tests.conftest import NOW

RESPOND = {
    "calendar": "office",
    "first_contact": [
        {
            "when": {"grade": "A"},
            "within": "5m",
            "remind_at": "3m",
            "overdue": ["reassign", {"second_time": {"notify": "head_of_sales"}}],
        },
        {"otherwise": "1h", "overdue": ["notify"]},
    ],
}
SALES = {**HOUSE, "respond": RESPOND}
OFFICE_HOURS = {str(day): [["09:00", "18:00"]] for day in range(5)}


def open_office(conn: psycopg.Connection[Any]) -> None:
    """The agreement in force, its hours and its team."""
    put_in_force(conn, SALES)
    people.save_calendar(conn, "office", time_zone="Europe/Moscow", hours=OFFICE_HOURS, user=None, now=NOW)
    people.save_team(conn, "sales", title="Sales", user=None, now=NOW)


def hire(conn: psycopg.Connection[Any], login: str, *, language: str = "en", **seller: Any) -> int:
    """A seller of the team, at work."""
    user = person(conn, login, role="seller", language=language)
    people.save_seller(conn, user, **{"team": "sales", "calendar": "office", **seller}, user=None, now=NOW)
    return user


def person(conn: psycopg.Connection[Any], login: str, *, role: str, language: str = "en") -> int:
    """Somebody who can log in."""
    return people.create_user(
        conn,
        login,
        role=role,
        password_hash="!",
        first_name=login.title(),
        email=f"{login}@pumps.example",
        language=language,
        user=None,
        now=NOW,
    )


def ripen(conn: psycopg.Connection[Any], number: int, *, looks: int = 3, now: int = NOW) -> int:
    """A new lead that looked at the prices so often: 3 looks and being a head make 50 points, grade A."""
    traits = {"email": f"lead{number}@plant.example", "name": f"Lead {number}", "job_title": "head"}
    who, base = f"e{number}", number * 100
    record(
        conn,
        fact(base, who, name="identify", t=now, traits=traits),
        *(fact(base + look, who, path="/pricing", t=now) for look in range(1, looks + 1)),
        fact(base + 50, who, name="call back requested", t=now),
    )
    run_engine(conn, now=now)
    row = conn.execute("SELECT max(id) FROM lead").fetchone()
    assert row is not None
    return int(row[0])


def lead(conn: psycopg.Connection[Any], number: int) -> Lead:
    """The lead's state."""
    return leads.load(conn, [number], lock=False)[number].lead


def history(conn: psycopg.Connection[Any], number: int) -> list[str]:
    """The names of the decisions about a lead, in order."""
    return [event.name for _, event in read.decisions_of(conn, [number])]


def told(conn: psycopg.Connection[Any], kind: str) -> set[tuple[str, str]]:
    """(channel, log-in) of every message of that kind."""
    rows = conn.execute(
        'SELECT channel, username FROM outbox JOIN "user" ON "user".id = user_id WHERE kind = %s', (kind,)
    ).fetchall()
    assert len(rows) == len(set(rows))
    return set(rows)


def mails(conn: psycopg.Connection[Any]) -> list[tuple[str, str, str]]:
    """(kind, recipient, subject) of every message, in order."""
    return conn.execute("SELECT kind, recipient, subject FROM outbox ORDER BY id").fetchall()
