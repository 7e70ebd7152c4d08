"""How long do leads take to be counted ahead under a version that is proposed, and to follow when it comes into force?

    python -m bench.switching [--leads 10000] [--events 20]      a tenth of the leads, then all

In each size the same journal is first rebuilt, which folds every lead under the version in force: counting ahead
beside it may take 1.5 times as long. A lead may take 1.3 times as long among ten times as many. When the version comes
into force everybody stands ready: following may take 0.4 of the rebuild. Needs DATABASE_URL; drops what it makes
there.
"""

import multiprocessing
import time
from collections.abc import Callable
from typing import Any

import msgspec
import psycopg
import typer
from rich.console import Console
from rich.table import Table

from bench.history import NOW, database, fill, history
from bench.rebuild import capture
from pomona.actions.agreements import propose, save_draft
from pomona.actions.rebuild import rebuild
from pomona.actions.switching import switch
from pomona.domain.ripeness import HOUSE
from pomona.store import agreements
from pomona.store.database import connect

AHEAD, GROWTH, FOLLOW = 1.5, 1.3, 0.4
"""The limits."""


class Measured(msgspec.Struct, frozen=True):
    """Seconds of each part for so many leads."""

    leads: int
    rebuilt: float
    ahead: float
    followed: float


def main(leads: int = 10_000, events: int = 20) -> None:
    """Measure and print."""
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        small, large = pool.starmap(measured, [(leads // 10, events), (leads, events)], chunksize=1)
    table = Table("leads", "rebuild", "counted ahead", "ratio", "leads/s", "followed", "ratio", title="a new version")
    for each in (small, large):
        table.add_row(
            f"{each.leads:,}",
            f"{each.rebuilt:.2f} s",
            f"{each.ahead:.2f} s",
            _against(each.ahead / each.rebuilt, AHEAD),
            f"{each.leads / each.ahead:,.0f}",
            f"{each.followed:.2f} s",
            _against(each.followed / each.rebuilt, FOLLOW),
        )
    growth = (large.ahead / large.leads) / (small.ahead / small.leads)
    Console().print(table)
    Console().print(f"growth a lead: {_against(growth, GROWTH)}")


def measured(leads: int, events: int) -> Measured:
    """The seconds of one size, in a database and a process of its own."""
    with database() as url, connect(url) as conn:
        fill(conn, history(leads, events))
        capture(conn, leads)
        rebuilt = _timed(lambda: rebuild(conn, now=NOW))
        _settle(conn)
        draft = _propose(conn)
        ahead = _timed(lambda: _settle(conn))
        agreements.put_in_force(conn, draft, start=NOW, end=None, now=NOW)
        return Measured(leads, rebuilt, ahead, _timed(lambda: _settle(conn)))


def _propose(conn: psycopg.Connection[Any]) -> agreements.VersionRow:
    """The house rules with another worth of a webinar, proposed."""
    in_force = agreements.in_force_id(conn, HOUSE, NOW)
    assert in_force is not None
    text = agreements.document_of(conn, in_force).replace("points: 25", "points: 30")
    draft = save_draft(conn, text, user=None, now=NOW)
    propose(conn, draft.id, user=None, now=NOW)
    return draft


def _settle(conn: psycopg.Connection[Any]) -> None:
    """Let the loop do all there is to do."""
    while switch(conn, now=NOW):
        pass


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _against(ratio: float, limit: float) -> str:
    return f"{ratio:.2f} of {limit}"


if __name__ == "__main__":
    typer.run(main)
