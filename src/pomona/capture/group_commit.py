"""Group commit: while one group of events is being committed the next one gathers; nothing waits for a timer.

All database work of the door runs in one thread on one connection. An event is answered only after the
commit that holds it; when the database is away nothing is acknowledged and the sender tries again.
"""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import msgspec
import psycopg
import structlog
from psycopg import Connection

from pomona.capture import limits
from pomona.capture.errors import RefusedRequest
from pomona.journal.append import Key16, append_rows
from pomona.journal.connection import connect

log = structlog.get_logger()

Rows = Mapping[Key16, bytes]
Result = TypeVar("Result")


class _Submission(msgspec.Struct, frozen=True, eq=False):
    rows: Rows
    done: asyncio.Future[None]


class GroupCommit:
    """Appends encoded events durably, many senders' in one transaction."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._conn: Connection[Any] | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="journal")
        self._waiting: list[_Submission] = []
        self._waiting_events = 0
        self._committing: asyncio.Task[None] | None = None

    async def submit(self, rows: Rows) -> None:
        """Return when these events, by message key, are durable.

        Raises RefusedRequest: `busy` when too many wait, `database_away`, or `unstorable` where PostgreSQL
        cannot hold a value; in each case nothing is acknowledged.
        """
        if self._waiting_events + len(rows) > limits.WAITING_EVENTS:
            raise RefusedRequest("busy")
        submission = _Submission(rows, asyncio.get_running_loop().create_future())
        self._waiting.append(submission)
        self._waiting_events += len(rows)
        if self._committing is None:
            self._committing = asyncio.create_task(self._commit_groups())
        await submission.done

    async def read(self, question: Callable[[Connection[Any]], Result]) -> Result:
        """The answer to a short question to the database. Raises RefusedRequest `database_away`."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._ask, question)

    async def close(self) -> None:
        """Finish what waits, then close the connection."""
        if self._committing is not None:
            await self._committing
        await asyncio.get_running_loop().run_in_executor(self._thread, self._disconnect)
        self._thread.shutdown()

    async def _commit_groups(self) -> None:
        while self._waiting:
            group = self._next_group()
            for submission, error in zip(group, await self._results(group), strict=True):
                _finish(submission.done, error)
        self._committing = None

    async def _results(self, group: list[_Submission]) -> list[Exception | None]:
        """What became of each submission. Whatever happens, the next group gets its turn."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._commit, group)
        except Exception as error:
            log.exception("a group could not be committed", events=sum(len(each.rows) for each in group))
            return [error] * len(group)

    def _next_group(self) -> list[_Submission]:
        """The submissions that have waited longest, up to the size of a group; one at least."""
        size = count = 0
        for submission in self._waiting:
            size += len(submission.rows)
            if count and size > limits.GROUP_EVENTS:
                break
            count += 1
        group, self._waiting = self._waiting[:count], self._waiting[count:]
        self._waiting_events -= sum(len(submission.rows) for submission in group)
        return group

    def _commit(self, group: list[_Submission]) -> list[Exception | None]:
        """Commit a group; one that holds an unstorable value is committed submission by submission."""
        rows = {key: row for submission in reversed(group) for key, row in submission.rows.items()}
        try:
            self._ask(lambda conn: _append(conn, rows))
        except RefusedRequest as error:
            if error.code == "unstorable" and len(group) > 1:
                return [result for submission in group for result in self._commit([submission])]
            return [error] * len(group)
        return [None] * len(group)

    def _ask(self, question: Callable[[Connection[Any]], Result]) -> Result:
        """Runs in the thread. After any trouble the next question opens a new connection."""
        try:
            if self._conn is None:
                self._conn = connect(self._url)
            return question(self._conn)
        except psycopg.DataError as error:
            raise RefusedRequest("unstorable") from error
        except psycopg.Error as error:
            self._disconnect()
            raise RefusedRequest("database_away") from error

    def _disconnect(self) -> None:
        if self._conn is not None:
            with contextlib.suppress(psycopg.Error):
                self._conn.close()
        self._conn = None


def _append(conn: Connection[Any], rows: Rows) -> None:
    with conn.transaction():
        append_rows(conn, rows)


def _finish(done: asyncio.Future[None], error: Exception | None) -> None:
    """Tell the sender, unless it has gone."""
    if done.done():
        return
    if error is None:
        done.set_result(None)
    else:
        done.set_exception(error)
