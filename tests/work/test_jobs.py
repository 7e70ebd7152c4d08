"""Long jobs are carried out once, whatever is killed; whoever cancels one sees it end."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pomona.actions import jobs as asked
from pomona.actions.jobs import Running
from pomona.history.database import empty_connection
from pomona.store.database import connect
from pomona.store.jobs import EXPORT
from pomona.store.powers import NotAllowed
from pomona.work import jobs
from pomona.work.steps import Steps
from tests.actions.engine import fact, record
from tests.actions.sales import person
from tests.conftest import NOW
from tests.work.test_loops import wait_for

Conn = psycopg.Connection[Any]


@pytest.fixture
def conn(conn: Conn, database_url: str) -> Iterator[Conn]:
    """A connection as pages and loops have it."""
    with connect(database_url) as ours:
        yield ours


@pytest.fixture
def folder(conn: Conn, tmp_path: Path) -> Iterator[Path]:
    """Exports go to a folder of this test."""
    from django.test import override_settings

    with override_settings(EXPORT_DIR=tmp_path):
        yield tmp_path


@pytest.fixture
def worker(conn: Conn, database_url: str, folder: Path) -> Iterator[threading.Event]:
    """The loop of jobs, running; ended by the event."""
    stop = threading.Event()
    thread = threading.Thread(target=jobs.run_jobs, args=(database_url, stop))
    thread.start()
    yield stop
    stop.set()
    thread.join(15)
    assert not thread.is_alive()


def state(conn: Conn, job: int) -> str:
    row = conn.execute("SELECT state FROM job WHERE id = %s", (job,)).fetchone()
    assert row is not None
    return str(row[0])


def test_a_job_is_carried_out_and_says_what_came_of_it(conn: Conn, worker: threading.Event) -> None:
    record(conn, fact(1, "e1", name="identify", traits={"email": "1@b.example"}))
    job = asked.defer_export(conn, user=None, now=NOW)
    wait_for(lambda: state(conn, job) == "done")
    result, share = conn.execute("SELECT result, doing FROM job WHERE id = %s", (job,)).fetchone() or ({}, "")
    assert (result["seq"], result["days"]) == (1, 1)
    assert share == "export"


def test_a_job_asked_for_in_a_transaction_that_is_rolled_back_never_was(conn: Conn) -> None:
    with pytest.raises(ZeroDivisionError), conn.transaction():
        asked.defer_export(conn, user=None, now=NOW)
        raise ZeroDivisionError
    assert conn.execute("SELECT (SELECT count(*) FROM job) + (SELECT count(*) FROM procrastinate_jobs)").fetchone() == (
        0,
    )


def test_asking_twice_is_asking_once_until_it_has_ended(conn: Conn, database_url: str, folder: Path) -> None:
    first = asked.defer_export(conn, user=None, now=NOW)
    assert asked.defer_export(conn, user=None, now=NOW) == first
    assert conn.execute("SELECT count(*) FROM procrastinate_jobs").fetchone() == (1,)
    jobs.carry_out(database_url, first, threading.Event())
    assert asked.defer_export(conn, user=None, now=NOW) != first


def test_only_who_may_asks_for_a_job_or_cancels_it(conn: Conn) -> None:
    marketing, seller = person(conn, "m", role="marketing"), person(conn, "s", role="seller")
    with pytest.raises(NotAllowed):
        asked.defer_export(conn, user=seller, now=NOW)
    job = asked.defer_export(conn, user=marketing, now=NOW)
    with pytest.raises(NotAllowed):
        asked.cancel(conn, job, user=seller, now=NOW)
    asked.cancel(conn, job, user=marketing, now=NOW)
    assert state(conn, job) == "cancelled"


def test_a_job_cancelled_while_it_waits_is_never_begun(conn: Conn, database_url: str, folder: Path) -> None:
    marketing = person(conn, "m", role="marketing")
    job = asked.defer_export(conn, user=None, now=NOW)
    asked.cancel(conn, job, user=marketing, now=NOW)
    jobs.carry_out(database_url, job, threading.Event())
    assert state(conn, job) == "cancelled"
    assert list(folder.iterdir()) == []


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> Callable[[jobs.JobFunction], None]:
    """Lets the export be done by another function."""
    return lambda function: monkeypatch.setitem(jobs.JOBS, EXPORT, function)


def endless(conn: Conn, running: Running, steps: Steps) -> None:
    """A query that nobody waits for to its end."""
    with empty_connection() as db, steps.interrupting(db.interrupt):
        steps("export", 0.5)
        db.execute("SELECT sum(a.range * b.range % 7) FROM range(10000000) AS a, range(10000000) AS b")


def test_cancelling_ends_a_query_that_runs_long(conn: Conn, worker: threading.Event, kind: Any) -> None:
    kind(endless)
    job = asked.defer_export(conn, user=None, now=NOW)
    wait_for(lambda: conn.execute("SELECT 1 FROM job WHERE share = 0.5").fetchone())
    asked.cancel(conn, job, user=person(conn, "m", role="marketing"), now=NOW)
    wait_for(lambda: state(conn, job) == "cancelled", 5)


def test_a_job_ends_between_two_steps(conn: Conn, database_url: str, kind: Any) -> None:
    def long(_: Conn, running: Running, steps: Steps) -> None:
        asked.cancel(conn, running.job.id, user=marketing, now=NOW)
        wait_for(lambda: steps.ends_because)
        steps("export", 0.5)
        raise AssertionError("went on")

    kind(long)
    marketing = person(conn, "m", role="marketing")
    job = asked.defer_export(conn, user=None, now=NOW)
    jobs.carry_out(database_url, job, threading.Event())
    assert state(conn, job) == "cancelled"


def test_a_job_that_fails_says_so_without_a_name(conn: Conn, database_url: str, kind: Any) -> None:
    def faulty(_: Conn, running: Running, steps: Steps) -> None:
        raise ValueError("petrova@plant.example")

    kind(faulty)
    job = asked.defer_export(conn, user=None, now=NOW)
    jobs.carry_out(database_url, job, threading.Event())
    assert conn.execute("SELECT state, error FROM job").fetchone() == ("failed", "ValueError")


def test_a_process_that_stops_puts_its_job_back(conn: Conn, database_url: str, kind: Any) -> None:
    kind(endless)
    stop = threading.Event()
    thread = threading.Thread(target=jobs.run_jobs, args=(database_url, stop))
    thread.start()
    job = asked.defer_export(conn, user=None, now=NOW)
    wait_for(lambda: conn.execute("SELECT 1 FROM job WHERE share = 0.5").fetchone())
    stop.set()
    thread.join(15)
    assert not thread.is_alive()
    assert state(conn, job) == "waiting"
    assert conn.execute("SELECT status FROM procrastinate_jobs WHERE task_name = 'job'").fetchall() == [("todo",)]


def test_a_job_whose_process_was_killed_is_done_by_the_next_one(conn: Conn, worker: threading.Event) -> None:
    """As the killed process left it: being done, by a worker that is not heard of any more."""
    with conn.transaction():
        job = asked.defer_export(conn, user=None, now=NOW)
        conn.execute("UPDATE job SET state = 'running'")
        conn.execute(
            "WITH dead AS (INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 minute') "
            "RETURNING id) UPDATE procrastinate_jobs SET status = 'doing', worker_id = dead.id FROM dead"
        )
    wait_for(lambda: state(conn, job) == "done")


def test_a_job_that_kills_every_process_is_given_up(conn: Conn, database_url: str) -> None:
    job = asked.defer_export(conn, user=None, now=NOW)
    jobs.carry_out(database_url, job, threading.Event(), attempt=jobs.MOST_ATTEMPTS)
    assert conn.execute("SELECT state, error FROM job").fetchone() == ("failed", "given_up")
