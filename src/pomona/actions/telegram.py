"""Chats with the Telegram bot: linked by a code from the settings page, unlinked there, by /stop, or by blocking."""

import secrets
from hashlib import sha256
from typing import Any

from psycopg import Connection

from pomona.actions.changing import changing
from pomona.domain.errors import Language
from pomona.domain.event import MINUTE
from pomona.store import outbox, telegram
from pomona.store.changes import Document
from pomona.store.telegram import set_bot, take_turn

__all__ = ["answer", "ask_to_link", "set_bot", "take_turn", "unlink", "unlink_chat"]

CODE_BYTES = 24
CODE_LASTS = 15 * MINUTE

TEXTS = {
    "linked": (
        "Готово: сюда придут сообщения о лидах, если так сказано в соглашении. Отключить: /stop",
        "Done: messages about leads come here, where the agreement says so. To end it: /stop",
    ),
    "unlinked": (
        "Сообщений здесь больше не будет: они придут письмом.",
        "No more messages here: they come by mail.",
    ),
    "unknown": (
        "Этот чат ни с кем не связан: ссылка устарела или уже использована. Возьмите новую в настройках Pomona.",
        "This chat is linked with nobody: the link is too old or was used. Take a new one from Pomona's settings.",
    ),
}


def ask_to_link(conn: Connection[Any], *, user: int, now: int) -> str:
    """A code that links the chat that tells it to the bot, once and for a while: this is the only time to read it."""
    code = secrets.token_urlsafe(CODE_BYTES)
    telegram.set_code(conn, user, digest=_digest(code), until=now + CODE_LASTS)
    return code


def unlink(conn: Connection[Any], *, user: int, now: int) -> None:
    """Write to the user by Telegram no more; what waits goes by mail."""
    with changing(conn, Document.USER, user, user=user, now=now):
        telegram.unlink(conn, user)
        outbox.mail_instead(conn, everybody=False)


def unlink_chat(conn: Connection[Any], chat: int, *, now: int) -> None:
    """Write to this chat no more, whoever linked it; what waits goes by mail."""
    for user in telegram.users_of_chat(conn, chat):
        unlink(conn, user=user, now=now)


def answer(conn: Connection[Any], chat: int, text: str, *, language: Language, now: int) -> str:
    """What the bot answers to a private chat that says `text`, in the user's language, else in `language`; "": nothing.

    `/start CODE` links the chat, `/stop` unlinks it. The same message again gets the same answer.
    """
    command, _, code = text.strip().partition(" ")
    if command == "/start":
        _link(conn, chat, code.strip(), now=now)
    known = telegram.users_of_chat(conn, chat)
    said = next(iter(known.values()), language)
    if command == "/stop":
        unlink_chat(conn, chat, now=now)
        return _say("unlinked", said)
    if command == "/start":
        return _say("linked" if known else "unknown", said)
    return ""


def _link(conn: Connection[Any], chat: int, code: str, *, now: int) -> None:
    digest = _digest(code)
    user = telegram.user_of_code(conn, digest, now=now)
    if user is not None:
        with changing(conn, Document.USER, user, user=user, now=now):
            telegram.use_code(conn, user, digest, chat=chat)


def _say(code: str, language: Language) -> str:
    return TEXTS[code][0 if language == "ru" else 1]


def _digest(code: str) -> bytes:
    """Enough for a code of 24 random bytes, which no dictionary holds."""
    return sha256(code.encode()).digest()
