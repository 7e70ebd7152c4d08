"""One lead as its page shows it: score with its events, timeline, decisions, who is behind it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from django.db.models import Q, QuerySet

from pomona.domain import bant
from pomona.domain.event import Key, Kind, is_visitor
from pomona.domain.stages import Decision
from pomona.store import identity
from pomona.store.access import visible_lead
from pomona.store.database import connection
from pomona.store.models import JournalRow, Lead, User
from pomona.store.reads.facts import Stretch, stretches, within
from pomona.store.reads.scores import Scored, scores_now

PAGE = 40
ACTS = 12
MOST_EVENTS = 400


class Place(NamedTuple):
    """Where a page of the timeline ends: the time and `seq` of its last event."""

    t: int
    seq: int


class Timeline(NamedTuple):
    """Events, newest first, and where the next page begins (None: there is none)."""

    rows: list[JournalRow]
    next: Place | None


class NamedKey(NamedTuple):
    """An identity key of a lead and the value it stands for, as far as its facts still tell it."""

    key: Key
    kind: str
    value: str


@dataclass(frozen=True)
class Sight:
    """One lead that the user may see. Everything else about it is read when asked for."""

    lead: Lead
    now: int

    @cached_property
    def parts(self) -> list[Stretch]:
        """The stretches of the journal that belong to this lead's person."""
        return stretches([bytes(self.lead.person)])

    @cached_property
    def scores(self) -> list[Scored]:
        """The scores as of now, the deciding one first."""
        return scores_now([self.lead], self.now)[self.lead.pk]

    @cached_property
    def absorbed(self) -> list[Lead]:
        """The leads that were merged into this one."""
        return list(Lead.objects.filter(merged_into=self.lead.pk))

    @property
    def decisions(self) -> QuerySet[JournalRow]:
        """All decisions about this lead and those merged into it, newest first."""
        numbers = [self.lead.pk, *(each.pk for each in self.absorbed)]
        return JournalRow.objects.filter(lead__in=numbers).order_by("-seq")

    def newest(self, *names: Decision) -> JournalRow | None:
        """The newest decision of these names about this very lead."""
        return JournalRow.objects.filter(lead=self.lead.pk, name__in=names).order_by("-seq").first()

    @cached_property
    def acts(self) -> list[JournalRow]:
        """The newest acts of the person."""
        return list(self._facts().filter(by="person").order_by("-t", "-key")[:ACTS])

    @cached_property
    def notes(self) -> dict[str, JournalRow]:
        """The newest note about each BANT criterion that has one."""
        rows = self._facts().filter(name=bant.NOTED, by__in=bant.MAY_NOTE).order_by("t", "key")
        notes = ((bant.read_note(row.body.get("properties", {})), row) for row in rows)
        return {note.criterion: row for note, row in notes if note is not None}

    def timeline(self, kind: str, after: Place | None) -> Timeline:
        """A page of facts and decisions, newest first; `kind` is "", `acts` or `decisions`."""
        decided = Q(lead__in=[self.lead.pk, *(each.pk for each in self.absorbed)])
        wanted = {"acts": within(self.parts), "decisions": decided}.get(kind, within(self.parts) | decided)
        rows = JournalRow.objects.filter(wanted)
        if after is not None:
            rows = rows.filter(Q(t__lt=after.t) | Q(t=after.t, seq__lt=after.seq))
        found = list(rows.order_by("-t", "-seq")[: PAGE + 1])
        shown = found[:PAGE]
        return Timeline(shown, Place(shown[-1].t, shown[-1].seq) if len(found) > PAGE else None)

    def events(self, wanted: Iterable[tuple[int, bytes]]) -> dict[bytes, JournalRow]:
        """The facts of these (time, message key)s, by message key."""
        named = list(wanted)[:MOST_EVENTS]
        rows = self._facts().filter(t__in={t for t, _ in named})
        keys = {key for _, key in named}
        return {row.key.bytes: row for row in rows if row.key.bytes in keys}

    @cached_property
    def keys(self) -> list[NamedKey]:
        """The person's identity keys with what they stand for."""
        members = sorted(identity.members_of(connection(), [bytes(self.lead.person)]))
        values: dict[Key, str] = {}
        for row in JournalRow.objects.filter(subject__in=members).exclude(kind=Kind.DECISION).order_by("-t")[:PAGE]:
            for key, value in _values(row):
                values.setdefault(key, value)
        return [NamedKey(key, key[:1].decode(), values.get(key, "")) for key in members]

    @property
    def browsers(self) -> int:
        """How many visitors were ever identified as this person."""
        return len({part.subject for part in self.parts if is_visitor(part.subject)})

    def _facts(self) -> QuerySet[JournalRow]:
        return JournalRow.objects.filter(within(self.parts))


def _values(row: JournalRow) -> Iterable[tuple[Key, str]]:
    """What the keys of a fact stand for, from its traits and its user id, which is its subject."""
    traits = row.body.get("traits", {})
    told = {b"e": traits.get("email"), b"p": traits.get("phone")}
    if user := row.body.get("user_id"):
        yield bytes(row.subject), user
    for key in map(bytes, row.keys):
        if value := told.get(key[:1]):
            yield key, str(value)


def sight(user: User, lead: int, *, now: int) -> Sight:
    """The lead's page for this user.

    Raises:
        NotAllowed: there is no such lead among those the user may see.
    """
    return Sight(visible_lead(user, lead), now)


def names(users: Sequence[int | None]) -> dict[int, str]:
    """The names of these users."""
    return {user.pk: user.full_name for user in User.objects.filter(pk__in={each for each in users if each})}
