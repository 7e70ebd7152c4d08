"""Segment's calls (track, page, screen, identify, group, alias) to events."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

import msgspec

from pomona.capture import limits
from pomona.capture.errors import RefusedEvent
from pomona.capture.json_text import check_depth, repair
from pomona.capture.touch import read_touch
from pomona.capture.traits import Found, Traits, flat, read_traits
from pomona.domain.event import By, Event, Key, Kind, message_key
from pomona.domain.text import normal
from pomona.formats.remember import remember
from pomona.formats.robot import is_robot
from pomona.journal.keys import person_key, visitor_key

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
LARGEST = 2**63
"""Numbers of this size or more are refused: no language downstream keeps them exactly."""

LONGEST_CODE = 64
"""Characters of an answer's or question's code. A longer one is somebody's own words: personal, so in the body only."""

ADDRESSES = frozenset({"url", "path", "referrer", "search"})
"""Properties that keep their characters and have no normal form."""

NOBODY = frozenset({"", "null", "undefined", "none", "nan", "[object object]", "true", "false", "0", "-1", "anonymous"})
"""Ids that broken sites send for everybody; taken for an id they would join strangers into one person."""

Id = str | int | float | None


class Message(msgspec.Struct, frozen=True, rename="camel"):
    """One call as it was sent. `name` is that of a page or screen; `write_key` and `sent_at` of a single call."""

    type: str | None = None
    message_id: Id = None
    timestamp: Id = None
    original_timestamp: Id = None
    sent_at: Id = None
    user_id: Id = None
    anonymous_id: Id = None
    previous_id: Id = None
    group_id: Id = None
    event: str | None = None
    name: str | None = None
    category: str | None = None
    traits: dict[str, Any] | None = None
    properties: dict[str, Any] | None = None
    context: dict[str, Any] | None = None
    write_key: str | None = None


class Envelope(msgspec.Struct, frozen=True):
    """What is known of a request before its events are read. Times are microseconds UTC by our clock,
    `sent_at` by the sender's; `secret` keys the identity hashes; `user_agent` is the sending browser's.
    """

    source: int
    secret: bytes
    received_at: int
    sent_at: int | None = None
    user_agent: str = ""


_message = msgspec.json.Decoder(Message)


def read_message(
    payload: dict[str, Any], *, call: str | None, source: int, secret: bytes, received_at: int, sent_at: int | None
) -> Event:
    """The event of one call given as plain values; `call` None takes the payload's `type`.

    Raises RefusedEvent. Without `sent_at` the payload's timestamp is taken as it is.
    """
    try:
        text = msgspec.json.encode(payload)
    except (TypeError, ValueError, RecursionError) as error:
        raise RefusedEvent("malformed", detail=str(error)) from None
    return read_event(repair(text), call, Envelope(source, secret, received_at, sent_at))


def read_event(text: bytes, call: str | None, envelope: Envelope) -> Event:
    """The event of one call given as (repaired) JSON. Raises RefusedEvent."""
    return event_of(decode(text), call, envelope)


def decode(text: bytes) -> Message:
    """The message of a JSON text. Raises RefusedEvent."""
    if len(text) > limits.EVENT_BYTES:
        raise RefusedEvent("too_large", limit=limits.EVENT_BYTES)
    try:
        message = _message.decode(text)
    except RecursionError:
        raise RefusedEvent("too_deep", limit=limits.DEPTH) from None
    except ValueError as error:
        raise RefusedEvent("malformed", detail=str(error)) from None
    if text.count(b"{") + text.count(b"[") > limits.DEPTH:
        check_depth([message.traits, message.properties, message.context])
    return message


def event_of(message: Message, call: str | None, envelope: Envelope) -> Event:
    """The event of a message. Raises RefusedEvent."""
    kind = _kind(call or message.type or "")
    name, written = _name(kind, message)
    traits, found = _traits(kind, message)
    properties = _properties(kind, message)
    context = message.context or {}
    keys = _keys(kind, message, traits, envelope.secret)
    touch = read_touch(name, properties, context)
    return Event(
        key=_message_key(message, envelope.source),
        t=_time(message, envelope),
        received_at=envelope.received_at,
        kind=kind,
        name=name,
        subject=keys[0],
        keys=keys,
        by=_by(context, envelope.user_agent),
        source=envelope.source,
        campaign=touch.campaign,
        channel=touch.channel,
        path=touch.path,
        answers=_answers(name, properties),
        body=_body(
            event=written,
            user_id=None if message.user_id is None else _id("userId", message.user_id),
            traits=traits,
            properties=properties,
            context={**context, "clicks": touch.clicks} if touch.clicks else context,
            found=found,
            normal=_normals(traits, properties),
        ),
    )


@lru_cache(maxsize=64)
def _kind(call: str) -> Kind:
    try:
        kind = Kind(call)
    except ValueError:
        kind = Kind.DECISION
    if kind is Kind.DECISION:
        raise RefusedEvent("unknown_call", call=call[:40])
    return kind


def _name(kind: Kind, message: Message) -> tuple[str, str | None]:
    """The event's name in its normal form, and as written where that differs."""
    if kind is not Kind.TRACK:
        return kind.value, None
    written = (message.event or "").strip()
    if not written:
        raise RefusedEvent("no_event_name")
    _check_length("event", written)
    name = _normal(written) or written
    return name, written if written != name else None


def _traits(kind: Kind, message: Message) -> tuple[Traits, Found]:
    """A group's traits are those of the person's company."""
    if not message.traits:
        return {}, {}
    traits, found = read_traits(message.traits, "company." if kind is Kind.GROUP else "")
    return traits, found


