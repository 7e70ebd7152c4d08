"""Who changed what, as far as the user may see it: newest first, in pages."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from django.db.models import Q

from pomona.store.access import Power, may
from pomona.store.changes import Document
from pomona.store.models import Change, Source, Team, User

PAGE = 10
Names = Mapping[str, str]

WHO_MAY_SEE = {
    Document.USER: Power.ADMINISTER,
    Document.API_KEYS: Power.ADMINISTER,
    Document.SELLER: Power.STEER_SALES,
    Document.PRESENCE: Power.STEER_SALES,
    Document.TEAM: Power.STEER_SALES,
    Document.CALENDAR: Power.STEER_SALES,
    Document.SOURCE: Power.MANAGE_SOURCES,
    Document.LIST: Power.WRITE_AGREEMENTS,
}
ABOUT_A_USER = (Document.USER, Document.API_KEYS, Document.SELLER, Document.PRESENCE)
"""Of these everybody sees what concerns themselves."""


class ChangeLine(msgspec.Struct, frozen=True):
    """A change of a document: `thing` is its name as it is now; `by` None whoever ran a command on the machine.

    `before` and `after` hold the changed fields, teams by their titles; `before` {}: it was made, `after` {}: deleted.
    """

    document: Document
    thing: str
    at: int
    by: str | None
    before: dict[str, Any]
    after: dict[str, Any]
    why: str


class Changes(NamedTuple):
    """A page of changes; `next` is where the following page begins (None: there is none)."""

    lines: list[ChangeLine]
    next: int | None


def changes(
    user: User, documents: Iterable[Document], row: object | None = None, *, after: int | None = None
) -> Changes:
    """The changes of these documents, of one `row` or (None) of all, that the user may see."""
    wanted = Q(pk__in=())
    for document in documents:
        if may(user, WHO_MAY_SEE[document]) or (document in ABOUT_A_USER and row == user.pk):
            wanted |= _about(document, row)
    rows = Change.objects.filter(wanted).order_by("-pk")
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    return Changes(_lines(shown), shown[-1].pk if len(found) > PAGE else None)


def _about(document: Document, row: object | None) -> Q:
    """Of a team also who came and went."""
    if row is None:
        return Q(document=document)
    own = Q(document=document, row=str(row))
    if document != Document.TEAM:
        return own
    return own | (Q(document=Document.SELLER) & (Q(before__team=row) | Q(after__team=row)))


def _lines(rows: Sequence[Change]) -> list[ChangeLine]:
    about = {row.row for row in rows if row.document in ABOUT_A_USER} | {row.made_by for row in rows if row.made_by}
    people = {str(user.pk): user.full_name for user in User.objects.filter(pk__in=about)}
    teams = {team.name: team.title or team.name for team in Team.objects.all()}
    sources = {str(source.pk): source.name for source in Source.objects.all()}
    return [
        ChangeLine(
            document=(document := Document(row.document)),
            thing=_thing(document, row, people, teams, sources),
            at=row.made_at,
            by=people.get(str(row.made_by), "—") if row.made_by else None,
            before=_titled(row.before, teams),
            after=_titled(row.after, teams),
            why=row.why,
        )
        for row in rows
    ]


def _thing(document: Document, row: Change, people: Names, teams: Names, sources: Names) -> str:
    if document == Document.LIST:
        return str((row.after or row.before)["name"])
    known = {Document.TEAM: teams, Document.SOURCE: sources}.get(document, {})
    return people.get(row.row, "—") if document in ABOUT_A_USER else known.get(row.row, row.row)


def _titled(fields: dict[str, Any], teams: Names) -> dict[str, Any]:
    """The fields with the team's title in the place of its name."""
    return {name: teams.get(value, value) if name == "team" else value for name, value in fields.items()}
