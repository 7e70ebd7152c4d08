"""The demo company itself: a maker of industrial pumps in Kazan, its people, teams and working hours."""

from typing import Any

import msgspec
from psycopg import Connection

from pomona.actions.demo_company import PASSWORD
from pomona.actions.people import create_user, save_calendar, save_seller, save_team
from pomona.actions.presence import set_leave
from pomona.demo.vocabulary import Word
from pomona.domain.errors import Language
from pomona.domain.event import DAY

MARKETING, HEAD_OF_SALES, SELLER, ADMINISTRATOR = "marketing", "sales", "seller", "admin"

LOGINS: dict[Language, tuple[tuple[str, str], ...]] = {
    "ru": (
        (SELLER, "менеджер"),
        (HEAD_OF_SALES, "руководитель продаж"),
        (MARKETING, "руководитель маркетинга"),
        (ADMINISTRATOR, "администратор"),
    ),
    "en": (
        (SELLER, "seller"),
        (HEAD_OF_SALES, "head of sales"),
        (MARKETING, "head of marketing"),
        (ADMINISTRATOR, "administrator"),
    ),
}
"""Log-in name and what its holder is, in the order in which the tour goes."""

COMPANY = Word("Казанский насосный завод", "Kazan Pump Works")
TIME_ZONE = "Europe/Moscow"
CURRENCY = "RUB"
EVERY_HOUR = {str(day): [["00:00", "24:00"]] for day in range(7)}


class Member(msgspec.Struct, frozen=True):
    """Somebody who works there. `team` None: takes no leads."""

    login: str
    first_name: Word
    last_name: Word
    role: str = "seller"
    team: str | None = None
    calendar: str | None = None
    capacity: int = 60
    on_leave_days: int = 0


TEAMS = {
    "volga": Word("Поволжье", "Volga"),
    "moscow": Word("Москва и вся Россия", "Moscow and all Russia"),
    "service": Word("Сервис и запчасти", "Service and parts"),
    "reserve": Word("Резерв", "Reserve"),
}
_WEEK = {str(day): [["09:00", "13:00"], ["13:45", "18:00"]] for day in range(5)}
_MORNINGS = {str(day): [["09:00", "13:00"]] for day in range(4)}
CALENDARS: dict[str, tuple[str, dict[str, Any]]] = {
    "sales-moscow": (TIME_ZONE, _WEEK),
    "mornings": (TIME_ZONE, _MORNINGS),
    "vladivostok": ("Asia/Vladivostok", _WEEK),
}
"""Name: time zone and hours."""

MEMBERS = (
    Member(ADMINISTRATOR, Word("Фарид", "Farid"), Word("Нуриев", "Nuriev"), "administrator"),
    Member(MARKETING, Word("Анна", "Anna"), Word("Белова", "Belova"), "marketing"),
    Member(HEAD_OF_SALES, Word("Сергей", "Sergey"), Word("Громов", "Gromov"), "head_of_sales"),
    Member(SELLER, Word("Алия", "Aliya"), Word("Сафина", "Safina"), team="volga", calendar="sales-moscow"),
    Member("r.galeev", Word("Ренат", "Renat"), Word("Галеев", "Galeev"), team="volga", calendar="sales-moscow"),
    Member("o.titova", Word("Ольга", "Olga"), Word("Титова", "Titova"), team="volga", calendar="sales-moscow"),
    Member("d.karimov", Word("Дамир", "Damir"), Word("Каримов", "Karimov"), team="volga", calendar="mornings"),
    Member("i.orlov", Word("Игорь", "Igor"), Word("Орлов", "Orlov"), team="moscow", calendar="sales-moscow"),
    Member("m.panova", Word("Мария", "Maria"), Word("Панова", "Panova"), team="moscow", calendar="sales-moscow"),
    Member(
        "k.frolov",
        Word("Кирилл", "Kirill"),
        Word("Фролов", "Frolov"),
        team="moscow",
        calendar="sales-moscow",
        on_leave_days=10,
    ),
    Member("v.morozov", Word("Виктор", "Viktor"), Word("Морозов", "Morozov"), team="moscow", calendar="vladivostok"),
    Member(
        "g.zakirova", Word("Гузель", "Guzel"), Word("Закирова", "Zakirova"), team="service", calendar="sales-moscow"
    ),
    Member("p.ershov", Word("Павел", "Pavel"), Word("Ершов", "Ershov"), team="service", calendar="sales-moscow"),
    Member("t.isaeva", Word("Татьяна", "Tatiana"), Word("Исаева", "Isaeva"), team="service", calendar="sales-moscow"),
    Member("n.egorov", Word("Николай", "Nikolay"), Word("Егоров", "Egorov"), team="reserve", calendar="sales-moscow"),
)


JUDGES = ("r.galeev", "o.titova", "i.orlov", "m.panova", "g.zakirova")
"""Sellers who were asked whom they would take, and said it."""


def hire(conn: Connection[Any], language: Language, password_hash: str, *, now: int) -> dict[str, int]:
    """Make calendars, teams and everybody who works there; returns the users' ids by log-in name."""
    first, *others = MEMBERS
    by = _hire(conn, first, language, password_hash, user=None, now=now)
    for name, (zone, hours) in CALENDARS.items():
        save_calendar(conn, name, time_zone=zone, hours=hours, user=by, now=now)
    for name, title in TEAMS.items():
        save_team(conn, name, title=title.in_(language), user=by, now=now)
    hired = {member.login: _hire(conn, member, language, password_hash, user=by, now=now) for member in others}
    return {first.login: by, **hired}


def _hire(
    conn: Connection[Any], member: Member, language: Language, password_hash: str, *, user: int | None, now: int
) -> int:
    hired = create_user(
        conn,
        member.login,
        role=member.role,
        password_hash=password_hash,
        first_name=member.first_name.in_(language),
        last_name=member.last_name.in_(language),
        email=f"{member.login}@pumps.example",
        user=user,
        now=now,
    )
    if member.team is not None:
        save_seller(
            conn, hired, team=member.team, calendar=member.calendar, capacity=member.capacity, user=user, now=now
        )
    return hired


def send_on_leave(conn: Connection[Any], users: dict[str, int], *, now: int) -> None:
    """Whoever is on leave at the present goes: so many days from now."""
    for member in MEMBERS:
        if member.on_leave_days:
            set_leave(
                conn,
                users[member.login],
                away_until=now + member.on_leave_days * DAY,
                user=users[HEAD_OF_SALES],
                now=now,
            )


def open_at_every_hour(conn: Connection[Any], *, now: int) -> None:
    """While the demo lives on, somebody is always at work: a visitor may come at night."""
    for name, (zone, _) in CALENDARS.items():
        save_calendar(conn, name, time_zone=zone, hours=EVERY_HOUR, user=None, now=now)


def with_known_password() -> list[str]:
    """Which of the log-ins still have the password that everybody knows. Needs Django to be set up."""
    from django.contrib.auth import authenticate

    return [member.login for member in MEMBERS if authenticate(username=member.login, password=PASSWORD)]
