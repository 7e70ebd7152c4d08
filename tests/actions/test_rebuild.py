"""Rebuild equals live: whatever happens to leads, in whatever order, the journal says the same."""

import random
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pomona.actions.check import check
from pomona.actions.erase import erase
from pomona.actions.fold import fold_batch
from pomona.actions.identity import RefusedIdentity, merge, split
from pomona.actions.rebuild import check_rebuild, rebuild
from pomona.domain.event import DAY, HOUR, Event
from pomona.store import fresh, identity, leads
from pomona.store.database import Rebuilding, connect, work_stopped
from tests.actions.engine import HOUSE, decisions, fact, healthy_engine, key, lead_of, put_in_force, record
from tests.actions.sales import person
from tests.conftest import NOW

Conn = psycopg.Connection[Any]
USER = 1
SPRING = {
    **HOUSE,
    "campaign": "spring",
    "covers": [{"utm_campaign": "spring*"}],
    "ready": {**HOUSE["ready"], "holdout": 0.5},
}
PEOPLE = ("e1", "e2", "p1", "p2", "i1")
NAMES = (*PEOPLE, "v1", "v2", "e1 v1", "e2 v1", "e2 v2", "i1 v2", "e1 p1", "p1 i1", "e2 i1 p2")


@pytest.fixture(autouse=True)
def administrator(conn: Conn) -> None:
    """Who does what is done by hand."""
    assert person(conn, "admin", role="administrator") == USER


def _facts(numbers: st.SearchStrategy[int]) -> st.SearchStrategy[Event]:
    """A fact about a few people and visitors, at any time of the last hundred days."""
    return st.builds(
        _fact,
        numbers,
        st.sampled_from(NAMES),
        st.integers(0, 100 * 24),
        st.sampled_from(("page", "content downloaded", "call back requested", "contract signed", "identify")),
        st.sampled_from((None, "spring-1", "spring-2")),
    )


def _fact(number: int, names: str, hours: int, name: str, campaign: str | None) -> Event:
    name = "identify" if " " in names else name
    kind = {"e": "email", "p": "phone", "i": "job_title", "v": "note"}[names[0]]
    properties = {"content": f"guide-{number % 5}"}
    traits = {kind: f"{names[:2]}-{number}"}
    return fact(
        number,
        names,
        t=NOW - hours * HOUR,
        name=name,
        path="/pricing",
        campaign=campaign,
        traits=traits,
        properties=properties,
    )


Step = Callable[[Conn], None]


def _facts_step(facts: list[Event]) -> Step:
    return lambda conn: record(conn, *facts)


def _by_hand(act: Callable[[Conn, list[int]], object]) -> Step:
    """Something done to the first leads there are, if they can be."""

    def step(conn: Conn) -> None:
        healthy_engine(conn)
        live = conn.execute("SELECT id FROM lead WHERE merged_into IS NULL ORDER BY id LIMIT 2").fetchall()
        with suppress(RefusedIdentity, IndexError):
            act(conn, [row[0] for row in live])

    return step


def _split_one(conn: Conn, numbers: list[int], place: int) -> None:
    person = leads.person_of(conn, numbers[0])
    assert person is not None
    keys = sorted(identity.members_of(conn, [person]))
    split(conn, numbers[0], {keys[place % len(keys)]}, user=USER, now=NOW)


STEPS = st.lists(
    st.one_of(
        st.lists(_facts(st.integers(0, 60)), min_size=1, max_size=12).map(_facts_step),
        st.just(_by_hand(lambda conn, numbers: merge(conn, numbers[0], numbers[1], user=USER, now=NOW))),
        st.integers(0, 3).map(lambda place: _by_hand(lambda conn, numbers: _split_one(conn, numbers, place))),
        st.just(_by_hand(lambda conn, numbers: erase(conn, numbers[0], user=USER, now=NOW))),
        st.just(lambda conn: healthy_engine(conn, limit=3)),
    ),
    min_size=2,
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, seed=st.integers(0, 2**32))
def test_live_rebuilt_and_shuffled_states_are_identical(conn: Conn, steps: list[Step], seed: int) -> None:
    _empty(conn)
    put_in_force(conn)
    put_in_force(conn, SPRING)
    for step in steps:
        step(conn)
    healthy_engine(conn)
    assert check(conn, now=NOW) == []
    live = _state(conn)
    _shuffle_facts(conn, seed)
    assert rebuild(conn, now=NOW) == []
    assert _state(conn) == live


def test_a_told_story_of_visits_merge_split_and_erasure_rebuilds_from_nothing(conn: Conn) -> None:
    put_in_force(conn)
    record(conn, fact(1, "v1", t=NOW - 3 * DAY, path="/pricing"), fact(2, "v1", t=NOW - 2 * DAY, path="/pricing"))
    record(conn, fact(3, "e1 v1", t=NOW - DAY, name="identify", traits={"email": "a@b.example"}))
    healthy_engine(conn)
    record(conn, fact(4, "v1", t=NOW - 4 * DAY, path="/pricing"), fact(2, "v1", t=NOW - 2 * DAY, path="/pricing"))
    record(conn, fact(5, "p1", traits={"phone": "+7"}), fact(6, "e2 v1", t=NOW, name="identify", traits={"email": "c"}))
    healthy_engine(conn)
    first, second, third = (lead_of(conn, name)["id"] for name in ("e1", "p1", "e2"))
    merge(conn, first, second, user=USER, now=NOW)
    record(conn, fact(7, "p1", path="/pricing/pumps"))
    healthy_engine(conn)
    split(conn, first, {key("p1")}, user=USER, now=NOW)
    erase(conn, third, user=USER, now=NOW)
    healthy_engine(conn)
    live = _state(conn)
    assert lead_of(conn, "e1")["score"] == 8_203 + 8_620 + 9_057  # the looks of 4, 3 and 2 days ago
    for table in fresh.TABLES:
        conn.execute(f"DELETE FROM {table.name}")
    assert rebuild(conn, now=NOW)
    assert _state(conn) == live


