"""A hosted form that somebody sent: ordinary facts, as a site's own form tells them through the collector."""

from hashlib import blake2b
from typing import Any

import msgspec
from psycopg import Connection

from pomona.capture.segment import read_message
from pomona.capture.touch import read_touch
from pomona.domain.event import Event
from pomona.domain.profile import EMPTY_PROFILE, Profile, observe
from pomona.journal.append import append
from pomona.journal.keys import load_secret
from pomona.journal.sources import source_named

SOURCE, KIND = "hosted forms", "form"
"""The source that all hosted forms share."""


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """One sending of a form. `token` is that of the page that was filled in: sent twice, it counts once.

    `visitor` is the id that the site's tracker knows the browser by, if it came along; `answers` maps questions to
    codes or a number, `words` those that are answered in people's own words. `url` and `referrer` say where they
    came from.
    """

    form: str
    token: str
    visitor: str
    traits: dict[str, Any]
    answers: dict[str, list[str] | float]
    words: dict[str, str]
    url: str
    referrer: str
    user_agent: str


def take_form(conn: Connection[Any], sent: Sent, *, now: int) -> int:
    """Append what a sent form tells; returns how many of its facts were new. Raises RefusedEvent."""
    with conn.transaction():
        source = source_named(conn, SOURCE, KIND, now=now)
        return len(append(conn, events_of(sent, source=source, secret=load_secret(conn), now=now)))


def events_of(sent: Sent, *, source: int, secret: bytes, now: int) -> list[Event]:
    """Who it is, that the form was sent, and each answer. Raises RefusedEvent."""
    return [
        read_message(message, call=None, source=source, secret=secret, received_at=now, sent_at=None)
        for message in messages_of(sent)
    ]


def profile_of(sent: Sent, *, now: int) -> Profile:
    """What is known of somebody of whom only this form is known."""
    return observe(EMPTY_PROFILE, events_of(sent, source=0, secret=b"nobody", now=now))


def messages_of(sent: Sent) -> list[dict[str, Any]]:
    """What a sent form tells, as Segment's calls."""
    context = {"page": {"url": sent.url, "referrer": sent.referrer}, "userAgent": sent.user_agent}
    campaign = {} if read_touch("page", {}, context).campaign else {"campaign": sent.form}
    answers = [{"question": question, "answer": answer} for question, answer in sent.answers.items()]
    answers += [{"question": question, "words": words} for question, words in sent.words.items()]
    told: list[dict[str, Any]] = [
        {"type": "identify", "traits": sent.traits},
        *({"type": "track", "event": "question answered", "properties": each} for each in answers),
    ]
    submitted = {"type": "track", "event": "form submitted", "properties": {"form": sent.form, **campaign}}
    common = {"anonymousId": sent.visitor or sent.token, "context": context}
    return [
        *({**each, **common, "messageId": f"{sent.token} {_digest(each)}"} for each in told),
        {**submitted, **common, "messageId": sent.token},
    ]


def _digest(message: dict[str, Any]) -> str:
    """What is told once more and is the same counts once; what was put right is told anew."""
    return blake2b(msgspec.json.encode(message, order="deterministic"), digest_size=12).hexdigest()
