"""Lists: changed version by version, kept by the agreements that were proposed with them."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest

from pomona.actions.agreements import FaultyAgreement, propose, save_draft
from pomona.actions.lists import (
    RefusedList,
    UnreadableItems,
    change_list,
    create_list,
    delete_list,
    planned_change,
    remove_items,
)
from pomona.actions.people import create_user
from pomona.domain.agreement import Agreement
from pomona.domain.lists import MOST_ITEMS
from pomona.store import agreements, lists
from pomona.store.powers import NotAllowed
from tests.conftest import NOW

Conn = psycopg.Connection[Any]

AGREEMENT = """campaign: spring
ready:
  pass_mark: 10
  fit: [{name: rival, when: {trait: company.domain, in_list: competitors}, points: -10}]
  interest: [{name: pages, when: {event: page}, points: 10}]
route: [{otherwise: {team: volga}}]
respond: {first_contact: [{otherwise: 1wd}]}
"""
CHILD = "campaign: autumn\nextends: default\n"


@pytest.fixture
def competitors(conn: Conn) -> UUID:
    """A list of two domains, at its first version."""
    made = create_list(conn, "competitors", "domain", user=None, now=NOW)
    change_list(conn, made, ["rival.example", "www.Other.example"], user=None, now=NOW)
    return made


def _newest(conn: Conn) -> dict[str, str]:
    version = lists.newest(conn, ["competitors"])["competitors"]
    return lists.written_items(conn, version.id)


def _read(conn: Conn, name: str = "spring", number: int = 1) -> Agreement:
    found = agreements.version(conn, name, number)
    assert found is not None
    return found


def test_each_change_is_a_version_and_every_version_stays_readable(conn: Conn, competitors: UUID) -> None:
    change_list(conn, competitors, ["third.example", "rival.example"], replace=True, user=None, now=NOW + 1)
    remove_items(conn, competitors, ["third example", "nobody"], user=None, now=NOW + 2)
    read = [lists.items_of(conn, lists.ListVersion(competitors, number)) for number in range(4)]
    assert read == [
        frozenset(),
        {"rival example", "other example"},
        {"rival example", "third example"},
        {"rival example"},
    ]
    made = conn.execute("SELECT number, made_at, came, went FROM list_version ORDER BY number").fetchall()
    assert made == [(1, NOW, 2, 0), (2, NOW + 1, 1, 1), (3, NOW + 2, 0, 1)]
    assert conn.execute("SELECT number, size FROM named_list").fetchone() == (3, 1)


def test_an_item_that_comes_back_is_there_again(conn: Conn, competitors: UUID) -> None:
    remove_items(conn, competitors, ["rival example"], user=None, now=NOW)
    change_list(conn, competitors, ["Rival.Example"], user=None, now=NOW)
    assert _newest(conn) == {"other example": "www.Other.example", "rival example": "Rival.Example"}


def test_what_changes_nothing_makes_no_version(conn: Conn, competitors: UUID) -> None:
    assert change_list(conn, competitors, ["RIVAL.example"], user=None, now=NOW).known == 1
    assert lists.newest(conn, ["competitors"])["competitors"].number == 1


def test_unreadable_items_are_named_and_nothing_is_changed(conn: Conn, competitors: UUID) -> None:
    with pytest.raises(UnreadableItems) as refused:
        change_list(conn, competitors, ["new.example", "not a domain"], user=None, now=NOW)
    assert "line 2: not a domain" in refused.value.text("en")
    assert "строка 2: not a domain" in refused.value.text("ru")
    assert "new example" not in _newest(conn)
    change_list(conn, competitors, ["new.example", "not a domain"], without_unreadable=True, user=None, now=NOW)
    assert "new example" in _newest(conn)


def test_a_change_that_somebody_else_was_quicker_than_is_refused(conn: Conn, competitors: UUID) -> None:
    assert planned_change(conn, competitors, ["new.example"], replace=True).went.keys() == _newest(conn).keys()
    remove_items(conn, competitors, ["rival example"], user=None, now=NOW)
    with pytest.raises(RefusedList, match="changed meanwhile"):
        change_list(conn, competitors, ["new.example"], replace=True, number=1, user=None, now=NOW)


def test_a_list_takes_so_many_items_and_no_more(conn: Conn) -> None:
    words = create_list(conn, "words", "text", user=None, now=NOW)
    many = [f"word {number}" for number in range(MOST_ITEMS)]
    assert len(change_list(conn, words, many, user=None, now=NOW).came) == MOST_ITEMS
    with pytest.raises(RefusedList, match="100000"):
        change_list(conn, words, ["one more"], user=None, now=NOW)
    assert not change_list(conn, words, ["one more"], replace=True, user=None, now=NOW).is_empty


@pytest.mark.parametrize(
    ("name", "kind", "code"),
    [("competitors", "text", "list_taken"), (" ", "text", "list_unnamed"), ("x", "colour", "list_kind")],
)
def test_a_list_without_a_name_of_its_own_or_a_kind_is_refused(
    conn: Conn, competitors: UUID, name: str, kind: str, code: str
) -> None:
    with pytest.raises(RefusedList) as refused:
        create_list(conn, name, kind, user=None, now=NOW)
    assert refused.value.code == code


def test_sellers_change_no_lists(conn: Conn, competitors: UUID) -> None:
    seller = create_user(conn, "seller", role="seller", password_hash="", user=None, now=NOW)
    for change in (
        lambda: create_list(conn, "mine", "text", user=seller, now=NOW),
        lambda: change_list(conn, competitors, ["x.example"], user=seller, now=NOW),
        lambda: remove_items(conn, competitors, ["rival example"], user=seller, now=NOW),
        lambda: delete_list(conn, competitors, user=seller, now=NOW),
    ):
        with pytest.raises(NotAllowed):
            change()


def test_a_draft_uses_the_newest_list_and_a_proposed_version_keeps_its_own(conn: Conn, competitors: UUID) -> None:
    draft = save_draft(conn, AGREEMENT, user=None, now=NOW)
    remove_items(conn, competitors, ["other example"], user=None, now=NOW)
    assert _read(conn).lists == {"competitors": {"rival example"}}
    propose(conn, draft.id, user=None, now=NOW)
    change_list(conn, competitors, ["third.example"], user=None, now=NOW)
    assert _read(conn).lists == {"competitors": {"rival example"}}
    save_draft(conn, AGREEMENT, user=None, now=NOW)
    assert _read(conn, number=2).lists == {"competitors": {"rival example", "third example"}}


@pytest.fixture
def house(conn: Conn, competitors: UUID) -> Iterator[Agreement]:
    """House rules in force that ask for the list of competitors."""
    draft = save_draft(conn, AGREEMENT.replace("spring", "default"), user=None, now=NOW)
    propose(conn, draft.id, user=None, now=NOW)
    agreements.put_in_force(conn, draft, start=NOW, end=None, now=NOW)
    yield _read(conn, "default")


def test_the_lists_of_inherited_rules_are_the_newest_too(conn: Conn, house: Agreement, competitors: UUID) -> None:
    remove_items(conn, competitors, ["other example"], user=None, now=NOW)
    save_draft(conn, CHILD, user=None, now=NOW)
    assert house.lists["competitors"] == {"rival example", "other example"}
    assert _read(conn, "autumn").lists["competitors"] == {"rival example"}


def test_a_list_that_the_document_holds_itself_is_not_the_companys(conn: Conn, competitors: UUID) -> None:
    save_draft(conn, AGREEMENT + "lists: {competitors: [own.example]}\n", user=None, now=NOW)
    assert _read(conn).lists == {"competitors": {"own example"}}
    delete_list(conn, competitors, user=None, now=NOW)


def test_a_list_that_the_house_rules_hold_themselves_is_inherited(conn: Conn, competitors: UUID) -> None:
    text = AGREEMENT.replace("spring", "default") + "lists: {competitors: [own.example]}\n"
    draft = save_draft(conn, text, user=None, now=NOW)
    agreements.put_in_force(conn, draft, start=NOW, end=None, now=NOW)
    save_draft(conn, CHILD, user=None, now=NOW)
    assert _read(conn, "autumn").lists["competitors"] == {"own example"}


def test_a_list_that_is_not_there_is_refused_at_its_place(conn: Conn) -> None:
    with pytest.raises(FaultyAgreement) as refused:
        save_draft(conn, AGREEMENT, user=None, now=NOW)
    (fault,) = refused.value.faults.errors
    assert (fault.code, refused.value.locate(fault.path)) == ("unknown_list", (4, 53))


def test_a_list_in_use_is_not_deleted(conn: Conn, competitors: UUID) -> None:
    save_draft(conn, AGREEMENT, user=None, now=NOW)
    with pytest.raises(RefusedList, match="spring"):
        delete_list(conn, competitors, user=None, now=NOW)
    save_draft(conn, AGREEMENT.replace("in_list: competitors", "is: rival.example"), user=None, now=NOW)
    assert delete_list(conn, competitors, user=None, now=NOW) == "competitors"
    assert conn.execute("SELECT count(*) FROM list_item").fetchone() == (0,)
