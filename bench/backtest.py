"""How long does a version of an agreement take to be tried on the past? Two versions over 90 days, and their routes.

    python -m bench.backtest [--leads 100000] [--events 2000000] [--threads 2] [--memory 3GiB] [--limit 30]

The facts are made by DuckDB in a Parquet file of the export's columns and read through the same view as the export;
half of the leads have four colleagues each, about whom the agreement asks. No PostgreSQL is needed, so folding the
ripe leads for their route is left out: each goes through it with an empty profile. Prints the seconds of each part,
and their sum against the limit.
"""

import resource
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import duckdb
import typer
from msgspec.structs import replace
from rich.console import Console
from rich.table import Table

from bench.history_scores import AGREEMENT, FACTS, NOW
from pomona.domain.agreement import Agreement, read_agreement
from pomona.domain.event import DAY
from pomona.domain.profile import EMPTY_PROFILE
from pomona.domain.ripeness import HOUSE
from pomona.domain.routing import Seller
from pomona.domain.scoring import EMPTY_TALLY, situation_of
from pomona.domain.working_time import read_calendar
from pomona.formats.yaml_document import read_yaml
from pomona.history.backtest import Ripened, Side, compare, last_days, ripen, side
from pomona.history.concerned import EVER, InForce
from pomona.history.database import empty_connection
from pomona.history.past import FACT, OnDuckDB
from pomona.history.simulation import Office, RipeLead, simulate

SELLERS = 12
OFFICE = read_calendar("Europe/Moscow", {str(day): [["09:00", "13:00"], ["13:45", "18:00"]] for day in range(5)})
SPAN = last_days(90, now=NOW, time_zone="Europe/Moscow")
COLLEAGUES = """    - {name: colleagues came too, when: {people_of_account: 2, event: any, within: 14d}, points: 15}
  pass_mark"""
COLUMNS = "hex(CAST(lead AS VARCHAR)) AS subject, t AS received_at, NULL::VARCHAR AS form, NULL::VARCHAR AS number"

Result = TypeVar("Result")


def main(
    leads: int = 100_000, events: int = 2_000_000, threads: int = 2, memory: str = "3GiB", limit: float = 30.0
) -> None:
    """Measure and print."""
    draft = replace(read_agreement(read_yaml(AGREEMENT.replace("  pass_mark", COLLEAGUES))[0]), campaign=HOUSE)
    before = replace(draft, ready=replace(draft.ready, pass_mark=replace(draft.ready.pass_mark, start=50_000)))
    others = [InForce(replace(draft, campaign=f"campaign-{n}"), 0, EVER) for n in range(3)]
    table = Table("part", "seconds", title=f"{events:,} events, {leads:,} leads, 90 days")
    taken: list[float] = []

    def timed(part: str, work: Callable[[], Result]) -> Result:
        began = time.perf_counter()
        result = work()
        taken.append(time.perf_counter() - began)
        table.add_row(part, f"{taken[-1]:.2f}")
        return result

    with TemporaryDirectory() as folder, empty_connection(memory=memory) as db:
        db.execute(f"SET temp_directory = '{folder}'")
        db.execute(f"SET threads = {threads}")
        _fill(db, Path(folder), leads, events)
        past = OnDuckDB(db)
        one = timed("the version tried", lambda: ripen(past, draft, others))
        other = timed("the other version", lambda: ripen(past, before, others))
    tried = timed("compared", lambda: compare(one, other, SPAN))
    for name, each in (("its route", one), ("the other route", other)):
        dealt = timed(name, lambda each=each: _deal(each))  # type: ignore[misc]
        table.add_row("", f"{dealt.ripe:,} ripe")
    table.add_row("all", f"{sum(taken):.2f} of {limit:.0f}, ratio {sum(taken) / limit:.2f}")
    Console().print(table)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    Console().print(f"{len(tried):,} leads tried; peak memory {peak:,.0f} MB")


def _fill(db: duckdb.DuckDBPyConnection, folder: Path, leads: int, events: int) -> None:
    """The tables of `past.FACT`, the facts as a file of the export."""
    file = folder / "facts.parquet"
    made = FACTS.format(leads=leads, events=events)
    columns = f"* EXCLUDE (lead, this_cycle), row_number() OVER () AS seq, {COLUMNS}"
    db.execute(f"COPY (SELECT {columns} FROM ({made})) TO '{file}' (FORMAT parquet, COMPRESSION zstd)")
    account = "CASE WHEN range % 2 = 0 THEN CAST(range // 10 AS VARCHAR) END AS account"
    turned = "CAST(NULL AS BIGINT) AS client_since, CAST(NULL AS BIGINT) AS owned_since"
    lead = f"range AS lead, {NOW} AS captured_at, 0 AS cycle_from, {account}, {turned}"
    db.execute(f"CREATE TABLE lead AS SELECT {lead} FROM range({leads})")
    owned = f"hex(CAST(lead AS VARCHAR)) AS subject, 0 AS since, {EVER} AS until, lead"
    db.execute(f"CREATE TABLE owner AS SELECT {owned} FROM lead")
    db.execute(f"CREATE TABLE newest AS SELECT * FROM '{file}' LIMIT 0")
    db.execute("CREATE TABLE poison (seq BIGINT)")
    db.execute(FACT.format(exported=f"'{file}'"))


def _deal(version: Ripened) -> Side:
    """The route with twelve sellers who keep a lead for a day."""
    terms: Agreement = version.agreement
    situation = situation_of(terms, EMPTY_PROFILE, EMPTY_TALLY, at=NOW, captured_at=NOW)
    leads = (RipeLead(lead, at, situation) for lead, at in version.within(SPAN))
    team = [Seller(id=n, login=f"s{n}", team="inbound", calendar=OFFICE, capacity=10_000) for n in range(SELLERS)]
    dealt = simulate(terms, leads, Office(team, OFFICE, busy=DAY), until=SPAN.until, time_zone=SPAN.time_zone)
    return side(version, SPAN, dealt)


if __name__ == "__main__":
    typer.run(main)
