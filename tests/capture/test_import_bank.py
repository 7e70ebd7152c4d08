"""The example mapping on the real file: UCI Bank Marketing."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pomona.capture.importing import ImportReport, import_file
from pomona.capture.importing_mapping import read_mapping
from pomona.formats.yaml_document import read_yaml
from tests.conftest import NOW

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data" / "bank-marketing" / "bank-full.csv"
MAPPING = ROOT / "docs" / "examples" / "imports" / "bank-marketing.yaml"
ROWS = 45_211
SIGNED = 5_289
CALLED_BEFORE = 8_257

pytestmark = pytest.mark.skipif(not DATA.exists(), reason=f"needs {DATA}")


def test_the_whole_file_by_its_example_mapping(conn: psycopg.Connection[Any], tmp_path: Path) -> None:
    mapping = read_mapping(read_yaml(MAPPING.read_text())[0])
    shares: list[float] = []

    def run() -> ImportReport:
        return import_file(
            conn,
            DATA,
            mapping,
            source=1,
            secret=b"secret" * 4,
            now=NOW,
            progress=lambda rows, share: shares.append(share),
            refused_path=tmp_path / "refused.csv",
        )

    assert run() == ImportReport(rows=ROWS, imported=ROWS)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert _names(conn) == {"identify": ROWS, "call finished": ROWS + CALLED_BEFORE, "contract signed": SIGNED}
    first, last = conn.execute("SELECT min(t), max(t) FROM journal WHERE name = 'identify'").fetchone() or (0, 0)
    assert _day(first) == "2008-05-05"
    assert _day(last) == "2010-11-17"
    assert run() == ImportReport(rows=ROWS, repeated=ROWS)


def _names(conn: psycopg.Connection[Any]) -> Counter[str]:
    rows = conn.execute("SELECT name, count(*) FROM journal GROUP BY name").fetchall()
    return Counter(dict(rows))


def _day(t: int) -> str:
    return datetime.fromtimestamp(t / 1_000_000, UTC).date().isoformat()
