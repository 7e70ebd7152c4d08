"""Ninety days in a minute: messages arrive, the engine folds, the router hands over, sellers act, clocks run out.

A simulated clock jumps from one moment at which something can happen to the next. Everything goes through the
functions that the service runs; only `now` is not the present.
"""

import heapq
from collections.abc import Callable, Sequence
from functools import partial
from itertools import count
from random import Random
from typing import Any

from psycopg import Connection

from pomona.actions.accounts import follow_accounts
from pomona.actions.fold import fold_all_shards
from pomona.actions.hand_over import Router
from pomona.actions.outbox import show_due
from pomona.actions.switching import switch
from pomona.capture.segment import read_message
from pomona.demo.diary import Said
from pomona.demo.journeys import MOSCOW, Journey
from pomona.demo.sellers import make_plan
from pomona.demo.selling import Selling, in_office_hours
from pomona.domain.agreement.values import CHANNELS
from pomona.domain.errors import Language
from pomona.domain.event import DAY, HOUR, MINUTE, SECOND, Event, Key, is_visitor
from pomona.domain.stages import PASSED_ON, Decision
from pomona.journal.append import append
from pomona.journal.keys import person_key
from pomona.journal.read import decisions_after
from pomona.work.deadlines import act_on_all_due

Happening = Callable[[int], None]
"""Something that happens at a moment; it is given that moment."""

DAY_STEP = (50 * MINUTE, 90 * MINUTE)
NIGHT_STEP = (2 * HOUR, 4 * HOUR)
ACCOUNTS_STEP = 4 * HOUR
BATCH = 500
"""Facts that the engine folds at once at most; fewer: none are left."""
NIGHT = (21, 7)
"""Hours in Moscow between which little happens."""


