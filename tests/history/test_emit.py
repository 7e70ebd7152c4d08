"""One meaning, two executions: the fold and DuckDB say the same of every lead, whatever the agreement."""

from collections.abc import Iterator, Sequence

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings

from pomona.domain.agreement import Agreement
from pomona.domain.agreement.trackers import VALUES_KEPT
from pomona.domain.event import DAY, HOUR
from pomona.domain.profile import MOST_QUESTIONS, MOST_TRAITS
from pomona.history import emit
from pomona.history.database import empty_connection, load_facts
from tests.domain.facts import NOW, agreement, fact
from tests.history.judged import agree, asked, at_events, at_moment, first_times, folded
from tests.history.past import LEAD_TABLE, LEADS, MOMENTS, Past, agreements


@pytest.fixture(scope="module")
def db() -> Iterator[duckdb.DuckDBPyConnection]:
    with empty_connection() as connection:
        connection.execute("SET threads = 1")
        connection.execute(LEAD_TABLE)
        connection.execute("CREATE TABLE whose (seq BIGINT, lead BIGINT)")
        connection.execute(
            "CREATE VIEW fact AS SELECT whose.lead, loaded.t >= lead.cycle_from AS this_cycle, loaded.* "
            "FROM loaded JOIN whose USING (seq) JOIN lead ON lead.lead = whose.lead"
        )
        yield connection


def _load(db: duckdb.DuckDBPyConnection, leads: Sequence[Past]) -> None:
    events = [(lead, event) for lead, past in enumerate(leads) for event in past.events]
    for table in ("lead", "whose", "loaded"):
        db.execute(f"TRUNCATE {table}")
    for lead, past in enumerate(leads):
        db.execute("INSERT INTO lead VALUES (?, ?, ?, ?, ?, ?)", [lead, *past[1:]])
    if events:
        db.execute("INSERT INTO whose SELECT unnest(?), unnest(?)", [list(range(len(events))), [e[0] for e in events]])
    assert [*load_facts(db, ((seq, event) for seq, (_, event) in enumerate(events)))] in ([], [[]])


@given(agreements(), LEADS, MOMENTS)
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_fold_and_sql_judge_alike_at_a_moment_and_at_every_event(
    db: duckdb.DuckDBPyConnection, terms: Agreement, leads: list[Past], later: int
) -> None:
    _load(db, leads)
    agree(asked(db, emit.at_moment(terms, NOW + later)), at_moment(terms, leads, NOW + later))
    found = asked(db, emit.at_events(terms))
    agree(found, at_events(terms, leads))
    assert dict(db.execute(emit.first_ripe(terms)).fetchall()) == first_times(found)


def test_once_per_keeps_the_values_that_came_first(db: duckdb.DuckDBPyConnection) -> None:
    terms = agreement("ready: {interest: [{name: r, when: {event: page}, points: 1, once_per: w, half_life: 1h}]}")
    events = [fact("page", NOW + n * HOUR, properties={"w": f"w{n}"}) for n in range(VALUES_KEPT + 40)]
    for late in (0, VALUES_KEPT - 1, VALUES_KEPT + 39):
        _load(db, [Past(events, NOW, 0)])
        at = NOW + late * HOUR
        agree(asked(db, emit.at_moment(terms, at)), [folded(terms, 0, Past(events, NOW, 0), at)])


def test_what_a_profile_has_no_room_for_counts_in_neither(db: duckdb.DuckDBPyConnection) -> None:
    terms = agreement(
        "ready: {fit: [{name: a, when: {trait: zzz, is: 1}, points: 1},"
        " {name: b, when: {trait: email, is: e}, points: 2}],"
        " answers: [{name: c, when: {answer: zzz, is: a}, points: 4}]}"
    )
    told = [fact("identify", NOW, traits={"zzz": 1, "email": "e"}, answers={"zzz": ["a"]})]
    for n in range(MOST_TRAITS):
        told.append(fact("identify", NOW + n, traits={f"t{n}": n}, answers={f"q{n}": ["a"]}))
    leads = [Past(told, NOW, 0), Past(told[:MOST_QUESTIONS], NOW, 0)]
    _load(db, leads)
    expected = at_events(terms, leads)
    agree(asked(db, emit.at_events(terms)), expected)
    assert {each.score for each, _ in expected} == {7_000, 3_000, 2_000}


def test_a_lead_ripens_at_the_moment_at_which_a_colleague_does_what_is_asked(db: duckdb.DuckDBPyConnection) -> None:
    terms = agreement(
        "ready: {captured: {known: company.employees}, mql: {all: [{people_of_account: 2, event: page, within: 1d},"
        " {trait: company.employees, at_least: 50}]}}"
    )
    told = fact("identify", NOW + HOUR, traits={"company.employees": 80})
    leads = [
        Past([fact("page", NOW), fact("identify", NOW, traits={"company.employees": 9})], NOW, 0, "works"),
        Past([fact("page", NOW - 2 * DAY), fact("page", NOW + 3 * HOUR), told], NOW, 0, "works"),
        Past([fact("page", NOW)], NOW, 0, "works"),
        Past([fact("page", NOW)], NOW, 0),
    ]
    _load(db, leads)
    found = asked(db, emit.at_events(terms))
    agree(found, at_events(terms, leads))
    assert dict(db.execute(emit.first_ripe(terms)).fetchall()) == first_times(found) == {0: NOW + HOUR, 1: NOW + HOUR}
    assert {each.lead for each in found if each.ripe} == {0, 1, 2}


def test_texts_of_an_agreement_are_never_read_as_sql(db: duckdb.DuckDBPyConnection) -> None:
    odd = "'; DROP TABLE lead; --"
    terms = agreement(f'ready: {{fit: [{{name: "{odd}", when: {{region: "{odd}"}}, points: 5}}]}}')
    past = Past([fact("identify", NOW, traits={"region": odd})], NOW, 0)
    _load(db, [past])
    agree(asked(db, emit.at_moment(terms, NOW)), [folded(terms, 0, past, NOW)])
    assert folded(terms, 0, past, NOW)[0].fit == 5_000
