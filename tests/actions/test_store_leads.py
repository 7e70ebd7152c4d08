"""Lead rows survive a round trip through the database."""

from typing import Any

import msgspec
import psycopg

from pomona.domain.stages import Lead, Stage
from pomona.store.leads import LeadRow, load, new_ids, save, save_states
from tests.conftest import NOW

ANCHOR = b"e\x00\xff" + b"k" * 14


def test_a_saved_row_is_loaded_equal_and_its_state_alone_can_be_overwritten(conn: psycopg.Connection[Any]) -> None:
    [number] = new_ids(conn, 1)
    lead = Lead(id=number, anchor=ANCHOR, stage=Stage.MCL, captured_at=NOW, cycle_from=0, waiting={"code": "x"})
    row = LeadRow(lead=lead, person=ANCHOR, name='Алия \\ "x"', profile=b"\x00\x01\\", score=-5)
    save(conn, [row])
    assert load(conn, [number]) == {number: row}
    accepted = msgspec.structs.replace(lead, stage=Stage.SAL, owner=7, waiting=None)
    save_states(conn, [accepted])
    assert load(conn, [number]) == {number: msgspec.structs.replace(row, lead=accepted)}
