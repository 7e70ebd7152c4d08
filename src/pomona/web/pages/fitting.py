"""Where do people agree, with each other and with the draft? Inviting to a fitting, and what came of it."""

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from pomona.actions import drafting, fitting
from pomona.actions.fitting import Judged, RefusedFitting, Result
from pomona.domain.agreement import Agreement
from pomona.domain.errors import Language
from pomona.domain.fitting import Agreeing, Votes
from pomona.domain.remedies import Knob, Remedy, knobs, turned
from pomona.domain.sentences import say_rule
from pomona.store import agreements as stored
from pomona.store.access import Power, demand
from pomona.store.database import connection
from pomona.store.reads.agreements import Version, agreements
from pomona.store.reads.fitting import left_to_judge, people_to_invite
from pomona.web import fruit, words
from pomona.web.answer_words import rule_word
from pomona.web.answers import done
from pomona.web.editing.draft import load
from pomona.web.mending import mended
from pomona.web.request import PageRequest

FEW = 5
"""With fewer leads than this judged by both, an agreement is not worth a number."""


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, version_id: int) -> HttpResponse:
    """Who is invited and how far they are, how much they agree, and what would mend the draft; a POST invites.

    Whoever judges blind learns what came of it when they have judged, too.
    """
    page = cast(PageRequest, request)
    demand(page.user, Power.WRITE_AGREEMENTS)
    if page.method == "POST":
        return _invite(page, version_id)
    version = _version(page, version_id)
    draft = stored.agreement_by_id(connection(), version.id)
    found, own = fitting.result_of(connection(), version.id, draft), left_to_judge(page.user, version.id)
    people = people_to_invite(page.user, version.id)
    known: dict[str, Any] = {
        "version": version,
        "people": people,
        "own": own,
        "total": len(found.leads) if found else 0,
    }
    if found and not own:
        known |= {
            "result": found,
            "figures": _figures(found),
            "remedies": [_remedy(each, draft, page.language) for each in fitting.mending(found, draft)],
            "leads": [_lead(each, draft) for each in found.disputed],
            "voted": sum(each.both.verdict is not None for each in found.leads),
        }
    return render(page, "fitting.html", known)


@require_POST
def mend(request: HttpRequest, version_id: int) -> HttpResponse:
    """Change one number of the draft as a remedy says, and open it in the editor, where that can be undone."""
    page = cast(PageRequest, request)
    demand(page.user, Power.WRITE_AGREEMENTS)
    draft = load(_version(page, version_id), now=page.now)
    if draft.fault is not None:
        raise draft.fault
    remedy = _asked_remedy(page, draft.agreement)
    text = mended(draft, *remedy)
    edition = drafting.edit(connection(), draft.id, text, edition=draft.edition, user=page.user.pk, now=page.now)
    undo = reverse("undo_draft", args=[draft.id, edition])
    return done(page, _("Changed in the draft."), undo=undo, to=reverse("draft", args=[draft.id]))


def in_short(version: Version, draft: Agreement) -> str:
    """`6 of 8 judged, agreement 78 %`; empty where there is no fitting."""
    found = fitting.result_of(connection(), version.id, draft)
    if found is None:
        return ""
    judged = _("%(finished)s of %(invited)s judged") % {"finished": found.finished, "invited": found.invited}
    if found.draft.value is None or found.draft.leads < FEW:
        return judged
    return _("%(judged)s, agreement %(share)s") % {"judged": judged, "share": words.percent(found.draft.value)}


def _asked_remedy(page: PageRequest, draft: Agreement) -> tuple[Knob, int]:
    """The number that is meant, one of the draft's, and what it is to become within its bounds."""
    named = (page.POST.get("section") or None, page.POST.get("rule", ""), page.POST.get("band", ""))
    knob = next((each for each in knobs(draft) if (each.section, each.rule, _band(each)) == named), None)
    after = page.POST.get("after", "")
    if knob is None or not after.lstrip("-").isdecimal() or len(after) > 9 or not knob.low <= int(after) <= knob.high:
        raise RefusedFitting("no_such_number")
    return knob, int(after)


def _band(knob: Knob) -> str:
    return "" if knob.band is None else str(knob.band)


