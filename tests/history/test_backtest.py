"""A version tried on the past concerns the leads that it would have concerned live, and counts each lead once."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from pomona.domain.agreement import Agreement
from pomona.domain.agreement.values import Cover, Runs
from pomona.domain.event import DAY, HOUR, VISITOR, By, Event
from pomona.domain.profile import EMPTY_PROFILE, observe
from pomona.domain.ripeness import HOUSE, choose_agreements
from pomona.history.backtest import (
    GroupCount,
    Outcome,
    Ripened,
    TriedLead,
    compare,
    count_groups,
    last_days,
    of_the_same_leads,
    ripen,
)
from pomona.history.concerned import EVER, InForce, concerned
from pomona.history.database import empty_connection, load_facts
from pomona.history.dialect import DUCKDB
from pomona.history.past import OnDuckDB
from tests.domain.facts import NOW, agreement, fact
from tests.history.past import LEAD_TABLE

LEAD = 7
SPRING = agreement("{}")
NAMES = ["spring", "summer", "autumn", "winter", "expo", "call", HOUSE]


@pytest.fixture(scope="module")
def db() -> Iterator[duckdb.DuckDBPyConnection]:
    """A past of one lead, captured a hundred days ago, to be filled with its facts."""
    with empty_connection() as connection:
        connection.execute("SET threads = 1")
        connection.execute(LEAD_TABLE)
        connection.execute("INSERT INTO lead (lead, captured_at) VALUES (?, ?)", [LEAD, NOW - 100 * DAY])
        connection.execute(f"CREATE VIEW fact AS SELECT {LEAD} AS lead, true AS this_cycle, * FROM loaded")
        yield connection


def fill(db: duckdb.DuckDBPyConnection, facts: Sequence[Event]) -> None:
    db.execute("TRUNCATE loaded")
    list(load_facts(db, enumerate(facts)))


def touch(t: int, name: str, by: By, kind: str) -> Event:
    where: dict[str, Any] = {"campaign": name} if kind == "campaign" else {"properties": {kind: name}}
    return fact("page", t, by=by, **where)


DAYS = st.integers(-200, 0).map(lambda day: NOW + day * DAY)
TOUCHES = st.lists(
    st.builds(
        touch,
        DAYS,
        st.sampled_from([*NAMES, "Spring-2"]),
        st.sampled_from([By.PERSON, By.PERSON, By.PERSON, By.MACHINE]),
        st.sampled_from(["campaign", "campaign", "form", "number"]),
    ),
    max_size=12,
)
COVERS = st.lists(
    st.builds(
        lambda by, pattern: Cover(by=by, pattern=pattern),
        st.sampled_from(["campaign", "form", "number"]),
        st.sampled_from(["spring*", "s*", "summer", "*"]),
    ),
    max_size=2,
).map(tuple)
RUNS = st.builds(
    lambda start, end: Runs(start=start, end=end),
    st.none() | DAYS,
    st.none() | DAYS,
)
VERSIONS = st.lists(
    st.builds(
        lambda name, covers, runs: replace(SPRING, campaign=name, covers=covers, runs=runs),
        st.sampled_from(NAMES),
        COVERS,
        RUNS,
    ),
    unique_by=lambda each: each.campaign,
    max_size=7,
)


@given(st.sampled_from(["spring", HOUSE]), COVERS, VERSIONS, TOUCHES)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_version_concerns_the_leads_that_it_would_concern_live(
    db: duckdb.DuckDBPyConnection, name: str, covers: tuple[Cover, ...], others: list[Agreement], facts: list[Event]
) -> None:
    """Asked at the moment of each fact, with all others in force at all times."""
    fill(db, facts)
    if name == HOUSE:
        del others[4:]  # among the five newest
    tried = replace(SPRING, campaign=name, covers=covers)
    in_force = {**{each.campaign: each for each in others}, name: tried}
    moments = sorted({each.t for each in facts})
    expected = [
        at for at in moments if tried in choose_agreements(in_force, observe(EMPTY_PROFILE, _upto(facts, at)), at)
    ]
    query = concerned(
        tried, [InForce(each, 0, EVER) for each in others], "SELECT DISTINCT lead, t AS moment FROM fact", DUCKDB
    )
    found = db.execute(f"SELECT moment FROM ({query}) AS found ORDER BY moment").fetchall()
    assert [moment for (moment,) in found] == expected


def _upto(facts: Sequence[Event], at: int) -> list[Event]:
    return [each for each in facts if each.t <= at]


def _concerns(db: duckdb.DuckDBPyConnection, tried: Agreement, others: Sequence[Agreement]) -> bool:
    """Whether the agreement concerns the lead now."""
    now = f"SELECT CAST({LEAD} AS BIGINT) AS lead, CAST({NOW} AS BIGINT) AS moment"
    return bool(db.execute(concerned(tried, [InForce(each, 0, EVER) for each in others], now, DUCKDB)).fetchall())


def test_a_touch_counts_for_ninety_days_and_is_known_however_its_campaign_is_written(
    db: duckdb.DuckDBPyConnection,
) -> None:
    terms = replace(SPRING, covers=(Cover(by="campaign", pattern="SPRING*"),))
    for t, counts in ((NOW - 90 * DAY, False), (NOW - 90 * DAY + 1, True), (NOW, True)):
        only = touch(t, "Spring-1", By.PERSON, "campaign")
        fill(db, [only])
        assert _concerns(db, terms, []) is counts
        assert (terms in choose_agreements({"spring": terms}, observe(EMPTY_PROFILE, [only]), NOW)) is counts


def test_of_many_agreements_the_five_touched_last_concern_a_lead_each_counted_once(
    db: duckdb.DuckDBPyConnection,
) -> None:
    others = [replace(SPRING, campaign=name) for name in ("summer", "autumn", "winter", "expo", "call")]
    newer = [touch(NOW - day * DAY, each.campaign, By.PERSON, "campaign") for day, each in enumerate(others)]
    own = touch(NOW - 9 * DAY, "spring", By.PERSON, "campaign")
    fill(db, [own, *newer[1:], touch(NOW - 2 * DAY, "autumn", By.PERSON, "campaign")])
    assert _concerns(db, SPRING, [*others, SPRING])
    fill(db, [own, *newer])
    assert not _concerns(db, SPRING, [*others, SPRING])
    assert _concerns(db, SPRING, [*others[1:], SPRING])
    older = replace(SPRING, covers=(Cover(by="campaign", pattern="expo"),))
    assert _concerns(db, SPRING, [*others[1:], older]), "an older version of its own is no rival"


def test_a_touch_gives_way_to_the_next_of_its_source_even_to_one_after_the_campaign(
    db: duckdb.DuckDBPyConnection,
) -> None:
    house, summer = (replace(SPRING, campaign=name) for name in (HOUSE, "summer"))
    summer = replace(summer, runs=Runs(end=NOW - 5 * DAY))
    facts = [touch(NOW - days * DAY, "summer", By.PERSON, "campaign") for days in (9, 2)]
    for known, is_left in ((facts[:1], False), (facts, True)):
        fill(db, known)
        assert _concerns(db, house, [summer]) is is_left
        live = choose_agreements({HOUSE: house, "summer": summer}, observe(EMPTY_PROFILE, known), NOW)
        assert (house in live) is is_left


def test_another_agreement_takes_a_lead_from_the_house_rules_only_while_it_is_in_force(
    db: duckdb.DuckDBPyConnection,
) -> None:
    fill(db, [touch(NOW + day * DAY, "summer", By.PERSON, "campaign") for day in range(3)])
    summer = InForce(replace(SPRING, campaign="summer"), NOW + DAY, NOW + 2 * DAY)
    query = concerned(replace(SPRING, campaign=HOUSE), [summer], "SELECT lead, t AS moment FROM fact", DUCKDB)
    found = db.execute(f"SELECT moment FROM ({query}) AS found ORDER BY moment").fetchall()
    assert found == [(NOW,), (NOW + 2 * DAY,)]


def test_a_lead_ripens_at_the_first_event_that_concerns_the_agreement_and_makes_it_ripe(
    db: duckdb.DuckDBPyConnection,
) -> None:
    terms = agreement(
        "ready: {pass_mark: 20, captured: {known: email}, "
        "interest: [{name: page, when: {event: page}, points: 10, at_most: 50}]}"
    )
    visits = [fact("page", NOW + day * DAY) for day in (1, 2, 3)]
    fill(db, [fact("identify", NOW, traits={"email": "a@b.example"}), *visits])
    assert ripen(OnDuckDB(db), terms, []).moments == {}
    fill(
        db,
        [
            fact("identify", NOW, traits={"email": "a@b.example"}),
            *visits,
            touch(NOW + 5 * DAY, "spring", By.PERSON, "campaign"),
        ],
    )
    assert ripen(OnDuckDB(db), terms, []).moments == {LEAD: NOW + 5 * DAY}
    assert ripen(OnDuckDB(db), replace(terms, campaign=HOUSE), []).moments == {LEAD: NOW + 2 * DAY}


def test_a_lead_counts_from_the_first_event_about_the_person_however_late_that_was_decided(
    db: duckdb.DuckDBPyConnection,
) -> None:
    terms = agreement("ready: {pass_mark: 1, captured: {known: email}, mql: {event: page}}")
    visit = fact("page", NOW - 101 * DAY, subject=VISITOR + b"1")
    fill(db, [visit, fact("identify", NOW - 100 * DAY - HOUR, traits={"email": "a@b.example"})])
    assert ripen(OnDuckDB(db), replace(terms, campaign=HOUSE), []).moments == {LEAD: NOW - 100 * DAY - HOUR}


def test_silence_counts_from_the_first_event_about_the_person_not_from_its_browsers(
    db: duckdb.DuckDBPyConnection,
) -> None:
    silent = "{none_of: {event: call back requested}, for: 30d}"
    terms = agreement(f"ready: {{pass_mark: 1, captured: {{known: email}}, mql: {silent}}}")
    known = NOW - 100 * DAY - HOUR
    visits = [fact("page", known + days * DAY, subject=VISITOR + b"1") for days in (-40, -1, 29, 30)]
    fill(db, [fact("identify", known, traits={"email": "a@b.example"}), *visits])
    assert ripen(OnDuckDB(db), replace(terms, campaign=HOUSE), []).moments == {LEAD: known + 30 * DAY}


def test_another_agreement_is_tried_on_the_leads_that_change_over() -> None:
    house = replace(SPRING, campaign=HOUSE)
    draft = replace(SPRING, covers=(Cover(by="form", pattern="guide"),))
    asked = of_the_same_leads(house, draft)
    assert (asked.campaign, asked.covers, asked.ready) == (draft.campaign, draft.covers, house.ready)


SPAN = last_days(7, now=NOW, time_zone="Europe/Moscow")


def ripened(**moments: int) -> Ripened:
    """Lead 1 is called l1; days before now."""
    return Ripened(SPRING, {int(name[1:]): NOW - days * DAY for name, days in moments.items()})


def test_a_lead_is_gained_lost_or_common_by_whether_it_ever_ripens_under_the_other_version() -> None:
    tried = compare(ripened(l1=3, l2=2, l4=1, l5=40), ripened(l2=5, l3=1, l4=50, l5=60), SPAN)
    assert {each.lead: each.group for each in tried} == {1: "gained", 2: "common", 3: "lost", 4: "common"}
    assert [each.lead for each in tried] == [4, 2, 1, 3]
    assert {each.group for each in compare(ripened(l1=3, l2=90), None, SPAN)} == {"ripe"}


def test_the_last_days_are_whole_days_of_the_company_and_today() -> None:
    assert SPAN.days[0] == date(2026, 2, 23)
    assert (len(SPAN.days), SPAN.days[-1]) == (8, date(2026, 3, 2))
    assert SPAN.holds(SPAN.since)
    assert not SPAN.holds(SPAN.since - 1)
    assert SPAN.day(SPAN.since - 1) == date(2026, 2, 22)


def test_a_day_on_which_the_clocks_change_is_one_day_and_midnight_ends_it() -> None:
    noon = 1_774_864_800_000_000
    span = last_days(2, now=noon, time_zone="Europe/Berlin")
    assert span.since == noon - 2 * DAY - 12 * HOUR + HOUR, "an hour was left out on Sunday, 29 March 2026"
    assert span.days == [date(2026, 3, 28), date(2026, 3, 29), date(2026, 3, 30)]
    midnight = noon - 12 * HOUR
    assert (span.day(midnight - 1), span.day(midnight)) == (date(2026, 3, 29), date(2026, 3, 30))
    whole = replace(span, until=midnight)
    assert whole.days == [date(2026, 3, 28), date(2026, 3, 29)]
    assert not whole.holds(midnight)
    assert whole.holds(midnight - 1)


def test_what_became_of_a_group_is_counted_from_its_own_leads() -> None:
    tried = [TriedLead(1, "gained", NOW, None), TriedLead(2, "gained", NOW, None), TriedLead(3, "lost", None, NOW)]
    outcomes = {1: Outcome(True, True, False), 3: Outcome(True, True, True)}
    assert count_groups(tried, outcomes) == {"gained": GroupCount(2, 1, 1, 0), "lost": GroupCount(1, 1, 1, 1)}
