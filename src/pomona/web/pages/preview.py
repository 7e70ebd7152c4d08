"""What would a draft make of real leads? Ten of them and the distribution of all, while it is written."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_POST

from pomona.actions.agreements import FaultyAgreement, read_draft
from pomona.actions.previewing import Standing, in_place_of, shown
from pomona.domain.agreement import Agreement
from pomona.domain.agreement.questionnaire import Asked
from pomona.domain.comparison import Change, changes
from pomona.domain.condition import Situation
from pomona.domain.errors import Language
from pomona.domain.ripeness import Readiness, readiness
from pomona.domain.sentences import say_rule
from pomona.formats.yaml_document import YamlRefused
from pomona.store.access import Power, demand
from pomona.store.database import connection
from pomona.web import fruit
from pomona.web.answer_words import asked_by, rule_word
from pomona.web.histogram import histogram
from pomona.web.previewed import distribution_of, ground_of
from pomona.web.request import PageRequest

REASONS = 3
"""How many rules are named as the reason of a difference."""


@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """Ten real leads under the version in force and under the draft in the field `text`. Changes nothing."""
    page = cast(PageRequest, request)
    demand(page.user, Power.WRITE_AGREEMENTS)
    draft = _draft(page)
    if isinstance(draft, HttpResponse):
        return draft
    conn = connection()
    current = in_place_of(conn, draft, now=page.now)
    tried = ground_of(page, draft)
    rows = [_row(each, draft, page.language) for each in shown(conn, tried, draft, current, now=page.now)]
    return render(page, "preview.html", {"rows": rows, "draft": draft, "current": current, "ground": tried})


@require_POST
def scores(request: HttpRequest) -> HttpResponse:
    """The distribution of all scores under the version in force and under the draft in the field `text`."""
    page = cast(PageRequest, request)
    demand(page.user, Power.WRITE_AGREEMENTS)
    draft = _draft(page)
    if isinstance(draft, HttpResponse):
        return draft
    current = in_place_of(connection(), draft, now=page.now)
    tried = ground_of(page, draft)
    counted = distribution_of(page, tried, draft, current)
    before = counted.before
    drawn = histogram(
        counted.after.scores,
        draft.ready.pass_mark.current,
        before=before.scores if before else (),
        old_mark=current.ready.pass_mark.current if current else None,
    )
    known = {"drawn": drawn, "counted": counted, "ground": tried, "draft": draft, "current": current}
    return render(page, "preview_scores.html", known | {"shown": len(counted.after.scores)})


def _draft(page: PageRequest) -> Agreement | HttpResponse:
    """The agreement that the text is; or the answer that says how many things are to be put right first."""
    try:
        return read_draft(connection(), page.POST.get("text", "").replace("\r\n", "\n"), now=page.now)
    except (FaultyAgreement, YamlRefused) as error:
        lines = error.text(page.language).splitlines()
        return render(page, "preview_faulty.html", {"first": lines[0], "count": len(lines)})


def _row(standing: Standing, draft: Agreement, language: Language) -> dict[str, Any]:
    """One lead: before (None: no version scores it today) and after, and the rules that make the difference."""
    *others, after = standing.situations
    before = others[0] if others else None
    assert after.score is not None
    found = changes(before.score if before else None, after.score) if before else ()
    known = (before.agreement, draft) if before else (draft,)
    asked = asked_by(known[::-1])
    sentences = {rule.name: say_rule(rule, language, terms.asked) for terms in known for _, rule in terms.rules}
    return {
        "lead": standing.row,
        "stage": standing.row.lead.stage,
        "owned": standing.row.lead.owner is not None,
        "before": _seen(before) if before else None,
        "after": _seen(after),
        "changes": [_change(each, sentences.get(each.rule, ""), asked) for each in found[:REASONS]],
        "more": len(found) - REASONS,
    }


def _seen(situation: Situation) -> dict[str, Any]:
    assert situation.score is not None
    total, mark = situation.score.total, situation.agreement.ready.pass_mark.current
    where = readiness(situation)
    return {
        "score": total,
        "grade": situation.score.grade,
        "fill": fruit.level(total, mark),
        "readiness": where,
        "is_ripe": where == Readiness.RIPE,
    }


def _change(change: Change, sentence: str, asked: Asked) -> dict[str, Any]:
    return {"rule": rule_word(change.rule, asked), "amount": change.amount, "sentence": sentence}


urls = [
    path("agreements/preview/", preview, name="agreement_preview"),
    path("agreements/preview/scores/", scores, name="agreement_preview_scores"),
]