def _invite(page: PageRequest, version_id: int) -> HttpResponse:
    chosen = [int(each) for each in page.POST.getlist("user") if each.isdecimal() and len(each) < 10]
    fitting.invite(connection(), version_id, chosen, user=page.user.pk, now=page.now)
    if page.htmx:
        return done(page, _("Invited: they get a mail with the address, and see it under Agreements."))
    return redirect("fitting", version_id)


def _version(page: PageRequest, version_id: int) -> Version:
    versions = (version for line in agreements(page.user) for version in line.versions)
    found = next((each for each in versions if each.id == version_id), None)
    if found is None:
        raise Http404
    return found


def _figures(found: Result) -> list[dict[str, Any]]:
    """How much who agrees with whom, each explained."""
    return [
        _figure(
            found.draft,
            _("The draft does what most would"),
            _("Of the leads with a majority so many are ripe under the draft if most would take them, else not."),
        ),
        _figure(
            found.sellers,
            _("Sales agree with each other"),
            _("Two people of sales, asked about the same lead, answer alike so often."),
        ),
        _figure(
            found.marketers,
            _("Marketing agrees with itself"),
            _("Two people of marketing, asked about the same lead, answer alike so often."),
        ),
        _figure(
            found.sides,
            _("Sales and marketing agree"),
            _("Of the leads on which both sides have a majority, they have the same so often."),
        ),
    ]


def _figure(agreeing: Agreeing, title: str, meaning: str) -> dict[str, Any]:
    beyond = agreeing.beyond_chance
    known = {
        "chance": words.percent(agreeing.by_chance),
        "kappa": "—" if beyond is None else words.number(round(beyond, 2)),
    }
    chance = _("By chance alone it would be %(chance)s; 1 is perfect and 0 is chance: %(kappa)s (kappa).") % known
    return {
        "title": title,
        "meaning": meaning,
        "chance": chance if agreeing.value is not None else "",
        "agreeing": agreeing,
        "enough": agreeing.leads >= FEW,
        "verdict": _verdict(beyond) if agreeing.leads >= FEW else "",
        "low": round(agreeing.low * 100, 1),
        "span": round((agreeing.high - agreeing.low) * 100, 1),
        "at": round((agreeing.value or 0) * 100, 1),
    }


def _verdict(beyond: float | None) -> str:
    """What a kappa is worth (J. R. Landis, G. G. Koch, 1977, Biometrics 33:159), in four words."""
    if beyond is None:
        return ""
    if beyond < 0.2:
        return _("hardly more than chance")
    if beyond < 0.6:
        return _("they partly agree")
    return _("they agree well") if beyond < 0.8 else _("they agree nearly always")


def _remedy(remedy: Remedy, draft: Agreement, language: Language) -> dict[str, Any]:
    knob, changed = remedy.knob, turned(draft, remedy.knob, remedy.after)
    rule = next((rule for section, rule in changed.rules if (section, rule.name) == (knob.section, knob.rule)), None)
    mends = ngettext("mends %(n)d lead", "mends %(n)d leads", remedy.mended) % {"n": remedy.mended}
    breaks = ngettext("breaks %(n)d", "breaks %(n)d", remedy.broken) % {"n": remedy.broken}
    return {
        "knob": knob,
        "band": _band(knob),
        "name": rule_word(knob.rule, changed.asked) or _("Pass mark"),
        "before": knob.value,
        "after": remedy.after,
        "sentence": say_rule(rule, language, changed.asked) if rule else "",
        "effect": f"{mends}, {breaks}" if remedy.broken else mends,
    }


def _lead(judged: Judged, draft: Agreement) -> dict[str, Any]:
    score = judged.standing.situations[0].score
    assert score is not None
    verdict = judged.both.verdict
    return {
        "lead": judged.standing.row,
        "score": score.total,
        "grade": score.grade,
        "fill": fruit.level(score.total, draft.ready.pass_mark.start),
        "takes": judged.draft_takes,
        "sales": _votes(judged.sales),
        "marketing": _votes(judged.marketing),
        "differs": verdict is not None and verdict != judged.draft_takes,
        "even": verdict is None,
    }


def _votes(votes: Votes) -> dict[str, int]:
    return {
        "take": votes.take,
        "leave": votes.leave,
        "unsure": votes.unsure,
        "all": votes.take + votes.leave + votes.unsure,
    }


urls = [
    path("agreements/versions/<int:version_id>/fitting/", show, name="fitting"),
    path("agreements/versions/<int:version_id>/mend/", mend, name="mend_draft"),
]
