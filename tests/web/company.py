"""A small company for pages: people, one agreement, leads in every state, all through the real functions."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
from django.contrib.auth.hashers import make_password

from pomona.actions import backtests, people, selling
from pomona.actions.hand_over import hand_over_ripe
from pomona.capture.segment import read_message
from pomona.domain.event import DAY, HOUR, MINUTE, SECOND, Event
from pomona.formats.yaml_document import read_yaml
from pomona.journal.append import append
from pomona.store import agreements
from pomona.work.backtests import keep, try_on_past
from pomona.work.steps import OnlyTold
from tests.actions.engine import run_engine

AGREEMENT = """
campaign: default
runs: {time_zone: Europe/Moscow}
ready:
  captured: {any: [{known: email}, {known: phone}]}
  fit:
    - {name: решает сам, when: {trait: job_title, seniority: [owner, director, head]}, points: 20}
    - {name: размер компании, by: company.employees, points: {"0..49": 0, "50..249": 10, "250..": 20}}
    - {name: бесплатная почта, when: {trait: email, kind: free_mail}, points: -10}
  interest:
    - {name: смотрел цены, when: {event: page, path: /pricing*}, points: 10, half_life: 14d, at_most: 30}
    - {name: вебинар, when: {event: webinar attended}, points: 25, half_life: 60d, once_per: webinar}
    - {name: взял руководство, when: {event: content downloaded}, points: 5, once_per: content}
  answers:
    - {name: купит в этом квартале, when: {answer: timeline, in: [now, quarter]}, points: 30}
  pass_mark: {start: 55, min: 45, max: 75}
  grades: {A: 80, B: pass_mark, C: 30, D: 0}
  mql: {any: [{score: pass_mark}, {event: call back requested}]}
  sql: {all: [{bant: need, is: confirmed}, {bant: authority, at_least: partly}]}
  returned: {reasons: [нет потребности, не тот человек, не дозвонились], again_after: 60d}
route:
  - {name: сервис, when: {answer: product, is: service}, to: {team: service}, by: round_robin}
  - {name: Татарстан, when: {region: [RU-TA]}, to: {team: volga}, by: round_robin}
  - {otherwise: {team: volga}, by: round_robin}
respond:
  first_contact:
    - {when: {grade: A}, within: 5m, remind_at: 3m, overdue: [reassign]}
    - {otherwise: 1h, overdue: [notify]}
"""

USERS = {
    "admin": ("administrator", "Алла", "Минина"),
    "marketing": ("marketing", "Марина", "Кетова"),
    "head": ("head_of_sales", "Руслан", "Главатский"),
    "seller": ("seller", "Семён", "Продин"),
    "other": ("seller", "Ольга", "Ветрова"),
}

SECRET = b"secret" * 4
Conn = psycopg.Connection[Any]


def hire(conn: Conn, *, now: int) -> dict[str, int]:
    """The users, with their login as password; returns login → id. Sellers are always at work."""
    people.save_team(conn, "volga", title="Волга", user=None, now=now)
    people.save_team(conn, "service", title="Сервис", user=None, now=now)
    found = {}
    for login, (role, first, last) in USERS.items():
        found[login] = people.create_user(
            conn, login, role=role, password_hash=_hashed(login), first_name=first, last_name=last, user=None, now=now
        )
    people.save_seller(conn, found["seller"], team="volga", phone="+78432000001", user=None, now=now)
    people.save_seller(conn, found["other"], team="service", user=None, now=now)
    return found


@cache
def _hashed(password: str) -> str:
    """Hashing is slow on purpose: once a run."""
    return make_password(password)


def agree(conn: Conn, *, now: int, also: str = "") -> None:
    """Put the agreement in force; `also`: more of it."""
    text = AGREEMENT + also
    document, _locate = read_yaml(text)
    draft = agreements.save_draft(conn, "default", text=text, parsed=document, house=None, user=None, now=now)
    agreements.put_in_force(conn, draft, start=now, end=None, now=now)


class Site:
    """What people do on the company's site, appended as the collector does."""

    def __init__(self, conn: Conn) -> None:
        self.conn = conn
        self.number = 0

    def say(self, who: str, at: int, kind: str, **message: Any) -> None:
        """One Segment call of the visitor `who` at `at`."""
        self.number += 1
        payload = {
            "type": kind,
            "messageId": f"m{self.number}",
            "anonymousId": who,
            "timestamp": datetime.fromtimestamp(at / SECOND, UTC).isoformat(),
            **message,
        }
        self._append(read_message(payload, call=None, source=1, secret=SECRET, received_at=at, sent_at=None))

    def page(self, who: str, at: int, path: str, **context: Any) -> None:
        """A page viewed."""
        self.say(who, at, "page", properties={"path": path}, context={"page": {"path": path}, **context})

    def track(self, who: str, at: int, event: str, **properties: Any) -> None:
        """An act with a name."""
        self.say(who, at, "track", event=event, properties=properties)

    def identify(self, who: str, at: int, **traits: Any) -> None:
        """Who the visitor is."""
        self.say(who, at, "identify", traits=traits)

    def _append(self, event: Event) -> None:
        with self.conn.transaction():
            append(self.conn, [event])


