"""Long jobs: deferred by their name in the caller's transaction; `work` carries them out, one after the other.

A job that was killed begins anew under the same id: whatever it keeps, it keeps by that id.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from procrastinate import App, SyncPsycopgConnector
from psycopg import Connection, Cursor
from psycopg.types.array import ListDumper

from pomona.actions.allowed import demand
from pomona.domain.errors import PomonaError
from pomona.domain.event import DAY
from pomona.store import jobs
from pomona.store.jobs import EXPORT, POWER_OF, Job

TASK = "job"
"""The one task of the queue: it is given the job's id."""
KEPT = 7 * DAY
"""How long what Pomona asks of itself again and again is remembered."""

_QUEUE = App(connector=SyncPsycopgConnector())
"""Never opened: it writes on the caller's connection only."""


class _ForQueue:
    """The caller's connection as the queue uses it: lists of records can be sent as text only."""

    def __init__(self, conn: Connection[Any]) -> None:
        self._conn = conn

    def cursor(self, **options: Any) -> Cursor[Any]:
        """A cursor that sends lists as text."""
        cursor: Cursor[Any] = self._conn.cursor(**options)
        cursor.adapters.register_dumper(list, ListDumper)
        return cursor


class RefusedJob(PomonaError):
    """There is no such job."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {"no_job": ("Такого задания нет.", "There is no such job.")}


def defer(
    conn: Connection[Any], kind: str, arguments: Mapping[str, Any], *, key: str, user: int | None, now: int
) -> int:
    """Ask for a job; it begins when the caller's transaction is committed. Returns its id.

    While one of the same key waits or runs, it is that one's. Raises NotAllowed.
    """
    demand(conn, user, POWER_OF[kind])
    with conn.transaction():
        job, is_new = jobs.add(conn, kind, arguments, key=key, user=user, now=now)
        if is_new:
            _QUEUE.configure_task(TASK, connection=_ForQueue(conn)).defer(job=job)
    return job


def defer_export(conn: Connection[Any], *, user: int | None, now: int) -> int:
    """Ask for the export of what is new in the journal. Forgets exports older than a week. Raises NotAllowed."""
    jobs.forget_older(conn, EXPORT, than=now - KEPT)
    return defer(conn, EXPORT, {}, key=EXPORT, user=user, now=now)


def cancel(conn: Connection[Any], job: int, *, user: int, now: int) -> None:
    """End a job; one that runs ends within a second or so. Raises NotAllowed, RefusedJob."""
    kind = jobs.kind_of(conn, job)
    if kind is None:
        raise RefusedJob("no_job")
    demand(conn, user, POWER_OF[kind])
    jobs.ask_to_cancel(conn, job, now=now)


class Running:
    """A job that this process has taken up: tells how far it is and how it ended."""

    def __init__(self, conn: Connection[Any], job: Job) -> None:
        self._conn = conn
        self.job = job

    def note(self, doing: str, share: float) -> None:
        """What is being done now, and what share of all (0 to 1) is done."""
        jobs.note(self._conn, self.job.id, doing=doing, share=share)

    def is_cancelled(self) -> bool:
        """Whether somebody wants it to end."""
        return jobs.is_cancelled(self._conn, self.job.id)

    def done(self, result: Any, *, now: int) -> None:
        """It is done; `result` becomes JSON."""
        jobs.end(self._conn, self.job.id, "done", now=now, result=result)

    def failed(self, error: str, *, now: int) -> None:
        """It did not work; `error` names no person."""
        jobs.end(self._conn, self.job.id, "failed", now=now, error=error)

    def cancelled(self, *, now: int) -> None:
        """It ended because somebody wanted it to."""
        jobs.end(self._conn, self.job.id, "cancelled", now=now)

    def put_back(self) -> None:
        """It waits again, for another process."""
        jobs.put_back(self._conn, self.job.id)


def take_up(conn: Connection[Any], job: int, *, now: int) -> Running | None:
    """Begin a job, or begin it again after a kill; None if it has ended. `conn` is for telling how it goes alone."""
    begun = jobs.begin(conn, job, now=now)
    return None if begun is None else Running(conn, begun)
