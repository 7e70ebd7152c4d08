"""Whose chat with the Telegram bot is whose, and the codes by which chats are linked, by digest only."""

from typing import Any

from psycopg import Connection

from pomona.domain.errors import Language

READER_LOCK = 7_266_020

REACHED = "telegram_chat IS NOT NULL OR demo_language IS NOT NULL"
"""Whether messages reach a user by Telegram, of "user" and installation: the demo, which sends nothing, plays it."""


def set_bot(conn: Connection[Any], name: str) -> None:
    """Keep the bot's name, by which links lead to it."""
    conn.execute("UPDATE installation SET telegram_bot = %s WHERE telegram_bot <> %s", (name, name))


def take_turn(conn: Connection[Any]) -> bool:
    """Whether this connection is the one that reads what the bot is told, until it closes."""
    row = conn.execute("SELECT pg_try_advisory_lock(%s)", (READER_LOCK,)).fetchone()
    return bool(row and row[0])


def set_code(conn: Connection[Any], user: int, *, digest: bytes, until: int) -> None:
    """Let a code link one chat with the user, until then; any earlier code links none."""
    conn.execute('UPDATE "user" SET telegram_code = %s, telegram_code_until = %s WHERE id = %s', (digest, until, user))


def user_of_code(conn: Connection[Any], digest: bytes, *, now: int) -> int | None:
    """Whose code this is; None if it links nothing (any more)."""
    row = conn.execute(
        'SELECT id FROM "user" WHERE telegram_code = %s AND telegram_code_until > %s AND is_active', (digest, now)
    ).fetchone()
    return None if row is None else int(row[0])


def use_code(conn: Connection[Any], user: int, digest: bytes, *, chat: int) -> None:
    """Link the chat with the user by this code, unless it was used meanwhile; it links no other."""
    conn.execute(
        'UPDATE "user" SET telegram_chat = %s, telegram_code = NULL, telegram_code_until = NULL '
        "WHERE id = %s AND telegram_code = %s",
        (chat, user, digest),
    )


def unlink(conn: Connection[Any], user: int) -> None:
    """The user has no chat any more."""
    conn.execute('UPDATE "user" SET telegram_chat = NULL WHERE id = %s', (user,))


def users_of_chat(conn: Connection[Any], chat: int) -> dict[int, Language]:
    """Who linked this chat, with the language of each: one person may have several log-ins."""
    rows = conn.execute(
        'SELECT "user".id, coalesce(nullif("user".language, \'\'), installation.language) '
        'FROM "user", installation WHERE telegram_chat = %s ORDER BY 1',
        (chat,),
    )
    return {user: "ru" if language == "ru" else "en" for user, language in rows}
