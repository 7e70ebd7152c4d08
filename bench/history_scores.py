"""What does the emitted SQL cost against a query written by hand? The same scores of a whole base, as a table.

    python -m bench.history_scores [--leads 20000] [--events 400000] [--memory 4GiB] [--threads 2]
    python -m bench.history_scores --leads 1000000 --events 20000000

The facts are made by DuckDB in a Parquet file of the export's columns, in a folder that is removed afterwards; no
PostgreSQL is needed. Each query runs three times, the best counts; their scores are compared lead by lead.
"""

import resource
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import typer
from rich.console import Console
from rich.table import Table

from pomona.domain.agreement import read_agreement
from pomona.domain.event import DAY
from pomona.formats.yaml_document import read_yaml
from pomona.history import emit
from pomona.history.database import empty_connection
from pomona.history.facts import PROPERTY, TRAIT

NOW = 1_772_440_200_000_000
RUNS = 3

AGREEMENT = """
campaign: bench
ready:
  fit:
    - {name: free mail box, when: {trait: email, kind: free_mail}, points: -10}
  interest:
    - {name: pricing page, when: {event: page, path: /pricing*}, points: 10, half_life: 14d, at_most: 30}
    - {name: studies, when: {event: content downloaded}, points: 7, once_per: content, at_most: 21}
    - {name: webinar, when: {event: webinar attended}, points: 25, half_life: 60d, once: true}
    - {name: went quiet, when: {none_of: {event: any}, for: 30d}, points: -15}
  pass_mark: 40
route: [{otherwise: {team: inbound}}]
respond: {first_contact: [{otherwise: 1wd}]}
"""

FACTS = f"""
    SELECT i % {{leads}} AS lead, true AS this_cycle, uuid() AS key, {NOW} - a % {90 * DAY} AS t, 'person' AS "by",
        ['page', 'page', 'page', 'content downloaded', 'webinar attended', 'identify'][1 + b % 6] AS name,
        CASE WHEN b % 6 < 3 THEN ['/', '/pricing/pumps', '/contacts'][1 + c % 3] END AS path,
        CAST(NULL AS VARCHAR) AS campaign, 'direct' AS channel, CAST(NULL AS MAP(VARCHAR, VARCHAR[])) AS answers,
        CASE WHEN b % 6 = 5 THEN MAP {{{{'email': CAST(row('a@b', 'a b', NULL, NULL,
            MAP {{{{'kind': ['free_mail', 'company'][1 + c % 2]}}}}) AS {TRAIT})}}}} END AS traits,
        CASE WHEN b % 6 = 3 THEN MAP {{{{'content':
            CAST(row('guide ' || c % 9, 'guide', NULL, NULL) AS {PROPERTY})}}}} END AS properties
    FROM (
        SELECT range AS i, CAST(hash(range) >> 2 AS BIGINT) AS a, CAST(hash(range + 1) >> 2 AS BIGINT) AS b,
            CAST(hash(range + 2) >> 2 AS BIGINT) AS c FROM range({{events}})
    ) AS number
"""

BY_HAND = f"""
    WITH pricing AS (
        SELECT lead, sum(CAST(floor(10000 * power(2.0, (t - {NOW}) / {14 * DAY}.0) + 0.5) AS BIGINT)) AS points FROM (
            SELECT lead, t, row_number() OVER (PARTITION BY lead ORDER BY t DESC, key DESC) AS nth FROM fact
            WHERE this_cycle AND t <= {NOW} AND "by" = 'person' AND name = 'page' AND path LIKE '/pricing%'
        ) WHERE nth <= 3 GROUP BY lead
    ), studies AS (
        SELECT lead, 7000 * least(count(DISTINCT properties['content'].word), 3) AS points FROM fact
        WHERE this_cycle AND t <= {NOW} AND "by" = 'person' AND name = 'content downloaded' GROUP BY lead
    ), webinar AS (
        SELECT lead, CAST(floor(25000 * power(2.0, (min(t) - {NOW}) / {60 * DAY}.0) + 0.5) AS BIGINT) AS points
        FROM fact WHERE this_cycle AND t <= {NOW} AND "by" = 'person' AND name = 'webinar attended' GROUP BY lead
    ), mail AS (
        SELECT lead, arg_max(traits['email'].found['kind'], row(t, key)) AS kind FROM fact
        WHERE t <= {NOW} AND traits['email'] IS NOT NULL GROUP BY lead
    ), latest AS (
        SELECT lead, max(t) AS t FROM fact WHERE this_cycle AND t <= {NOW} AND "by" = 'person' GROUP BY lead
    )
    SELECT lead.lead, coalesce(pricing.points, 0) + coalesce(studies.points, 0) + coalesce(webinar.points, 0)
        - CASE WHEN mail.kind = 'free_mail' THEN 10000 ELSE 0 END
        - CASE WHEN captured_at <= {NOW - 30 * DAY} AND coalesce(latest.t, 0) <= {NOW - 30 * DAY}
            THEN 15000 ELSE 0 END AS score
    FROM lead LEFT JOIN pricing USING (lead) LEFT JOIN studies USING (lead) LEFT JOIN webinar USING (lead)
        LEFT JOIN mail USING (lead) LEFT JOIN latest USING (lead)
"""


def main(leads: int = 20_000, events: int = 400_000, memory: str = "4GiB", threads: int = 2) -> None:
    """Measure and print."""
    terms = read_agreement(read_yaml(AGREEMENT)[0])
    queries = {"by hand": BY_HAND, "emitted": f"SELECT lead, score FROM ({emit.at_moment(terms, NOW)})"}
    with TemporaryDirectory() as folder, empty_connection(memory=memory) as db:
        db.execute(f"SET threads = {threads}")
        _fill(db, Path(folder), leads, events)
        seconds = {name: _best(db, name.replace(" ", "_"), query) for name, query in queries.items()}
        both = "by_hand FULL JOIN emitted USING (lead)"
        (differing,) = db.execute(
            f"SELECT count(*) FROM {both} WHERE by_hand.score IS DISTINCT FROM emitted.score"
        ).fetchall()[0]
    table = Table("query", "seconds", "ratio", "events/s", title=f"{events:,} events, {leads:,} leads")
    for name, taken in seconds.items():
        table.add_row(name, f"{taken:.2f}", f"{taken / seconds['by hand']:.2f}", f"{events / taken:,.0f}")
    Console().print(table)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    Console().print(f"{differing} leads differ; peak memory {peak:,.0f} MB")


def _fill(db: duckdb.DuckDBPyConnection, folder: Path, leads: int, events: int) -> None:
    file = folder / "facts.parquet"
    made = FACTS.format(leads=leads, events=events)
    db.execute(f"COPY ({made}) TO '{file}' (FORMAT parquet, COMPRESSION zstd)")
    db.execute(f"CREATE VIEW fact AS SELECT * FROM '{file}'")
    db.execute(f"CREATE TABLE lead AS SELECT range AS lead, {NOW - 60 * DAY} AS captured_at FROM range({leads})")


def _best(db: duckdb.DuckDBPyConnection, table: str, query: str) -> float:
    """The shortest of some runs; the answer stands in a table of that name."""
    taken = []
    for _ in range(RUNS):
        began = time.perf_counter()
        db.execute(f"CREATE OR REPLACE TABLE {table} AS {query}")
        taken.append(time.perf_counter() - began)
    return min(taken)


if __name__ == "__main__":
    typer.run(main)
