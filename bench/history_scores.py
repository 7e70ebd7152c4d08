"""Scores of a whole base: the emitted SQL against a query written by hand, against the fold, and as the base grows.

    python -m bench.history_scores [--events 20000000] [--memory 3GiB] [--threads 2]

Twenty events a lead. DuckDB makes the facts in Parquet files of the export's columns, in a folder that is removed
afterwards; no PostgreSQL is needed. Times are processor seconds of all threads, so that what else runs on the machine
does not count; each query runs three times, in turns, and the best counts. The scores are compared lead by lead;
those of the fold on a sample, whose time is extrapolated to all events. Peak memory is this process's, without the
making of facts. The exit code is not 0 where a limit is passed.
"""

import resource
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import duckdb
import typer
from rich.console import Console
from rich.table import Table

from pomona.domain.agreement import Agreement, read_agreement
from pomona.domain.event import DAY, Event, Kind
from pomona.domain.profile import EMPTY_PROFILE, observe
from pomona.domain.scoring import EMPTY_TALLY, Score, count, score
from pomona.formats.yaml_document import read_yaml
from pomona.history import emit
from pomona.history.database import empty_connection
from pomona.history.facts import PROPERTY, TRAIT

NOW = 1_772_440_200_000_000
RUNS = 3
EVENTS_A_LEAD = 20
CAPTURED_AT = NOW - 60 * DAY
SAMPLE = 5_000
"""Leads that the fold scores, too."""

MOST_BY_HAND = 1.3
MOST_MEMORY = 4096
"""MiB."""
MOST_GROWTH = 1.3
"""Time for twenty times the events, in parts of twenty times the time."""
LEAST_SPEED_UP = 5.0
MOST_BACKTEST = 30.0
"""Seconds for the moments of ripeness in two million events."""

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
    SELECT i % {{leads}} AS lead, true AS this_cycle, md5(CAST(i AS VARCHAR)) AS key, {NOW} - a % {90 * DAY} AS t,
        'person' AS "by",
        ['page', 'page', 'page', 'content downloaded', 'webinar attended', 'identify'][1 + b % 6] AS name,
        CASE WHEN b % 6 < 3 THEN ['/', '/pricing/pumps', '/contacts'][1 + c % 3] END AS path,
        CAST(NULL AS VARCHAR) AS campaign, 'direct' AS channel,
        CASE WHEN b % 6 = 5 THEN 1 END AS told, CAST(NULL AS MAP(VARCHAR, VARCHAR[])) AS answers,
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


class Base:
    """Facts of so many events, ready to be asked."""

    def __init__(self, db: duckdb.DuckDBPyConnection, events: int) -> None:
        self.db, self.events, self.leads = db, events, events // EVENTS_A_LEAD

    def seconds(self, **queries: str) -> list[float]:
        """The shortest run of each query; its answer stands in a table of the name given."""
        runs = [[_timed(partial(self._answer, *each)) for each in queries.items()] for _ in range(RUNS)]
        return [min(of_query) for of_query in zip(*runs, strict=True)]

    def _answer(self, table: str, query: str) -> None:
        self.db.execute(f"CREATE OR REPLACE TABLE {table} AS {query}")


@contextmanager
def base(folder: Path, events: int, *, memory: str, threads: int) -> Iterator[Base]:
    """So many events in a file, made by a process of its own so that its memory does not count."""
    file = folder / f"{events}.parquet"
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as maker:
        maker.submit(_make, file, events).result()
    with empty_connection(memory=memory) as db:
        db.execute(f"SET threads = {threads}")
        db.execute("SET enable_progress_bar = false")
        db.execute(f"SET temp_directory = '{folder}'")
        db.execute(f"CREATE VIEW fact AS SELECT * FROM '{file}'")
        leads = events // EVENTS_A_LEAD
        db.execute(f"CREATE TABLE lead AS SELECT range AS lead, {CAPTURED_AT} AS captured_at FROM range({leads})")
        yield Base(db, events)


