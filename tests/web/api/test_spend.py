"""What campaigns cost in the public API: told in bulk by another system, read page by page."""

from datetime import date
from typing import Any

import psycopg
import pytest
from django.http import HttpResponse
from django.test import Client

from tests.web.api.asking import Program, code

Conn = psycopg.Connection[Any]
SPEND = "/api/v1/spend"


def _tell(client: Client, *items: tuple[str, str, Any], **more: str) -> HttpResponse:
    body = {"items": [dict(zip(("campaign", "day", "amount"), each, strict=True)) for each in items], **more}
    return client.put(SPEND, body, content_type="application/json")


def test_another_system_tells_amounts_in_bulk_and_again_without_harm(conn: Conn, program: Program) -> None:
    marketing = program("marketing")
    both = ("radio", "2026-03-01", 12.5), ("radio", "2026-03-02", "0")
    assert _tell(marketing, *both).json() == {"told": 2, "corrected": 0, "same": 0}
    assert _tell(marketing, *both).json() == {"told": 0, "corrected": 0, "same": 2}
    again = _tell(marketing, ("radio", "2026-03-01", 12.51), *both[1:], reason="the invoice")
    assert again.json() == {"told": 0, "corrected": 1, "same": 1}
    assert conn.execute("SELECT amount FROM spend ORDER BY id").fetchall() == [(12_50,), (0,), (12_51,)]


def test_what_is_known_is_read_page_by_page(program: Program) -> None:
    marketing = program("marketing")
    days = [date(2026, 3, number) for number in range(1, 6)]
    _tell(marketing, *(("radio", day.isoformat(), number) for number, day in enumerate(days)))
    _tell(marketing, ("radio", "2026-03-02", 70), ("tv", "2026-03-02", 9))
    asked, read = f"{SPEND}?first=2026-03-02&last=2026-03-04&campaign=radio&limit=2", list[Any]()
    answer = marketing.get(asked).json()
    while read.extend(answer["items"]) or answer["next"]:
        answer = marketing.get(f"{asked}&after={answer['next']}").json()
    assert [(each["day"], each["amount"]) for each in read] == [
        ("2026-03-03", 2.0),
        ("2026-03-04", 3.0),
        ("2026-03-02", 70.0),
    ]
    assert (answer["currency"], read[0]["told_by"]) == ("RUB", "Марина Кетова")


@pytest.mark.parametrize(
    "wrong",
    [
        ("radio", "2026-03-02", -1),
        ("radio", "2026-03-02", 1.005),
        ("", "2026-03-02", 1),
        ("\0", "2026-03-02", 1),
        ("radio", "1026-03-02", 1),
    ],
)
def test_one_wrong_amount_lets_none_be_told(conn: Conn, program: Program, wrong: tuple[str, str, Any]) -> None:
    assert code(_tell(program("marketing"), ("radio", "2026-03-01", 1), wrong), 422) == "invalid"
    assert conn.execute("SELECT count(*) FROM spend").fetchone() == (0,)


def test_a_campaign_and_day_are_told_once_in_a_request(program: Program) -> None:
    twice = _tell(program("marketing"), ("radio", "2026-03-01", 1), (" radio ", "2026-03-01", 2))
    assert code(twice, 422) == "spend_twice"