def _properties(kind: Kind, message: Message) -> dict[str, Any]:
    properties = message.properties or {}
    if kind is Kind.GROUP:
        group = _id("groupId", message.group_id)
        if group is None:
            raise RefusedEvent("no_group")
        return {**properties, "group_id": group}
    if kind in (Kind.PAGE, Kind.SCREEN):
        told = {"name": message.name, "category": message.category}
        return {**{name: value for name, value in told.items() if value}, **properties}
    return properties


def _keys(kind: Kind, message: Message, traits: Traits, secret: bytes) -> tuple[Key, ...]:
    """All keys an event names, its subject first: user id, e-mail, phone, visitor."""
    user, visitor = _id("userId", message.user_id), _id("anonymousId", message.anonymous_id)
    if kind is Kind.ALIAS:
        return _alias_keys(user, _id("previousId", message.previous_id), secret)
    keys = [] if user is None else [person_key(secret, "id", user)]
    if kind is Kind.IDENTIFY:
        keys += [person_key(secret, trait, traits[trait]) for trait in ("email", "phone") if traits.get(trait)]
    if visitor is not None:
        keys.append(visitor_key(secret, visitor))
    if not keys:
        raise RefusedEvent("nobody")
    return tuple(keys)


def _alias_keys(user: str | None, previous: str | None, secret: bytes) -> tuple[Key, ...]:
    """What was known before may have been a person's id or a visitor's; nobody says which, so both are named."""
    if user is None or previous is None:
        raise RefusedEvent("no_previous")
    return (person_key(secret, "id", user), person_key(secret, "id", previous), visitor_key(secret, previous))


def _id(field: str, value: Id) -> str | None:
    if value is None:
        return None
    text = str(value).strip()
    _check_length(field, text)
    return None if text.casefold() in NOBODY else text


def _check_length(field: str, text: str) -> None:
    if len(text) > limits.ID_CHARACTERS:
        raise RefusedEvent("too_long", field=field, limit=limits.ID_CHARACTERS)


def _message_key(message: Message, source: int) -> UUID:
    """Without a message id, a message with a timestamp is known by its content, so that a repeat counts once;
    one with neither is new each time.
    """
    given = "" if message.message_id is None else str(message.message_id).strip()
    _check_length("messageId", given)
    if given:
        return message_key(source, given)
    if message.timestamp is None and message.original_timestamp is None:
        return uuid4()
    content = msgspec.structs.replace(message, sent_at=None, write_key=None)
    return message_key(source, "content " + msgspec.json.encode(content, order="sorted").decode())


def _time(message: Message, envelope: Envelope) -> int:
    """When it happened by our clock: received_at - (sentAt - timestamp), never after received_at."""
    told = message.timestamp if message.timestamp is not None else message.original_timestamp
    if told is None:
        return envelope.received_at
    sent_at = envelope.sent_at
    if sent_at is None and message.sent_at is not None:
        sent_at = read_time(message.sent_at)
    t = read_time(told)
    if sent_at is not None:
        t += envelope.received_at - sent_at
    if t < 0:
        raise RefusedEvent("bad_time", value=told)
    return min(t, envelope.received_at)


def read_time(value: str | float) -> int:
    """Microseconds UTC of an ISO 8601 text (without a zone: UTC) or of milliseconds since 1970.

    Raises RefusedEvent.
    """
    try:
        if not isinstance(value, str):
            return int(value * 1000)
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return (moment - EPOCH) // MICROSECOND
    except (ValueError, OverflowError):
        raise RefusedEvent("bad_time", value=str(value)[:40]) from None


def _by(context: dict[str, Any], sender: str) -> By:
    """Who did it: as the source says (`context.by`), else a machine if its user agent is a known robot's.

    The sending program's own user agent counts only where it is a browser: a server's library is not the visitor.
    """
    told = context.get("by")
    if told in (By.PERSON, By.MACHINE, By.SELLER):
        return By(told)
    agent = context.get("userAgent")
    if not isinstance(agent, str) or not agent:
        agent = sender if sender.startswith("Mozilla/") else ""
    return By.MACHINE if is_robot(agent) else By.PERSON


def _answers(name: str, properties: dict[str, Any]) -> dict[str, list[str]] | None:
    """Answer codes by question: of "question answered", or of a form's `answers`."""
    told = properties.get("answers")
    if name == "question answered" and isinstance(properties.get("question"), str):
        told = {properties["question"]: properties.get("answer")}
    if not isinstance(told, dict):
        return None
    answers = {question: _codes(answer) for question, answer in told.items() if len(question) <= LONGEST_CODE}
    return {question: codes for question, codes in answers.items() if codes} or None


def _codes(answer: Any) -> list[str]:
    """One or several codes; yes-or-no and numbers as text."""
    given = answer if isinstance(answer, list) else [answer]
    codes = [_code(each) for each in given if isinstance(each, str | int | float)]
    return [code for code in codes if 0 < len(code) <= LONGEST_CODE]


def _code(value: str | float) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value).strip()


def _body(**parts: Any) -> dict[str, Any]:
    """Everything else; parts without content are absent."""
    return {name: part for name, part in parts.items() if part}


def _normals(traits: Traits, properties: dict[str, Any]) -> dict[str, str]:
    """The normal form of each text that differs from it, by dotted name; numbers are checked on the way."""
    normals: dict[str, str] = {}
    for name, value in (*flat(properties).items(), *traits.items()):
        if isinstance(value, str):
            if name not in ADDRESSES and (text := _normal(value)) != value:
                normals[name] = text
        elif isinstance(value, int | float) and abs(value) >= LARGEST:
            raise RefusedEvent("bad_number", field=name)
    return normals


_normal = remember(normal)
