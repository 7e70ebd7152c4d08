"""Every action on a document that is changed in place leaves one change: who, when, from, to and why."""

import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any, NamedTuple

import psycopg
import pytest
from psycopg.rows import dict_row

from pomona.actions import api_keys, lists, people, presence, sources
from pomona.domain.errors import PomonaError
from pomona.domain.event import DAY
from tests.actions import sales
from tests.conftest import NOW

Conn = psycopg.Connection[Any]
Fields = dict[str, Any]
WEEK = {"0": [["09:00", "18:00"]]}
LATER = NOW + DAY


class Office:
    """An administrator who changes things, a seller who is changed, and one document of each kind."""

    def __init__(self, conn: Conn) -> None:
        self.conn = conn
        self.admin = sales.person(conn, "admin", role="administrator")
        self.seller = sales.person(conn, "irina", role="seller")
        by: Fields = {"user": self.admin, "now": NOW}
        people.save_team(conn, "volga", title="Volga", **by)
        people.save_team(conn, "moscow", title="Moscow", **by)
        people.save_calendar(conn, "office", time_zone="Europe/Moscow", hours=WEEK, **by)
        people.save_seller(conn, self.seller, team="volga", calendar="office", **by)
        self.source = sources.create_source(conn, "site", "site", **by)
        self.write_key = self._value("SELECT key FROM write_key")
        self.list = lists.create_list(conn, "rivals", "domain", **by)
        self.api_key = api_keys.create_key(conn, "git", **by)
        self._opened = self._value("SELECT max(id) FROM change")

    def left(self) -> list[Fields]:
        """The changes since the office opened."""
        with self.conn.cursor(row_factory=dict_row) as cursor:
            return cursor.execute("SELECT * FROM change WHERE id > %s ORDER BY id", (self._opened,)).fetchall()

    def hints(self) -> list[str]:
        """The keys of the source as they are told from each other."""
        rows = self.conn.execute("SELECT key FROM write_key WHERE revoked_at IS NULL ORDER BY created_at")
        return [f"…{key[-4:]}" for (key,) in rows]

    def _value(self, query: str) -> Any:
        row = self.conn.execute(query).fetchone()
        assert row is not None
        return row[0]


class Act(NamedTuple):
    """How an action is called, and what it leaves (asked after the act): of which document, from what to what."""

    arguments: Callable[[Office], tuple[tuple[Any, ...], Fields]]
    document: str
    left: Callable[[Office], tuple[Fields, Fields]]
    again: bool = False
    """Doing it again changes nothing."""


IRINA = {"first_name": "Irina", "last_name": "", "email": "irina@pumps.example"}
OLEG = {"login": "oleg", "name": "", "email": "", "role": "seller", "active": True, "password": None}

ACTS: dict[Callable[..., Any], Act] = {
    people.create_user: Act(
        lambda office: (("oleg",), {"role": "seller", "password_hash": "!secret"}), "user", lambda office: ({}, OLEG)
    ),
    people.change_user: Act(
        lambda office: ((office.seller,), {"role": "marketing", **IRINA}),
        "user",
        lambda office: ({"role": "seller"}, {"role": "marketing"}),
        again=True,
    ),
    people.set_password: Act(
        lambda office: ((office.seller,), {"password_hash": "!secret"}),
        "user",
        lambda office: ({"password": None}, {"password": None}),
        again=True,
    ),
    people.save_team: Act(
        lambda office: (("volga",), {"title": "Middle Volga"}),
        "team",
        lambda office: ({"title": "Volga"}, {"title": "Middle Volga"}),
        again=True,
    ),
    people.save_calendar: Act(
        lambda office: (("office",), {"time_zone": "Europe/Samara", "hours": WEEK, "days_off": ["2026-05-04"]}),
        "calendar",
        lambda office: (
            {"time_zone": "Europe/Moscow", "days_off": []},
            {"time_zone": "Europe/Samara", "days_off": ["2026-05-04"]},
        ),
        again=True,
    ),
    people.save_seller: Act(
        lambda office: ((office.seller,), {"team": "moscow", "calendar": "office", "capacity": 7}),
        "seller",
        lambda office: ({"team": "volga", "capacity": 20}, {"team": "moscow", "capacity": 7}),
        again=True,
    ),
    presence.set_present: Act(
        lambda office: ((office.seller,), {"present": False}),
        "presence",
        lambda office: ({"present": True}, {"present": False}),
        again=True,
    ),
    presence.set_leave: Act(
        lambda office: ((office.seller,), {"away_until": LATER + DAY}),
        "seller",
        lambda office: ({"away_until": None}, {"away_until": LATER + DAY}),
        again=True,
    ),
    sources.create_source: Act(
        lambda office: (("form", "server"), {}),
        "source",
        lambda office: ({}, {"name": "form", "kind": "server", "keys": office.hints()[1:]}),
    ),
    sources.issue_write_key: Act(
        lambda office: ((office.source,), {}),
        "source",
        lambda office: ({"keys": office.hints()[:1]}, {"keys": office.hints()}),
    ),
    sources.revoke_write_key: Act(
        lambda office: ((office.write_key,), {}),
        "source",
        lambda office: ({"keys": [f"…{office.write_key[-4:]}"]}, {"keys": []}),
    ),
    api_keys.create_key: Act(
        lambda office: (("crm",), {}),
        "api_keys",
        lambda office: ({"keys": [_git(office)]}, {"keys": [_git(office), _newest_api_key(office)]}),
    ),
    api_keys.revoke_key: Act(
        lambda office: ((1,), {}), "api_keys", lambda office: ({"keys": [_git(office)]}, {"keys": []})
    ),
    lists.create_list: Act(
        lambda office: (("regions", "region"), {}), "list", lambda office: ({}, {"name": "regions", "kind": "region"})
    ),
    lists.delete_list: Act(
        lambda office: ((office.list,), {}), "list", lambda office: ({"name": "rivals", "kind": "domain"}, {})
    ),
}

