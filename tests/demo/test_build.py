"""The demo company, small, built in the test."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.test import Client

from pomona.actions import fitting
from pomona.actions.check import check
from pomona.actions.demo_company import NotADemo, demo_state
from pomona.actions.identity import split
from pomona.demo.build import DemoReport, build
from pomona.demo.company import LOGINS, MEMBERS
from pomona.domain.errors import Language
from pomona.domain.event import DAY, HOUR
from pomona.store import agreements
from pomona.store.fitting import of_version as fitting_of
from tests.conftest import NOW

Build = Callable[..., DemoReport]
EVENING = NOW + 7 * HOUR


@pytest.fixture
def small(conn: psycopg.Connection[Any]) -> Build:
    """Builds a small company in the emptied database."""
    conn.execute("DELETE FROM installation")

    def run(language: Language = "ru", seed: int = 5, days: int = 8, leads: int = 30) -> DemoReport:
        return build(conn, seed=seed, language=language, now=EVENING, days=days, leads=leads)

    return run


def _facts(conn: psycopg.Connection[Any]) -> list[tuple[Any, ...]]:
    return conn.execute(
        "SELECT key, t, name, subject, body FROM journal WHERE kind <> 'decision' ORDER BY key"
    ).fetchall()


def _leads(conn: psycopg.Connection[Any]) -> list[tuple[Any, ...]]:
    return conn.execute("SELECT id, stage, owner_id, email, phone, score, ripe_at FROM lead ORDER BY id").fetchall()


def _one(conn: psycopg.Connection[Any], question: str) -> Any:
    row = conn.execute(question).fetchone()
    assert row is not None
    return row[0]


def test_the_same_seed_gives_the_same_company(conn: psycopg.Connection[Any], small: Build) -> None:
    first = small()
    facts, leads = _facts(conn), _leads(conn)
    assert small() == first
    assert (_facts(conn), _leads(conn)) == (facts, leads)
    small(seed=6)
    assert _facts(conn) != facts


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_whole_way_of_a_lead_is_there_in_either_language(
    conn: psycopg.Connection[Any], small: Build, language: Language
) -> None:
    report = small(language, days=24, leads=120)
    decided = Counter(name for (name,) in conn.execute("SELECT name FROM journal WHERE kind = 'decision'"))
    ways = {"captured", "ripe", "handed over", "accepted", "contacted", "qualified", "returned", "merged", "waiting"}
    assert ways <= decided.keys()
    assert {"overdue", "reminded"} <= decided.keys()
    assert _one(conn, "SELECT count(*) FROM poison") == 0
    state = demo_state(conn)
    assert state is not None
    assert (state.seed, state.language) == (5, language)
    letters = {letter for (name,) in conn.execute("SELECT name FROM lead") for letter in name if letter.isalpha()}
    assert any("а" <= letter.lower() <= "я" for letter in letters) == (language == "ru")
    assert all(story.title and story.leads for story in report.stories)
    stops = conn.execute("SELECT path, cardinality(leads) FROM tour_stop").fetchall()
    assert len(stops) > 8
    assert all(bool(path) != bool(leads) for path, leads in stops)
    _is_being_fitted(conn, report)
    _every_page_opens([path for path, _ in stops if path])


def _every_page_opens(paths: list[str]) -> None:
    """For the head of sales and, where the tour shows it to them, for a seller."""
    from pomona.store.models import User
    from pomona.web.navigation import may_open

    for login in ("sales", "seller"):
        user = User.objects.get(username=login)
        browser = Client(headers={"Host": "localhost"})
        browser.force_login(user)
        shown = [path for path in paths if may_open(user, path)]
        assert {path: browser.get(path).status_code for path in shown} == dict.fromkeys(shown, 200)
        assert len(shown) == len(paths) - (0 if login == "sales" else 4)


def _is_being_fitted(conn: psycopg.Connection[Any], report: DemoReport) -> None:
    """Six have judged all leads of the draft; the seller and the head of sales, whom a visitor may be, have not."""
    draft = _one(conn, "SELECT id FROM agreement_version WHERE state = 'draft'")
    found = fitting_of(conn, draft)
    assert found is not None
    result = fitting.result(conn, found, agreements.agreement_by_id(conn, draft))
    assert (result.finished, result.invited, len(result.leads)) == (6, 8, 20)
    assert result.draft.value is not None
    asked = conn.execute("SELECT user_id FROM fitting_judge WHERE id NOT IN (SELECT judge_id FROM fitting_judgement)")
    assert {row[0] for row in asked} == {report.users["seller"], report.users["sales"]}


def test_it_passes_the_check_of_an_installation(conn: psycopg.Connection[Any], small: Build) -> None:
    small(days=16, leads=80)
    assert check(conn, now=EVENING) == []


def test_stories_are_as_told(conn: psycopg.Connection[Any], small: Build) -> None:
    report = small()
    _the_mark_was_raised_for_four_days(conn)
    _colleagues_ripened_together(conn, _story(report, "two-colleagues"))
    _late_sellers_lost_them_to_others(conn, _story(report, "overdue"))
    _namesakes_are_one_lead_until_split(conn, _story(report, "namesakes"), user=report.users["sales"])


def _the_mark_was_raised_for_four_days(conn: psycopg.Connection[Any]) -> None:
    ((at, body),) = conn.execute("SELECT t, body FROM journal WHERE name = 'pass mark moved'").fetchall()
    assert (body["value"], body["before"], body["until"]) == (65_000, 55_000, at + 4 * DAY)
    assert body["reason"]
    marks = [agreements.in_force(conn, moment)["default"].ready.pass_mark.current for moment in (at + DAY, EVENING)]
    assert marks == [65_000, 55_000]


def _colleagues_ripened_together(conn: psycopg.Connection[Any], leads: list[int]) -> None:
    ripe = conn.execute("SELECT t, body FROM journal WHERE name = 'ripe' AND lead = ANY(%s)", (leads,)).fetchall()
    assert len(ripe) == 2
    assert abs(ripe[1][0] - ripe[0][0]) < HOUR
    for _, body in ripe:
        alone = sum(each["amount"] for each in body["points"] if each["rule"] != "смотрят и коллеги")
        assert alone < body["pass_mark"] <= body["score"]


def _late_sellers_lost_them_to_others(conn: psycopg.Connection[Any], leads: list[int]) -> None:
    sellers = "SELECT count(DISTINCT seller) FROM journal WHERE name = 'handed over' AND lead = ANY(%s) GROUP BY lead"
    assert [count > 1 for (count,) in conn.execute(sellers, (leads,))] == [True, True]


def _namesakes_are_one_lead_until_split(conn: psycopg.Connection[Any], leads: list[int], *, user: int) -> None:
    asked = "SELECT id, merged_into, anchor, name, job_title, phone FROM lead WHERE id = ANY(%s) ORDER BY id"
    one, other = conn.execute(asked, (leads,)).fetchall()
    assert (one[1], other[1]) == (None, one[0])
    assert split(conn, one[0], [other[2]], user=user, now=EVENING) == other[0]
    one, other = conn.execute(asked, (leads,)).fetchall()
    assert (one[1], other[1]) == (None, None)
    assert one[3] == other[3]
    assert one[4] != other[4]
    assert one[5] != other[5]


def _story(report: DemoReport, key: str) -> list[int]:
    return next(story.leads for story in report.stories if story.key == key)


def test_nothing_happens_after_the_present(conn: psycopg.Connection[Any], small: Build) -> None:
    small()
    assert _one(conn, "SELECT max(greatest(t, received_at)) FROM journal") <= EVENING


def test_agreements_are_in_force_signed_waiting_and_ended(conn: psycopg.Connection[Any], small: Build) -> None:
    small()
    assert set(agreements.in_force(conn, EVENING)) == {"default", "spring-ebook", "pump-webinar"}
    states = dict(conn.execute("SELECT agreement_id || ' ' || number, state FROM agreement_version").fetchall())
    assert states["spring-ebook 1"] == "superseded"
    assert states["spring-ebook 2"] == "in_force"
    assert states["search-broad 1"] == "proposed"
    assert states["pump-webinar 2"] == "trial"
    assert _one(conn, "SELECT count(*) FROM journal WHERE name = 'tried'") > 0
    assert _one(conn, "SELECT in_force_until FROM agreement_version WHERE agreement_id = 'exhibition-2026'") < EVENING


def test_every_campaign_says_what_it_cost_on_each_day(conn: psycopg.Connection[Any], small: Build) -> None:
    small(days=16)
    sums = conn.execute("SELECT campaign, sum(amount) / 100, count(*) FROM spend GROUP BY 1").fetchall()
    assert {name: (int(amount), days) for name, amount, days in sums} == {
        "search-broad": (312_000, 16),
        "spring-ebook": (164_000, 16),
        "site-calls": (88_000, 16),
        "pump-webinar": (60_000, 16),
        "exhibition-2026": (380_000, 16),
    }


def test_everybody_works_there_and_the_log_ins_open(conn: psycopg.Connection[Any], small: Build) -> None:
    report = small()
    assert set(report.users) == {member.login for member in MEMBERS}
    assert {login for login, _ in LOGINS["ru"]} <= set(report.users)
    assert _one(conn, "SELECT count(*) FROM seller WHERE away_until IS NOT NULL") == 1


def test_a_real_company_is_never_touched(conn: psycopg.Connection[Any]) -> None:
    with pytest.raises(NotADemo):
        build(conn, seed=1, language="en", now=NOW, days=1, leads=1)
    assert _one(conn, "SELECT company FROM installation") == "Test"
