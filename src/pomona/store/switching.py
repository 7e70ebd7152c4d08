"""How far leads have been brought to the agreements in force and those to come: one row, locked by who works at it."""

from typing import Any

import msgspec
from psycopg import Connection

from pomona.domain.terms import Plan

CHANNEL = "agreements"
"""The name NOTIFY wakes the loop by."""

HOTTEST = 2**31 - 1
"""Above every score: where the leads that may ripen begin."""


class Switch(msgspec.Struct, frozen=True, kw_only=True):
    """The work between two plans.

    `settled`: what every lead was brought to; `target`: what they are being brought to since `begun_at`; `changed`:
    agreements under which leads must be looked at though they are counted under the right version already.
    First come the leads that may ripen, the hottest first: `score` and `lead` are the last one looked at; then all by
    number: `score` is None. Nothing is left to do when `lead` is None, too.
    """

    settled: Plan = Plan()
    target: Plan = Plan()
    begun_at: int = 0
    changed: frozenset[str] = frozenset()
    score: int | None = None
    lead: int | None = None

    @property
    def is_done(self) -> bool:
        """Whether every lead is where `target` wants it."""
        return self.lead is None


def begun_at(conn: Connection[Any]) -> int:
    """When leads began to be brought to the last change; 0 before the first one."""
    row = conn.execute("SELECT begun_at FROM switching").fetchone()
    return 0 if row is None else int(row[0])


def claim(conn: Connection[Any]) -> Switch | None:
    """How far it is, locked until the transaction ends; None while somebody else works at it."""
    conn.execute(
        "INSERT INTO switching (id, settled, target, begun_at, changed) VALUES (1, '{}', '{}', 0, '[]') "
        "ON CONFLICT DO NOTHING"
    )
    row = conn.execute("SELECT to_jsonb(s) FROM switching s FOR UPDATE SKIP LOCKED").fetchone()
    return None if row is None else msgspec.convert(row[0], Switch)


def save(conn: Connection[Any], switch: Switch) -> None:
    """Note how far it is now."""
    conn.execute(
        "UPDATE switching SET (settled, target, begun_at, changed, score, lead) = (SELECT settled, target, begun_at, "
        "changed, score, lead FROM jsonb_populate_record(NULL::switching, %s))",
        (msgspec.json.encode(switch).decode(),),
    )


def wake(conn: Connection[Any]) -> None:
    """Let the loop look at once, when this transaction commits."""
    conn.execute(f"NOTIFY {CHANNEL}")
