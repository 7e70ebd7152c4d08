"""What the past knows of leads besides their facts: whose colleagues they are, since when they bought and are owned."""

from pathlib import Path
from typing import Any

import psycopg
from msgspec.structs import replace

from pomona.domain.account import MOST_LEADS
from pomona.domain.event import HOUR
from pomona.domain.stages import Lead, Stage
from pomona.history.past import past
from pomona.store import leads
from tests.conftest import NOW

WORKS = 'works, "mill" & co.example'


def _save(conn: psycopg.Connection[Any], lead: Lead, account: str | None) -> None:
    leads.save(conn, [leads.LeadRow(lead=lead, person=b"%d" % lead.id, account=account)])


def _of_leads(conn: psycopg.Connection[Any], folder: Path) -> list[tuple[Any, ...]]:
    with past(conn, folder) as found:
        return found.execute("SELECT lead, account, client_since, owned_since FROM lead ORDER BY lead").fetchall()


def test_the_account_is_known_unless_it_is_larger_than_a_company_can_be(
    conn: psycopg.Connection[Any], tmp_path: Path
) -> None:
    lead = Lead(id=1, anchor=b"e", stage=Stage.MCL, captured_at=NOW, cycle_from=0)
    for number in range(1, MOST_LEADS + 1):
        _save(conn, replace(lead, id=number), WORKS)
    _save(conn, replace(lead, id=MOST_LEADS + 1), None)
    _save(conn, replace(lead, id=MOST_LEADS + 2, merged_into=1), WORKS)
    assert {account for _, account, *_ in _of_leads(conn, tmp_path)[:-1]} == {WORKS}
    _save(conn, replace(lead, id=MOST_LEADS + 3), WORKS)
    assert {account for _, account, *_ in _of_leads(conn, tmp_path)} == {None}


def test_since_when_a_lead_has_bought_and_has_its_owner(conn: psycopg.Connection[Any], tmp_path: Path) -> None:
    lead = Lead(id=1, anchor=b"e", stage=Stage.MCL, captured_at=NOW, cycle_from=NOW + 1)
    owned = replace(lead, owner=1, stage=Stage.SAL, handed_over_at=NOW + HOUR)
    won = replace(owned, stage=Stage.WON, closed_at=NOW + 2 * HOUR)
    again = replace(owned, stage=Stage.MCL, handed_over_at=None)
    for number, each in enumerate([lead, owned, won, replace(won, stage=Stage.LOST), again]):
        _save(conn, replace(each, id=number), None)
    assert [row[2:] for row in _of_leads(conn, tmp_path)] == [
        (None, None),
        (None, NOW + HOUR),
        (NOW + 2 * HOUR, NOW + HOUR),
        (None, NOW + HOUR),
        (None, NOW + 1),
    ]
