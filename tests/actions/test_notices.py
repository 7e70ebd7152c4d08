"""What browsers are to show: to each of the reader's browsers, while it is news."""

from typing import Any

import psycopg
import pytest

from pomona.actions.outbox import NOTICE_LASTS, end_notices, take_notices
from pomona.domain.agreement.values import BROWSER
from pomona.domain.event import MINUTE
from pomona.store import outbox
from tests.actions.sales import person
from tests.conftest import NOW

Conn = psycopg.Connection[Any]


@pytest.fixture
def irina(conn: Conn) -> int:
    """A seller with a notice laid at NOW."""
    user = person(conn, "irina", role="seller")
    notice = outbox.Message(
        key="a",
        channel=BROWSER,
        kind="handed over",
        recipient="",
        subject="A · 5:00 · Ирина",
        text="",
        user=user,
        lead=7,
    )
    outbox.put(conn, [notice], now=NOW)
    return user


def _sent_at(conn: Conn) -> int | None:
    row = conn.execute("SELECT sent_at FROM outbox").fetchone()
    assert row is not None
    return row[0]  # type: ignore[no-any-return]


def test_every_browser_of_the_reader_gets_it_and_the_first_one_counts(conn: Conn, irina: int) -> None:
    office = take_notices(conn, user=irina, now=NOW + 1)
    home = take_notices(conn, user=irina, now=NOW + 2)
    assert [(notice.subject, notice.lead) for notice in office] == [("A · 5:00 · Ирина", 7)]
    assert home == office
    assert _sent_at(conn) == NOW + 1


def test_nobody_else_gets_it(conn: Conn, irina: int) -> None:
    assert take_notices(conn, user=person(conn, "oleg", role="seller"), now=NOW) == []
    assert _sent_at(conn) is None


def test_after_a_while_it_is_no_news(conn: Conn, irina: int) -> None:
    assert end_notices(conn, now=NOW + MINUTE) == 0
    assert take_notices(conn, user=irina, now=NOW + NOTICE_LASTS) == []
    assert end_notices(conn, now=NOW + NOTICE_LASTS) == 1
    assert end_notices(conn, now=NOW + NOTICE_LASTS) == 0
    assert _sent_at(conn) is None