class Simulation:
    """One run from a past moment to the present. `sources` are ids by name, `secret` the installation's."""

    def __init__(
        self, conn: Connection[Any], *, seed: int, language: Language, sources: dict[str, int], secret: bytes
    ) -> None:
        self._conn = conn
        self._rng = Random(f"{seed} simulation")
        self._sources, self._secret = sources, secret
        self._selling = Selling(conn, language)
        self._router = Router()
        self._order = count()
        self._agenda: list[tuple[int, int, Happening]] = []
        self._mail: list[tuple[int, int, Said]] = []
        self._journey_of_key: dict[Key, Journey] = {}
        self._journey_of_lead: dict[int, Journey] = {}
        self._grade: dict[int, str | None] = {}
        self._queue: set[int] = set()
        self._asleep: set[int] = set()
        self._handed_over_once: set[int] = set()
        self._seq = 0
        self._accounts_due = 0

    def expect(self, journey: Journey, messages: Sequence[Said] | None = None) -> None:
        """These messages of a journey (None: all of them) will arrive."""
        self.know(journey)
        for said in journey.diary.said if messages is None else messages:
            heapq.heappush(self._mail, (said.received_at, next(self._order), said))

    def know(self, journey: Journey) -> None:
        """Recognise the person of this journey in the leads to come."""
        person = journey.person
        for kind, value in (("email", person.email), ("phone", person.phone), ("id", person.client_id)):
            self._journey_of_key[person_key(self._secret, kind, value)] = journey

    def plan(self, at: int, happening: Happening) -> None:
        """This happens at that moment."""
        heapq.heappush(self._agenda, (at, next(self._order), happening))

    def journey_of(self, lead: int) -> Journey | None:
        """The journey that made a lead."""
        return self._journey_of_lead.get(lead)

    def lead_of(self, journey: Journey) -> int | None:
        """The lead that a journey made; None if nobody was captured."""
        return next((lead for lead, each in self._journey_of_lead.items() if each is journey), None)

    def run(self, start: int, until: int, progress: Callable[[float], None]) -> None:
        """Live from `start` to `until`; `progress` is told the share that has passed (0 to 1)."""
        self._plan_delivery(start)
        while self._agenda and self._agenda[0][0] <= until:
            now, _, happening = heapq.heappop(self._agenda)
            happening(now)
            progress((now - start) / (until - start))
        self.deliver(until)
        progress(1.0)

    def _plan_delivery(self, now: int) -> None:
        """The next delivery: after a step, and not before something has come in."""
        if not self._mail:
            return
        hour = (now + MOSCOW) % DAY // HOUR
        step = self._rng.randrange(*(NIGHT_STEP if hour >= NIGHT[0] or hour < NIGHT[1] else DAY_STEP))
        self.plan(max(now + step, self._mail[0][0]), self._deliver_and_go_on)

    def _deliver_and_go_on(self, now: int) -> None:
        self.deliver(now)
        self._plan_delivery(now)

    def deliver(self, now: int) -> None:
        """What has come in is written to the journal, folded, and whoever ripened is handed over."""
        events = []
        while self._mail and self._mail[0][0] <= now:
            events.append(self._read(heapq.heappop(self._mail)[2]))
        with self._conn.transaction():
            append(self._conn, events)
        while fold_all_shards(self._conn, now=now) >= BATCH:
            pass
        self._look_at_accounts(now)
        self._hand_over(now)

    def _look_at_accounts(self, now: int) -> None:
        """Seldom, so that the demo is soon filled: what a lead does may ripen its colleagues."""
        if now >= self._accounts_due:
            self._accounts_due = now + ACCOUNTS_STEP
            while follow_accounts(self._conn, now=now):
                pass

    def follow_agreements(self, now: int) -> None:
        """What is agreed has changed: leads are brought to it, and whoever is ripe by it is handed over."""
        while switch(self._conn, now=now):
            pass
        self._hand_over(now)

    def _read(self, said: Said) -> Event:
        event = read_message(
            said.message,
            call=None,
            source=self._sources[said.source],
            secret=self._secret,
            received_at=said.received_at,
            sent_at=None,
        )
        known = next((self._journey_of_key[key] for key in event.keys if key in self._journey_of_key), None)
        if known is not None:
            self._journey_of_key.update((key, known) for key in event.keys if not is_visitor(key))
        return event

    def _hand_over(self, now: int) -> None:
        self._follow()
        if self._queue:
            self._router.turn(self._conn, now=now)
            self._follow()
            show_due(self._conn, *CHANNELS, now=now)

    def _look_at_clocks(self, now: int) -> None:
        act_on_all_due(self._conn, now=now)
        show_due(self._conn, *CHANNELS, now=now)
        self._hand_over(now)

    def _follow(self) -> None:
        """Read what was decided and plan what follows from it."""
        while decided := decisions_after(self._conn, self._seq, limit=1000):
            for _, decision in decided:
                self._follow_one(decision)
            self._seq = decided[-1][0]

    def _follow_one(self, decision: Event) -> None:
        lead = decision.lead
        if lead is None:
            return
        self._selling.note(decision)
        if decision.name == Decision.CAPTURED and decision.subject in self._journey_of_key:
            self._journey_of_lead[lead] = self._journey_of_key[decision.subject]
        elif decision.name in PASSED_ON:
            self._grade[lead] = decision.body.get("grade")
            self._queue.add(lead)
        elif decision.name == Decision.HANDED_OVER:
            self._queue.discard(lead)
            self._asleep.discard(lead)
            self._plan_work(lead, decision)
        elif decision.name == Decision.WAITING:
            self._wait(lead, decision.body["reason"].get("until"))
        elif decision.name == Decision.RETURNED and (again := decision.body.get("again_at")):
            self.plan(again + SECOND, self._look_at_clocks)

    def _wait(self, lead: int, until: int | None) -> None:
        """A lead that waits for an opening is looked at then, any other one at every turn."""
        if until is None:
            self._queue.add(lead)
            return
        self._queue.discard(lead)
        self._asleep.add(lead)
        self.plan(until + SECOND, partial(self._wake, lead))

    def _wake(self, lead: int, now: int) -> None:
        if lead in self._asleep:
            self._asleep.discard(lead)
            self._queue.add(lead)
            self._hand_over(now)

    def _plan_work(self, lead: int, decision: Event) -> None:
        for name in ("remind_at", "due_at"):
            if (at := decision.body.get(name)) is not None:
                self.plan(at + SECOND, partial(self._clock_ends, lead))
        journey = self._journey_of_lead.get(lead)
        due = decision.body.get("due_at") or decision.t + DAY
        told = journey.plan if journey is not None and lead not in self._handed_over_once else None
        self._handed_over_once.add(lead)
        waiting = self._selling.waiting_with(decision)
        plan = told or make_plan(
            self._rng, journey, grade=self._grade.get(lead), within=due - decision.t, waiting=waiting
        )
        for at, act in self._selling.acts(decision, plan):
            self.plan(at, act)
        if plan.outcome == "won" and plan.close_after is not None and journey is not None:
            at = in_office_hours(decision.t + plan.close_after)
            self.plan(at, partial(self._sign, journey, decision))

    def _clock_ends(self, lead: int, now: int) -> None:
        if self._selling.is_uncontacted(lead):
            self._look_at_clocks(now)

    def _sign(self, journey: Journey, handed_over: Event, now: int) -> None:
        """The CRM tells of a contract: 640,000 roubles on average."""
        if self._selling.is_theirs(handed_over):
            told = len(journey.diary.said)
            journey.diary.sign(now, round(self._rng.lognormvariate(13.2, 0.6) / 1000) * 1000)
            self.expect(journey, journey.diary.said[told:])
