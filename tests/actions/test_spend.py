"""What campaigns cost is told, corrected, and never changed in place."""

from datetime import date
from typing import Any

import psycopg
import pytest

from pomona.actions.spend import planned_spend, record_spend
from pomona.domain.event import DAY, SECOND
from pomona.domain.spend import CampaignDay, Days, RefusedSpend, Spent
from pomona.domain.stages import Lead, Stage
from pomona.store import leads, spend
from pomona.store.leads import LeadRow
from tests.actions import sales
from tests.conftest import NOW

Conn = psycopg.Connection[Any]

FIRST, SECOND_DAY = date(2026, 3, 1), date(2026, 3, 2)
MARCH = Days(FIRST, date(2026, 3, 31))
LATER = date(2026, 5, 1)
ZONE = "Europe/Moscow"


def _spent(conn: Conn, period: Days = MARCH, today: date = LATER) -> dict[str, Spent]:
    return spend.spent(conn, period, today=today, time_zone=ZONE)


def test_the_newest_amount_holds_and_the_older_one_stays_with_its_teller(conn: Conn) -> None:
    anna, boris = (sales.person(conn, name, role="marketing") for name in ("anna", "boris"))
    place = CampaignDay("search", FIRST)
    record_spend(conn, {place: 100}, user=anna, now=NOW)
    record_spend(conn, {place: 70}, user=boris, now=NOW + 1, reason="  the invoice ")
    assert _spent(conn)["search"].amount == 70
    rows = conn.execute("SELECT amount, reason, recorded_at, recorded_by_id FROM spend ORDER BY id").fetchall()
    assert rows == [(100, "", NOW, anna), (70, "the invoice", NOW + 1, boris)]


def test_the_same_amount_again_changes_nothing(conn: Conn) -> None:
    amounts = {CampaignDay("search", FIRST): 100, CampaignDay("ebook", FIRST): 0}
    assert len(record_spend(conn, amounts, user=None, now=NOW).told) == 2
    more = {**amounts, CampaignDay("search", SECOND_DAY): 5}
    assert planned_spend(conn, more).same == 2
    again = record_spend(conn, more, user=None, now=NOW)
    assert (dict(again.told), dict(again.corrected), again.same) == ({CampaignDay("search", SECOND_DAY): 5}, {}, 2)
    assert conn.execute("SELECT count(*) FROM spend").fetchone() == (3,)


def test_one_amount_that_cannot_be_true_lets_none_be_written(conn: Conn) -> None:
    with pytest.raises(RefusedSpend):
        record_spend(
            conn, {CampaignDay("search", FIRST): 100, CampaignDay("search", SECOND_DAY): -1}, user=None, now=NOW
        )
    assert _spent(conn) == {}


def test_a_campaign_without_known_spend_counts_the_days_on_which_it_brought_leads(conn: Conn) -> None:
    """In the company's time zone: half past ten in the evening in London is the next day in Moscow."""
    late = 1_772_404_200 * SECOND  # 2026-03-01 22:30 UTC
    for campaign, at in (("radio", late), ("radio", late + DAY), (None, late)):
        [number] = leads.new_ids(conn, 1)
        lead = Lead(id=number, anchor=number.to_bytes(8), stage=Stage.MCL, captured_at=at, cycle_from=at)
        leads.save(conn, [LeadRow(lead=lead, person=number.to_bytes(8), campaign=campaign)])
    assert _spent(conn) == {"radio": Spent(0, 0, 2)}
    assert _spent(conn, Days(FIRST, FIRST)) == {}
    record_spend(conn, {CampaignDay("radio", SECOND_DAY): 0}, user=None, now=NOW)
    assert _spent(conn) == {"radio": Spent(0, 1, 2)}
