"""The same questions asked of a Spark cluster, where one machine is too small.

Spark reads the export where it stands; what is not exported is written beside it for as long as it is asked. So the
export's folder must be there, under the same path, on every worker. One cluster session at a time in a process.
"""

import socket
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Any

import duckdb

from pomona.history.dialect import DUCKDB, SPARK
from pomona.history.errors import NoSpark
from pomona.history.facts import COLUMNS

_TABLES = ("newest", "poison", "owner", "lead")
_SETTINGS = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    # Texts of an agreement are texts: `${...}` in them names no variable.
    "spark.sql.variable.substitute": "false",
}
_ONE = Lock()
_PATIENCE = 5
"""Seconds within which a master takes a connection; Spark itself asks for more than a minute before it gives up."""


class _Rows:
    def __init__(self, found: Any) -> None:
        self._found = found

    def fetchall(self) -> list[Any]:
        return [tuple(row) for row in self._found.collect()]


class OnSpark:
    """A Spark session that holds the relations `fact` and `lead`."""

    dialect = SPARK

    def __init__(self, session: Any) -> None:
        self.session = session

    def execute(self, query: str) -> _Rows:
        """Ask one query; it runs when its rows are fetched."""
        return _Rows(self.session.sql(query))

    def interrupt(self) -> None:
        """End what is being asked, from another thread: it raises."""
        self.session.sparkContext.cancelAllJobs()


@contextmanager
def on_spark(
    master: str, db: duckdb.DuckDBPyConnection, work: Path, files: Sequence[Path], *, fact: str
) -> Iterator[OnSpark]:
    """The past on the cluster: what `db` holds of it, passed through the folder `work`, and the exported `files`.

    `fact` creates the view of that name from the relations `exported`, newest, poison, owner and lead. Raises
    `NoSpark`.
    """
    with session(master) as spark:
        # Whoever may read the export may read this: workers are seldom the same user.
        work.chmod(work.parent.stat().st_mode)
        for table in _TABLES:
            file = work / f"{table}.parquet"
            db.execute(f"COPY {table} TO {DUCKDB.text(str(file))} (FORMAT parquet, COMPRESSION zstd)")
            _relation(spark, [file]).createOrReplaceTempView(table)
        exported = files or [work / "newest.parquet"]
        _relation(spark, exported).select(*COLUMNS).createOrReplaceTempView("exported")
        spark.sql(fact.format(exported="exported"))
        yield OnSpark(spark)


@contextmanager
def session(master: str) -> Iterator[Any]:
    """A Spark session on the cluster; its executors are given back afterwards. Waits for another one's end."""
    _knock(master)
    try:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise NoSpark("no_pyspark", master=master) from error
    builder = SparkSession.builder.master(master).appName("pomona")
    for name, value in _SETTINGS.items():
        builder = builder.config(name, value)
    with _ONE:
        try:
            spark = builder.getOrCreate()
        except (PySparkException, Py4JError, OSError) as error:
            raise NoSpark("spark_does_not_start", master=master) from error
        try:
            yield spark
        finally:
            spark.stop()


def _knock(master: str) -> None:
    """Raise `NoSpark` unless one of the masters named by `spark://host:port[,host:port]` takes a connection."""
    for address in master.removeprefix("spark://").split(","):
        host, _, port = address.rpartition(":")
        with suppress(OSError, ValueError), socket.create_connection((host.strip("[]"), int(port)), _PATIENCE):
            return
    raise NoSpark("no_master", master=master)


def _relation(spark: Any, files: Iterable[Path]) -> Any:
    return spark.read.parquet(*(f"file://{file.resolve()}" for file in files))
