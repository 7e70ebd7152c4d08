"""A draft is written step by step: two writers, unfinished texts, taking a step back."""

from typing import Any

import psycopg
import pytest

from pomona.actions.agreements import ChangedMeanwhile, FaultyAgreement, RefusedSignature, propose, save_draft
from pomona.actions.drafting import edit, undo, write
from pomona.actions.people import create_user
from pomona.store import agreements, drafts
from pomona.store.powers import NotAllowed
from tests.conftest import NOW

Conn = psycopg.Connection[Any]

TEXT = """campaign: spring   # the guide
ready:
  interest: [{name: prices, when: {event: page}, points: 10}]
  pass_mark: 10
route: [{otherwise: {team: sales}}]
respond: {first_contact: [{otherwise: 1h}]}
"""
MORE = TEXT.replace("points: 10", "points: 20")


@pytest.fixture
def marketing(conn: Conn) -> int:
    return create_user(conn, "marketing", role="marketing", password_hash="", user=None, now=NOW)


@pytest.fixture
def draft(conn: Conn) -> int:
    return save_draft(conn, TEXT, user=None, now=NOW).id


def edition(conn: Conn, draft: int) -> int:
    return drafts.newest(conn, draft).edition


def test_what_is_written_is_the_draft(conn: Conn, draft: int, marketing: int) -> None:
    written = write(conn, draft, MORE, edition=edition(conn, draft), user=marketing, now=NOW)
    assert written.fault is None
    assert agreements.document_of(conn, draft) == MORE


def test_the_second_of_two_writers_is_told_and_overwrites_nothing(conn: Conn, draft: int, marketing: int) -> None:
    seen = edition(conn, draft)
    write(conn, draft, MORE, edition=seen, user=marketing, now=NOW)
    with pytest.raises(ChangedMeanwhile):
        write(conn, draft, TEXT, edition=seen, user=marketing, now=NOW)
    assert drafts.newest(conn, draft).text == MORE


def test_a_push_from_elsewhere_is_told_to_who_writes_on_the_page(conn: Conn, draft: int, marketing: int) -> None:
    seen = edition(conn, draft)
    save_draft(conn, MORE, user=None, now=NOW)
    with pytest.raises(ChangedMeanwhile):
        edit(conn, draft, TEXT, edition=seen, user=marketing, now=NOW)


@pytest.mark.parametrize("unfinished", ["campaign: spring\nready: {a: [1\n", "campaign: spring\n", "campaign: other\n"])
def test_an_unfinished_text_is_kept_and_not_proposed(conn: Conn, draft: int, marketing: int, unfinished: str) -> None:
    written = write(conn, draft, unfinished, edition=edition(conn, draft), user=marketing, now=NOW)
    assert written.fault is not None
    assert drafts.newest(conn, draft).text == unfinished
    assert agreements.document_of(conn, draft) == TEXT
    with pytest.raises(RefusedSignature) as refused:
        propose(conn, draft, user=None, now=NOW)
    assert refused.value.code == "unfinished"


def test_a_faulty_edit_changes_nothing(conn: Conn, draft: int, marketing: int) -> None:
    with pytest.raises(FaultyAgreement):
        edit(conn, draft, TEXT.replace("10", "ten"), edition=edition(conn, draft), user=marketing, now=NOW)
    assert drafts.newest(conn, draft).text == TEXT


def test_steps_are_taken_back_one_by_one(conn: Conn, draft: int, marketing: int) -> None:
    first = edit(conn, draft, MORE, edition=edition(conn, draft), user=marketing, now=NOW)
    back = undo(conn, draft, first, user=marketing, now=NOW)
    assert agreements.document_of(conn, draft) == TEXT
    with pytest.raises(ChangedMeanwhile):
        undo(conn, draft, first, user=marketing, now=NOW)
    undo(conn, draft, back.edition, user=marketing, now=NOW)
    assert agreements.document_of(conn, draft) == MORE


def test_only_so_many_steps_are_kept(conn: Conn, draft: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "KEPT", 3)
    for step in range(6):
        drafts.add(conn, draft, f"step {step}", user=None, now=NOW)
    assert conn.execute("SELECT text FROM draft_text ORDER BY id").fetchall() == [("step 3",), ("step 4",), ("step 5",)]


def test_a_proposed_version_is_written_by_nobody_and_a_draft_not_by_sellers(
    conn: Conn, draft: int, marketing: int
) -> None:
    seller = create_user(conn, "seller", role="seller", password_hash="", user=None, now=NOW)
    seen = edition(conn, draft)
    with pytest.raises(NotAllowed):
        write(conn, draft, MORE, edition=seen, user=seller, now=NOW)
    propose(conn, draft, user=None, now=NOW)
    with pytest.raises(RefusedSignature):
        write(conn, draft, MORE, edition=seen, user=marketing, now=NOW)
