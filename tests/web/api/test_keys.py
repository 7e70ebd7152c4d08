"""Keys for programs: made and taken back by their user, as good as their user."""

from typing import Any

import psycopg
from django.test import Client

from pomona.actions.api_keys import create_key, revoke_key, user_of_key
from pomona.domain.event import HOUR
from tests.web.api.asking import Program, code
from tests.web.conftest import LogIn

Conn = psycopg.Connection[Any]


def test_without_a_key_in_use_nothing_opens(conn: Conn, program: Program, users: dict[str, int], now: int) -> None:
    key = create_key(conn, "x", user=users["marketing"], now=now)
    keyed = Client(headers={"Host": "localhost", "Authorization": f"Bearer {key}"})
    assert keyed.get("/api/v1/agreements").status_code == 200
    number = conn.execute("SELECT id FROM api_key WHERE hint = %s", (key[-4:],)).fetchone()
    assert number is not None
    revoke_key(conn, number[0], user=users["marketing"], now=now)
    strangers = [
        keyed,
        Client(headers={"Host": "localhost"}),
        Client(headers={"Host": "localhost", "Authorization": "Bearer pomona_x"}),
    ]
    assert [code(each.get("/api/v1/agreements"), 401) for each in strangers] == ["no_key"] * 3


def test_a_key_is_as_good_as_its_user(conn: Conn, program: Program, users: dict[str, int]) -> None:
    head = program("head")
    conn.execute('UPDATE "user" SET is_active = false WHERE id = %s', (users["head"],))
    assert code(head.get("/api/v1/agreements"), 401) == "no_key"


def test_a_log_in_is_no_key(log_in: LogIn) -> None:
    assert code(log_in("admin").get("/api/v1/agreements"), 401) == "no_key"


def test_a_key_is_shown_once_and_can_be_taken_back(conn: Conn, log_in: LogIn) -> None:
    browser = log_in("marketing")
    page = browser.post("/settings/keys/", {"name": "git <push>"})
    key = page.content.decode().split("<code>pomona_")[1].split("</code>")[0]
    assert "no-store" in page["Cache-Control"]
    again = browser.get("/settings/").content.decode()
    assert key not in again
    assert "git &lt;push&gt;" in again
    assert f"…{key[-4:]}" in again
    row = conn.execute("SELECT id, digest FROM api_key").fetchone()
    assert row is not None
    assert key.encode() not in row[1]
    log_in("seller").post(f"/settings/keys/{row[0]}/revoke/")
    assert conn.execute("SELECT revoked_at FROM api_key").fetchone() == (None,)
    browser.post(f"/settings/keys/{row[0]}/revoke/")
    assert f"/settings/keys/{row[0]}/revoke/" not in browser.get("/settings/").content.decode()


def test_when_a_key_was_used_is_right_to_the_hour(conn: Conn, users: dict[str, int], now: int) -> None:
    key = create_key(conn, "x", user=users["marketing"], now=now)
    seen = []
    for later in (0, HOUR - 1, HOUR):
        assert user_of_key(conn, key, now=now + later) == users["marketing"]
        seen.append(conn.execute("SELECT last_used_at FROM api_key").fetchone())
    assert seen == [(now,), (now,), (now + HOUR,)]
