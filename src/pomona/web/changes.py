"""Who changed what, in sentences: the shared block of the pages on which documents are changed in place."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from pomona.store.changes import Document
from pomona.store.reads.changes import ChangeLine, changes
from pomona.web import words
from pomona.web.request import PageRequest
from pomona.web.roles import ROLES
from pomona.web.week import week_in_words

AFTER = "changes"
"""The parameter of the address that says after which change the page begins."""

EMPTY: tuple[Any, ...] = (None, "", [], {})


class ReasonForm(forms.Form):
    """A form that changes a document may be told why."""

    why = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Stands beside the change; may stay empty."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["why"] = self.fields.pop("why")  # asked last, whatever the form asks


def trail(page: PageRequest, *documents: Document, row: object | None = None) -> dict[str, Any]:
    """What `components/changes.html` shows: the changes of these documents, of all or of the `row` the page is about.

    What the page is about is not named again.
    """
    asked = page.GET.get(AFTER, "")
    after = int(asked) if asked.isdecimal() and len(asked) < 19 else None
    found = changes(page.user, documents, row, after=after)
    return {
        "lines": [
            {"line": line, "is_named": row is None or line.document not in documents, "said": said(line)}
            for line in found.lines
        ],
        "first": f"{page.path}#{AFTER}" if after else "",
        "next": f"?{AFTER}={found.next}#{AFTER}" if found.next else "",
    }


def said(line: ChangeLine) -> str:
    """What was done to a document, from what to what."""
    if not line.after:
        return _("list deleted")
    made, shown = ("", tuple(_FIELDS)) if line.before else _MADE[line.document]
    told = (_FIELDS[name](line.before.get(name), line.after[name]) for name in shown if name in line.after)
    return "; ".join(filter(None, (str(made), *told)))


_NONE = pgettext_lazy("value of a field", "none")


def _from_to(title: Promise, word: Callable[[Any], str] = str, empty: Promise = _NONE) -> Callable[[Any, Any], str]:
    """How a field says its change; that it was empty before is not worth a word."""

    def say(before: Any, after: Any) -> str:
        new = empty if after in EMPTY else word(after)
        return f"{title} {new}" if before in EMPTY else f"{title} {word(before)} → {new}"

    return say


def _moved(before: str | None, after: str | None) -> str:
    if not after:
        return _("left the team %(team)s") % {"team": before}
    if not before:
        return _("in the team %(team)s") % {"team": after}
    return _("moved from %(before)s to %(after)s") % {"before": before, "after": after}


def _leave(before: int | None, after: int | None) -> str:
    if after is None:
        return _("leave ended")
    return _("on leave until %(day)s") % {"day": words.date_words(words.local(after).date())}


def _keys(before: list[str] | None, after: list[str]) -> str:
    known = before or []
    given = [_("key given: %(key)s") % {"key": key} for key in after if key not in known]
    revoked = [_("key revoked: %(key)s") % {"key": key} for key in known if key not in after]
    return "; ".join((*given, *revoked))


_FIELDS: Mapping[str, Callable[[Any, Any], str]] = {
    "name": _from_to(pgettext_lazy("field", "name")),
    "email": _from_to(pgettext_lazy("field", "e-mail")),
    "role": _from_to(pgettext_lazy("field", "role"), lambda role: str(ROLES.get(role, role))),
    "active": lambda before, after: _("may log in again") if after else _("may log in no more"),
    "password": lambda before, after: _("new password"),
    "telegram": lambda before, after: _("Telegram linked") if after else _("Telegram linked no more"),
    "keys": _keys,
    "team": _moved,
    "calendar": _from_to(pgettext_lazy("field", "working hours"), empty=gettext_lazy("as the agreement says")),
    "capacity": _from_to(pgettext_lazy("field", "leads at a time")),
    "phone": _from_to(pgettext_lazy("field", "phone")),
    "away_until": _leave,
    "present": lambda before, after: _("at work") if after else _("away"),
    "title": _from_to(pgettext_lazy("field", "title")),
    "time_zone": _from_to(pgettext_lazy("field", "time zone")),
    "hours": _from_to(pgettext_lazy("field", "hours"), week_in_words),
    "holidays": _from_to(pgettext_lazy("field", "public holidays")),
    "days_off": _from_to(pgettext_lazy("field", "days off"), ", ".join),
}
"""How each field says its change, in the order in which they are said."""

_MADE: Mapping[Document, tuple[Promise, tuple[str, ...]]] = {
    Document.USER: (gettext_lazy("new user"), ("role",)),
    Document.SELLER: (gettext_lazy("gets leads from now on"), ("team", "calendar", "capacity")),
    Document.TEAM: (gettext_lazy("new team"), ()),
    Document.CALENDAR: (gettext_lazy("new working hours"), ("time_zone", "hours")),
    Document.SOURCE: (gettext_lazy("new source"), ()),
    Document.LIST: (gettext_lazy("new list"), ()),
}
"""How it is said that a document was made, and which of its fields are told with that."""
