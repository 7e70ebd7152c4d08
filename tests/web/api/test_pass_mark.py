"""The pass mark in the public API: read, with what moving it would do, and moved."""

from typing import Any

import psycopg

from tests.web.api.asking import Program, code

Conn = psycopg.Connection[Any]
MARK = "/api/v1/agreements/default/pass-mark"


def test_the_pass_mark_is_moved_within_its_bounds(program: Program, conn: Conn) -> None:
    head = program("head")
    assert code(head.post(MARK, {"value": 90}, "application/json"), 422) == "out_of_bounds"
    until = "2099-01-01T00:00:00Z"
    assert head.post(MARK, {"value": 60, "until": until, "reason": "fair"}, "application/json").status_code == 200
    moved = conn.execute("SELECT body FROM journal WHERE name = 'pass mark moved'").fetchone()
    assert moved is not None
    assert (moved[0]["value"], moved[0]["until"]) == (60_000, 4_070_908_800_000_000)
    assert code(program("seller").post(MARK, {"value": 60}, "application/json"), 403) == "not_allowed"


def test_the_pass_mark_is_read_with_its_moves(program: Program, leads: dict[str, int]) -> None:
    head = program("head")
    before = head.get(f"{MARK}?value=45").json()
    assert {name: before[name] for name in ("version", "value", "start", "min", "max")} == {
        "version": 1,
        "value": 55,
        "start": 55,
        "min": 45,
        "max": 75,
    }
    assert before["ripe_at"] >= before["ripe"] >= 0
    head.post(MARK, {"value": 60, "reason": "fair"}, "application/json")
    moved = head.get(MARK).json()
    assert (moved["value"], moved["ripe_at"]) == (60, None)
    assert [(each["before"], each["value"], each["by"], each["reason"]) for each in moved["moves"]] == [
        (55, 60, "Руслан Главатский", "fair")
    ]


def test_a_mark_beyond_measure_is_no_mark(program: Program) -> None:
    for value in ("Infinity", "1e308", "NaN", "-1"):
        sent = program("head").post(MARK, f'{{"value": {value}}}', "application/json")
        assert code(sent, 422) == "invalid"
