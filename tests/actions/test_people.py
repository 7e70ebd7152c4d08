"""Users, teams, calendars and sellers are made and changed by name."""

from typing import Any

import psycopg
import pytest

from pomona.actions import people
from pomona.domain.working_time import CalendarError
from pomona.formats.holidays_calendar import UnknownCountry
from tests.conftest import NOW

SELLER = (
    'SELECT first_name, team.title, calendar.hours, present, capacity FROM seller JOIN "user" ON "user".id = user_id '
    "LEFT JOIN team ON team.id = team_id LEFT JOIN calendar ON calendar.id = calendar_id"
)
HOURS = {str(day): [["09:00", "18:00"]] for day in range(5)}


def create(conn: psycopg.Connection[Any], login: str = "irina", role: str = "seller") -> int:
    return people.create_user(
        conn, login, role=role, password_hash="!", first_name="Ирина", last_name="Крылова", user=None, now=NOW
    )


def test_makes_a_seller_with_team_and_hours(conn: psycopg.Connection[Any]) -> None:
    user = create(conn)
    people.save_team(conn, "volga", title="Волга", user=None, now=NOW)
    people.save_calendar(conn, "kazan", time_zone="Europe/Moscow", hours=HOURS, holidays="RU", user=None, now=NOW)
    people.save_seller(conn, user, team="volga", calendar="kazan", capacity=5, user=None, now=NOW)
    assert conn.execute(SELLER).fetchall() == [("Ирина", "Волга", HOURS, True, 5)]


def test_saving_again_changes_what_is_there(conn: psycopg.Connection[Any]) -> None:
    user = create(conn)
    first = people.save_team(conn, "volga", title="Волга", user=None, now=NOW)
    assert people.save_team(conn, " volga ", title="Поволжье", user=None, now=NOW) == first
    people.save_seller(conn, user, team="volga", capacity=5, user=None, now=NOW)
    people.save_seller(conn, user, team=None, capacity=7, user=None, now=NOW)
    assert conn.execute(SELLER).fetchall() == [("Ирина", None, None, True, 7)]


def test_changes_who_somebody_is(conn: psycopg.Connection[Any]) -> None:
    user = create(conn)
    people.change_user(
        conn,
        user,
        role="marketing",
        first_name="Ира",
        last_name="",
        email="ira@pumps.example",
        active=False,
        user=None,
        now=NOW,
    )
    people.set_password(conn, user, password_hash="changed", user=None, now=NOW)
    row = conn.execute('SELECT role, first_name, is_active, password FROM "user"').fetchone()
    assert row == ("marketing", "Ира", False, "changed")


def test_refuses_what_cannot_be(conn: psycopg.Connection[Any]) -> None:
    user = create(conn)
    refusals = {
        "login_taken": lambda: create(conn),
        "login_missing": lambda: create(conn, "  "),
        "unknown_role": lambda: create(conn, "oleg", role="boss"),
        "no_such_user": lambda: people.save_seller(conn, user + 1, user=None, now=NOW),
        "no_such_team": lambda: people.save_seller(conn, user, team="nowhere", user=None, now=NOW),
        "no_such_calendar": lambda: people.save_seller(conn, user, calendar="nowhere", user=None, now=NOW),
        "bad_capacity": lambda: people.save_seller(conn, user, capacity=-1, user=None, now=NOW),
        "name_missing": lambda: people.save_team(conn, " ", user=None, now=NOW),
    }
    for code, attempt in refusals.items():
        with pytest.raises(people.RefusedPerson) as refused:
            attempt()
        assert refused.value.code == code
        assert refused.value.text("ru") != refused.value.text("en")
    assert len(conn.execute('SELECT FROM "user"').fetchall()) == 1


def test_refuses_hours_that_never_open_and_unknown_holidays(conn: psycopg.Connection[Any]) -> None:
    with pytest.raises(CalendarError):
        people.save_calendar(conn, "kazan", time_zone="Europe/Moscow", hours={}, user=None, now=NOW)
    with pytest.raises(UnknownCountry):
        people.save_calendar(conn, "kazan", time_zone="Europe/Moscow", hours=HOURS, holidays="QQ", user=None, now=NOW)
