"""Who works here: users, teams, calendars, sellers. Heads of sales see to sales, administrators to who may log in."""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

from psycopg import Connection
from psycopg.errors import UniqueViolation
from psycopg.types.json import Jsonb

from pomona.actions.allowed import demand
from pomona.actions.changing import changing, record
from pomona.domain.errors import PomonaError
from pomona.domain.event import SECOND
from pomona.domain.working_time import read_calendar
from pomona.formats.holidays_calendar import public_holidays
from pomona.store.changes import Document
from pomona.store.powers import ROLES, Power
from pomona.store.queue import wake_router


class RefusedPerson(PomonaError):
    """A user, team, calendar or seller cannot be made or changed so; nothing was changed."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "login_missing": ("Укажите имя для входа.", "Give a log-in name."),
        "login_taken": (
            "Имя для входа «{login}» уже занято. Выберите другое.",
            "The log-in name “{login}” is taken already. Choose another one.",
        ),
        "unknown_role": (
            "Роли «{role}» нет: выберите администратора, маркетинг, руководителя продаж или менеджера.",
            "There is no role “{role}”: choose administrator, marketing, head of sales or seller.",
        ),
        "no_such_user": ("Такого пользователя нет.", "There is no such user."),
        "name_missing": ("Назовите команду или календарь.", "Give the team or calendar a name."),
        "no_such_team": ("Команды «{name}» нет.", "There is no team “{name}”."),
        "no_such_calendar": ("Календаря «{name}» нет.", "There is no calendar “{name}”."),
        "bad_capacity": (
            "Сколько лидов одновременно: число от 0 до 10 000.",
            "How many leads at a time: a number from 0 to 10,000.",
        ),
    }


def create_user(
    conn: Connection[Any],
    login: str,
    *,
    role: str,
    password_hash: str,
    first_name: str = "",
    last_name: str = "",
    email: str = "",
    language: str = "",
    user: int | None,
    now: int,
) -> int:
    """Make somebody who can log in; gives the user's id. `language` "" follows the installation's.

    Raises:
        NotAllowed: the user is no administrator.
        RefusedPerson: no name, a name that is taken, an unknown role.
    """
    demand(conn, user, Power.ADMINISTER)
    login = login.strip()
    if not login:
        raise RefusedPerson("login_missing")
    _check_role(role)
    joined = datetime.fromtimestamp(now / SECOND, UTC)
    try:
        with conn.transaction():
            row = conn.execute(
                'INSERT INTO "user" (username, password, first_name, last_name, email, role, language, theme, density, '
                "is_superuser, is_staff, is_active, date_joined) "
                "VALUES (%s, %s, %s, %s, %s, %s, %s, '', '', false, false, true, %s) RETURNING id",
                (login, password_hash, first_name.strip(), last_name.strip(), email.strip(), role, language, joined),
            ).fetchone()
            assert row is not None
            record(conn, Document.USER, row[0], {}, user=user, now=now)
    except UniqueViolation:
        raise RefusedPerson("login_taken", login=login) from None
    return int(row[0])


def change_user(
    conn: Connection[Any],
    person: int,
    *,
    role: str,
    first_name: str,
    last_name: str,
    email: str,
    active: bool = True,
    user: int | None,
    now: int,
    why: str = "",
) -> None:
    """Change who somebody is, and say `why` if there is more to say. Who is not active cannot log in, gets no leads.

    Raises:
        NotAllowed: the user is no administrator.
        RefusedPerson: an unknown role or user.
    """
    demand(conn, user, Power.ADMINISTER)
    _check_role(role)
    with changing(conn, Document.USER, person, user=user, now=now, why=why):
        changed = conn.execute(
            'UPDATE "user" SET role = %s, first_name = %s, last_name = %s, email = %s, is_active = %s WHERE id = %s',
            (role, first_name.strip(), last_name.strip(), email.strip(), active, person),
        )
        if not changed.rowcount:
            raise RefusedPerson("no_such_user")
        wake_router(conn)


def set_password(conn: Connection[Any], person: int, *, password_hash: str, user: int | None, now: int) -> None:
    """Give a user another password.

    Raises:
        NotAllowed: the user is no administrator.
        RefusedPerson: an unknown user.
    """
    demand(conn, user, Power.ADMINISTER)
    with changing(conn, Document.USER, person, user=user, now=now):
        if not conn.execute('UPDATE "user" SET password = %s WHERE id = %s', (password_hash, person)).rowcount:
            raise RefusedPerson("no_such_user")


def save_team(conn: Connection[Any], name: str, *, title: str = "", user: int | None, now: int, why: str = "") -> int:
    """Make a team or change its title; gives its id. Agreements name it by `name`.

    Raises:
        NotAllowed: the user does not steer sales.
        RefusedPerson: no name.
    """
    demand(conn, user, Power.STEER_SALES)
    name = _named(name)
    with changing(conn, Document.TEAM, name, user=user, now=now, why=why):
        row = conn.execute(
            "INSERT INTO team (name, title) VALUES (%s, %s) "
            "ON CONFLICT (name) DO UPDATE SET title = EXCLUDED.title RETURNING id",
            (name, title.strip()),
        ).fetchone()
    assert row is not None
    return int(row[0])


def save_calendar(
    conn: Connection[Any],
    name: str,
    *,
    time_zone: str,
    hours: Mapping[str, Sequence[Sequence[str]]],
    holidays: str = "",
    days_off: Collection[str] = (),
    user: int | None,
    now: int,
    why: str = "",
) -> int:
    """Make working hours or change them; gives the calendar's id. Clocks that run keep their ends.

    Raises:
        NotAllowed: the user does not steer sales.
        CalendarError: hours that cannot be read or never open.
        UnknownCountry: a country without known holidays.
        RefusedPerson: no name.
    """
    demand(conn, user, Power.STEER_SALES)
    read_calendar(time_zone, hours, days_off)
    if holidays:
        public_holidays(holidays, 2000, 2000)
    name = _named(name)
    with changing(conn, Document.CALENDAR, name, user=user, now=now, why=why):
        row = conn.execute(
            "INSERT INTO calendar (name, time_zone, hours, holidays, days_off) VALUES (%s, %s, %s, %s, %s) "
            "ON CONFLICT (name) DO UPDATE SET (time_zone, hours, holidays, days_off) = "
            "(EXCLUDED.time_zone, EXCLUDED.hours, EXCLUDED.holidays, EXCLUDED.days_off) RETURNING id",
            (name, time_zone, Jsonb(dict(hours)), holidays, Jsonb(list(days_off))),
        ).fetchone()
        wake_router(conn)
    assert row is not None
    return int(row[0])


def save_seller(
    conn: Connection[Any],
    person: int,
    *,
    team: str | None = None,
    calendar: str | None = None,
    capacity: int = 20,
    phone: str = "",
    user: int | None,
    now: int,
    why: str = "",
) -> None:
    """Let a user take leads, or change team, hours (None: the agreement's) or how many at a time.

    Raises:
        NotAllowed: the user does not steer sales.
        RefusedPerson: an unknown user, team or calendar, or a capacity that cannot be.
    """
    demand(conn, user, Power.STEER_SALES)
    if not 0 <= capacity <= 10_000:
        raise RefusedPerson("bad_capacity")
    with changing(conn, Document.SELLER, person, user=user, now=now, why=why):
        if conn.execute('SELECT FROM "user" WHERE id = %s', (person,)).fetchone() is None:
            raise RefusedPerson("no_such_user")
        conn.execute(
            "INSERT INTO seller (user_id, team_id, calendar_id, present, capacity, phone) "
            "VALUES (%s, %s, %s, true, %s, %s) ON CONFLICT (user_id) DO UPDATE SET "
            "(team_id, calendar_id, capacity, phone) = "
            "(EXCLUDED.team_id, EXCLUDED.calendar_id, EXCLUDED.capacity, EXCLUDED.phone)",
            (
                person,
                _id_of(conn, "team", team, "no_such_team"),
                _id_of(conn, "calendar", calendar, "no_such_calendar"),
                capacity,
                phone.strip(),
            ),
        )
        wake_router(conn)


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise RefusedPerson("unknown_role", role=role)


def _named(name: str) -> str:
    if not name.strip():
        raise RefusedPerson("name_missing")
    return name.strip()


def _id_of(conn: Connection[Any], table: str, name: str | None, unknown: str) -> int | None:
    if name is None:
        return None
    row = conn.execute(f"SELECT id FROM {table} WHERE name = %s", (name,)).fetchone()
    if row is None:
        raise RefusedPerson(unknown, name=name)
    return int(row[0])
