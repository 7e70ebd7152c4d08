"""How fast does the engine fold? From the journal to saved decisions, ratios within one run, as a table.

    python -m bench.engine [--leads 2000] [--events 20]

Each figure stands beside (a) reading the same facts from the journal alone and (b) folding them in memory
alone. Needs DATABASE_URL; makes a database of its own there and drops it. One process, all shards in turn.
"""

import time
from collections.abc import Callable
from typing import Any

import psycopg
import typer
from rich.console import Console
from rich.table import Table

from bench.history import NOW, database, fill, history
from pomona.actions.fold import fold_batch
from pomona.domain.event import Event
from pomona.domain.profile import EMPTY_PROFILE, observe
from pomona.domain.tally import EMPTY_TALLY, count
from pomona.journal import read
from pomona.store import agreements
from pomona.store.database import connect

SHARDS = 4


def main(leads: int = 2_000, events: int = 20, limit: int = 500) -> None:
    """Measure and print."""
    with database() as url, connect(url) as conn:
        total = fill(conn, history(leads, events))
        table = Table("what", "events/s", "µs an event", "of the engine's time", title=f"{total} events, {leads} leads")
        facts, reading = _timed(lambda: _read_all(conn))
        _, folding = _timed(lambda: _fold_in_memory(conn, facts))
        _, engine = _timed(lambda: _run_engine(conn, limit))
        _, again = _timed(lambda: _run_engine_again(conn, limit))
        for name, seconds in (
            ("engine, journal to saved decisions", engine),
            ("engine, the same leads known already", again),
            ("(a) reading the facts alone", reading),
            ("(b) folding in memory alone", folding),
        ):
            table.add_row(name, f"{total / seconds:,.0f}", f"{seconds / total * 1e6:.1f}", f"{seconds / engine:.2f}")
        Console().print(table)
        Console().print(f"{_decisions(conn)} decisions, {_poison(conn)} poison")


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    began = time.perf_counter()
    return work(), time.perf_counter() - began


def _read_all(conn: psycopg.Connection[Any]) -> list[Event]:
    facts: list[Event] = []
    for shard in range(SHARDS):
        seq, found = 0, [None]
        while found:
            found, seq = read.facts_after(conn, seq, shard=shard, shards=SHARDS, limit=500)  # type: ignore[assignment]
            facts.extend(fact for _, fact in found)  # type: ignore[misc]
    return facts


def _fold_in_memory(conn: psycopg.Connection[Any], facts: list[Event]) -> None:
    house = agreements.in_force(conn, NOW)["default"]
    by_subject: dict[bytes, list[Event]] = {}
    for fact in facts:
        by_subject.setdefault(fact.subject, []).append(fact)
    for of_subject in by_subject.values():
        observe(EMPTY_PROFILE, of_subject)
        count(house, EMPTY_TALLY, of_subject, cycle_from=0)


def _run_engine(conn: psycopg.Connection[Any], limit: int) -> None:
    while sum(fold_batch(conn, shard=shard, now=NOW, limit=limit) for shard in range(SHARDS)):
        pass


def _run_engine_again(conn: psycopg.Connection[Any], limit: int) -> None:
    """Fold everything once more onto the stored state: every event finds its lead."""
    conn.execute("UPDATE work_cursor SET seq = 0")
    _run_engine(conn, limit)


def _decisions(conn: psycopg.Connection[Any]) -> int:
    row = conn.execute("SELECT count(*) FROM journal WHERE kind = 'decision'").fetchone()
    return int(row[0]) if row else 0


def _poison(conn: psycopg.Connection[Any]) -> int:
    row = conn.execute("SELECT count(*) FROM poison").fetchone()
    return int(row[0]) if row else 0


if __name__ == "__main__":
    typer.run(main)
