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
from tests.history.judged import at_moment, others_of
from tests.history.past import Past

EVENING = NOW + 7 * HOUR


def test_the_fold_and_the_past_agree_on_every_lead_under_every_agreement(
    conn: psycopg.Connection[Any], tmp_path: Path
) -> None:
    conn.execute("DELETE FROM installation")
    build(conn, seed=5, language="ru", now=EVENING, days=8, leads=30)
    export(conn, tmp_path)
    rows = conn.execute(
        "SELECT id, person, captured_at, cycle_from, account, CASE WHEN stage = 'won' THEN closed_at END, "
        "CASE WHEN owner_id IS NOT NULL THEN coalesce(handed_over_at, cycle_from) END "
        "FROM lead WHERE merged_into IS NULL ORDER BY id"
    ).fetchall()
    facts = facts_of_persons(conn, [person for _, person, *_ in rows])
    pasts = [Past(facts[person], *rest) for _, person, *rest in rows]
    assert any(others_of(lead, pasts) for lead in range(len(pasts)))
    with past(conn, tmp_path) as db:
        for terms in agreements.in_force(conn, EVENING).values():
            expected = at_moment(terms, pasts, EVENING)
            found = db.execute(f"{emit.at_moment(terms, EVENING)} ORDER BY lead").fetchall()
            for (lead, *_), sql, (fold, fading) in zip(rows, found, expected, strict=True):
                assert sql == fold._replace(lead=lead) or 0 < abs(sql[5] - fold.score) <= fading
            assert any(fold.score for fold, _ in expected)
