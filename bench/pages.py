"""Do pages stay quick in a large company? At most a second each is the aim.

    .venv/bin/python -m bench.pages --data DATA [--times 200] [--runs 3]

`--data` is the data folder of a demo company that nobody uses meanwhile (`./start` made it; it is only read). A copy of
its database gets its leads and decisions so many times over, each time some days earlier: 200 times are about a million
leads of three years. Nobody works on the earlier ones any more, and only the first have facts. Printed for each page:
- the wall clock of the median run, in milliseconds, in the demo company and in the large one
- how many times longer that is
Ends with 1 if a page takes longer than the limit. The search for a text reads every lead and is not held to it.
"""

import os
import sys
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Annotated

import psycopg
import typer
from psycopg import sql
from psycopg.conninfo import make_conninfo
from rich.console import Console
from rich.table import Table

from pomona import postgres
from pomona.domain.event import DAY

LIMIT = 1000
"""Milliseconds that a page may take."""
COPY = "bench_pages"
APART = 11 * DAY // 2
"""How much earlier each copy of the company is: 200 of them are three years."""
FAR = 10_000_000
"""Between the numbers of a lead and of its copy."""

PAGES = (
    ("marketing", "/funnel/", "funnel, 90 days"),
    ("marketing", "/funnel/?period=30d&by=date", "funnel by event date, 30 days"),
    ("marketing", "/funnel/leads/?step=ripe", "leads behind a number"),
    ("marketing", "/agreements/promises/", "promise board"),
    ("marketing", "/agreements/", "agreements"),
    ("marketing", "/leads/", "leads"),
    ("marketing", "/leads/?stage=nurture&grade=B", "leads of a stage and grade"),
    ("marketing", "/leads/?campaign=spring-ebook", "leads of a campaign"),
    ("marketing", "/sources/", "sources"),
    ("sales", "/people/", "people"),
    ("seller", "/inbox/", "inbox"),
    ("seller", "/leads/", "a seller's leads"),
    ("seller", "/leads/{lead}/", "lead"),
    ("marketing", "/leads/?q=nobody-of-this-name", "search for a text"),
)
SEARCH = PAGES[-1][2]

LEADS = """
INSERT INTO lead SELECT older.* FROM lead, generate_series(1, %(times)s) AS many, jsonb_populate_record(lead,
    jsonb_build_object('id', id + many * %(far)s, 'merged_into', merged_into + many * %(far)s,
        'captured_at', captured_at - many * %(apart)s, 'score', (random() * 90000)::int,
        'stage', CASE WHEN stage IN ('mql', 'sal', 'sql') THEN 'nurture' ELSE stage END,
        'queued_at', null, 'due_at', null, 'remind_at', null, 'again_at', null, 'later_at', null)) AS older
"""
DECISIONS = """
INSERT INTO journal SELECT older.* FROM journal, generate_series(1, %(times)s) AS many, jsonb_populate_record(journal,
    jsonb_build_object('seq', seq + many * %(far)s, 'lead', lead + many * %(far)s, 't', t - many * %(apart)s,
        'received_at', received_at - many * %(apart)s, 'body', body || CASE WHEN name = 'absorbed'
            THEN jsonb_build_object('into', (body ->> 'into')::bigint + many * %(far)s) ELSE '{}' END)) AS older
WHERE journal.kind = 'decision' AND journal.lead IS NOT NULL
"""
SCORES = """
INSERT INTO lead_score (lead, agreement, version, tally, ripe_up_to)
SELECT lead + many * %(far)s, agreement, version, tally, ripe_up_to
FROM lead_score, generate_series(1, %(times)s) AS many
"""


def grow(url: str, times: int) -> int:
    """Let the company have so many times as many leads as it has now; returns how many."""
    with psycopg.connect(url, autocommit=True) as conn:
        for statement in (LEADS, DECISIONS, SCORES):
            conn.execute(statement, {"times": times - 1, "far": FAR, "apart": APART})
        conn.execute("VACUUM ANALYZE")
        return int(conn.execute("SELECT count(*) FROM lead").fetchall()[0][0])


def measure(runs: int) -> list[float]:
    """Of each page the median run after a first one, milliseconds."""
    from django.test import Client

    from pomona.store.models import Lead, User

    lead = Lead.objects.filter(owner__username="seller", stage="sal", pk__lt=FAR).latest("pk").pk
    found = []
    for login, address, _ in PAGES:
        browser, times = Client(headers={"Host": "localhost"}), []
        browser.force_login(User.objects.get(username=login))
        for _run in range(runs + 1):
            start = perf_counter()
            answer = browser.get(address.format(lead=lead))
            times.append((perf_counter() - start) * 1000)
            assert answer.status_code == 200, address
        found.append(median(times[1:]))
    return found


def compare(url: str, times: int, runs: int) -> bool:
    """Measure both companies and print; whether every page held the limit."""
    import django

    django.setup()
    small, leads, large = measure(runs), grow(url, times), measure(runs)
    table = Table(title=f"Pages with {leads:,} leads, milliseconds (limit {LIMIT:,})")
    for column in ("page", "demo company", "large company", "times as long"):
        table.add_column(column, justify="left" if column == "page" else "right")
    for (_, _, title), before, after in zip(PAGES, small, large, strict=True):
        table.add_row(title, f"{before:,.0f}", f"{after:,.0f}", f"{after / before:.1f}")
    Console().print(table)
    return all(after <= LIMIT for page, after in zip(PAGES, large, strict=True) if page[2] != SEARCH)


def main(
    data: Annotated[Path, typer.Option()],
    times: Annotated[int, typer.Option()] = 200,
    runs: Annotated[int, typer.Option()] = 3,
) -> None:
    """Measure and print."""
    server = postgres.start(data)
    copy, admin = make_conninfo(server, dbname=COPY), make_conninfo(server, dbname="template1")
    os.environ.update(DATABASE_URL=copy, DJANGO_SETTINGS_MODULE="pomona.settings", POMONA_DATA=str(data))
    os.environ.setdefault("POMONA_SECRET_KEY", "bench")
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(COPY)))
        conn.execute(sql.SQL("CREATE DATABASE {} TEMPLATE postgres").format(sql.Identifier(COPY)))
        try:
            held = compare(copy, times, runs)
        finally:
            conn.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(COPY)))
    sys.exit(not held)


if __name__ == "__main__":
    typer.run(main)