ANNA = {
    "name": "Анна Петрова",
    "email": "petrova@volga-voda.example",
    "phone": "+78432101010",
    "job_title": "главный инженер",
    "company": {"name": "Волга-Водоканал", "employees": 340},
}
OTHERS = (
    ("Рустам Хайруллин", "директор", "Кама-пром", 120, "+78432202020"),
    ("Ирина Белова", "начальник снабжения", "Исток-агро", 60, "+78432303030"),
    ("Олег Титов", "инженер", "Заря-энерго", 20, "+74952404040"),
    ("Гузель Сафина", "директор", "Идель-строй", 500, "+78432505050"),
)


def ripen_anna(site: Site, *, now: int) -> None:
    """A chief engineer who read the prices and wants to buy this quarter: grade A."""
    site.page("anna", now - 3 * DAY, "/guides", campaign={"name": "spring-ebook", "medium": "email", "source": "mail"})
    site.identify("anna", now - 3 * DAY + MINUTE, **ANNA)
    site.track("anna", now - 3 * DAY + 2 * MINUTE, "content downloaded", content="pump-guide")
    for minutes in (0, 4, 9):
        site.page("anna", now - DAY + minutes * MINUTE, "/pricing")
    site.track("anna", now - 3 * MINUTE, "question answered", question="timeline", answer="quarter")


def fill(conn: Conn, users: dict[str, int], *, now: int) -> None:
    """Leads in every state of the inbox, the newest first to be called."""
    site = Site(conn)
    for number, started in enumerate(_others(site, now)):
        run_engine(conn, now=started)
        hand_over_ripe(conn, now=started)
        _work_on(conn, users["seller"], number, started)
    ripen_anna(site, now=now)
    run_engine(conn, now=now)
    hand_over_ripe(conn, now=now)


def try_on_the_past(conn: Conn, version: int = 1, against: int | None = None, *, now: int) -> int:
    """Try a version (a row's id) on the last 30 days and keep what came of it; the kept one's id."""
    asked = backtests.asked(conn, version, against, 30)
    with TemporaryDirectory() as folder:
        found = try_on_past(conn, asked, OnlyTold(), folder=Path(folder), now=now)
    return keep(conn, asked, found, user=None, job=None, now=now)


def _others(site: Site, now: int) -> Iterator[int]:
    for number, (name, title, company, employees, phone) in enumerate(OTHERS):
        who, at = f"visitor{number}", now - (len(OTHERS) - number) * 12 * MINUTE
        traits = {"name": name, "job_title": title, "company": {"name": company, "employees": employees}}
        site.identify(who, at, email=f"info@{number}.example", phone=phone, **traits)
        site.page(who, at + SECOND, "/pricing", campaign={"name": "search-broad", "medium": "cpc", "source": "yandex"})
        site.track(who, at + 2 * SECOND, "webinar attended", webinar="thursday")
        if number == 2:
            site.track(who, at + 3 * SECOND, "question answered", question="product", answer="pump")
        site.track(who, at + 4 * SECOND, "call back requested")
        yield at + 5 * SECOND


def _work_on(conn: Conn, seller: int, number: int, at: int) -> None:
    """The first was reached, the second put off, the third taken, the fourth waits untouched."""
    newest = conn.execute("SELECT id FROM lead WHERE owner_id = %s ORDER BY id DESC LIMIT 1", (seller,)).fetchone()
    assert newest is not None
    if number < 3:
        selling.accept(conn, newest[0], user=seller, now=at + SECOND)
    if number == 0:
        selling.contacted(conn, newest[0], user=seller, now=at + 2 * SECOND)
    if number == 1:
        selling.postpone(conn, newest[0], user=seller, until=at + 5 * HOUR, now=at + 2 * SECOND)
