"""How long does the live preview of a draft take? At most 300 ms for its ten leads is the aim.

    .venv/bin/python -m bench.preview --data DATA [--runs 20]

`--data` is the data folder of a demo company (`./start` made it; it is only read). For each agreement in force:
- ten leads: a changed draft read, the ten leads folded from the journal under both versions (median, worst)
- leads chosen: which leads the draft covers, found anew; kept for five minutes while somebody writes
- all scores: the distribution, in a part of its own that typing never waits for
Milliseconds of the wall clock. Ends with 1 if ten leads, their choice included, take longer than the limit.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter, time
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from pomona import postgres

LIMIT = 300
"""Milliseconds that ten leads may take."""


def milliseconds(work: Callable[[], Any]) -> tuple[float, Any]:
    """How long the work took, and what it gave."""
    start = perf_counter()
    found = work()
    return (perf_counter() - start) * 1000, found


def measure(text: str, now: int, runs: int) -> tuple[list[float], float, float, int]:
    """Of one agreement's changed draft: each run's ten leads, the choice of leads, all scores, and how many."""
    from pomona.actions import previewing as preview
    from pomona.actions.agreements import read_draft
    from pomona.store.database import connection
    from pomona.store.models import User
    from pomona.store.reads.preview import part

    conn, head = connection(), User(role=User.Role.MARKETING)
    draft = read_draft(conn, text, now=now)
    current = preview.in_place_of(conn, draft, now=now)
    choosing, ground = milliseconds(lambda: preview.ground(conn, draft, part(head), now=now))
    ten = [
        milliseconds(lambda: preview.shown(conn, ground, read_draft(conn, text, now=now), current, now=now))[0]
        for _ in range(runs)
    ]
    every, counted = milliseconds(lambda: preview.distribution(conn, ground, draft, current, now=now))
    return ten, choosing, every, len(counted.after.scores)


def main(data: Annotated[Path, typer.Option()], runs: Annotated[int, typer.Option()] = 20) -> None:
    """Measure and print."""
    os.environ.update(DATABASE_URL=postgres.start(data), DJANGO_SETTINGS_MODULE="pomona.settings")
    os.environ.setdefault("POMONA_SECRET_KEY", "bench")
    import django

    django.setup()
    from pomona.store import agreements
    from pomona.store.database import connection

    now, conn = int(time() * 1_000_000), connection()
    table = Table(title=f"Live preview, milliseconds (limit {LIMIT})")
    for column in ("agreement", "ten leads", "worst", "leads chosen", "all scores", "of leads"):
        table.add_column(column, justify="left" if column == "agreement" else "right")
    slowest = 0.0
    for name in agreements.in_force(conn, now):
        version = agreements.in_force_id(conn, name, now)
        assert version is not None
        text = agreements.document_of(conn, version).replace("points: 10", "points: 15", 1)
        ten, choosing, every, leads = measure(text, now, runs)
        slowest = max(slowest, max(ten) + choosing)
        table.add_row(name, *(f"{each:.0f}" for each in (median(ten), max(ten), choosing, every)), f"{leads:,}")
    Console().print(table)
    sys.exit(slowest > LIMIT)


if __name__ == "__main__":
    typer.run(main)
