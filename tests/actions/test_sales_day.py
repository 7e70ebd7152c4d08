"""Whatever happens in a day of sales: every ripe lead has an owner or a reason, and its decisions tell its state."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pomona.actions import presence, selling
from pomona.actions.deadlines import act_on_due
from pomona.actions.hand_over import Router
from pomona.actions.recycle import end_nurtures
from pomona.domain.event import DAY, HOUR, MINUTE
from pomona.domain.stages import OPEN_WITH_SELLER, Decision, Stage, replay
from pomona.journal import read
from pomona.store import leads
from tests.actions.sales import hire, open_office, person, ripen
from tests.conftest import NOW, empty

CAPACITY = 2
STEPS = st.one_of(
    st.tuples(st.just("ripen"), st.integers(0, 3)),
    st.tuples(st.just("wait"), st.sampled_from([MINUTE, 5 * MINUTE, HOUR, 9 * HOUR, 61 * DAY])),
    st.tuples(st.just("present"), st.integers(0, 5)),
    st.tuples(
        st.sampled_from(["accept", "contacted", "qualify", "win", "return_lead", "lose", "assign"]), st.integers(0, 9)
    ),
)


class Day:
    """A company of three sellers; each step is followed by the loops, as in `work`."""

    def __init__(self, conn: psycopg.Connection[Any]) -> None:
        self.conn, self.now, self.router = conn, NOW, Router()
        open_office(conn)
        self.sellers = [hire(conn, name, capacity=CAPACITY) for name in ("irina", "oleg", "maria")]
        self.head = person(conn, "head", role="head_of_sales")
        self.leads: list[int] = []
        self.assigned = False

    def step(self, name: str, choice: int) -> None:
        if name == "ripen":
            self.leads.append(ripen(self.conn, len(self.leads) + 1, looks=choice, now=self.now))
        elif name == "wait":
            self.now += choice
        elif name == "present":
            presence.set_present(self.conn, self.sellers[choice % 3], present=choice < 3, user=None, now=NOW)
        elif self.leads:
            self._sell(name, self.leads[choice % len(self.leads)], self.sellers[choice % 3])
        end_nurtures(self.conn, now=self.now)
        act_on_due(self.conn, now=self.now)
        self.router.turn(self.conn, now=self.now)

    def _sell(self, name: str, lead: int, seller: int) -> None:
        act: Callable[..., Any] = getattr(selling, name)
        told = {"return_lead": {"reason": "later"}, "lose": {"reason": "price"}, "assign": {"seller": seller}}
        with suppress(selling.RefusedChange):
            act(self.conn, lead, user=self.head, now=self.now, **told.get(name, {}))
            self.assigned = self.assigned or name == "assign"

    def check(self) -> None:
        load: dict[int, int] = dict.fromkeys(self.sellers, 0)
        for number, row in leads.load(self.conn, self.leads, lock=False).items():
            decisions = [event for _, event in read.decisions_of(self.conn, [number])]
            assert replay(decisions) == row.lead
            if row.lead.stage == Stage.MQL:
                assert (row.lead.owner is None) != (row.lead.waiting is None)
                assert (row.lead.owner is None) == (row.lead.queued_at is not None)
            else:
                assert row.lead.queued_at is None
            if row.lead.owner is not None and row.lead.stage in OPEN_WITH_SELLER:
                load[row.lead.owner] += 1
            assert row.lead.due_at is None or (row.lead.owner is not None and row.lead.due_at > self.now)
            for event in decisions:
                if event.name == Decision.HANDED_OVER and event.body["why"] != "by hand":
                    chosen = next(each for each in event.body["trace"][-1]["sellers"] if each["seller"] == event.seller)
                    assert chosen["why_not"] is None
                    assert chosen["open"] < CAPACITY
        assert self.assigned or max(load.values()) <= CAPACITY


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, min_size=3, max_size=25))
def test_every_ripe_lead_has_an_owner_or_a_reason(conn: psycopg.Connection[Any], steps: list[tuple[str, int]]) -> None:
    empty(conn)
    day = Day(conn)
    for name, choice in steps:
        day.step(name, choice)
        day.check()
