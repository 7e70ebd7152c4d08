"""The demo company lives on while the service runs: leads come, colleagues work, whoever logs in gets a ripe one."""

import heapq
import threading
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from random import Random
from typing import Any

import msgspec
from psycopg import Connection

from pomona.actions.demo_company import DemoState, demo_state, identity_secret, source_ids, user_id
from pomona.capture.segment import read_message
from pomona.demo.build import COMPANIES
from pomona.demo.company import SELLER, open_at_every_hour
from pomona.demo.diary import Diary, Said
from pomona.demo.journeys import live_journey, span_until
from pomona.demo.people import Market, Person
from pomona.demo.sellers import make_plan
from pomona.demo.selling import Selling
from pomona.demo.stories import CHIEF_ENGINEER
from pomona.domain.errors import Language, PomonaError
from pomona.domain.event import DAY, MINUTE, SECOND, Event
from pomona.domain.stages import Decision
from pomona.journal.append import append
from pomona.journal.read import decisions_after, head
from pomona.work.loops import run

LARGE_PLANT = 2_400
"""Employees of the plant whose chief engineer greets who logs in: the seller of large plants gets it."""


def live(url: str, stop: threading.Event) -> None:
    """Let the demo company live until `stop`. Does nothing where there is none, or while it is paused."""
    run(url, stop, name="demo", turn=Living().turn)


class Living:
    """What goes on by itself. What was begun is forgotten at the end."""

    def __init__(self) -> None:
        self._company: _Company | None = None

    def turn(self, conn: Connection[Any], /, *, now: int) -> int:
        """What is due at `now`; returns how many messages came and acts were done."""
        state = demo_state(conn)
        if state is None or state.seed is None or state.paused:
            return 0
        if self._company is None:
            self._company = _Company(conn, state, now)
        return self._company.turn(conn, state, now)


class _Company:
    def __init__(self, conn: Connection[Any], state: DemoState, now: int) -> None:
        language: Language = "ru" if state.language == "ru" else "en"
        self._rng = Random(now)
        self._market = Market(now, language, COMPANIES)
        self._sources, self._secret = source_ids(conn), identity_secret(conn)
        self._guest = user_id(conn, SELLER)
        self._selling = Selling(conn, language)
        self._last_lead = 0
        self._greeted, self._seq = state.last_login, head(conn)
        self._order = count()
        self._mail: list[tuple[int, int, Said]] = []
        self._agenda: list[tuple[int, int, Callable[[int], None]]] = []
        open_at_every_hour(conn, now=now)

    def turn(self, conn: Connection[Any], state: DemoState, now: int) -> int:
        if state.last_login != self._greeted:
            self._greeted = state.last_login
            self._expect(self._greeting(now))
        if now - self._last_lead >= state.lead_seconds * SECOND:
            self._last_lead = now
            journey = live_journey(self._rng, self._market, span_until(now, 0), now // SECOND)
            self._expect(journey.diary)
        return self._deliver(conn, now) + self._work(conn, now)

    def _greeting(self, now: int) -> Diary:
        """The chief engineer of a large plant who wants pumps now: ripe within two minutes."""
        rng = self._rng
        plant = msgspec.structs.replace(rng.choice(self._market.companies), employees=LARGE_PLANT)
        person = self._market.named_person(now // SECOND, rng, company=plant, title=CHIEF_ENGINEER)
        diary = Diary(_unmistakable(person))
        for look in range(3):
            diary.visit(now + (5 + look * 15) * SECOND, "/pricing")
        diary.answer(now + 55 * SECOND, "timeline", "now")
        diary.fill_form(now + 60 * SECOND, "price-list", **diary.person.traits, phone=person.phone)
        return diary

    def _expect(self, diary: Diary) -> None:
        for said in diary.said:
            heapq.heappush(self._mail, (said.received_at, next(self._order), said))

    def _deliver(self, conn: Connection[Any], now: int) -> int:
        events = []
        while self._mail and self._mail[0][0] <= now:
            events.append(self._read(heapq.heappop(self._mail)[2], now))
        if events:
            with conn.transaction():
                append(conn, events)
        return len(events)

    def _read(self, said: Said, now: int) -> Event:
        source = self._sources[said.source]
        return read_message(said.message, call=None, source=source, secret=self._secret, received_at=now, sent_at=None)

    def _work(self, conn: Connection[Any], now: int) -> int:
        """The colleagues of whoever logged in take what is theirs and do what they planned."""
        for seq, decision in decisions_after(conn, self._seq, limit=500):
            self._seq = seq
            self._selling.note(decision)
            if decision.name == Decision.HANDED_OVER and decision.seller != self._guest:
                self._plan(decision)
        done = 0
        while self._agenda and self._agenda[0][0] <= now:
            with suppress(PomonaError):
                heapq.heappop(self._agenda)[2](now)
            done += 1
        return done

    def _plan(self, decision: Event) -> None:
        due = decision.body.get("due_at") or decision.t + DAY
        plan = make_plan(self._rng, None, grade=None, within=max(due - decision.t, MINUTE))
        for at, act in self._selling.acts(decision, plan):
            heapq.heappush(self._agenda, (at, next(self._order), act))


def _unmistakable(person: Person) -> Person:
    """With an address that nobody in the history has."""
    name, _, host = person.email.partition("@")
    return msgspec.structs.replace(person, email=f"{name}.{person.number % 1_000_000}@{host}")
