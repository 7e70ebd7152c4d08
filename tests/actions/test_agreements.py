"""Agreements: drafts, both signatures, in force."""

from typing import Any

import msgspec
import psycopg
import pytest

from pomona.actions.agreements import (
    ChangedMeanwhile,
    FaultyAgreement,
    RefusedSignature,
    UnsignableAgreement,
    install_default,
    propose,
    read_draft,
    save_draft,
    sign,
)
from pomona.actions.people import create_user
from pomona.domain.event import DAY, HOUR
from pomona.store import agreements
from tests.conftest import NOW

Conn = psycopg.Connection[Any]


@pytest.fixture
def signers(conn: Conn) -> dict[str, int]:
    """A user of each role that has a say, by role."""
    roles = ("marketing", "head_of_sales", "administrator")
    return {role: create_user(conn, role, role=role, password_hash="", user=None, now=NOW) for role in roles}


def test_the_house_rules_of_a_fresh_installation_come_into_force_with_both_signatures(
    conn: Conn, signers: dict[str, int]
) -> None:
    draft = install_default(conn, language="en", user=None, now=NOW)
    assert draft is not None
    assert install_default(conn, language="en", user=None, now=NOW) is None
    propose(conn, draft.id, user=None, now=NOW)
    assert sign(conn, draft.id, "marketing", user=signers["marketing"], now=NOW) is None
    assert agreements.in_force(conn, NOW) == {}
    assert sign(conn, draft.id, "sales", user=signers["head_of_sales"], now=NOW + 1) is not None
    assert agreements.in_force(conn, NOW) == {}
    assert agreements.in_force(conn, NOW + 1)["default"].version == 1


def test_the_house_rules_are_there_in_russian_too(conn: Conn) -> None:
    assert install_default(conn, language="ru", user=None, now=NOW) is not None


def test_nobody_signs_for_the_other_side(conn: Conn, signers: dict[str, int]) -> None:
    draft = install_default(conn, language="en", user=None, now=NOW)
    assert draft is not None
    propose(conn, draft.id, user=None, now=NOW)
    for role, side in (("marketing", "sales"), ("head_of_sales", "marketing"), ("administrator", "sales")):
        with pytest.raises(RefusedSignature):
            sign(conn, draft.id, side, user=signers[role], now=NOW)


def test_a_newer_version_ends_the_older_one_and_keeps_it_readable(conn: Conn, signers: dict[str, int]) -> None:
    text = "campaign: spring\nextends: default\nready: {pass_mark: {start: %d, min: 40, max: 70}}\n"
    house = install_default(conn, language="en", user=None, now=NOW)
    assert house is not None
    _put_in_force(conn, house.id, signers, NOW)
    _put_in_force(conn, save_draft(conn, text % 50, user=None, now=NOW).id, signers, NOW)
    _put_in_force(conn, save_draft(conn, text % 60, user=None, now=NOW).id, signers, NOW + DAY)
    assert agreements.in_force(conn, NOW)["spring"].ready.pass_mark.start == 50_000
    assert agreements.in_force(conn, NOW + DAY)["spring"].ready.pass_mark.start == 60_000
    first = agreements.version(conn, "spring", 1)
    assert first is not None
    assert [rule.name for rule in first.ready.never] == ["throw-away mail"]


def test_an_agreement_without_a_time_zone_keeps_the_companys_of_its_day(conn: Conn) -> None:
    rules = "ready: {pass_mark: 50}\nroute: [{otherwise: {team: sales}}]\nrespond: {first_contact: [{otherwise: 1h}]}\n"
    for number, runs in enumerate(("", "runs: {from: 2026-03-02}\n"), 1):
        save_draft(conn, f"campaign: c{number}\n{runs}{rules}", user=None, now=NOW)
    conn.execute("UPDATE installation SET time_zone = 'Asia/Omsk'")
    for name in ("c1", "c2"):
        version = agreements.version(conn, name, 1)
        assert version is not None
        assert (version.runs.time_zone, version.runs.offset) == ("Europe/Moscow", 3 * HOUR)