VERSIONED = {lists.change_list, lists.remove_items}
"""Each change of a list's items is a version of its own, with who and when."""
ASIDE = {lists.keep_upload, lists.forget_upload}
"""What a user keeps while they think."""


def _git(office: Office) -> str:
    return f"git …{office.api_key[-4:]}"


def _newest_api_key(office: Office) -> str:
    row = office.conn.execute("SELECT name || ' …' || hint FROM api_key ORDER BY id DESC").fetchone()
    assert row is not None
    return str(row[0])


def _do(office: Office, action: Callable[..., Any], **more: Any) -> None:
    arguments, named = ACTS[action].arguments(office)
    action(office.conn, *arguments, **named, user=office.admin, now=LATER, **more)


def _changing(module: ModuleType) -> set[Callable[..., Any]]:
    """The module's own public functions that act for a user."""
    own = (each for _, each in inspect.getmembers(module, inspect.isfunction) if each.__module__ == module.__name__)
    return {each for each in own if not each.__name__.startswith("_") and "user" in inspect.signature(each).parameters}


@pytest.mark.parametrize("module", [people, presence, sources, api_keys, lists], ids=lambda module: module.__name__)
def test_no_action_of_these_rooms_is_forgotten_here(module: ModuleType) -> None:
    assert _changing(module) - VERSIONED - ASIDE <= ACTS.keys()


@pytest.mark.parametrize("action", ACTS, ids=lambda action: action.__name__)
def test_an_action_leaves_who_when_from_and_to(conn: Conn, action: Callable[..., Any]) -> None:
    office = Office(conn)
    _do(office, action)
    [left] = office.left()
    assert (left["made_by"], left["made_at"], left["document"]) == (office.admin, LATER, ACTS[action].document)
    assert (left["before"], left["after"]) == ACTS[action].left(office)


@pytest.mark.parametrize("action", [each for each, act in ACTS.items() if act.again], ids=lambda each: each.__name__)
def test_a_change_that_changes_nothing_leaves_nothing(conn: Conn, action: Callable[..., Any]) -> None:
    office = Office(conn)
    _do(office, action)
    _do(office, action)
    assert len(office.left()) == 1


def test_what_was_said_of_the_reason_is_kept(conn: Conn) -> None:
    office = Office(conn)
    asked = [each for each in ACTS if "why" in inspect.signature(each).parameters]
    for action in asked:
        _do(office, action, why=" The fair ")
    assert [left["why"] for left in office.left()] == ["The fair"] * len(asked)


def test_a_refused_change_leaves_nothing(conn: Conn) -> None:
    office = Office(conn)
    with pytest.raises(PomonaError):
        people.save_seller(conn, office.seller, team="nowhere", user=office.admin, now=LATER)
    with pytest.raises(PomonaError):
        people.create_user(conn, "irina", role="seller", password_hash="!", user=office.admin, now=LATER)
    with pytest.raises(PomonaError):
        sources.issue_write_key(conn, 99, user=office.admin, now=LATER)
    assert office.left() == []


def test_no_secret_is_left(conn: Conn) -> None:
    office = Office(conn)
    for action in ACTS:
        _do(office, action)
    told = " ".join(row for (row,) in conn.execute("SELECT change::text FROM change"))
    digests = [digest.hex() for (digest,) in conn.execute("SELECT digest FROM api_key")]
    keys = [key for (key,) in conn.execute("SELECT key FROM write_key")]
    assert [secret for secret in ("!secret", office.api_key, *digests, *keys) if secret in told] == []


def test_whoever_runs_commands_on_the_machine_has_no_name(conn: Conn) -> None:
    people.save_team(conn, "volga", user=None, now=NOW)
    assert conn.execute("SELECT row, made_by FROM change").fetchall() == [("volga", None)]
