"""Messages leave by the Telegram Bot API, and chats are linked by what people tell the bot, over real HTTP."""

import json
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import psycopg
import pytest
from django.test import override_settings

from pomona.actions import outbox as actions
from pomona.actions import telegram
from pomona.domain.agreement.values import MAIL, TELEGRAM
from pomona.domain.event import MINUTE, SECOND
from pomona.outreach.telegram import Listening, Sending
from pomona.store import outbox
from pomona.store.database import connect
from tests.actions.sales import person
from tests.conftest import NOW

Conn = psycopg.Connection[Any]
Json = dict[str, Any]

TOKEN = "123456:secret-of-the-bot"
CHAT = 1_234_567_890_123
BLOCKED = {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"}
NO_CHAT = {"ok": False, "error_code": 400, "description": "Bad Request: chat not found"}
TOO_LONG = {"ok": False, "error_code": 400, "description": "Bad Request: message is too long"}
BUSY = {
    "ok": False,
    "error_code": 429,
    "description": "Too Many Requests: retry after 90",
    "parameters": {"retry_after": 90},
}


class BotApi:
    """Answers as the Bot API does; keeps what it was asked. `refuse` is what sending is answered with instead."""

    def __init__(self) -> None:
        self.sent: list[Json] = []
        self.asked: list[tuple[str, Json]] = []
        self.updates: list[Json] = []
        self.refuse: Json | None = None

    def say(self, text: str, *, kind: str = "private", language: str = "en") -> None:
        """Somebody writes to the bot."""
        sender = {"id": CHAT, "is_bot": False, "first_name": "Irina", "language_code": language}
        chat = {"id": CHAT, "first_name": "Irina", "type": kind}
        number = 700_000 + len(self.updates)
        message = {"message_id": number, "from": sender, "chat": chat, "date": NOW // SECOND, "text": text}
        self.updates.append({"update_id": number, "message": message})

    def answer(self, method: str, asked: Json) -> Json:
        """What the method of that name answers."""
        self.asked.append((method, asked))
        if method == "getMe":
            return {"ok": True, "result": {"id": 1, "is_bot": True, "first_name": "Pumps", "username": "pumps_bot"}}
        if method == "getUpdates":
            return {"ok": True, "result": [each for each in self.updates if each["update_id"] >= asked["offset"]]}
        assert method == "sendMessage"
        if self.refuse is not None:
            return self.refuse
        self.sent.append(asked)
        return {"ok": True, "result": {"message_id": 1, "date": 1, "chat": {"id": asked["chat_id"], "type": "private"}}}


@pytest.fixture
def bot(conn: Conn) -> Iterator[BotApi]:
    api = BotApi()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            token, method = self.path.removeprefix("/bot").split("/")
            assert token == TOKEN
            said = api.answer(method, json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(said.get("error_code", 200))
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with override_settings(TELEGRAM_API=f"http://127.0.0.1:{server.server_port}", TELEGRAM_BOT_TOKEN=TOKEN):
        yield api
    server.shutdown()
    server.server_close()


@pytest.fixture
def irina(conn: Conn) -> int:
    """A seller whose chat is linked, and a message for her."""
    user = person(conn, "irina", role="seller", language="ru")
    conn.execute('UPDATE "user" SET telegram_chat = %s WHERE id = %s', (CHAT, user))
    put(conn, user, "a")
    return user


def put(conn: Conn, user: int, *keys: str, channel: str = TELEGRAM) -> None:
    messages = [
        outbox.Message(
            key=f"{key}.{channel}",
            channel=channel,
            kind="handed over",
            recipient="irina@pumps.example",
            subject="A · 5:00 · Анна",
            text="Позвоните",
            user=user,
            lead=7,
        )
        for key in keys
    ]
    outbox.put(conn, messages, now=NOW)


def rows(conn: Conn) -> list[tuple[str, bool, int | None, str]]:
    """(key, whether sent, when due, error) of every message, by key."""
    return conn.execute("SELECT key, sent_at IS NOT NULL, next_attempt_at, error FROM outbox ORDER BY key").fetchall()


def test_a_message_is_sent_once_with_subject_text_and_no_preview(conn: Conn, bot: BotApi, irina: int) -> None:
    sending = Sending()
    assert sending.turn(conn, now=NOW) == 1
    assert sending.turn(conn, now=NOW + MINUTE) == 0
    text = "A · 5:00 · Анна\n\nПозвоните"
    assert bot.sent == [{"chat_id": CHAT, "text": text, "link_preview_options": {"is_disabled": True}}]
    assert rows(conn) == [("a.telegram", True, None, "")]


@pytest.mark.parametrize("refusal", [BLOCKED, NO_CHAT])
def test_where_nobody_reads_any_more_the_chat_is_unlinked_and_all_that_waits_goes_by_mail(
    conn: Conn, bot: BotApi, irina: int, refusal: Json
) -> None:
    put(conn, irina, "b")
    put(conn, irina, "b", channel=MAIL)
    bot.refuse = refusal
    Sending().turn(conn, now=NOW)
    assert conn.execute('SELECT telegram_chat FROM "user" WHERE id = %s', (irina,)).fetchone() == (None,)
    assert rows(conn) == [("a.mail", False, NOW, ""), ("b.mail", False, NOW, "")], "the same is not mailed twice"


def test_what_telegram_will_never_take_is_given_up_and_holds_up_nobody(conn: Conn, bot: BotApi, irina: int) -> None:
    bot.refuse = TOO_LONG
    Sending().turn(conn, now=NOW)
    assert rows(conn) == [("a.telegram", False, None, "400 Bad Request: message is too long")]


def test_asked_to_wait_it_asks_nothing_until_then(conn: Conn, bot: BotApi, irina: int) -> None:
    put(conn, irina, "b")
    bot.refuse, sending = BUSY, Sending()
    sending.turn(conn, now=NOW)
    again = NOW + 90 * SECOND
    assert [due for _, _, due, _ in rows(conn)] == [again, again]
    assert len(bot.asked) == 1
    bot.refuse = None
    put(conn, irina, "c")
    assert sending.turn(conn, now=again - 1) == 0
    assert len(bot.asked) == 1
    assert sending.turn(conn, now=again) == 3


def test_a_service_that_is_away_is_waited_for_and_the_token_told_nobody(
    conn: Conn, bot: BotApi, irina: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with override_settings(TELEGRAM_API="http://127.0.0.1:1"):
        Sending().turn(conn, now=NOW)
        Listening().turn(conn, now=NOW)
    assert rows(conn) == [("a.telegram", False, NOW + actions.RETRY_AFTER[0], "ConnectError")]
    Sending().turn(conn, now=NOW + MINUTE)
    assert TOKEN not in caplog.text


def test_killed_between_sending_and_noting_it_is_sent_again(conn: Conn, bot: BotApi, irina: int) -> None:
    taken = actions.take_due(conn, TELEGRAM, now=NOW)
    assert Sending().turn(conn, now=NOW + MINUTE) == 0
    assert Sending().turn(conn, now=NOW + actions.LEASE) == 1
    assert rows(conn) == [(taken[0].key, True, None, "")]


def test_without_a_bot_it_goes_by_mail_and_in_the_demo_it_stays_here(conn: Conn, bot: BotApi, irina: int) -> None:
    with override_settings(TELEGRAM_BOT_TOKEN=""):
        Sending().turn(conn, now=NOW)
    assert rows(conn) == [("a.mail", False, NOW, "")]
    conn.execute("UPDATE installation SET demo_language = 'ru'")
    put(conn, irina, "b")
    Sending().turn(conn, now=NOW)
    assert rows(conn)[1] == ("b.telegram", True, None, "")
    assert Listening().turn(conn, now=NOW) == 0
    assert bot.asked == []


def test_a_chat_is_linked_once_by_its_code_and_unlinked_by_stop(conn: Conn, bot: BotApi) -> None:
    user = person(conn, "irina", role="seller", language="ru")
    code = telegram.ask_to_link(conn, user=user, now=NOW)
    bot.say(f"/start {code}")
    bot.say("hello")
    bot.say("/stop")
    bot.say(f"/start {code}", language="ru")
    listening = Listening()
    assert listening.turn(conn, now=NOW) == 1
    assert [each["text"] for each in bot.sent] == [
        telegram.TEXTS[code][language] for code, language in (("linked", 0), ("unlinked", 0), ("unknown", 0))
    ]
    listening.turn(conn, now=NOW)
    assert bot.asked[-1][1]["offset"] == 700_004
    assert len(bot.sent) == 3
    assert conn.execute("SELECT telegram_bot FROM installation").fetchone() == ("pumps_bot",)
    changes = conn.execute("SELECT after ->> 'telegram' FROM change WHERE document = 'user' ORDER BY id").fetchall()
    assert [told for (told,) in changes][1:] == ["true", None]


def test_the_same_start_after_a_kill_is_answered_the_same(conn: Conn, bot: BotApi) -> None:
    user = person(conn, "irina", role="seller")
    bot.say(f"/start {telegram.ask_to_link(conn, user=user, now=NOW)}")
    Listening().turn(conn, now=NOW)
    Listening().turn(conn, now=NOW)
    assert [each["text"] for each in bot.sent] == [telegram.TEXTS["linked"][1]] * 2


@pytest.mark.parametrize("late", [True, False])
def test_a_code_that_is_old_replaced_or_told_in_a_group_links_nobody(conn: Conn, bot: BotApi, late: bool) -> None:
    user = person(conn, "irina", role="seller")
    code = telegram.ask_to_link(conn, user=user, now=NOW)
    newer = telegram.ask_to_link(conn, user=user, now=NOW)
    bot.say(f"/start {newer if late else code}")
    bot.say(f"/start {newer}", kind="group")
    Listening().turn(conn, now=NOW + telegram.CODE_LASTS if late else NOW)
    assert [each["text"] for each in bot.sent] == [telegram.TEXTS["unknown"][1]]
    assert conn.execute('SELECT telegram_chat FROM "user"').fetchone() == (None,)


def test_only_one_process_listens(conn: Conn, bot: BotApi, database_url: str) -> None:
    with connect(database_url) as other:
        assert Listening().turn(other, now=NOW) == 1
        assert Listening().turn(conn, now=NOW) == 0