def test_a_text_is_read_as_it_would_be_saved_and_nothing_is(conn: Conn, signers: dict[str, int]) -> None:
    house = install_default(conn, language="en", user=None, now=NOW)
    assert house is not None
    _put_in_force(conn, house.id, signers, NOW)
    text = "campaign: spring\nextends: default\nready: {pass_mark: {start: 50, min: 40, max: 70}}\n"
    read = read_draft(conn, text, now=NOW)
    assert agreements.version(conn, "spring", 1) is None
    row = save_draft(conn, text, user=None, now=NOW)
    assert agreements.agreement_by_id(conn, row.id) == msgspec.structs.replace(read, version=1)


def test_a_draft_is_not_saved_over_what_its_writer_never_saw(conn: Conn) -> None:
    text = (
        "campaign: c\nready: {pass_mark: %d}\nroute: [{otherwise: {team: sales}}]\n"
        "respond: {first_contact: [{otherwise: 1h}]}\n"
    )
    first = save_draft(conn, text % 50, user=None, now=NOW, changes="")
    read = agreements.stamp(first.number, first.state, text % 50)
    save_draft(conn, text % 55, user=None, now=NOW, changes=read)
    for stale in (read, ""):
        with pytest.raises(ChangedMeanwhile):
            save_draft(conn, text % 60, user=None, now=NOW, changes=stale)
    assert agreements.document_of(conn, first.id) == text % 55
    with pytest.raises(ChangedMeanwhile):
        save_draft(conn, (text % 60).replace("campaign: c", "campaign: d"), user=None, now=NOW, changes=read)
    assert conn.execute("SELECT name FROM agreement").fetchall() == [("c",)]


def test_a_faulty_draft_is_refused_with_line_and_column(conn: Conn) -> None:
    with pytest.raises(FaultyAgreement) as refused:
        save_draft(conn, "campaign: spring\nready: 5\n", user=None, now=NOW)
    assert "Line 2, column 1" in refused.value.text("en")
    assert "Строка 2" in refused.value.text("ru")


def test_a_proposed_version_is_not_edited_but_followed_by_the_next(conn: Conn) -> None:
    draft = install_default(conn, language="en", user=None, now=NOW)
    assert draft is not None
    propose(conn, draft.id, user=None, now=NOW)
    with pytest.raises(RefusedSignature):
        propose(conn, draft.id, user=None, now=NOW)
    row = conn.execute("SELECT document FROM agreement_version WHERE id = %s", (draft.id,)).fetchone()
    assert row is not None
    [text] = row
    assert save_draft(conn, text, user=None, now=NOW).number == 2
    assert save_draft(conn, text, user=None, now=NOW).number == 2


NOBODY = """campaign: spring
ready:
  fit:
    - {name: known, when: {known: email}, points: 5}
  pass_mark: 50
route: [{otherwise: {team: inbound}}]
respond: {first_contact: [{otherwise: 1wd}]}
"""


def test_an_agreement_that_nobody_can_pass_is_not_proposed(conn: Conn) -> None:
    draft = save_draft(conn, NOBODY, user=None, now=NOW)
    with pytest.raises(UnsignableAgreement) as refused:
        propose(conn, draft.id, user=None, now=NOW)
    assert "Line 5, column 3: ready.pass_mark: Nobody can become ripe: no lead reaches more than 5" in str(
        refused.value
    )
    assert "Строка 5, знак 3: ready.pass_mark: Созреть не сможет никто" in refused.value.text("ru")
    assert save_draft(conn, NOBODY, user=None, now=NOW).state == "draft"


def test_a_campaign_that_ended_before_the_second_signature_is_not_signed(conn: Conn, signers: dict[str, int]) -> None:
    text = NOBODY.replace("pass_mark: 50", "pass_mark: 5") + "runs: {until: 2026-03-31}\n"
    draft = save_draft(conn, text, user=None, now=NOW)
    propose(conn, draft.id, user=None, now=NOW)
    sign(conn, draft.id, "marketing", user=signers["marketing"], now=NOW)
    with pytest.raises(UnsignableAgreement) as refused:
        sign(conn, draft.id, "sales", user=signers["head_of_sales"], now=NOW + 60 * DAY)
    assert [finding.code for finding in refused.value.findings] == ["campaign_over"]


def _put_in_force(conn: Conn, version: int, signers: dict[str, int], now: int) -> None:
    propose(conn, version, user=None, now=now)
    sign(conn, version, "marketing", user=signers["marketing"], now=now)
    sign(conn, version, "sales", user=signers["head_of_sales"], now=now)
