"""What tests of the engine need: facts as capture writes them, agreements in force, the engine run dry."""

from typing import Any
from uuid import UUID

import psycopg

from pomona.actions.fold import fold_batch
from pomona.domain.event import By, Event, Key, Kind, is_visitor, message_key
from pomona.journal.append import append
from pomona.store import agreements
from tests.conftest import NOW

HOUSE: dict[str, Any] = {
    "campaign": "default",
    "ready": {
        "captured": {"any": [{"known": "email"}, {"known": "phone"}]},
        "never": [{"name": "competitor", "when": {"trait": "company.name", "in": ["rival"]}}],
        "fit": [{"name": "head", "when": {"trait": "job_title", "in": ["head"]}, "points": 20}],
        "interest": [
            {
                "name": "prices",
                "when": {"event": "page", "path": "/pricing*"},
                "points": 10,
                "half_life": "14d",
                "at_most": 30,
            },
            {"name": "guide", "when": {"event": "content downloaded"}, "points": 5, "once_per": "content"},
        ],
        "pass_mark": {"start": 30, "min": 20, "max": 45},
        "grades": {"A": 50, "B": "pass_mark", "C": 10},
        "mql": {"any": [{"score": "pass_mark"}, {"event": "call back requested"}]},
        "won": {"event": "contract signed", "within": "90d"},
        "returned": {"reasons": ["later"], "again_after": "60d", "unless": {"event": "call back requested"}},
    },
    "route": [{"otherwise": {"team": "sales"}, "by": "round_robin"}],
    "respond": {"first_contact": [{"otherwise": "1h", "overdue": ["notify"]}]},
}


def with_points_of_head(points: int) -> dict[str, Any]:
    """The house rules with other points for a head."""
    ready = {**HOUSE["ready"], "fit": [{**HOUSE["ready"]["fit"][0], "points": points}]}
    return {**HOUSE, "ready": ready}


def key(name: str) -> Key:
    """A key whose first letter is its kind: `e1` an e-mail, `p1` a phone, `i1` an id, `v1` a visitor."""
    return name[:1].encode() + name.encode().ljust(16, b"\0")


def fact(number: int, names: str, *, t: int = NOW, name: str = "page", **columns: Any) -> Event:
    """A fact about the named keys (the first person key is the subject); `identify` if that is its name."""
    keys = tuple(key(each) for each in names.split())
    body = {part: columns.pop(part) for part in ("traits", "properties", "found") if part in columns}
    return Event(
        key=message_key(1, str(number)),
        t=t,
        received_at=max(t, NOW),
        kind=Kind.IDENTIFY if name == "identify" else Kind.TRACK,
        name=name,
        subject=next((each for each in keys if not is_visitor(each)), keys[0]),
        keys=keys,
        by=By.PERSON,
        body=body,
        **columns,
    )


def put_in_force(conn: psycopg.Connection[Any], document: dict[str, Any] = HOUSE, *, start: int = 0) -> None:
    """Make the document the agreement's version in force from `start` on."""
    draft = agreements.save_draft(
        conn, document["campaign"], text="", parsed=document, house=None, user=None, now=start
    )
    agreements.put_in_force(conn, draft, start=start, end=None, now=start)


def propose_version(conn: psycopg.Connection[Any], document: dict[str, Any] = HOUSE) -> int:
    """Make the document the agreement's next version, proposed; returns its row id."""
    draft = agreements.save_draft(conn, document["campaign"], text="", parsed=document, house=None, user=None, now=NOW)
    agreements.set_state(conn, draft.id, "proposed")
    return draft.id


def record(conn: psycopg.Connection[Any], *facts: Event) -> None:
    """Append facts as the collector does."""
    with conn.transaction():
        append(conn, facts)


def run_engine(conn: psycopg.Connection[Any], *, now: int = NOW, limit: int = 500) -> None:
    """Fold every shard until nothing is left."""
    while sum(fold_batch(conn, shard=shard, now=now, limit=limit) for shard in range(4)):
        pass


def decisions(conn: psycopg.Connection[Any]) -> list[tuple[int, str]]:
    """Every decision so far as (lead, name)."""
    return conn.execute("SELECT lead, name FROM journal WHERE kind = 'decision' ORDER BY seq").fetchall()


def lead_of(conn: psycopg.Connection[Any], name: str) -> dict[str, Any]:
    """The live lead of the person with this key."""
    with conn.cursor(row_factory=psycopg.rows.dict_row) as cursor:
        row = cursor.execute(
            "SELECT * FROM lead WHERE merged_into IS NULL AND person = "
            "coalesce((SELECT person FROM identity_person WHERE key = %(key)s), %(key)s)",
            {"key": key(name)},
        ).fetchone()
    assert row is not None
    return row


def healthy_engine(conn: psycopg.Connection[Any], *, now: int = NOW, limit: int = 500) -> None:
    """`run_engine`, and nothing became poison."""
    run_engine(conn, now=now, limit=limit)
    assert conn.execute("SELECT error FROM poison WHERE resolved_at IS NULL").fetchall() == []


def poisoned(conn: psycopg.Connection[Any]) -> list[UUID]:
    """The message keys of events that could not be folded."""
    return [row[0] for row in conn.execute("SELECT key FROM poison WHERE resolved_at IS NULL ORDER BY seq")]
