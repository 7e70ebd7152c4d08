"""What is being written: the texts of a draft, one for each step, so that a step can be taken back."""

from typing import Any, NamedTuple

from psycopg import Connection

KEPT = 200
"""How many steps of one draft can be taken back."""


class DraftStep(NamedTuple):
    """The newest text of a draft; `edition` tells it from any other, 0: nothing was written since it was made."""

    edition: int
    text: str


def newest(conn: Connection[Any], version_id: int) -> DraftStep:
    """What the writers of a draft see."""
    row = conn.execute(
        "SELECT coalesce(t.id, 0), coalesce(t.text, v.document) FROM agreement_version v "
        "LEFT JOIN draft_text t ON t.version_id = v.id WHERE v.id = %s ORDER BY t.id DESC LIMIT 1",
        (version_id,),
    ).fetchone()
    assert row is not None
    return DraftStep(*row)


def before(conn: Connection[Any], version_id: int, edition: int) -> str | None:
    """The text that stood there before an edition, if it is still kept."""
    row = conn.execute(
        "SELECT text FROM draft_text WHERE version_id = %s AND id < %s ORDER BY id DESC LIMIT 1", (version_id, edition)
    ).fetchone()
    return None if row is None else str(row[0])


def add(conn: Connection[Any], version_id: int, text: str, *, user: int | None, now: int) -> None:
    """Write the next step, unless the text is that of the newest one; the oldest beyond `KEPT` go."""
    edition, old = newest(conn, version_id)
    if edition and old == text:
        return
    conn.execute(
        "INSERT INTO draft_text (version_id, text, written_at, written_by_id) VALUES (%s, %s, %s, %s)",
        (version_id, text, now, user),
    )
    conn.execute(
        "DELETE FROM draft_text WHERE version_id = %(version)s AND id <= (SELECT id FROM draft_text "
        "WHERE version_id = %(version)s ORDER BY id DESC OFFSET %(kept)s LIMIT 1)",
        {"version": version_id, "kept": KEPT},
    )


def forget(conn: Connection[Any], version_id: int) -> None:
    """Delete all steps: the version is no draft any more."""
    conn.execute("DELETE FROM draft_text WHERE version_id = %s", (version_id,))
