"""The process behind the door: all loops of one installation, a thread each."""

import os
import threading

from pomona.work.accounts import run_accounts
from pomona.work.deadlines import run_deadlines
from pomona.work.engine import run_engine
from pomona.work.jobs import run_jobs
from pomona.work.nightly import run_nightly
from pomona.work.outbox import run_outbox
from pomona.work.router import run_router
from pomona.work.switching import run_switching
from pomona.work.telegram import run_telegram, run_telegram_chats

LOOPS = (
    run_engine,
    run_accounts,
    run_router,
    run_deadlines,
    run_outbox,
    run_telegram,
    run_telegram_chats,
    run_nightly,
    run_jobs,
    run_switching,
)


def run(url: str, stop: threading.Event) -> None:
    """Run every loop until `stop`, then end what has begun.

    LISTEN does not pass through a pooler such as pgBouncer: `DATABASE_DIRECT_URL` names a way past it.
    """
    direct = os.environ.get("DATABASE_DIRECT_URL") or url
    threads = [threading.Thread(target=loop, args=(direct, stop), name=loop.__name__) for loop in LOOPS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
