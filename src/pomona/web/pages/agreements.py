"""What have we agreed? Agreements with their versions, as sentences; reading, comparing, proposing, signing."""

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from pomona.actions.agreements import Side, install_default, propose, redraft, sign
from pomona.actions.trials import RefusedTrial, is_tried
from pomona.domain.agreement import Agreement
from pomona.domain.agreement.schema import agreement_schema
from pomona.domain.ripeness import HOUSE
from pomona.domain.trials import Outcome
from pomona.store import agreements as stored
from pomona.store.access import Power, demand, may, visible_leads
from pomona.store.database import connection
from pomona.store.powers import SIGNING
from pomona.store.reads.agreements import SIDES, AgreementLine, Version, agreement, agreements
from pomona.store.reads.fitting import asked_to_judge
from pomona.store.reads.lists import KeptList, kept_lists
from pomona.store.reads.trials import trial_of_version, trials_of
from pomona.store.reads.unagreed import leads_unagreed
from pomona.web import words
from pomona.web.answers import done
from pomona.web.checking import check
from pomona.web.comparing import compared
from pomona.web.outline import outline
from pomona.web.pages.backtests import backtest_block
from pomona.web.pages.fitting import in_short
from pomona.web.pages.trials import OUTCOME_WORDS, asked_terms
from pomona.web.paging import paged
from pomona.web.pass_mark import pass_mark_of, ripe_from_start
from pomona.web.receivers import in_words
from pomona.web.request import PageRequest
from pomona.web.unagreed import unagreed
from pomona.web.version_state import version_state

SIDE_WORDS: dict[str, Promise] = {
    "marketing": pgettext_lazy("side of an agreement", "Marketing"),
    "sales": pgettext_lazy("side of an agreement", "Sales"),
}

WAITS_FOR: dict[tuple[str, ...], Promise] = {
    ("marketing",): gettext_lazy("waits for the signature of marketing"),
    ("sales",): gettext_lazy("waits for the signature of sales"),
    SIDES: gettext_lazy("waits for the signatures of marketing and sales"),
}
"""By the sides that have not signed a proposed version yet."""


@require_safe
def agreement_list(request: HttpRequest) -> HttpResponse:
    """All agreements: what is in force, what waits for whom, and campaigns that run without one."""
    page = cast(PageRequest, request)
    lines = agreements(page.user)
    listed = [_listed(line, page) for line in lines]
    return render(
        request,
        "agreements.html",
        {
            "lines": listed,
            "asked_to_judge": asked_to_judge(page.user),
            "nothing_holds": not any(each["in_force"] for each in listed),
            "waiting": [_listed(line, page) for line in lines if line.waiting],
            "unagreed": unagreed(page) if lines else [],
        },
    )


@require_safe
def agreement_page(request: HttpRequest, name: str, number: int | None = None) -> HttpResponse:
    """One version, read: the four steps as sentences, what differs from the version in force, the YAML."""
    page = cast(PageRequest, request)
    line, shown = _asked(page, name, number)
    read = stored.version(connection(), line.name, shown.number)
    assert read is not None
    lists = kept_lists(page.user, shown.id)
    known = _listed(line, page) | {
        "shown": shown,
        "state": version_state(shown, page.now),
        "sides": [_side(page, shown, side) for side in SIDES],
        "outline": outline(in_words(read), page.language),
        "compared": compared(page, line, shown, read),
        "checked": check(page, read, shown.document, is_open=bool(shown.state == "draft" or shown.unsigned)),
        "fitting": in_short(shown, read) if may(page.user, Power.WRITE_AGREEMENTS) else "",
        "from_start": ripe_from_start(page, shown, read),
        "pass_mark": pass_mark_of(page, shown),
        "previews": shown.state == "draft" and may(page.user, Power.WRITE_AGREEMENTS),
        "may_propose": shown.state == "draft" and may(page.user, Power.WRITE_AGREEMENTS),
        "stamp": stored.stamp(shown.number, shown.state, shown.document),
        "backtest": backtest_block(page, shown.id),
        "house_rules": HOUSE,
        "lists": lists,
        "form": _form(page, line, shown, read),
        "may_redraft": _may_redraft(page, line, shown, lists),
        "read": read,
        **_trials(page, shown),
    }
    return render(request, "agreement.html", known)


