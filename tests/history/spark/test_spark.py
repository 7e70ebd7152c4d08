"""One meaning, three executions: the fold, DuckDB and a Spark cluster say the same."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pomona.domain.agreement import Agreement
from pomona.history import emit
from pomona.history.database import empty_connection, load_facts
from pomona.history.dialect import DUCKDB
from pomona.history.spark import OnSpark, session
from tests.domain.facts import NOW, agreement, fact
from tests.history.judged import agree, asked, at_events, at_moment, first_times, folded
from tests.history.past import LEAD_TABLE, LEADS, MOMENTS, Past, agreements

LOTS, TERMS = 40, 5
FACT = """
    CREATE OR REPLACE TEMPORARY VIEW fact AS
    SELECT whose.lead, loaded.t >= lead.cycle_from AS this_cycle, loaded.*
    FROM loaded JOIN whose ON whose.seq = loaded.seq JOIN lead ON lead.lead = whose.lead
"""


def _drawn(strategy: st.SearchStrategy[Any], number: int) -> list[Any]:
    """So many values of a strategy at once: a cluster is asked about many leads in the time of one."""
    found: list[Any] = []

    @settings(
        max_examples=number,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(value: Any) -> None:
        found.append(value)

    collect()
    return found


@pytest.fixture(scope="module")
def spark(master: str) -> Iterator[OnSpark]:
    with session(master) as opened:
        opened.conf.set("spark.sql.shuffle.partitions", 4)
        yield OnSpark(opened)


def _load(spark: OnSpark, folder: Path, leads: Sequence[Past]) -> None:
    """Let the session's facts be those of these leads, by way of Parquet as DuckDB writes it."""
    numbered = enumerate((lead, event) for lead, past in enumerate(leads) for event in past.events)
    events = list(numbered)
    with empty_connection() as db:
        db.execute(LEAD_TABLE)
        db.executemany("INSERT INTO lead VALUES (?, ?, ?, ?, ?, ?)", [(n, *past[1:]) for n, past in enumerate(leads)])
        db.execute("CREATE TABLE whose (seq BIGINT, lead BIGINT)")
        db.executemany("INSERT INTO whose VALUES (?, ?)", [(seq, lead) for seq, (lead, _) in events])
        assert [*load_facts(db, ((seq, event) for seq, (_, event) in events))] == [[]]
        for table in ("lead", "whose", "loaded"):
            file = folder / f"{table}.parquet"
            db.execute(f"COPY {table} TO {DUCKDB.text(str(file))}")
            spark.session.read.parquet(str(file)).createOrReplaceTempView(table)
    spark.execute(FACT)


def test_fold_and_spark_judge_alike_at_a_moment_and_at_every_event(spark: OnSpark, tmp_path: Path) -> None:
    lots: list[list[Past]] = _drawn(LEADS, LOTS)
    leads = [
        each._replace(account=each.account and f"{each.account} {n}") for n, lot in enumerate(lots) for each in lot
    ]
    _load(spark, tmp_path, leads)
    drawn: list[tuple[Agreement, int]] = _drawn(st.tuples(agreements(), MOMENTS), TERMS)
    for terms, later in drawn:
        at = NOW + later
        found = asked(spark, emit.at_moment(terms, at, dialect=spark.dialect))
        agree(found, at_moment(terms, leads, at))
        found = asked(spark, emit.at_events(terms, dialect=spark.dialect))
        agree(found, at_events(terms, leads))
        ripe = spark.execute(emit.first_ripe(terms, dialect=spark.dialect)).fetchall()
        assert dict(ripe) == first_times(found)


@pytest.mark.parametrize("odd", ["'; DROP TABLE lead; --", "it's", "a\\'b", "${env:HOME}", "\\u0041", '`x` "y"'])
def test_texts_of_an_agreement_are_never_read_as_sql(spark: OnSpark, tmp_path: Path, odd: str) -> None:
    terms = agreement("ready: {fit: [{name: r, when: {answer: q, is: CODE}, points: 5}]}".replace("CODE", repr(odd)))
    told = Past([fact("question answered", NOW, answers={"q": [odd]})], NOW, 0)
    _load(spark, tmp_path, [told])
    found = asked(spark, emit.at_moment(terms, NOW, dialect=spark.dialect))
    agree(found, [folded(terms, 0, told, NOW)])
    assert found[0].fit == 5_000
