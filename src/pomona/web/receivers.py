"""Teams and sellers of a route by the names people know them by, where the agreement has their short ones."""

from collections.abc import Mapping

from msgspec.structs import replace

from pomona.domain.agreement import Agreement, RouteRule
from pomona.store.database import connection
from pomona.store.offers import receivers

Titles = Mapping[tuple[str, str | None], str]
"""What teams and sellers are called, by kind and short name."""


def titles() -> Titles:
    """Of every team and seller of the company."""
    found = receivers(connection())
    return {(kind, each.value): each.title for kind in ("team", "seller") for each in found[kind] if each.title}


def in_words(agreement: Agreement) -> Agreement:
    """The agreement to be read, not to be run: who gets the lead by title."""
    known = titles()
    return replace(agreement, route=tuple(line_in_words(line, known) for line in agreement.route))


def line_in_words(line: RouteRule, known: Titles) -> RouteRule:
    """A line of the route to be read."""
    return replace(line, to=replace(line.to, name=known.get((line.to.kind, line.to.name), line.to.name)))
