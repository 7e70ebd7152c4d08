"""How long does a rebuild take, and does its memory stay flat? Sizes within one run, as a table.

    python -m bench.rebuild [--events 100000]      a tenth of that, then all of it
    python -m bench.rebuild --events 1000000       the full million of 50,000 leads

Each size is a database of its own with twenty events a lead; the engine's part is skipped by giving the captured
decisions directly. Memory is the greatest the process ever had, less what it had before the rebuild began. Needs
DATABASE_URL; drops what it makes there.
"""

import multiprocessing
import resource
import time
from typing import Any

import psycopg
import typer
from rich.console import Console
from rich.table import Table

from bench.history import NOW, SECRET, database, fill, history
from pomona.actions.decision import decision
from pomona.actions.rebuild import rebuild
from pomona.domain.stages import Decision
from pomona.journal import read
from pomona.journal.append import append
from pomona.journal.keys import person_key
from pomona.store.database import connect

EVENTS_A_LEAD = 20
SHARDS = 4


def main(events: int = 100_000) -> None:
    """Measure and print."""
    table = Table("events", "leads", "seconds", "events/s", "memory it took", title="rebuild")
    for size in (events // 10, events):
        context = multiprocessing.get_context("spawn")
        with context.Pool(1) as pool:
            seconds, megabytes = pool.apply(measured, (size // EVENTS_A_LEAD,))
        table.add_row(
            f"{size:,}", f"{size // EVENTS_A_LEAD:,}", f"{seconds:.1f}", f"{size / seconds:,.0f}", f"{megabytes:.0f} MB"
        )
    Console().print(table)


def measured(leads: int) -> tuple[float, float]:
    """Seconds and megabytes of one rebuild, in a process of its own."""
    with database() as url, connect(url) as conn:
        fill(conn, history(leads, EVENTS_A_LEAD))
        capture(conn, leads)
        before, began = megabytes(), time.perf_counter()
        rebuild(conn, now=NOW)
        return time.perf_counter() - began, megabytes() - before


def capture(conn: psycopg.Connection[Any], leads: int) -> None:
    """Decide the capture of everybody and set the cursors behind all facts, as if the engine had folded them."""
    for first in range(0, leads, 500):
        numbers = range(first, min(first + 500, leads))
        with conn.transaction():
            append(
                conn,
                [
                    decision(
                        Decision.CAPTURED,
                        number + 1,
                        now=NOW,
                        keys=(person_key(SECRET, "email", f"{number}@factory.example"),),
                    )
                    for number in numbers
                ],
            )
    for shard in range(SHARDS):
        conn.execute("INSERT INTO work_cursor (name, seq) VALUES (%s, %s)", (f"engine:{shard}", read.head(conn)))
    conn.execute("ANALYZE journal")


def megabytes() -> float:
    """The greatest memory this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    typer.run(main)
