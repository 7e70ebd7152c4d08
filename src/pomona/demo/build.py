"""Building the demo company: ninety days of history, the same for the same seed, in Russian or English."""

from collections.abc import Callable
from functools import partial
from hashlib import blake2b
from typing import Any

import msgspec
from psycopg import Connection

from pomona.actions.demo_company import PASSWORD, begin_demo, complete_demo, identity_secret
from pomona.actions.sources import create_source
from pomona.capture.hosted_form import KIND as FORM_KIND
from pomona.demo import exhibition
from pomona.demo.agreeing import Signers, agree
from pomona.demo.company import (
    ADMINISTRATOR,
    COMPANY,
    CURRENCY,
    HEAD_OF_SALES,
    JUDGES,
    MARKETING,
    SELLER,
    TIME_ZONE,
    hire,
    send_on_leave,
)
from pomona.demo.costs import tell_costs
from pomona.demo.diary import CRM, FORMS, SITE, TELEPHONE
from pomona.demo.journeys import Span, journeys, span_until
from pomona.demo.lists import keep_lists
from pomona.demo.overload import REASON, plan_overload
from pomona.demo.people import Market
from pomona.demo.simulation import Simulation
from pomona.demo.stories import Told, tell_stories
from pomona.demo.tour import tour
from pomona.domain.errors import Language
from pomona.journal.sources import source_named

DAYS = 90
LEADS = 5_000
COMPANIES = 900
BADGES = "exhibition badges"
SOURCES = {SITE: "site", TELEPHONE: "server", CRM: "server", BADGES: "import"}
"""Name and kind of each source."""


class StoryTold(msgspec.Struct, frozen=True):
    """What it shows, and the leads that show it."""

    key: str
    title: str
    leads: list[int]


class DemoReport(msgspec.Struct, frozen=True):
    """What was built: users' ids by log-in name, and the told stories."""

    users: dict[str, int]
    stories: list[StoryTold]


def build(
    conn: Connection[Any],
    *,
    seed: int,
    language: Language,
    now: int,
    progress: Callable[[float], None] = lambda share: None,
    days: int = DAYS,
    leads: int = LEADS,
    password: str = PASSWORD,
) -> DemoReport:
    """Build the demo company as of `now` in an empty or a demo database; `progress` is told the share done.

    Raises:
        NotADemo: the database holds a real company.
    """
    span = span_until(now, days)
    # Made-up people need no secret; made from the seed, it gives every lead the same number again.
    secret = blake2b(f"demo {seed}".encode(), digest_size=32).digest()
    company = COMPANY.in_(language)
    begin_demo(
        conn,
        company=company,
        time_zone=TIME_ZONE,
        language=language,
        currency=CURRENCY,
        secret=secret,
        now=span.start,
    )
    # Losing the last moments of a demo that is being built loses nothing: it is built anew.
    conn.execute("SET synchronous_commit = off")
    try:
        report = _Building(conn, span, seed=seed, language=language, leads=leads, password=password).run(progress)
    finally:
        conn.execute("RESET synchronous_commit")
    stops = tour({story.key: story.leads for story in report.stories}, report.users)
    complete_demo(conn, seed=seed, tour=stops)
    return report


class _Building:
    def __init__(
        self, conn: Connection[Any], span: Span, *, seed: int, language: Language, leads: int, password: str
    ) -> None:
        self._conn, self._seed, self._language, self._span, self._leads = conn, seed, language, span, leads
        self._secret = identity_secret(conn)
        self._users = hire(conn, language, _hashed(password), now=span.start)
        admin = self._users[ADMINISTRATOR]
        self._sources = {
            name: create_source(conn, name, kind, user=admin, now=span.start) for name, kind in SOURCES.items()
        }
        self._sources[FORMS] = source_named(conn, FORMS, FORM_KIND, now=span.start)
        self._simulation = Simulation(conn, seed=seed, language=language, sources=self._sources, secret=self._secret)

    def run(self, progress: Callable[[float], None]) -> DemoReport:
        market = Market(self._seed, self._language, min(COMPANIES, max(self._leads // 5, 20)))
        head, judging = self._users[HEAD_OF_SALES], tuple(self._users[each] for each in JUDGES)
        signers = Signers(self._users[MARKETING], head, judging, asked=(head, self._users[SELLER]))
        keep_lists(self._conn, self._simulation, market, self._language, self._span, user=signers.marketing)
        tell_costs(self._conn, self._simulation, self._span, user=signers.marketing)
        agree(self._conn, self._simulation, self._language, self._span, signers)
        for journey in journeys(self._seed, market, self._span, self._leads):
            self._simulation.expect(journey)
        told = list(tell_stories(self._seed, market, self._span))
        for story in told:
            for journey in story.journeys:
                self._simulation.expect(journey)
        self._plan_exhibition(market)
        self._plan_overload(market, user=head)
        self._simulation.run(self._span.start, self._span.now, progress)
        send_on_leave(self._conn, self._users, now=self._span.now)
        return DemoReport(self._users, [self._story(each) for each in told])

    def _plan_exhibition(self, market: Market) -> None:
        met = exhibition.visitors(self._seed, market, self._span, self._leads)
        for journey, _ in met:
            self._simulation.know(journey)
        end = exhibition.closes_at(self._span)
        self._simulation.plan(end, partial(self._import_badges, [row for _, row in met]))

    def _import_badges(self, rows: list[dict[str, str]], now: int) -> None:
        exhibition.import_badges(self._conn, rows, source=self._sources[BADGES], secret=self._secret, now=now)
        self._simulation.deliver(now)

    def _plan_overload(self, market: Market, *, user: int) -> None:
        plan_overload(
            self._conn,
            self._simulation,
            market,
            self._span,
            seed=self._seed,
            leads=self._leads,
            reason=REASON.in_(self._language),
            user=user,
        )

    def _story(self, told: Told) -> StoryTold:
        leads = [self._simulation.lead_of(journey) for journey in told.journeys]
        found = [lead for lead in leads if lead is not None]
        return StoryTold(told.story.key, told.story.title.in_(self._language), found)


def _hashed(password: str) -> str:
    from django.contrib.auth.hashers import make_password

    return make_password(password)
