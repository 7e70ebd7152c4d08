"""What would become of this lead? One real or invented lead under any version, step by step."""

from collections.abc import Sequence
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from pomona.actions.trying import Trial, try_invented, try_real
from pomona.capture.errors import RefusedEvent
from pomona.capture.invented import invented_facts
from pomona.domain.agreement import Agreement
from pomona.domain.agreement import conditions as c
from pomona.domain.agreement.values import Section
from pomona.domain.clauses import say_condition
from pomona.domain.condition import Explanation
from pomona.domain.errors import Language
from pomona.domain.routing import Waiting
from pomona.domain.sentences import say_rule
from pomona.domain.walk import LineStep, RuleStep, Way
from pomona.store import agreements as stored
from pomona.store.access import visible_lead
from pomona.store.database import connection
from pomona.store.reads.agreements import Version, agreements
from pomona.store.reads.lead import names
from pomona.store.reads.leads import Question, leads
from pomona.web import fruit, history, inventing
from pomona.web.answer_words import rule_word
from pomona.web.request import PageRequest
from pomona.web.speech import Speech, line_words, speech_of

MOST_FOUND = 12
"""How many leads a search offers."""

SECTION_WORDS: dict[Section, Promise] = {
    "fit": pgettext_lazy("points for", "Fit: who they are"),
    "interest": pgettext_lazy("points for", "Interest: what they do"),
    "answers": pgettext_lazy("points for", "Answers: what they tell"),
}


@require_safe
def try_lead(request: HttpRequest) -> HttpResponse:
    """The form, and below it every step of the agreement for the lead that was chosen or invented."""
    page = cast(PageRequest, request)
    versions = [version for line in agreements(page.user) for version in line.versions]
    version = _asked_version(page, versions)
    agreement = stored.agreement_by_id(connection(), version.id)
    known: dict[str, Any] = {"versions": versions, "version": version} | _form(page, agreement)
    trial = None
    try:
        trial, known["who"] = _trial(page, agreement)
    except RefusedEvent as error:
        known["refused"] = error.text(page.language)
    return render(page, "try_lead.html", known | ({"steps": _steps(trial, page.language)} if trial else {}))


def _asked_version(page: PageRequest, versions: Sequence[Version]) -> Version:
    """The version asked for, else the first in force, else any."""
    asked = page.GET.get("version", "")
    if asked:
        found = next((each for each in versions if str(each.id) == asked), None)
    else:
        found = next((each for each in versions if each.is_in_force(page.now)), next(iter(versions), None))
    if found is None:
        raise Http404
    return found


def _form(page: PageRequest, agreement: Agreement) -> dict[str, Any]:
    text = page.GET.get("q", "").strip()
    events, whats = inventing.offered_acts(agreement)
    return {
        "text": text,
        "found": leads(page.user, Question(text=text)).leads[:MOST_FOUND] if text else [],
        "traits": inventing.trait_fields(agreement, page.GET, page.language),
        "questions": inventing.question_choices(agreement, page.GET, page.language),
        "acts": inventing.act_rows(inventing.acts(page.GET)),
        "events": events,
        "whats": whats,
        "invents": "invent" in page.GET,
    }


def _trial(page: PageRequest, agreement: Agreement) -> tuple[Trial | None, Any]:
    """The trial asked for, and the real lead it is of. Raises RefusedEvent."""
    if "invent" in page.GET:
        told = inventing.filled(page.GET, "trait."), inventing.filled(page.GET, "answer.")
        facts = invented_facts(*told, inventing.acts(page.GET), now=page.now)
        return try_invented(connection(), facts, agreement, now=page.now), None
    asked = page.GET.get("lead", "")
    if not asked.isdecimal() or len(asked) > 18:
        return None, None
    lead = visible_lead(page.user, int(asked))
    return try_real(connection(), lead.pk, agreement, now=page.now), lead


def _steps(trial: Trial, language: Language) -> dict[str, Any]:
    """Every step in words."""
    walked = trial.walk
    score = walked.situation.score
    assert score is not None
    speech = speech_of(trial, language)
    sums = {"fit": score.fit, "interest": score.interest, "answers": score.answers}
    return {
        "score": score,
        "fill": fruit.level(score.total, walked.situation.agreement.ready.pass_mark.current),
        "pass_mark": walked.situation.agreement.ready.pass_mark.current,
        "readiness": walked.readiness,
        "captured": _part(walked.captured, speech),
        "never": [{"name": name, "part": _part(each, speech)} for name, each in walked.never],
        "sections": [
            {"title": title, "sum": sums[section], "rules": [_rule(each, speech) for each in found]}
            for section, title in SECTION_WORDS.items()
            if (found := [each for each in walked.rules if each.section == section])
        ],
        "missing": walked.missing,
        "ways": [_way(each, speech) for each in walked.missing.ways] if walked.missing else [],
        "mql": _part(walked.mql, speech),
        "route": [_line(each, speech) for each in walked.route],
        "clocks": [_line(each, speech) for each in walked.clocks],
        "seller": _seller(trial),
        "due_at": trial.due_at,
    }


def _part(explanation: Explanation, speech: Speech) -> dict[str, Any]:
    """A condition in words with its answer, its parts, and the events that made it so."""
    joined = {
        c.All: lambda: _("all of these"),
        c.AnyOf: lambda: _("at least one of these"),
        c.Not: lambda: _("it is not so that"),
    }.get(type(explanation.condition))
    return {
        "holds": explanation.holds,
        "text": joined() if joined else say_condition(explanation.condition, speech.language, speech.asked),
        "parts": [_part(each, speech) for each in explanation.parts],
        "events": [{"t": each.t, "title": speech.titles.get(each.key, "")} for each in explanation.evidence],
    }


def _rule(step: RuleStep, speech: Speech) -> dict[str, Any]:
    points = step.points
    events: list[Any] = [*points.hits, *points.evidence] if points else []
    return {
        "name": rule_word(step.rule.name, speech.asked),
        "sentence": say_rule(step.rule, speech.language, speech.asked),
        "holds": step.holds,
        "amount": points.amount if points else 0,
        "part": _part(step.explanation, speech) if step.explanation and step.explanation.parts else None,
        "events": [
            {"t": each.t, "title": speech.titles.get(each.key, ""), "amount": getattr(each, "amount", None)}
            for each in reversed(events)
        ],
    }


def _way(way: Way, speech: Speech) -> dict[str, Any]:
    sentence = say_rule(way.rule, speech.language, speech.asked)
    return {
        "name": rule_word(way.rule.name, speech.asked),
        "gain": way.gain,
        "hits": way.hits,
        "sentence": sentence,
    }


def _line(step: LineStep, speech: Speech) -> dict[str, Any]:
    explanation = step.explanation
    return {
        "sentence": line_words(step, speech),
        "holds": step.holds,
        "asked": step.asked,
        "decides": step.asked and step.holds is True,
        "part": _part(explanation, speech) if explanation and explanation.parts else None,
    }


def _seller(trial: Trial) -> str:
    """Who would get it now, or why nobody."""
    trace = trial.found.trace
    considered = [each["seller"] for step in trace for each in step.get("sellers", [])]
    decided = history.step_words(trace[-1], names(considered)) if trace and trace[-1]["holds"] else ""
    if isinstance(trial.found, Waiting) and not considered:
        return history.waiting_words(trial.found.reason)
    return decided


urls = [path("agreements/try/", try_lead, name="try_lead")]
