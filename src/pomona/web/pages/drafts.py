"""What shall be agreed? A draft edited step by step, its YAML beside it, always in step."""

from itertools import pairwise
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from pomona.actions import drafting
from pomona.actions.agreements import ChangedMeanwhile, FaultyAgreement
from pomona.domain.errors import PomonaError
from pomona.domain.ripeness import HOUSE
from pomona.formats.yaml_document import MOST_CHARACTERS
from pomona.store.agreements import in_force, stamp
from pomona.store.database import connection
from pomona.store.reads.agreements import Version, agreement, version_by_id
from pomona.web.answer_words import asked_by
from pomona.web.checking import Checked, check
from pomona.web.comparing import compared
from pomona.web.editing import edits
from pomona.web.editing.controls import posted_one
from pomona.web.editing.draft import Draft, load
from pomona.web.editing.offered import Choosable, chosen_from, offered_while_typing
from pomona.web.editing.opening import Opened, opened
from pomona.web.editing.parts import Rules
from pomona.web.editing.shown import FormView, sections
from pomona.web.editing.steps import PROPOSE, SHORT_TITLES, STEP_OF, STEPS
from pomona.web.faults import faults_of
from pomona.web.request import PageRequest
from pomona.web.whole import whole

MOST_BYTES = 4 * MOST_CHARACTERS


@require_safe
def draft_page(request: HttpRequest, draft_id: int) -> HttpResponse:
    """A draft, one step of it in forms; `open` names the form that is open."""
    page = cast(PageRequest, request)
    version = _version(page, draft_id)
    if version.state != "draft":
        return redirect("agreement_version", version.agreement, version.number)
    draft = load(version, now=page.now)
    form = None
    if "open" in page.GET and draft.fault is None:
        place = opened(draft, page.GET["open"], page.language)
        form = place.view(place.states(), (), page.language)
    return _answer(page, draft, form)


@require_POST
def change_draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """One edit: `do` says what, `at` where; without `do` the form is drawn again as it was filled in."""
    page = cast(PageRequest, request)
    draft = load(_version(page, draft_id), now=page.now)
    if draft.fault is not None:
        messages.error(page, _("First put the YAML right: the steps show its last good text."))
        return _done(page, draft)
    place = opened(draft, page.POST.get("at", ""), page.language)
    do = posted_one(_posted(page), "do")
    if do in ("", "save"):
        return _save(page, place) if do else _again(page, place)
    text = _edited(page, place, do)
    try:
        edition = drafting.edit(connection(), draft.id, text, edition=_edition(page), user=page.user.pk, now=page.now)
    except PomonaError as error:
        messages.error(page, _told(error, page))
        return _done(page, _reloaded(page, draft.id))
    if do in _UNDOABLE:
        messages.success(page, _UNDOABLE[do](), extra_tags=reverse("undo_draft", args=[draft.id, edition]))
    return _done(page, _reloaded(page, draft.id))


