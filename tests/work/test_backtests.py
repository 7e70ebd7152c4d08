"""A version is tried on the real journal, beside another one; what came of it is kept once, for who signs."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest

from pomona import clock
from pomona.actions import backtests, selling
from pomona.actions.backtests import RefusedBacktest, ask
from pomona.actions.erase import erase
from pomona.actions.hand_over import hand_over_ripe
from pomona.actions.people import save_calendar
from pomona.actions.spend import record_spend
from pomona.demo.company import EVERY_HOUR
from pomona.domain.event import DAY, HOUR, SECOND
from pomona.domain.spend import CampaignDay, Spent
from pomona.history.export import read_manifest
from pomona.store import agreements
from pomona.store.database import connect
from pomona.store.powers import NotAllowed
from pomona.work import jobs
from pomona.work.backtests import Tried, try_on_past
from pomona.work.steps import OnlyTold
from tests.actions.engine import HOUSE, fact, put_in_force, record, run_engine
from tests.actions.sales import hire, open_office, person, ripen

Conn = psycopg.Connection[Any]

STRICTER = {
    **HOUSE,
    "ready": {**HOUSE["ready"], "pass_mark": {"start": 45, "min": 20, "max": 45}, "mql": {"score": "pass_mark"}},
}
LOOSER = {**HOUSE, "ready": {**HOUSE["ready"], "pass_mark": {"start": 20, "min": 20, "max": 45}}}


@pytest.fixture
def now() -> int:
    """The present: jobs read the clock themselves."""
    return clock.now()


@pytest.fixture
def conn(conn: Conn, database_url: str, now: int) -> Iterator[Conn]:
    """An office with a seller, on a connection as pages have it."""
    with connect(database_url) as ours:
        open_office(ours)
        save_calendar(ours, "always", time_zone="UTC", hours=EVERY_HOUR, user=None, now=now)
        hire(ours, "irina", calendar="always")
        yield ours


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    from django.test import override_settings

    with override_settings(EXPORT_DIR=tmp_path):
        yield tmp_path


def draft(conn: Conn, document: dict[str, Any], *, now: int) -> int:
    """The next version of the house rules; its row's id."""
    row = agreements.save_draft(conn, "default", text=str(document), parsed=document, house=None, user=None, now=now)
    return row.id


def people(conn: Conn, *, now: int) -> tuple[int, int, int]:
    """A lead of 50 points, one of 30 and one of 20 without a wish to be called back, over three days."""
    keen = ripen(conn, 1, looks=3, now=now - 3 * DAY)
    warm = ripen(conn, 2, looks=1, now=now - 2 * DAY)
    record(
        conn, fact(900, "e9", name="identify", t=now - DAY, traits={"email": "9@plant.example", "job_title": "head"})
    )
    run_engine(conn, now=now - DAY)
    row = conn.execute("SELECT max(id) FROM lead").fetchone()
    assert row is not None
    return keen, warm, int(row[0])


def tried(conn: Conn, folder: Path, version: int, against: int | None, *, now: int, days: int = 30) -> Tried:
    return try_on_past(conn, backtests.asked(conn, version, against, days), OnlyTold(), folder=folder, now=now)


def first_version(conn: Conn) -> int:
    row = conn.execute("SELECT min(id) FROM agreement_version").fetchone()
    assert row is not None
    return int(row[0])


def test_leads_are_gained_and_lost_at_the_moment_of_their_event(conn: Conn, folder: Path, now: int) -> None:
    keen, warm, quiet = people(conn, now=now)
    strict = tried(conn, folder, draft(conn, STRICTER, now=now), first_version(conn), now=now)
    assert [(each.lead, each.group, each.after, each.before) for each in strict.leads] == [
        (keen, "common", now - 3 * DAY, now - 3 * DAY),
        (warm, "lost", None, now - 2 * DAY),
    ]
    loose = tried(conn, folder, draft(conn, LOOSER, now=now), first_version(conn), now=now)
    assert [(each.lead, each.group, each.after) for each in loose.leads if each.group != "common"] == [
        (quiet, "gained", now - DAY)
    ]
    assert (loose.summary.after.ripe, loose.summary.before and loose.summary.before.ripe) == (3, 2)
    assert sum(loose.summary.after.per_day) == 3


