"""Signing: once for each side, never for the other, never what has given way; what is proposed keeps its words."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import psycopg
import pytest

from pomona.actions.agreements import RefusedSignature, Side, propose, save_draft, sign
from pomona.domain.event import DAY
from pomona.store import agreements
from pomona.store.database import connect
from tests.actions.sales import person
from tests.conftest import NOW

Conn = psycopg.Connection[Any]
TEXT = """campaign: spring
%sready: {pass_mark: %d, interest: [{name: looks, when: {event: page}, points: 10}]}
route: [{otherwise: {team: inbound}}]
respond: {first_contact: [{otherwise: 1wd}]}
"""


@pytest.fixture
def signers(conn: Conn) -> dict[Side, int]:
    """Who signs for each side."""
    return {
        "marketing": person(conn, "maria", role="marketing"),
        "sales": person(conn, "igor", role="head_of_sales"),
    }


def proposed(conn: Conn, mark: int = 50, *, runs: str = "") -> int:
    """The next version, proposed; its row id."""
    version = save_draft(conn, TEXT % (runs, mark), user=None, now=NOW).id
    propose(conn, version, user=None, now=NOW)
    return version


def refusal(conn: Conn, version: int, side: Side, user: int) -> str:
    with pytest.raises(RefusedSignature) as refused:
        sign(conn, version, side, user=user, now=NOW)
    assert refused.value.text("ru") != refused.value.text("en")
    return refused.value.code


def mark_in_force(conn: Conn, at: int) -> int | None:
    found = agreements.in_force(conn, at).get("spring")
    return found.ready.pass_mark.start // 1000 if found else None


def test_a_side_signs_once_with_its_comment(conn: Conn, signers: dict[Side, int]) -> None:
    version = proposed(conn)
    sign(conn, version, "marketing", user=signers["marketing"], now=NOW, comment="let us try")
    other = person(conn, "nina", role="marketing")
    assert refusal(conn, version, "marketing", other) == "signed_already"
    assert conn.execute("SELECT user_id, comment FROM agreement_signature").fetchall() == [
        (signers["marketing"], "let us try")
    ]


def test_nobody_signs_for_both_sides_and_an_administrator_for_none(conn: Conn, signers: dict[Side, int]) -> None:
    version = proposed(conn)
    root = person(conn, "root", role="administrator")
    for user, side in ((signers["marketing"], "sales"), (signers["sales"], "marketing"), (root, "marketing")):
        assert refusal(conn, version, side, user) == "wrong_side"


def test_a_draft_a_signed_and_an_unknown_version_are_not_signed(conn: Conn, signers: dict[Side, int]) -> None:
    version = proposed(conn)
    for side, user in signers.items():
        sign(conn, version, side, user=user, now=NOW)
    draft = save_draft(conn, TEXT % ("", 60), user=None, now=NOW).id
    assert refusal(conn, version, "sales", signers["sales"]) == "not_proposed"
    assert refusal(conn, draft, "sales", signers["sales"]) == "not_proposed"
    assert refusal(conn, draft + 1, "sales", signers["sales"]) == "no_version"


def test_a_version_gives_way_to_a_newer_one_that_was_signed_before_it(conn: Conn, signers: dict[Side, int]) -> None:
    older, newer = proposed(conn, 50), proposed(conn, 60)
    sign(conn, older, "marketing", user=signers["marketing"], now=NOW)
    for side, user in signers.items():
        sign(conn, newer, side, user=user, now=NOW)
    assert refusal(conn, older, "sales", signers["sales"]) == "superseded"
    assert mark_in_force(conn, NOW) == 60


def test_both_sides_may_sign_at_the_same_moment(conn: Conn, signers: dict[Side, int], database_url: str) -> None:
    version = proposed(conn)
    together = threading.Barrier(4)

    def put_name(side: Side) -> None:
        with connect(database_url) as own, suppress(RefusedSignature):
            together.wait()
            sign(own, version, side, user=signers[side], now=NOW)

    hands = [threading.Thread(target=put_name, args=(side,)) for side in signers for _ in range(2)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join(20)
    assert conn.execute("SELECT count(*) FROM agreement_signature").fetchone() == (2,)
    assert mark_in_force(conn, NOW) == 50


def test_who_writes_and_who_proposes_at_the_same_moment_wait_for_each_other(conn: Conn, database_url: str) -> None:
    draft = save_draft(conn, TEXT % ("", 50), user=None, now=NOW).id
    with connect(database_url) as own, ThreadPoolExecutor() as aside:
        with own.transaction():
            agreements.lock_newest(own, "spring", now=NOW)
            proposing = aside.submit(propose, conn, draft, user=None, now=NOW)
            _until_somebody_waits(own)
            save_draft(own, TEXT % ("", 60), user=None, now=NOW)
        proposing.result(20)
    assert agreements.agreement_by_id(conn, draft).ready.pass_mark.start == 60_000


def _until_somebody_waits(conn: Conn) -> None:
    waiting = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    give_up = time.monotonic() + 10
    while not conn.execute(waiting).fetchall():
        conn.execute("SELECT pg_stat_clear_snapshot()")
        assert time.monotonic() < give_up


def test_signed_ahead_it_comes_into_force_by_itself(conn: Conn, signers: dict[Side, int]) -> None:
    for version in (proposed(conn, 50), proposed(conn, 60, runs="runs: {from: 2026-03-05}\n")):
        for side, user in signers.items():
            sign(conn, version, side, user=user, now=NOW)
    assert [mark_in_force(conn, at) for at in (NOW, NOW + 2 * DAY, NOW + 3 * DAY)] == [50, 50, 60]


@pytest.mark.parametrize("change", ["document = 'other'", "parsed = '{}'", "house_id = id", "state = 'draft'"])
def test_what_is_proposed_keeps_its_words_whoever_writes(conn: Conn, change: str) -> None:
    version = proposed(conn)
    with pytest.raises(psycopg.errors.RestrictViolation, match="never edited"):
        conn.execute(f"UPDATE agreement_version SET {change} WHERE id = %s", (version,))
