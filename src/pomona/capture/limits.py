"""The sizes the collector takes, as Segment's, and what protects it."""

EVENT_BYTES = 32 * 1024
"""One event, as JSON."""

BATCH_BYTES = 500 * 1024
"""One request, unpacked."""

DEPTH = 16
"""Levels of nesting within one event."""

ID_CHARACTERS = 255
"""A message, user, anonymous or group id, or an event name."""

WAITING_EVENTS = 50_000
"""Events that may wait for a commit; past that the door answers 503."""

GROUP_EVENTS = 5_000
"""Events of one commit at most, so that the other writers of the journal are not kept waiting."""
