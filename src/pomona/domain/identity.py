"""Who is who: a person is a connected set of person keys; a visitor's event belongs to whom it was then.

A visitor joins nobody: two people on one computer stay two people. All is a function of the link facts
and of the last word of a person about two keys, so their order never matters.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import combinations

import msgspec

from pomona.domain.event import Event, Key, Kind, is_visitor
from pomona.domain.stages import Decision, Lead

Pair = tuple[Key, Key]
"""Two person keys, the smaller first."""

LINK_KINDS = (Kind.IDENTIFY, Kind.ALIAS, Kind.GROUP)


class Visit(msgspec.Struct, frozen=True, order=True):
    """At `t` the message said that the visitor is the person who has `key`. Ordered as events are."""

    t: int
    message: bytes
    visitor: Key
    key: Key


def links_of(event: Event) -> tuple[Pair, ...]:
    """The pairs of person keys that a fact names together; each of them joins."""
    if event.kind not in LINK_KINDS:
        return ()
    return pairs(key for key in event.keys if not is_visitor(key))


def pairs(keys: Iterable[Key]) -> tuple[Pair, ...]:
    """All pairs among these keys."""
    return tuple(combinations(sorted(set(keys)), 2))


def pair(a: Key, b: Key) -> Pair:
    """The two keys as a pair."""
    return (a, b) if a < b else (b, a)


def visits_of(event: Event) -> tuple[Visit, ...]:
    """Which visitors a fact says to be its subject (or, if that is a visitor, its smallest person key)."""
    if event.kind not in LINK_KINDS:
        return ()
    people = [key for key in event.keys if not is_visitor(key)]
    if not people:
        return ()
    person = min(people) if is_visitor(event.subject) else event.subject
    visitors = sorted({key for key in event.keys if is_visitor(key)})
    return tuple(Visit(event.t, event.key.bytes, visitor, person) for visitor in visitors)


def connected_sets(keys: Iterable[Key], links: Iterable[Pair]) -> dict[Key, Key]:
    """Each key with the smallest key of the set that the links connect it to."""
    parent = {key: key for key in keys}
    for a, b in links:
        low, high = sorted((_root(parent, a), _root(parent, b)))
        parent[high] = low
    return {key: _root(parent, key) for key in parent}


def _root(parent: dict[Key, Key], key: Key) -> Key:
    root = key
    while parent.setdefault(root, root) != root:
        root = parent[root]
    while parent[key] != root:
        parent[key], key = root, parent[key]
    return root


def owner_key(visits: Sequence[Visit], t: int) -> Key | None:
    """Whose a visitor's event at `t` is, given its visits in order: last identified, else the first after."""
    if not visits:
        return None
    last = bisect_right(visits, t, key=lambda visit: visit.t) - 1
    return visits[max(last, 0)].key


def moved_by(visits: Sequence[Visit], new: Collection[Visit]) -> set[Key]:
    """The keys that may gain or lose events of a visitor when `new` ones come among its visits in order."""
    touched: set[Key] = set()
    for place, visit in enumerate(visits):
        if visit in new:
            near = visits[max(place - 1, 0) : place + 2]
            keys = {each.key for each in near}
            if len(keys) > 1 or all(each in new for each in near):
                touched |= keys
    return touched


def survivor(leads: Iterable[Lead]) -> Lead:
    """Who stays when leads prove to be one person: the further one, else the older, else the smaller id."""
    return max(leads, key=lambda lead: (lead.order, -lead.id))


def separate(keys: Iterable[Key], chosen: Iterable[Key], anchor: Key) -> tuple[tuple[Key, ...], tuple[Key, ...]]:
    """The two parts of a split, (kept, given back): the part with the lead's anchor is kept by it."""
    everything, part = set(keys), set(chosen)
    away = everything - part if anchor in part else part
    return tuple(sorted(everything - away)), tuple(sorted(away & everything))


def parted(kept: Sequence[Key], away: Sequence[Key]) -> dict[Pair, bool]:
    """What a split says of pairs of keys: none across the parts belongs together, all within each part do.

    All pairs, not a chain: what it says of the other keys stays the same when one is erased.
    """
    across = {pair(a, b): False for a in kept for b in away}
    within = dict.fromkeys((*pairs(kept), *pairs(away)), True)
    return across | within


def said_by_hand(decision: Event) -> dict[Pair, bool]:
    """What a merge or split by hand says of pairs of keys: whether they belong together."""
    if decision.name == Decision.MERGED and len(decision.keys) == 2:
        return {pair(*decision.keys): True}
    if decision.name == Decision.SPLIT:
        kept = decision.body["kept"]
        return parted(decision.keys[:kept], decision.keys[kept:])
    return {}


def allowed(links: Iterable[Pair], by_hand: Mapping[Pair, bool]) -> set[Pair]:
    """The links that hold: named by facts and not forbidden by hand, or joined by hand."""
    joined = {each for each, joins in by_hand.items() if joins}
    return joined | {link for link in links if by_hand.get(link, True)}