@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """The JSON Schema of agreements, for editors and programs."""
    demand(cast(PageRequest, request).user, Power.SEE_AGREEMENTS)
    return JsonResponse(agreement_schema(), content_type="application/schema+json")


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Put house rules in place to begin with, as a draft."""
    page = cast(PageRequest, request)
    demand(page.user, Power.WRITE_AGREEMENTS)
    install_default(connection(), language=page.language, user=page.user.pk, now=page.now)
    return redirect("agreement", HOUSE)


@require_POST
def propose_version(request: HttpRequest, version_id: int) -> HttpResponse:
    """Offer a draft for signing, as it stood on the page that says so: `stamp`."""
    page = cast(PageRequest, request)
    demand(page.user, Power.WRITE_AGREEMENTS)
    trial = asked_terms(page) if "trial" in page.POST else None
    if "trial" in page.POST and trial is None:
        raise RefusedTrial("bad_terms")
    read = page.POST.get("stamp")
    propose(connection(), version_id, user=page.user.pk, now=page.now, changes=read, trial=trial)
    return done(page, _("Proposed: both sides can sign it now. It is never edited again."))


@require_POST
def redraft_version(request: HttpRequest, version_id: int) -> HttpResponse:
    """Begin the next version with the same words and the lists as they are now."""
    page = cast(PageRequest, request)
    demand(page.user, Power.WRITE_AGREEMENTS)
    made = redraft(connection(), version_id, user=page.user.pk, now=page.now)
    text = _("A new draft with the lists as they are now.")
    return done(page, text, to=reverse("agreement_version", args=[made.name, made.number]))


@require_POST
def sign_version(request: HttpRequest, version_id: int, side: Side) -> HttpResponse:
    """Sign for one side; the second signature puts the version in force."""
    page = cast(PageRequest, request)
    if side not in SIGNING:
        raise Http404
    demand(page.user, SIGNING[side])
    comment = page.POST.get("comment", "").strip()[:500]
    signed = sign(connection(), version_id, side, user=page.user.pk, now=page.now, comment=comment)
    if signed is None:
        return done(page, _("Signed. It comes into force when the other side has signed, too."))
    if is_tried(connection(), version_id):
        return done(page, _("Signed by both sides: the trial begins with the next new lead."))
    if signed.runs.start is not None and signed.runs.start > page.now:
        begins = {"day": words.day(signed.runs.start)}
        return done(page, _("Signed by both sides: it comes into force on %(day)s.") % begins)
    return done(page, _("Signed by both sides: it is in force."))


@require_safe
def unagreed_leads(request: HttpRequest) -> HttpResponse:
    """The leads of a campaign that no agreement of its own scores."""
    page = cast(PageRequest, request)
    campaign = page.GET.get("campaign", "")
    found = leads_unagreed(page.user, campaign, now=page.now)
    part = paged(page, found)
    shown = visible_leads(page.user).filter(pk__in=part.items).select_related("owner")
    known = {
        "heading": _("Leads without an agreement of their own"),
        "where": campaign,
        "count": len(found),
        "leads": shown.order_by("-pk"),
        "first": part.first,
        "next": part.next,
        "back": (reverse("agreements"), _("back to the agreements")),
    }
    return render(request, "leads_behind.html", known)


def _trials(page: PageRequest, shown: Version) -> dict[str, Any]:
    """What the version was proposed as, if as a trial; and, for heads, the agreement's trials."""
    trial = trial_of_version(page.user, shown.agreement, shown.number)
    return {
        "trial": trial,
        "trial_outcome": OUTCOME_WORDS[Outcome(trial.outcome)] if trial else "",
        "trials": trials_of(page.user, shown.agreement) if may(page.user, Power.SEE_FUNNEL) else [],
    }


def _listed(line: AgreementLine, page: PageRequest) -> dict[str, Any]:
    in_force, waiting = line.in_force(page.now), line.waiting
    return {
        "line": line,
        "in_force": in_force,
        "waiting": waiting,
        "waits_for": WAITS_FOR.get(waiting.unsigned, "") if waiting else "",
        "newest": line.versions[0],
        "newest_state": version_state(line.versions[0], page.now),
        "is_house": line.name == HOUSE,
    }


def _asked(page: PageRequest, name: str, number: int | None) -> tuple[AgreementLine, Version]:
    """The agreement and its version; `spring/2026` may be version 2026 of one, or the name of another."""
    for called, version in ((name, number), (f"{name}/{number}", None)):
        line = agreement(page.user, called)
        shown = None if line is None else _shown_version(line, version, page.now)
        if line is not None and shown is not None:
            return line, shown
    raise Http404


def _shown_version(line: AgreementLine, number: int | None, now: int) -> Version | None:
    """The version asked for; else the one that waits for a signature, the one in force, the newest."""
    if number is not None:
        return line.version(number)
    return line.waiting or line.in_force(now) or line.versions[0]


def _side(page: PageRequest, version: Version, side: str) -> dict[str, Any]:
    return {
        "side": side,
        "word": SIDE_WORDS[side],
        "signature": version.signature(side),
        "may_sign": side in version.unsigned and may(page.user, SIGNING[side]),
        "url": reverse("sign_version", args=[version.id, side]),
    }


def _form(page: PageRequest, line: AgreementLine, shown: Version, read: Agreement) -> dict[str, str] | None:
    """Where the agreement's hosted form is, or how it would look; None: it has none."""
    if read.form is None:
        return None
    address = page.build_absolute_uri(reverse("hosted_form", args=[line.name]))
    return {"address": address if shown.is_in_force(page.now) else "", "sites": ", ".join(read.form.embed_on)}


def _may_redraft(page: PageRequest, line: AgreementLine, shown: Version, lists: list[KeptList]) -> bool:
    """Whether a list changed since the newest version was proposed, and the user may begin the next one."""
    changed = any(each.since for each in lists)
    return changed and shown is line.versions[0] and may(page.user, Power.WRITE_AGREEMENTS)


urls = [
    path("agreements/", agreement_list, name="agreements"),
    path("agreements/schema.json", schema, name="agreement_schema"),
    path("agreements/unagreed/", unagreed_leads, name="unagreed_leads"),
    path("agreements/begin/", begin, name="begin_agreements"),
    path("agreements/versions/<int:version_id>/propose/", propose_version, name="propose_version"),
    path("agreements/versions/<int:version_id>/redraft/", redraft_version, name="redraft_version"),
    path("agreements/versions/<int:version_id>/sign/<str:side>/", sign_version, name="sign_version"),
    path("agreements/of/<path:name>/<int:number>/", agreement_page, name="agreement_version"),
    path("agreements/of/<path:name>/", agreement_page, name="agreement"),
]