def test_what_really_became_of_them_is_told_beside(conn: Conn, folder: Path, now: int) -> None:
    keen, _, _ = people(conn, now=now)
    hand_over_ripe(conn, now=now - DAY)
    irina = conn.execute("SELECT user_id FROM seller").fetchall()[0][0]
    selling.accept(conn, keen, user=irina, now=now - DAY + HOUR)
    selling.win(conn, keen, user=irina, now=now - HOUR)
    alone = tried(conn, folder, first_version(conn), None, now=now)
    count = alone.summary.groups["ripe"]
    assert (count.leads, count.handed_over, count.accepted, count.won) == (2, 2, 1, 1)
    assert alone.summary.before is None
    assert alone.summary.after.routing.busy == DAY - HOUR


def test_a_ripe_lead_costs_what_the_campaigns_cost_in_those_days(conn: Conn, folder: Path, now: int) -> None:
    """Of one of three days the spend is not known; `elsewhere` is the campaign of another agreement."""
    people(conn, now=now)
    put_in_force(conn, {**HOUSE, "campaign": "elsewhere"}, start=now - DAY)
    today = datetime.fromtimestamp(now / SECOND, ZoneInfo("Europe/Moscow")).date()
    for campaign, back, amount in (("radio", 3, 100_00), ("radio", 1, 50_00), ("elsewhere", 2, 9), ("radio", 99, 9)):
        record_spend(conn, {CampaignDay(campaign, today - timedelta(days=back)): amount}, user=None, now=now)
    found = tried(conn, folder, draft(conn, LOOSER, now=now), first_version(conn), now=now).summary
    assert (found.spend.campaigns, found.spend.spent) == (("radio",), Spent(150_00, 2, 30))
    assert found.before is not None
    assert (found.price(found.after), found.price(found.before)) == (50_00, 75_00)


def test_the_route_deals_the_leads_of_the_time_tried(conn: Conn, folder: Path, now: int) -> None:
    people(conn, now=now)
    routing = tried(conn, folder, first_version(conn), None, now=now).summary.after.routing
    assert (routing.leads, routing.handed_over, routing.left) == (2, 2, {})
    assert [(each.rule, each.leads) for each in routing.rules] == [("otherwise", 2)]


def test_a_job_exports_tries_and_keeps_once_even_if_repeated(
    conn: Conn, database_url: str, folder: Path, now: int
) -> None:
    people(conn, now=now)
    marketing, version = person(conn, "m", role="marketing"), draft(conn, LOOSER, now=now)
    job = ask(conn, version, against=first_version(conn), days=30, user=marketing, now=now)
    assert ask(conn, version, against=None, days=7, user=marketing, now=now) == job
    jobs.carry_out(database_url, job, threading.Event())
    assert conn.execute("SELECT state, error FROM job").fetchone() == ("done", "")
    conn.execute("UPDATE job SET state = 'running'")  # as if it had been killed before it could say so
    jobs.carry_out(database_url, job, threading.Event())
    kept = conn.execute("SELECT id, version_id, days, asked_by_id FROM agreement_backtest").fetchall()
    assert [row[1:] for row in kept] == [(version, 30, marketing)]
    assert conn.execute("SELECT result FROM job").fetchone() == ({"backtest": kept[0][0]},)
    assert conn.execute("SELECT count(*) FROM agreement_backtest_lead").fetchone() == (3,)
    assert read_manifest(folder).files


def test_an_erased_person_is_in_no_backtest(conn: Conn, database_url: str, folder: Path, now: int) -> None:
    keen, warm, _ = people(conn, now=now)
    marketing = person(conn, "m", role="marketing")
    job = ask(conn, first_version(conn), against=None, days=30, user=marketing, now=now)
    jobs.carry_out(database_url, job, threading.Event())
    erase(conn, keen, user=None, now=now)
    assert conn.execute("SELECT lead FROM agreement_backtest_lead").fetchall() == [(warm,)]
    again = tried(conn, folder, first_version(conn), None, now=now)
    assert [each.lead for each in again.leads] == [warm]


def test_only_who_writes_agreements_may_ask(conn: Conn, now: int) -> None:
    version = first_version(conn)
    with pytest.raises(NotAllowed):
        ask(conn, version, against=None, days=30, user=person(conn, "s", role="seller"), now=now)


@pytest.mark.parametrize(
    ("version", "against", "days", "code"),
    [(0, None, 0, "days_out_of_range"), (0, 0, 30, "against_itself"), (99, None, 30, "no_version_to_try")],
)
def test_what_cannot_be_tried_is_refused(
    conn: Conn, now: int, version: int, against: int | None, days: int, code: str
) -> None:
    first = first_version(conn)
    with pytest.raises(RefusedBacktest) as refused:
        ask(
            conn,
            first + version,
            against=None if against is None else first,
            days=days,
            user=person(conn, "m", role="marketing"),
            now=now,
        )
    assert refused.value.code == code
