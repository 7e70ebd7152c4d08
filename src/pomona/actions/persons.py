"""Whose events are whose: the facts of persons, and what a batch of facts changes about who is who."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import msgspec
from psycopg import Connection

from pomona.domain.event import Event, Key, is_visitor
from pomona.domain.identity import Pair, Visit, links_of, moved_by, owner_key, visits_of
from pomona.journal import read
from pomona.store import identity, leads


class Whose(msgspec.Struct, frozen=True):
    """The persons whom a batch of facts concerns.

    `facts` are the batch's facts by person; `moved` the persons who may have gained or lost older facts;
    `leads` the live leads of all of them (more than one: their sets have joined).
    """

    facts: dict[Key, list[Event]]
    moved: set[Key]
    leads: dict[Key, list[int]]

    @property
    def persons(self) -> set[Key]:
        """Everybody concerned."""
        return self.moved | self.facts.keys()


class Moved(msgspec.Struct, frozen=True):
    """What news changed: the `persons` who may have gained or lost facts, and the `renamed`: old → new name."""

    persons: set[Key] = msgspec.field(default_factory=set)
    renamed: dict[Key, Key] = msgspec.field(default_factory=dict)


NOBODY = Moved()


class News(msgspec.Struct, frozen=True):
    """What a batch says about who is who that was not known before."""

    links: set[Pair]
    visits: set[Visit]

    def __bool__(self) -> bool:
        return bool(self.links or self.visits)


def facts_of_persons(
    conn: Connection[Any], persons: Collection[Key], *, upto: int | None = None, poison: bool = False
) -> dict[Key, list[Event]]:
    """All facts of each person (up to that `seq`), in order: about its keys, and its part of its visitors'.

    `poison`: also those that could not be folded.
    """
    members = identity.members_of(conn, persons)
    visits = identity.visits_of_visitors(conn, identity.visitors_of_keys(conn, members))
    found: dict[Key, list[Event]] = {person: [] for person in persons}
    for fact in read.facts_of(conn, [*members, *visits], upto=upto, poison=poison):
        person = members.get(_owner(fact, visits) or b"")
        if person is not None:
            found[person].append(fact)
    return found


def news_of(conn: Connection[Any], facts: Iterable[Event]) -> News:
    """The links and visits among these facts that are not recorded yet."""
    links = {link for fact in facts for link in links_of(fact)}
    visits = {visit for fact in facts for visit in visits_of(fact)}
    return News(
        links=identity.unknown_links(conn, links) if links else links,
        visits=identity.unknown_visits(conn, visits) if visits else visits,
    )


def record(conn: Connection[Any], news: News) -> Moved:
    """Make the news known; `whose` then lets the leads follow."""
    renamed = identity.add_links(conn, news.links) if news.links else {}
    persons = set(renamed.values())
    if news.visits:
        identity.add_visits(conn, news.visits)
        persons |= _persons_moved_by(conn, news.visits)
    return Moved(persons, renamed)


def whose(conn: Connection[Any], facts: Sequence[Event], moved: Moved = NOBODY) -> Whose:
    """Whom each fact belongs to now; facts of visitors who are nobody yet are left out."""
    visitors = {fact.subject for fact in facts if is_visitor(fact.subject)}
    visits = identity.visits_of_visitors(conn, visitors) if visitors else {}
    owners = [(_owner(fact, visits), fact) for fact in facts]
    persons = identity.persons_of(conn, {key for key, _ in owners if key is not None})
    by_person: dict[Key, list[Event]] = {}
    for key, fact in owners:
        if key is not None:
            by_person.setdefault(persons[key], []).append(fact)
    concerned = moved.persons | by_person.keys()
    if moved.renamed:
        leads.lock_of_persons(conn, concerned | moved.renamed.keys())
        leads.rename_persons(conn, moved.renamed)
    return Whose(facts=by_person, moved=moved.persons, leads=leads.live_of_persons(conn, concerned))


def _owner(fact: Event, visits: dict[Key, list[Visit]]) -> Key | None:
    """The person key a fact belongs to; None for a visitor nobody knows and a fact about nobody."""
    if is_visitor(fact.subject):
        return owner_key(visits.get(fact.subject, ()), fact.t)
    return fact.subject or None


def _persons_moved_by(conn: Connection[Any], new: Collection[Visit]) -> set[Key]:
    all_visits = identity.visits_of_visitors(conn, {visit.visitor for visit in new})
    keys = {key for visits in all_visits.values() for key in moved_by(visits, new)}
    return set(identity.persons_of(conn, keys).values()) if keys else keys
