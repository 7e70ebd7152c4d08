"""A standalone Spark cluster on this machine: one master, two workers. Skipped where Spark cannot run.

pip install pyspark     # and Java 17 or newer
pytest tests/history/spark
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

import pytest

WORKERS = 2
_PROCESS = "org.apache.spark.deploy"


@pytest.fixture(scope="session")
def master() -> Iterator[str]:
    """The address of the cluster's master, with all workers registered there."""
    pyspark = pytest.importorskip("pyspark", reason="Spark is not tried: pip install pyspark")
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        pytest.skip("Spark is not tried: it needs Java 17 or newer")
    home = Path(pyspark.__file__).parent
    with ExitStack() as running:
        running.enter_context(pytest.MonkeyPatch.context()).setenv("SPARK_LOCAL_IP", "127.0.0.1")
        log = running.enter_context(_process(home, "master.Master", "--port", "0"))
        address = _wait_for(log, "Starting Spark master at ").split()[-1]
        for _ in range(WORKERS):
            log = running.enter_context(_process(home, "worker.Worker", "--cores", "1", "--memory", "2g", address))
            _wait_for(log, "Successfully registered with master")
        yield address


@contextmanager
def _process(home: Path, name: str, *arguments: str) -> Iterator[IO[str]]:
    """One process of the cluster, by its log; ended afterwards."""
    command = [home / "bin" / "spark-class", f"{_PROCESS}.{name}", "--host", "127.0.0.1", "--webui-port", "0"]
    environment = {**os.environ, "SPARK_HOME": str(home)}
    with subprocess.Popen(
        [*command, *arguments], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        try:
            yield process.stderr
        finally:
            process.terminate()


def _wait_for(log: IO[str], text: str) -> str:
    """Read the log up to the line that holds the text; that line."""
    read = []
    for line in log:
        read.append(line)
        if text in line:
            return line
    raise AssertionError("".join(read))
