"""The tally: what one agreement version needs to remember of a lead's events. Small, bounded, canonical."""

from collections.abc import Iterable
from typing import Any

import msgspec

from pomona.domain.agreement import Agreement
from pomona.domain.agreement.trackers import Entry, Tracker
from pomona.domain.event import Event

Kept = tuple[Entry, ...] | dict[str, Entry]
"""The entries of one tracker, ascending; or by value's digest."""


class Tally(msgspec.Struct, frozen=True, array_like=True):
    """The state of (lead, agreement version): for each of the version's trackers what it keeps, or nothing yet.

    The same events in any order, twice or in parts give equal bytes. It holds the events up to now: a score of
    an earlier day needs a tally of the events up to then.
    """

    kept: tuple[Kept, ...] = ()

    def entries(self, agreement: Agreement, tracker: Tracker) -> tuple[Entry, ...]:
        """What a tracker of the agreement keeps, ascending by (t, message key)."""
        if not self.kept:
            return ()
        kept = self.kept[agreement.trackers.position[tracker]]
        return tuple(sorted(kept.values())) if isinstance(kept, dict) else kept


EMPTY_TALLY = Tally()

_ENCODER = msgspec.msgpack.Encoder(order="deterministic")
_DECODER = msgspec.msgpack.Decoder(Tally)


def tally_to_bytes(tally: Tally) -> bytes:
    """The tally as bytes; equal tallies give equal bytes."""
    return _ENCODER.encode(tally)


def tally_from_bytes(encoded: bytes) -> Tally:
    """The tally that `tally_to_bytes` wrote; no bytes: the empty one."""
    return _DECODER.decode(encoded) if encoded else EMPTY_TALLY


def count(agreement: Agreement, tally: Tally, events: Iterable[Event], *, cycle_from: int) -> Tally:
    """The tally after these events, whatever their order, and whether or not some were counted before.

    Events before `cycle_from` belong to an earlier cycle and do not count.
    """
    trackers = agreement.trackers
    open_states: dict[int, Any] = {}
    for event in events:
        if event.t < cycle_from:
            continue
        entry = None
        for position, fits, tracker in trackers.of(event):
            if not fits(event):
                continue
            entry = entry or (event.t, event.key.bytes)
            state = open_states.get(position)
            if state is None:
                state = open_states[position] = _opened(tally, position, tracker)
            tracker.take(state, entry, event)
    return _with(tally, open_states, trackers.all) if open_states else tally


def _opened(tally: Tally, position: int, tracker: Tracker) -> list[Entry] | dict[str, Entry]:
    """A copy of one tracker's state that may be changed."""
    if not tally.kept:
        return {} if tracker.by_value else []
    kept = tally.kept[position]
    return dict(kept) if isinstance(kept, dict) else list(kept)


def _with(tally: Tally, states: dict[int, Any], trackers: tuple[Tracker, ...]) -> Tally:
    kept: list[Any] = list(tally.kept) or [{} if tracker.by_value else () for tracker in trackers]
    for position, state in states.items():
        kept[position] = state if isinstance(state, dict) else tuple(state)
    return Tally(tuple(kept)) if any(kept) else tally
