"""The export of the journal's facts as a job: every hour, and whenever somebody wants it now."""

from pathlib import Path
from typing import Any

from django.conf import settings
from psycopg import Connection

from pomona.actions.jobs import Running
from pomona.history.export import export
from pomona.work.steps import Steps


def run_export(conn: Connection[Any], running: Running, steps: Steps) -> dict[str, Any]:
    """Bring the export up to the newest event; the result says what it reaches and how large it is (bytes)."""
    folder: Path = settings.EXPORT_DIR
    exported = export(conn, folder, progress=lambda share: steps("export", share))
    sizes = [(folder / file).stat().st_size for file in exported.files]
    return {"seq": exported.seq, "days": len(exported.days), "bytes": sum(sizes)}
