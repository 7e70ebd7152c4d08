"""For the demo company, whole rooms agree: what the engine's own reading says and what the past says."""

from pathlib import Path
from typing import Any

import psycopg

from pomona.actions.persons import facts_of_persons
from pomona.demo.build import build
from pomona.domain.event import HOUR
from pomona.history import emit
from pomona.history.export import export
from pomona.history.past import past
from pomona.store import agreements
from tests.conftest import NOW
from tests.history.past import Past, folded

EVENING = NOW + 7 * HOUR


def test_the_fold_and_the_past_agree_on_every_lead_under_every_agreement(
    conn: psycopg.Connection[Any], tmp_path: Path
) -> None:
    conn.execute("DELETE FROM installation")
    build(conn, seed=5, language="ru", now=EVENING, days=8, leads=30)
    export(conn, tmp_path)
    rows = conn.execute(
        "SELECT id, person, captured_at, cycle_from FROM lead WHERE merged_into IS NULL ORDER BY id"
    ).fetchall()
    facts = facts_of_persons(conn, [person for _, person, _, _ in rows])
    pasts = {lead: Past(facts[person], captured_at, cycle_from) for lead, person, captured_at, cycle_from in rows}
    with past(conn, tmp_path) as db:
        for terms in agreements.in_force(conn, EVENING).values():
            expected = [folded(terms, lead, each, EVENING) for lead, each in pasts.items()]
            found = db.execute(f"{emit.at_moment(terms, EVENING)} ORDER BY lead").fetchall()
            for sql, (fold, fading) in zip(found, expected, strict=True):
                assert sql == fold or 0 < abs(sql[5] - fold.score) <= fading
            assert any(fold.score for fold, _ in expected)
