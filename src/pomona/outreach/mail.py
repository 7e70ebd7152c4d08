"""Mail leaves the outbox by SMTP. Each message keeps its key in Message-ID, so that a repeat is recognised."""

from email.utils import parseaddr
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from psycopg import Connection

from pomona.actions import outbox
from pomona.actions.outbox import Due
from pomona.domain.agreement.values import MAIL

SERVER_ASKS_TO_LOG_IN = (530, 534, 535, 538)
"""Refusals that are ours to mend, so worth another attempt, although SMTP calls them permanent."""


def deliver_due(conn: Connection[Any], *, now: int) -> int:
    """Send the mail that is due and return how many messages were taken.

    Without a mail server, and in the demo company, they arrive on the outbox page only.
    """
    if not settings.EMAIL_HOST or outbox.stays_here(conn):
        return outbox.show_due(conn, MAIL, now=now)
    messages = outbox.take_due(conn, MAIL, now=now)
    if messages:
        _deliver(conn, messages, now=now)
    return len(messages)


def _deliver(conn: Connection[Any], messages: list[Due], *, now: int) -> None:
    """Send over one connection; a message that fails says so and the others go on."""
    server = get_connection("django.core.mail.backends.smtp.EmailBackend")
    try:
        server.open()
    except OSError as error:
        for message in messages:
            outbox.note_failed(conn, message, error=_reading(error)[0], permanent=False, now=now)
        return
    for message in messages:
        _send(conn, message, server, now=now)
    server.close()


def _send(conn: Connection[Any], message: Due, server: Any, *, now: int) -> None:
    try:
        if not message.recipient:
            raise ValueError("no address")
        _mail(message, server).send()
    except (OSError, ValueError) as error:
        server.close()
        said, permanent = _reading(error)
        outbox.note_failed(conn, message, error=said, permanent=permanent, now=now)
    else:
        outbox.note_sent(conn, message, now=now)


def _mail(message: Due, server: Any) -> EmailMessage:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    headers = {"Message-ID": f"<{message.key}@{domain}>", "Auto-Submitted": "auto-generated"}
    return EmailMessage(message.subject, message.text, None, [message.recipient], connection=server, headers=headers)


def _reading(error: OSError | ValueError) -> tuple[str, bool]:
    """What an error says, and whether another attempt would meet the same one."""
    if isinstance(error, SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
        return _smtp(code, said)
    if isinstance(error, SMTPResponseException):
        return _smtp(error.smtp_code, error.smtp_error)
    return f"{type(error).__name__}: {error}"[:500], isinstance(error, ValueError)


def _smtp(code: int, said: bytes | str) -> tuple[str, bool]:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    return f"{code} {text}"[:500], code >= 500 and code not in SERVER_ASKS_TO_LOG_IN
