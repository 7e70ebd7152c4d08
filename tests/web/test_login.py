"""Logging in: one click in the demo company, where everybody knows the password, and nowhere else."""

import re
from typing import Any

import psycopg
from django.contrib.auth.hashers import make_password
from django.test import Client

from pomona.actions.demo_company import PASSWORD

Conn = psycopg.Connection[Any]


def _as_demo(conn: Conn) -> None:
    conn.execute("UPDATE installation SET demo_language = 'en', demo_seed = 1")
    conn.execute('UPDATE "user" SET password = %s', (make_password(PASSWORD),))


def test_one_click_logs_into_the_demo_company(conn: Conn, users: dict[str, int]) -> None:
    _as_demo(conn)
    client = Client(headers={"host": "localhost"})
    page = client.get("/login/").content.decode()
    names = re.findall(r'name="username" value="([^"]+)"', page)
    assert len(names) == 4
    password = re.findall(r'name="password" value="([^"]+)"', page)[0]
    assert client.post("/login/", {"username": names[0], "password": password}).status_code == 302
    assert conn.execute('SELECT role FROM "user" WHERE username = %s', (names[0],)).fetchone() == ("seller",)


def test_who_has_changed_the_password_is_not_offered(conn: Conn, users: dict[str, int]) -> None:
    _as_demo(conn)
    conn.execute('UPDATE "user" SET password = %s WHERE id = %s', (make_password("another one"), users["admin"]))
    page = Client(headers={"host": "localhost"}).get("/login/").content.decode()
    names = re.findall(r'name="username" value="([^"]+)"', page)
    assert len(names) == 3
    assert "admin" not in names


def test_a_real_company_offers_nobody(conn: Conn, users: dict[str, int]) -> None:
    page = Client(headers={"host": "localhost"}).get("/login/").content.decode()
    assert PASSWORD not in page
    assert not re.findall(r'name="username" value="([^"]+)"', page)