def _make(file: Path, events: int) -> None:
    made = FACTS.format(leads=events // EVENTS_A_LEAD, events=events)
    duckdb.execute("SET enable_progress_bar = false")
    duckdb.execute(f"COPY ({made}) TO '{file}' (FORMAT parquet, COMPRESSION zstd)")


def fold(terms: Agreement, base: Base) -> tuple[float, int]:
    """Seconds that the fold would take for all events, by those of the sample; leads scored otherwise than by SQL."""
    histories = _histories(base)
    scores: dict[int, Score] = {}
    taken = _timed(lambda: scores.update((lead, _folded(terms, events)) for lead, events in histories.items()))
    found = dict(base.db.execute(f"SELECT lead, score FROM emitted WHERE lead < {SAMPLE}").fetchall())
    differing = sum(abs(found[lead] - each.total) > _last_bits(each) for lead, each in scores.items())
    return taken * base.events / sum(map(len, histories.values())), differing


def _histories(base: Base) -> dict[int, list[Event]]:
    rows = base.db.execute(
        "SELECT lead, key, t, name, path, channel, properties['content'].word, traits['email'].found['kind'] "
        f"FROM fact WHERE lead < {SAMPLE} ORDER BY lead"
    ).fetchall()
    return {lead: [_event(*row[1:]) for row in of_lead] for lead, of_lead in groupby(rows, key=lambda row: row[0])}


def _event(key: str, t: int, name: str, path: str | None, channel: str, content: str | None, kind: str | None) -> Event:
    body = {"properties": {"content": content}} if content else {}
    if kind:
        body = {"traits": {"email": "a@b"}, "found": {"email": {"kind": kind}}}
    return Event(key=UUID(key), t=t, received_at=t, kind=Kind.TRACK, name=name, path=path, channel=channel, body=body)


def _folded(terms: Agreement, events: list[Event]) -> Score:
    profile, tally = observe(EMPTY_PROFILE, events), count(terms, EMPTY_TALLY, events, cycle_from=0)
    return score(terms, profile, tally, at=NOW, captured_at=CAPTURED_AT)


def _last_bits(score: Score) -> int:
    """A thousandth for each hit that fades: the difference that is allowed."""
    return sum(len(points.hits) for points in score.points if points.fading)


def _timed(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def main(events: int = 20_000_000, memory: str = "3GiB", threads: int = 2) -> None:
    """Measure, print, and say by the exit code whether all limits are kept."""
    terms = read_agreement(read_yaml(AGREEMENT)[0])
    emitted = f"SELECT lead, score FROM ({emit.at_moment(terms, NOW)})"
    with TemporaryDirectory() as work:
        folder = Path(work)
        with base(folder, events // 20, memory=memory, threads=threads) as small:
            (before,) = small.seconds(emitted=emitted)
        with base(folder, 2_000_000, memory=memory, threads=threads) as middle:
            (backtest,) = middle.seconds(ripe=emit.first_ripe(terms))
        with base(folder, events, memory=memory, threads=threads) as whole:
            taken, by_hand = whole.seconds(emitted=emitted, by_hand=BY_HAND)
            both = "by_hand FULL JOIN emitted USING (lead) WHERE by_hand.score IS DISTINCT FROM emitted.score"
            ((differing,),) = whole.db.execute(f"SELECT count(*) FROM {both}").fetchall()
            folding, otherwise = fold(terms, whole)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    table = Table(
        "what", "measured", "limit", title=f"{events:,} events, {events // EVENTS_A_LEAD:,} leads; processor seconds"
    )
    kept = [
        _row(table, "by hand, s", by_hand),
        _row(table, "emitted, s", taken),
        _row(table, "emitted / by hand", taken / by_hand, most=MOST_BY_HAND),
        _row(table, "leads scored otherwise than by hand", differing, most=0),
        _row(table, f"time for 20 x {events // 20:,} events / 20", taken / before / 20, most=MOST_GROWTH),
        _row(table, "the fold, s, by a sample", folding),
        _row(table, "fold / emitted", folding / taken, least=LEAST_SPEED_UP),
        _row(table, f"of {SAMPLE:,} leads, scored otherwise by the fold", otherwise, most=0),
        _row(table, "moments of ripeness in 2,000,000 events, s", backtest, most=MOST_BACKTEST),
        _row(table, "peak memory, MiB", peak, most=MOST_MEMORY),
    ]
    Console().print(table)
    sys.exit(not all(kept))


def _row(table: Table, what: str, figure: float, *, most: float | None = None, least: float | None = None) -> bool:
    """Print a figure beside its limit; whether it keeps to it."""
    limit = "" if most is None and least is None else f"at most {most:g}" if least is None else f"at least {least:g}"
    kept = (most is None or figure <= most) and (least is None or figure >= least)
    table.add_row(what, f"{figure:,.2f}", limit if kept else f"[red]{limit}")
    return kept


if __name__ == "__main__":
    typer.run(main)