@require_POST
def write_draft(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Keep the YAML as it stands in the field `text` or in a file, faulty or not."""
    page = cast(PageRequest, request)
    version = _version(page, draft_id)
    text = _text(page)
    if text is None:
        messages.error(page, _("The file is not UTF-8 text. Save it as UTF-8 and choose it again."))
        return _done(page, load(version, now=page.now))
    try:
        drafting.write(connection(), draft_id, text, edition=_edition(page), user=page.user.pk, now=page.now)
    except ChangedMeanwhile as error:
        return _answer(page, _reloaded(page, draft_id), unsaved=text, conflict=error.text(page.language))
    return _done(page, _reloaded(page, draft_id), template="editing/written.html")


@require_safe
def draft_findings(request: HttpRequest, draft_id: int) -> HttpResponse:
    """What linting finds in the draft as it is now."""
    page = cast(PageRequest, request)
    draft = _reloaded(page, draft_id)
    return render(page, "components/findings.html", {"checked": _checked(page, draft), "draft": draft})


@require_POST
def undo_draft(request: HttpRequest, draft_id: int, edition: int) -> HttpResponse:
    """Take the step back that made this edition."""
    page = cast(PageRequest, request)
    _version(page, draft_id)
    drafting.undo(connection(), draft_id, edition, user=page.user.pk, now=page.now)
    if page.htmx and page.htmx.target != "editor":
        return trigger_client_event(HttpResponse(status=204), "undone")
    return _done(page, _reloaded(page, draft_id))


_UNDOABLE = {
    "delete": lambda: _("Deleted."),
    "off": lambda: _("Switched off in this agreement."),
    "copy": lambda: _("Copied."),
}


def _save(page: PageRequest, place: Opened) -> HttpResponse:
    states = place.states(_posted(page))
    text = place.saved(states)
    if text == place.draft.text and states != place.states():
        messages.warning(page, _("The house rules say this. Here it can be said differently, but not left out."))
    try:
        drafting.edit(connection(), place.draft.id, text, edition=_edition(page), user=page.user.pk, now=page.now)
    except FaultyAgreement as error:
        return _answer(page, place.draft, place.view(states, error.faults.errors, page.language), status=422)
    except ChangedMeanwhile as error:
        messages.error(page, error.text(page.language))
        return _answer(page, place.draft, place.view(states, (), page.language), status=422)
    return _done(page, _reloaded(page, place.draft.id))


def _again(page: PageRequest, place: Opened) -> HttpResponse:
    return _answer(page, place.draft, place.view(place.states(_posted(page)), (), page.language))


def _edited(page: PageRequest, place: Opened, do: str) -> str:
    """The text after an edit that needs no form."""
    gone = ChangedMeanwhile("changed_meanwhile", name=place.draft.name)
    if not isinstance(place.part, Rules) or place.index is None:
        raise gone
    part, known, index = place.part, place.items, place.index
    if do.startswith("move:"):
        to = whole(do.removeprefix("move:"))
        target = index if to is None or to >= len(known) else to
        can = edits.movable(part, known, index) and edits.movable(part, known, target)
        return edits.move_rule(place.draft, part, known, index, target) if can else place.draft.text
    edit = {"delete": edits.delete_rule, "copy": edits.copy_rule, "off": edits.switch_off}.get(do)
    if edit is None:
        raise gone
    return edit(place.draft, part, known, index)


def _told(error: PomonaError, page: PageRequest) -> str:
    """Why an edit cannot be: what would be wrong after it."""
    if isinstance(error, FaultyAgreement):
        return "\n".join(fault.text(page.language) for fault in error.faults.errors)
    return error.text(page.language)


def _version(page: PageRequest, draft_id: int) -> Version:
    version = version_by_id(page.user, draft_id)
    if version is None:
        raise Http404
    return version


def _reloaded(page: PageRequest, draft_id: int) -> Draft:
    return load(_version(page, draft_id), now=page.now)


def _posted(page: PageRequest) -> dict[str, list[str]]:
    return {name: [str(each) for each in values] for name, values in page.POST.lists()}


def _edition(page: PageRequest) -> int:
    seen = whole(page.POST.get("over") or page.POST.get("edition", ""))
    return -1 if seen is None else seen


def _text(page: PageRequest) -> str | None:
    """The text of the field or the file; None: the file is no text."""
    file = page.FILES.get("file")
    if file is None:
        return page.POST.get("text", "").replace("\r\n", "\n")
    try:
        text: str = file.read(MOST_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return text.replace("\r\n", "\n")


def _done(page: PageRequest, draft: Draft, template: str = "editing/editor.html") -> HttpResponse:
    """After an edit: the editor drawn anew; without script, back on its page."""
    if not page.htmx:
        return redirect(f"{reverse('draft', args=[draft.id])}?step={_step(page)}")
    return trigger_client_event(_answer(page, draft, template=template), "edited", after="settle")


def _answer(
    page: PageRequest,
    draft: Draft,
    form: FormView | None = None,
    *,
    unsaved: str | None = None,
    conflict: str = "",
    status: int = 200,
    template: str = "editing/editor.html",
) -> HttpResponse:
    """The editor, as a part of the page or the whole. A part is swapped in whatever its state, so it answers 200."""
    context: dict[str, Any] = {
        "draft": draft,
        "steps": [(key, SHORT_TITLES[key]) for key in STEPS],
        "step": _step(page),
        "question": STEPS[_step(page)],
        "parts": sections(draft, _step(page), form, page.language),
        "opened": form,
        "choices": _choices(page, draft) if form else {},
        "faults": faults_of(draft.fault, page.language) if draft.fault else [],
        "text": draft.text if unsaved is None else unsaved,
        "conflict": conflict,
        "is_house": draft.name == HOUSE,
        "seen": _edition(page) if conflict else draft.edition,
        "following": _following(_step(page)),
        **(_proposal(page, draft) if _step(page) == PROPOSE else {}),
    }
    if page.htmx:
        return render(page, template, context | {"out_of_band": True})
    context |= {"offered": offered_while_typing(), "checked": _checked(page, draft)}
    return render(page, "editing/page.html", context, status=status)


def _choices(page: PageRequest, draft: Draft) -> dict[str, list[Choosable]]:
    asked = asked_by([draft.agreement, *in_force(connection(), page.now).values()])
    return chosen_from(draft.agreement, asked, page.language)


def _following(step: str) -> tuple[str, Any] | None:
    """The step after this one, with its question."""
    following = dict(pairwise(STEPS)).get(step)
    return (following, STEPS[following]) if following else None


def _proposal(page: PageRequest, draft: Draft) -> dict[str, Any]:
    """What whoever proposes the draft offers, and against what."""
    line = agreement(page.user, draft.name)
    shown = line.version(draft.number) if line else None
    if line is None or shown is None:
        raise Http404
    return {
        "shown": shown,
        "in_force": line.in_force(page.now),
        "stamp": stamp(shown.number, shown.state, shown.document),
        "compared": compared(page, line, shown, draft.agreement),
    }


def _checked(page: PageRequest, draft: Draft) -> Checked:
    return check(page, draft.agreement, draft.good_text, is_open=True)


def _step(page: PageRequest) -> str:
    """The step that is asked for; else that of the form that is open."""
    asked = page.POST.get("step") or page.GET.get("step", "")
    at = page.POST.get("at") or page.GET.get("open", "")
    return asked if asked in STEPS else STEP_OF.get(at.partition(":")[0], next(iter(STEPS)))


urls = [
    path("agreements/drafts/<int:draft_id>/", draft_page, name="draft"),
    path("agreements/drafts/<int:draft_id>/change/", change_draft, name="change_draft"),
    path("agreements/drafts/<int:draft_id>/text/", write_draft, name="write_draft"),
    path("agreements/drafts/<int:draft_id>/findings/", draft_findings, name="draft_findings"),
    path("agreements/drafts/<int:draft_id>/undo/<int:edition>/", undo_draft, name="undo_draft"),
]
