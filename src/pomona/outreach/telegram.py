"""Messages leave the outbox by the Telegram Bot API, and what people tell the bot is read there.

https://core.telegram.org/bots/api. A repeat after a kill cannot be recognised: a message may come twice, never not.
"""

import contextlib
from typing import Any

import httpx
import msgspec
import structlog
from django.conf import settings
from psycopg import Connection

from pomona.actions import outbox, telegram
from pomona.actions.outbox import Due
from pomona.domain.agreement.values import TELEGRAM
from pomona.domain.errors import Language
from pomona.domain.event import SECOND

TIMEOUT_SECONDS = 10.0
POLL_SECONDS = 5
"""How long Telegram keeps a question for news open; whoever stops the program waits no longer."""
OURS_TO_MEND = (401, 404)
"""The token is wrong: worth another attempt once it is put right."""

log = structlog.get_logger()


class BotError(Exception):
    """What the Bot API refused, or that it was not reached. Its own text never holds the token.

    `permanent`: another attempt would meet the same. `no_chat`: nobody is there to read (any more). `wait`: for so
    many seconds nothing more may be asked.
    """

    def __init__(self, said: str, *, permanent: bool = False, no_chat: bool = False, wait: int = 0) -> None:
        super().__init__(said)
        self.permanent = permanent
        self.no_chat = no_chat
        self.wait = wait


class _Parameters(msgspec.Struct):
    retry_after: int = 0


class _Answer(msgspec.Struct):
    """Every answer of the Bot API."""

    ok: bool
    result: Any = None
    error_code: int = 0
    description: str = ""
    parameters: _Parameters = msgspec.field(default_factory=_Parameters)


class _Chat(msgspec.Struct):
    id: int
    type: str


class _From(msgspec.Struct):
    language_code: str = ""


class _Message(msgspec.Struct):
    chat: _Chat
    text: str = ""
    sender: _From = msgspec.field(default_factory=_From, name="from")


class _Update(msgspec.Struct):
    update_id: int
    message: _Message | None = None


def ask(method: str, *, patience: float = TIMEOUT_SECONDS, **parameters: Any) -> Any:
    """What the Bot API answers to this method. Raises BotError."""
    url = f"{settings.TELEGRAM_API}/bot{settings.TELEGRAM_BOT_TOKEN}/{method}"
    try:
        said = msgspec.json.decode(httpx.post(url, json=parameters, timeout=patience).content, type=_Answer)
    except (httpx.HTTPError, httpx.InvalidURL, msgspec.MsgspecError) as error:
        raise BotError(type(error).__name__) from None
    if not said.ok:
        raise _refusal(said)
    return said.result


def _refusal(said: _Answer) -> BotError:
    """Permanent or temporary is decided here."""
    code = said.error_code
    return BotError(
        f"{code} {said.description}"[:500],
        permanent=400 <= code < 500 and code not in (*OURS_TO_MEND, 409, 429),
        no_chat=code == 403 or (code == 400 and "chat not found" in said.description),
        wait=said.parameters.retry_after,
    )


class Sending:
    """Sends turn by turn; asked by Telegram to wait, it asks nothing more until then."""

    def __init__(self) -> None:
        self._silent_until = 0

    def turn(self, conn: Connection[Any], /, *, now: int) -> int:
        """Send what is due by Telegram and return how many messages were taken.

        In the demo company they arrive on the outbox page only; without a bot, or a chat, they go by mail.
        """
        if outbox.stays_here(conn):
            return outbox.show_due(conn, TELEGRAM, now=now)
        mailed = outbox.mail_instead(conn, everybody=not settings.TELEGRAM_BOT_TOKEN)
        if now < self._silent_until:
            return mailed
        messages = outbox.take_due(conn, TELEGRAM, now=now)
        self._deliver(conn, messages, now=now)
        return mailed + len(messages)

    def _deliver(self, conn: Connection[Any], messages: list[Due], *, now: int) -> None:
        failure: BotError | None = None
        for message in messages:
            if message.chat is None:
                continue  # unlinked just now: the next turn mails it
            if failure is None or not failure.wait:
                failure = _attempt(message.chat, f"{message.subject}\n\n{message.text}")
            if failure is None:
                outbox.note_sent(conn, message, now=now)
                continue
            if failure.no_chat:
                telegram.unlink_chat(conn, message.chat, now=now)
            wait = failure.wait * SECOND
            self._silent_until = now + wait
            outbox.note_failed(conn, message, error=str(failure), permanent=failure.permanent, wait=wait, now=now)


def _attempt(chat: int, text: str) -> BotError | None:
    try:
        say(chat, text)
    except BotError as failure:
        return failure
    return None


def say(chat: int, text: str) -> None:
    """Write to a chat. Nobody looks at where links lead for a preview. Raises BotError."""
    ask("sendMessage", chat_id=chat, text=text, link_preview_options={"is_disabled": True})


class Listening:
    """Reads what people tell the bot; one process does."""

    def __init__(self) -> None:
        self._conn: Connection[Any] | None = None
        self._next = 0

    def turn(self, conn: Connection[Any], /, *, now: int) -> int:
        """Wait for news a while and answer it. Returns 0 if there is no bot, it does not answer, or another listens."""
        if not settings.TELEGRAM_BOT_TOKEN or outbox.stays_here(conn):
            return 0
        try:
            return self._listen(conn, now=now)
        except BotError as failure:
            log.warning("the Telegram bot does not answer", said=str(failure))
            return 0

    def _listen(self, conn: Connection[Any], *, now: int) -> int:
        if self._conn is not conn:
            if not telegram.take_turn(conn):
                return 0
            telegram.set_bot(conn, ask("getMe")["username"])
            self._conn = conn
        asked = {"offset": self._next, "timeout": POLL_SECONDS, "allowed_updates": ["message"]}
        found = msgspec.convert(ask("getUpdates", patience=TIMEOUT_SECONDS + POLL_SECONDS, **asked), list[_Update])
        for update in found:
            if update.message is not None and update.message.chat.type == "private":
                _answer(conn, update.message, now=now)
            self._next = update.update_id + 1
        return 1


def _answer(conn: Connection[Any], message: _Message, *, now: int) -> None:
    language: Language = "ru" if message.sender.language_code == "ru" else "en"
    text = telegram.answer(conn, message.chat.id, message.text, language=language, now=now)
    if text:
        with contextlib.suppress(BotError):  # who blocked the bot at once hears nothing
            say(message.chat.id, text)
