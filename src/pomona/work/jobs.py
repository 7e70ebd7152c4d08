"""The loop of long jobs: takes them from the queue one after the other, repeats those whose process was killed."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import psycopg
import structlog
from procrastinate import App, BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision
from procrastinate.jobs import Job as QueuedJob

from pomona import clock
from pomona.actions.jobs import TASK, Running, defer_export, take_up
from pomona.store.database import connect, patient
from pomona.work.backtests import run_backtest
from pomona.work.exporting import run_export
from pomona.work.loops import LOOK_SECONDS, outlive, place
from pomona.work.steps import Steps

JobFunction = Callable[[psycopg.Connection[Any], Running, Steps], Any]
"""Does a job of one kind on an own connection; what it returns becomes the job's result, as JSON."""

JOBS: dict[str, JobFunction] = {"export": run_export, "backtest": run_backtest}
"""What carries out each kind of job."""

MOST_ATTEMPTS = 5
HEARTBEAT_SECONDS = 3.0
DEAD_SECONDS = 10.0
"""A process that was not heard of for so long is gone; its job begins anew."""

EVERY_HOUR = "7 * * * *"

log = structlog.get_logger()


def run_jobs(url: str, stop: threading.Event) -> None:
    """Carry out long jobs until `stop`."""
    outlive(stop, "jobs", lambda: asyncio.run(_work(url, stop)))


def carry_out(url: str, job: int, stop: threading.Event, *, attempt: int = 0) -> None:
    """Do one job to its end, whatever that is; does nothing if it has ended already.

    Raises whatever ended it where it is to be repeated: the process stops, or the database is away.
    """
    with connect(url) as told:
        running = take_up(told, job, now=clock.now())
        if running is None:
            return
        if attempt >= MOST_ATTEMPTS:
            running.failed("given_up", now=clock.now())
            return
        steps = Steps(running, stop)
        with steps.watched():
            _do(url, running, steps)


def _do(url: str, running: Running, steps: Steps) -> None:
    try:
        with patient(url) as conn:
            result = JOBS[running.job.kind](conn, running, steps)
    except Exception as error:
        _ended(running, steps, error)
    else:
        running.done(result, now=clock.now())


def _ended(running: Running, steps: Steps, error: Exception) -> None:
    """Say how the job ended before it was done; raise the error if it is to be repeated."""
    if steps.ends_because == "stopped":
        running.put_back()
        raise error
    if steps.ends_because == "cancelled":
        running.cancelled(now=clock.now())
        return
    if isinstance(error, psycopg.OperationalError):
        raise error
    name = str(getattr(error, "code", type(error).__name__))
    log.error("job failed", job=running.job.id, kind=running.job.kind, error=name, at=place(error))
    running.failed(name, now=clock.now())


class _Again(BaseRetryStrategy):
    """What a job raises is to be repeated: everything else it tells itself."""

    def get_retry_decision(self, *, exception: BaseException, job: QueuedJob) -> RetryDecision:
        return RetryDecision(retry_in={"seconds": 0 if job.attempts == 0 else 5})


def _queue(url: str, stop: threading.Event) -> App:
    """The queue as the worker sees it: the one task, and what is asked for every hour."""
    app = App(connector=PsycopgConnector(conninfo=url, min_size=1, max_size=4))

    @app.task(name=TASK, pass_context=True, retry=_Again())
    def job(context: JobContext, job: int) -> None:
        carry_out(url, job, stop, attempt=context.job.attempts)

    @app.periodic(cron=EVERY_HOUR)
    @app.task(name="every hour")
    def every_hour(timestamp: int) -> None:
        with connect(url) as conn:
            defer_export(conn, user=None, now=clock.now())

    return app


async def _work(url: str, stop: threading.Event) -> None:
    app = _queue(url, stop)
    async with app.open_async():
        worker = asyncio.create_task(
            app.run_worker_async(
                delete_jobs="always",
                install_signal_handlers=False,
                fetch_job_polling_interval=LOOK_SECONDS,
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                stalled_worker_timeout=DEAD_SECONDS,
            )
        )
        revival = asyncio.create_task(_revive(app))
        while not (stop.is_set() or worker.done() or revival.done()):
            await asyncio.sleep(LOOK_SECONDS / 4)
        for task in (revival, worker):
            task.cancel()
        for outcome in await asyncio.gather(revival, worker, return_exceptions=True):
            if isinstance(outcome, Exception):
                raise outcome


async def _revive(app: App) -> None:
    """Put jobs whose process is gone back into the queue."""
    while True:
        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_SECONDS):
            await app.job_manager.retry_job(job)
        await asyncio.sleep(HEARTBEAT_SECONDS)
