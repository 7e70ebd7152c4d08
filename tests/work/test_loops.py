"""The loops together bring an event to a seller within seconds, outlive a lost connection and end when asked."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from pomona import clock
from pomona.actions import people, presence, selling
from pomona.domain.event import SECOND
from pomona.domain.stages import Stage
from pomona.journal.append import append
from pomona.store.database import connect, work_stopped
from pomona.work import loops
from pomona.work.process import run
from tests.actions.engine import HOUSE, fact, put_in_force
from tests.actions.sales import hire, history, lead
from tests.conftest import NOW

Conn = psycopg.Connection[Any]
QUICK = {
    **HOUSE,
    "respond": {"first_contact": [{"otherwise": "1m", "overdue": ["reassign"]}]},
}


def wait_for(what: Callable[[], Any], seconds: float = 20) -> Any:
    """What it gives as soon as that is true; a lost wait is a failed test."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.02)
    raise AssertionError(f"not within {seconds} s")


@pytest.fixture
def work(conn: Conn, database_url: str) -> Iterator[None]:
    """All loops running."""
    put_in_force(conn, QUICK)
    people.save_team(conn, "sales", user=None, now=NOW)
    stop = threading.Event()
    process = threading.Thread(target=run, args=(database_url, stop))
    process.start()
    yield
    stop.set()
    process.join(10)
    assert not process.is_alive()


def arrive(conn: Conn, number: int) -> None:
    """Somebody identifies and asks to be called back, now."""
    now = clock.now()
    traits = {"email": f"lead{number}@plant.example", "name": f"Lead {number}"}
    with conn.transaction():
        append(
            conn,
            [
                fact(number * 2, f"e{number}", name="identify", t=now, traits=traits),
                fact(number * 2 + 1, f"e{number}", name="call back requested", t=now),
            ],
        )


def owned(conn: Conn, by: int | None = None) -> int | None:
    row = conn.execute("SELECT id FROM lead WHERE owner_id = coalesce(%s, owner_id) LIMIT 1", (by,)).fetchone()
    return None if row is None else int(row[0])


def test_an_event_becomes_a_sellers_lead_and_message_and_a_contact_stops_the_clock(conn: Conn, work: None) -> None:
    irina = hire(conn, "irina", calendar=None)
    arrive(conn, 1)
    number = wait_for(lambda: owned(conn))
    wait_for(lambda: conn.execute("SELECT 1 FROM outbox WHERE sent_at IS NOT NULL").fetchone())
    selling.accept(conn, number, user=irina, now=clock.now())
    state = selling.contacted(conn, number, user=irina, now=clock.now())
    assert (state.stage, state.due_at) == (Stage.SAL, None)
    assert history(conn, number) == ["captured", "ripe", "handed over", "accepted", "contacted"]


def test_a_lead_that_waits_is_handed_over_when_somebody_comes(conn: Conn, work: None) -> None:
    irina = hire(conn, "irina", calendar=None)
    presence.set_present(conn, irina, present=False, user=None, now=NOW)
    arrive(conn, 1)
    wait_for(lambda: conn.execute("SELECT 1 FROM lead WHERE waiting ->> 'code' = 'nobody_free'").fetchone())
    presence.set_present(conn, irina, present=True, user=None, now=NOW)
    assert wait_for(lambda: owned(conn))


def test_a_clock_that_ran_out_is_acted_on_within_two_seconds(conn: Conn, work: None) -> None:
    irina, oleg = hire(conn, "irina", calendar=None), hire(conn, "oleg", calendar=None, capacity=0)
    arrive(conn, 1)
    number = wait_for(lambda: owned(conn, irina))
    people.save_seller(conn, oleg, team="sales", capacity=5, user=None, now=NOW)
    due_at = clock.now()
    conn.execute("UPDATE lead SET due_at = %s WHERE id = %s", (due_at, number))
    wait_for(lambda: owned(conn, oleg))
    decided = conn.execute("SELECT t FROM journal WHERE name = 'overdue'").fetchone()
    assert decided is not None
    assert 0 <= decided[0] - due_at < 2 * SECOND
    assert lead(conn, number).overdue == 1


def test_loops_outlive_a_lost_connection_and_a_rebuild(conn: Conn, work: None, database_url: str) -> None:
    hire(conn, "irina", calendar=None)
    arrive(conn, 1)
    wait_for(lambda: owned(conn))
    conn.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with connect(database_url) as other, work_stopped(other):
        arrive(conn, 2)
    wait_for(lambda: conn.execute("SELECT 1 FROM lead WHERE owner_id IS NOT NULL AND name = 'Lead 2'").fetchone())


def test_a_turn_that_fails_is_taken_again(database_url: str) -> None:
    turns: list[int] = []
    stop = threading.Event()

    def turn(_: Conn, *, now: int) -> int:
        turns.append(now)
        if len(turns) == 3:
            stop.set()
        if len(turns) < 3:
            raise ValueError("somebody@plant.example")
        return 0

    loops.run(database_url, stop, name="test", turn=turn)
    assert len(turns) == 3
    assert turns[0] > NOW


def test_a_database_that_is_away_is_waited_for_without_an_end(database_url: str) -> None:
    stop = threading.Event()
    address = "postgresql://nobody@127.0.0.1:1/none"
    loop = threading.Thread(
        target=loops.run, args=(address, stop), kwargs={"name": "test", "turn": lambda conn, now: 0}
    )
    loop.start()
    stop.wait(0.5)
    assert loop.is_alive()
    stop.set()
    loop.join(10)
    assert not loop.is_alive()
