"""Mail leaves the outbox through a real SMTP server, once each, and repeats keep their key."""

import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message as Mail
from email.policy import default
from typing import Any

import psycopg
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.test import override_settings

from pomona.actions import outbox as actions
from pomona.domain.agreement.values import MAIL
from pomona.domain.event import MINUTE
from pomona.outreach.mail import deliver_due
from pomona.store import outbox
from tests.conftest import NOW


class Letterbox:
    """Keeps what it gets; `refuse` maps an address to the answer it is refused with."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.refuse: dict[str, str] = {}

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, _: Any) -> str:
        if answer := self.refuse.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"


@pytest.fixture
def letterbox(database_url: str) -> Iterator[Letterbox]:
    box = Letterbox()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    with override_settings(EMAIL_HOST="127.0.0.1", EMAIL_PORT=port, DEFAULT_FROM_EMAIL="Pomona <p@pumps.example>"):
        yield box
    server.stop()


def message(key: str, recipient: str = "seller@pumps.example") -> outbox.Message:
    return outbox.Message(
        key=key, kind="handed over", recipient=recipient, subject="A · 2:14 · Ирина", text="Позвоните", lead=7
    )


def row(conn: psycopg.Connection[Any], key: str = "a") -> dict[str, Any]:
    found = conn.execute(
        "SELECT channel, sent_at, next_attempt_at, attempts, error FROM outbox WHERE key = %s", (key,)
    ).fetchone()
    assert found is not None
    return dict(zip(("channel", "sent_at", "next_attempt_at", "attempts", "error"), found, strict=True))


def test_sends_each_message_once(conn: psycopg.Connection[Any], letterbox: Letterbox) -> None:
    outbox.put(conn, [message("a"), message("b"), message("a")], now=NOW)
    assert deliver_due(conn, now=NOW) == 2
    assert deliver_due(conn, now=NOW + MINUTE) == 0
    first = letterbox.mails[0]
    assert [mail["Message-ID"] for mail in letterbox.mails] == ["<a@pumps.example>", "<b@pumps.example>"]
    assert (first["Subject"], first["To"]) == ("A · 2:14 · Ирина", "seller@pumps.example")
    assert first.get_payload(decode=True).decode().strip() == "Позвоните"  # type: ignore[union-attr]
    assert row(conn) == {"channel": "mail", "sent_at": NOW, "next_attempt_at": None, "attempts": 1, "error": ""}


def test_a_refused_address_is_given_up_and_holds_up_nobody(conn: psycopg.Connection[Any], letterbox: Letterbox) -> None:
    letterbox.refuse["gone@pumps.example"] = "550 No such mailbox"
    outbox.put(conn, [message("a", "gone@pumps.example"), message("b"), message("c", "")], now=NOW)
    deliver_due(conn, now=NOW)
    assert row(conn, "a")["error"] == "550 No such mailbox"
    assert row(conn, "a")["next_attempt_at"] is None
    assert row(conn, "b")["sent_at"] == NOW
    assert row(conn, "c")["next_attempt_at"] is None


def test_a_busy_server_is_asked_again_by_the_schedule(conn: psycopg.Connection[Any], letterbox: Letterbox) -> None:
    letterbox.refuse["seller@pumps.example"] = "450 Try again later"
    outbox.put(conn, [message("a")], now=NOW)
    deliver_due(conn, now=NOW)
    assert row(conn)["next_attempt_at"] == NOW + actions.RETRY_AFTER[0]
    assert deliver_due(conn, now=NOW) == 0
    letterbox.refuse.clear()
    deliver_due(conn, now=NOW + MINUTE)
    assert row(conn)["sent_at"] == NOW + MINUTE
    assert letterbox.mails[0]["Message-ID"] == "<a@pumps.example>"


def test_gives_up_after_the_last_attempt(conn: psycopg.Connection[Any], letterbox: Letterbox) -> None:
    letterbox.refuse["seller@pumps.example"] = "450 Try again later"
    outbox.put(conn, [message("a")], now=NOW)
    now: int | None = NOW
    while now is not None:
        deliver_due(conn, now=now)
        now = row(conn)["next_attempt_at"]
    assert row(conn)["attempts"] == len(actions.RETRY_AFTER) + 1


def test_a_server_that_is_away_is_waited_for(conn: psycopg.Connection[Any]) -> None:
    outbox.put(conn, [message("a")], now=NOW)
    with override_settings(EMAIL_HOST="127.0.0.1", EMAIL_PORT=1):
        deliver_due(conn, now=NOW)
    assert row(conn)["next_attempt_at"] == NOW + MINUTE
    assert "refused" in row(conn)["error"]


def test_a_message_taken_by_a_worker_that_died_is_due_again(conn: psycopg.Connection[Any]) -> None:
    outbox.put(conn, [message("a")], now=NOW)
    taken = actions.take_due(conn, MAIL, now=NOW)
    assert actions.take_due(conn, MAIL, now=NOW + MINUTE) == []
    again = actions.take_due(conn, MAIL, now=NOW + actions.LEASE)
    assert [due.key for due in again] == [due.key for due in taken]


@pytest.mark.parametrize("host", ["", "127.0.0.1"])
def test_without_a_mail_server_or_in_the_demo_messages_arrive_on_the_page(
    conn: psycopg.Connection[Any], host: str
) -> None:
    conn.execute("UPDATE installation SET demo_language = %s", ("ru" if host else None,))
    outbox.put(conn, [message("a")], now=NOW)
    with override_settings(EMAIL_HOST=host, EMAIL_PORT=1):
        assert deliver_due(conn, now=NOW + MINUTE) == 1
    assert row(conn) == {"channel": MAIL, "sent_at": NOW, "next_attempt_at": None, "attempts": 0, "error": ""}
