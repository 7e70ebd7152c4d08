"""A batch of calls: good ones are taken, each bad one is refused by itself with its reason."""

from typing import Any

import msgspec

from pomona.capture import limits
from pomona.capture.errors import RefusedEvent, RefusedRequest
from pomona.capture.segment import Envelope, decode, event_of
from pomona.domain.errors import Language
from pomona.journal.append import Key16
from pomona.journal.codec import to_copy


class Batch(msgspec.Struct, frozen=True, rename="camel"):
    """A batch as it was sent; its messages are read one by one. `context` is what they have in common."""

    batch: list[msgspec.Raw]
    write_key: str | None = None
    sent_at: str | int | float | None = None
    context: dict[str, Any] | None = None


class Refusal(msgspec.Struct, frozen=True, rename="camel"):
    """One message that was not taken: where it stood in the batch, and why."""

    index: int
    message_id: str | None
    code: str
    reason: str


class Taken(msgspec.Struct, frozen=True):
    """The encoded events of a batch by message key, and what was refused."""

    rows: dict[Key16, bytes]
    refused: list[Refusal]


class _Named(msgspec.Struct, frozen=True, rename="camel"):
    message_id: Any = None


_batch = msgspec.json.Decoder(Batch)
_named = msgspec.json.Decoder(_Named)


def read_batch(text: bytes) -> Batch:
    """The batch of a (repaired) JSON text. Raises RefusedRequest `malformed`."""
    try:
        return _batch.decode(text)
    except (ValueError, RecursionError) as error:
        raise RefusedRequest("malformed", detail=str(error)) from None


def read_messages(batch: Batch, envelope: Envelope, speaks: Language) -> Taken:
    """Every message of the batch, taken or refused. A message id that comes twice is taken once."""
    taken = Taken({}, [])
    for index, raw in enumerate(batch.batch):
        text = bytes(raw)
        try:
            message = decode(text)
            if batch.context:
                message = msgspec.structs.replace(message, context={**batch.context, **(message.context or {})})
            event = event_of(message, None, envelope)
        except RefusedEvent as error:
            taken.refused.append(Refusal(index, _message_id(text), error.code, error.text(speaks)))
        else:
            taken.rows.setdefault(event.key.bytes, to_copy(event))
    return taken


def _message_id(text: bytes) -> str | None:
    """The message id of a message that could not be read as a whole, if at least that can be."""
    try:
        message_id = _named.decode(text).message_id
    except (ValueError, RecursionError):
        return None
    return None if message_id is None else str(message_id)[: limits.ID_CHARACTERS]