def test_erasing_all_whom_one_fact_named_leaves_nothing_that_names_them(conn: Conn) -> None:
    put_in_force(conn)
    record(conn, fact(1, "e2 i1 p2", name="identify", traits={"email": "a@b.example"}))
    record(conn, fact(2, "p2", traits={"phone": "+7"}))
    healthy_engine(conn)
    _split_one(conn, [lead_of(conn, "e2")["id"]], 0)
    healthy_engine(conn)
    for name in ("e2", "p2"):
        erase(conn, lead_of(conn, name)["id"], user=USER, now=NOW)
    assert check(conn, now=NOW) == []
    named = [key(name) for name in ("e2", "i1", "p2")]
    assert conn.execute(
        "SELECT count(*) FROM journal WHERE keys && %s OR subject = ANY(%s)", (named, named)
    ).fetchone() == (0,)


def test_what_was_changed_behind_the_journals_back_is_found_and_repaired(conn: Conn) -> None:
    put_in_force(conn)
    record(conn, fact(1, "e1", traits={"email": "a@b.example"}))
    healthy_engine(conn)
    lead = lead_of(conn, "e1")
    conn.execute("UPDATE lead SET stage = 'won'")
    conn.execute("UPDATE lead_score SET tally = ''")
    assert [each.code for each in check(conn, now=NOW)] == ["not_as_rebuilt"] * 2
    rebuild(conn, now=NOW)
    assert check(conn, now=NOW) == []
    assert lead_of(conn, "e1") == lead


def test_a_lost_event_and_a_ripe_lead_without_owner_or_reason_are_found(conn: Conn) -> None:
    put_in_force(conn)
    record(conn, fact(1, "e1", name="call back requested", traits={"email": "a@b.example"}), fact(2, "v1"))
    healthy_engine(conn)
    conn.execute("DELETE FROM journal WHERE subject = %s", (key("v1"),))
    assert [each.code for each in check(conn, now=NOW + HOUR)] == ["event_missing", "ripe_without_owner"]


def test_a_version_that_came_into_force_since_is_no_difference(conn: Conn) -> None:
    put_in_force(conn)
    record(conn, fact(1, "e1", traits={"email": "a@b.example"}))
    healthy_engine(conn)
    put_in_force(conn, start=NOW + 1)
    assert check_rebuild(conn, now=NOW + DAY) == []


def test_work_waits_while_a_rebuild_goes_on(conn: Conn, database_url: str) -> None:
    with connect(database_url) as other, work_stopped(conn), pytest.raises(Rebuilding):
        fold_batch(other, shard=0, now=NOW)


def test_engines_on_all_shards_at_once_lose_nothing(conn: Conn, database_url: str) -> None:
    put_in_force(conn)
    rng = random.Random(5)
    facts = [
        _fact(number, rng.choice(NAMES), rng.randrange(2000), rng.choice(("page", "content downloaded")), None)
        for number in range(600)
    ]
    done = threading.Event()
    engines = [threading.Thread(target=_run_until, args=(database_url, shard, done)) for shard in range(4)]
    for engine in engines:
        engine.start()
    for start in range(0, len(facts), 20):
        record(conn, *facts[start : start + 20])
    done.set()
    for engine in engines:
        engine.join(60)
    healthy_engine(conn)
    assert check(conn, now=NOW) == []
    captured = [lead for lead, name in decisions(conn) if name == "captured"]
    assert len(captured) == len(set(captured))


def _run_until(url: str, shard: int, done: threading.Event) -> None:
    with connect(url) as conn:
        while fold_batch(conn, shard=shard, now=NOW, limit=7) or not done.is_set():
            pass


def _state(conn: Conn) -> dict[str, list[tuple[Any, ...]]]:
    """Every derived row, byte for byte."""
    return {
        table.name: conn.execute(
            f"SELECT {', '.join(table.equal)} FROM {table.name} ORDER BY {', '.join(table.identified_by)}"
        ).fetchall()
        for table in fresh.TABLES
    }


def _shuffle_facts(conn: Conn, seed: int) -> None:
    """Deal the places of the facts in the journal anew; decisions keep theirs."""
    places = [row[0] for row in conn.execute("SELECT seq FROM journal WHERE kind <> 'decision' ORDER BY seq")]
    shuffled = random.Random(seed).sample(places, len(places))
    conn.execute("UPDATE journal SET seq = -seq WHERE kind <> 'decision'")
    conn.execute(
        "UPDATE journal SET seq = dealt.new FROM unnest(%s::bigint[], %s::bigint[]) AS dealt (old, new) "
        "WHERE journal.seq = -dealt.old",
        (places, shuffled),
    )


def _empty(conn: Conn) -> None:
    conn.execute(
        "TRUNCATE journal, message_key, lead, lead_score, identity_link, identity_hand_link, identity_person, "
        "identity_visit, work_cursor, poison, agreement, agreement_version, agreement_signature, switching "
        "RESTART IDENTITY CASCADE"
    )
