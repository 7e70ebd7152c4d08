"""What of the past an agreement asks about: each trait, answer, count and stream of events once, by a short name."""

from typing import NamedTuple

from pomona.domain.agreement.conditions import Pattern


class Stream(NamedTuple):
    """The events that fit a pattern; with `value`, those that have that property."""

    pattern: Pattern
    person_only: bool
    value: str | None = None


class Count(NamedTuple):
    """How many events of these streams happened (in the last `since` microseconds): of `different` values if so."""

    streams: tuple[int, ...]
    since: int | None
    different: bool


class Columns:
    """The columns that conditions ask for, in the order they were first asked."""

    def __init__(self) -> None:
        self.traits: dict[str, str] = {}
        self.answers: dict[str, str] = {}
        self.counts: dict[Count, str] = {}
        self.streams: list[Stream] = []
        self.asks_channel = False

    def trait(self, name: str) -> str:
        """The column of a trait's latest value."""
        return self.traits.setdefault(name, f"trait_{len(self.traits)}")

    def answer(self, question: str) -> str:
        """The column of the latest answer to a question."""
        return self.answers.setdefault(question, f"answer_{len(self.answers)}")

    def channel(self) -> str:
        """The column of the last touch's channel."""
        self.asks_channel = True
        return "touch"

    def count(self, streams: tuple[Stream, ...], *, since: int | None, different: str | None = None) -> str:
        """The column that counts events."""
        numbers = tuple(self.stream(each) for each in streams)
        asked = Count(numbers, since, different is not None)
        return self.counts.setdefault(asked, f"count_{len(self.counts)}")

    def stream(self, stream: Stream) -> int:
        """The number of a stream of events that conditions look at; equal ones share one."""
        if stream not in self.streams:
            self.streams.append(stream)
        return self.streams.index(stream)
