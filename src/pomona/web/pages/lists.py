"""Which lists do we keep? Competitors, target accounts and the like: read, changed, compared version by version."""

from typing import Any, cast
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pomona.actions.lists import RefusedList, UnreadableItems, change_list, create_list, delete_list, remove_items
from pomona.domain.lists import LONGEST_NAME, Kind
from pomona.store.access import Power, demand
from pomona.store.changes import Document
from pomona.store.database import connection
from pomona.store.reads.lists import ListLine, difference, items, lists, named_list
from pomona.web.answers import done
from pomona.web.changes import trail
from pomona.web.list_kinds import EXAMPLES, KIND_WORDS, TRAITS
from pomona.web.request import PageRequest
from pomona.web.whole import whole


class ListForm(forms.Form):
    """A new list."""

    name = forms.CharField(
        label=pgettext_lazy("of a thing", "Name"),
        max_length=LONGEST_NAME,
        help_text=gettext_lazy("Agreements name the list so; it stays."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("What does it hold?"), choices=list(KIND_WORDS.items()))


@require_safe
def list_of_lists(request: HttpRequest) -> HttpResponse:
    """All lists with the agreements that ask for them."""
    page = cast(PageRequest, request)
    lines = [{"line": line, "kind": _kind_word(line)} for line in lists(page.user)]
    known = {"lines": lines, "usual": _usual(), "trail": trail(page, Document.LIST)}
    return render(request, "lists.html", known)


@require_http_methods(["GET", "HEAD", "POST"])
def new_list(request: HttpRequest) -> HttpResponse:
    """Make an empty list; `name` and `kind` in the address are a beginning."""
    page = cast(PageRequest, request)
    demand(page.user, Power.WRITE_AGREEMENTS)
    begun = {"name": page.GET.get("name", ""), "kind": page.GET.get("kind", "domain")}
    form = ListForm(page.POST or None, initial=begun)
    if form.is_valid():
        try:
            made = create_list(connection(), **form.cleaned_data, user=page.user.pk, now=page.now)
        except RefusedList as error:
            form.add_error("name", error.text(page.language))
        else:
            return redirect("list", made)
    return render(request, "list_new.html", {"form": form, "usual": _usual()}, status=422 if form.errors else 200)


@require_safe
def list_page(request: HttpRequest, list_id: UUID) -> HttpResponse:
    """One list: its items, what its versions changed, how an agreement asks for it."""
    page = cast(PageRequest, request)
    return _shown(page, _found(page, list_id))


@require_POST
def add_items(request: HttpRequest, list_id: UUID) -> HttpResponse:
    """Add the lines of a text; if one of them cannot be read, none is added."""
    page = cast(PageRequest, request)
    line, text = _found(page, list_id), page.POST.get("items", "")
    try:
        change = change_list(connection(), list_id, text.splitlines(), user=page.user.pk, now=page.now)
    except (RefusedList, UnreadableItems) as error:
        return _shown(page, line, text=text, error=error.text(page.language))
    said = ngettext("%(n)d item added.", "%(n)d items added.", len(change.came)) % {"n": len(change.came)}
    if there := change.known + change.repeated:
        said += " " + ngettext("%(n)d was there already.", "%(n)d were there already.", there) % {"n": there}
    return done(page, said, to=reverse("list", args=[list_id]))


@require_POST
def remove_item(request: HttpRequest, list_id: UUID) -> HttpResponse:
    """Take one item out of the list."""
    page = cast(PageRequest, request)
    change = remove_items(connection(), list_id, page.POST.getlist("item"), user=page.user.pk, now=page.now)
    removed = ", ".join(change.went.values())
    text = _("Removed: %(items)s. Older versions keep it.") % {"items": removed} if removed else _("It was gone.")
    return done(page, text, to=reverse("list", args=[list_id]))


@require_POST
def delete(request: HttpRequest, list_id: UUID) -> HttpResponse:
    """Delete a list that no agreement asks for."""
    page = cast(PageRequest, request)
    name = delete_list(connection(), list_id, user=page.user.pk, now=page.now)
    return done(page, _("The list “%(name)s” is deleted.") % {"name": name}, to=reverse("lists"))


def _shown(page: PageRequest, line: ListLine, text: str = "", error: str = "") -> HttpResponse:
    asked, kind = page.GET.get("q", "").strip(), cast(Kind, line.kind)
    found = items(page.user, line.id, asked, page.GET.get("after", ""))
    known: dict[str, Any] = {
        "line": line,
        "kind": _kind_word(line),
        "question": asked,
        "items": found.rows,
        "first": _address(page, None) if "after" in page.GET else "",
        "next": _address(page, found.next) if found.next else "",
        "difference": _difference(page, line),
        "trait": TRAITS[kind],
        "example": EXAMPLES[kind],
        "text": text,
        "error": error,
    }
    return render(page, "list.html", known, status=422 if error else 200)


def _difference(page: PageRequest, line: ListLine) -> Any:
    """What changed since the version asked for (`since`), up to another (`until`) or the newest."""
    since, until = (whole(page.GET.get(name, "")) for name in ("since", "until"))
    if since is None or since >= line.number:
        return None
    last = line.number if until is None else min(until, line.number)
    return difference(page.user, line.id, since, last)


def _address(page: PageRequest, after: str | None) -> str:
    asked = page.GET.copy()
    asked.pop("after", None)
    if after is not None:
        asked["after"] = after
    return f"?{asked.urlencode()}"


def _found(page: PageRequest, list_id: UUID) -> ListLine:
    line = named_list(page.user, list_id)
    if line is None:
        raise Http404
    return line


def _kind_word(line: ListLine) -> Any:
    return KIND_WORDS[cast(Kind, line.kind)]


def _usual() -> list[tuple[str, Kind, str]]:
    """Lists that most companies keep: name, kind, and what they are good for."""
    return [
        (pgettext("a list", "competitors"), "domain", _("nobody from there becomes a ripe lead")),
        (pgettext("a list", "target accounts"), "domain", _("points for companies we want to win")),
        (pgettext("a list", "free-mail domains"), "domain", _("free mail that Pomona does not know by itself")),
        (pgettext("a list", "our regions"), "region", _("where we deliver, for the route or for points")),
    ]


urls = [
    path("agreements/lists/", list_of_lists, name="lists"),
    path("agreements/lists/new/", new_list, name="new_list"),
    path("agreements/lists/<uuid:list_id>/", list_page, name="list"),
    path("agreements/lists/<uuid:list_id>/add/", add_items, name="add_items"),
    path("agreements/lists/<uuid:list_id>/remove/", remove_item, name="remove_item"),
    path("agreements/lists/<uuid:list_id>/delete/", delete, name="delete_list"),
]
