"""Would you take it? Past leads judged blind, one at a time: what they are and did, without score, rules or outcome."""

from collections import Counter
from datetime import date
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods, require_POST

from pomona.actions import fitting
from pomona.actions.previewing import standings
from pomona.domain import words as terms
from pomona.domain.agreement.questionnaire import Asked
from pomona.domain.event import By, Event, Kind
from pomona.domain.masking import masked
from pomona.domain.profile import EMPTY_PROFILE, Profile, observe
from pomona.domain.words import pick, word
from pomona.store.agreements import agreement_by_id
from pomona.store.database import connection
from pomona.store.fitting import Place
from pomona.store.reads.fitting import Judging, judging
from pomona.web import phrases, words
from pomona.web.answer_words import option_word, question_word
from pomona.web.request import PageRequest

HIDDEN_TRAITS = frozenset({"company.name", "company.domain"})
SHOWN_TRAITS = ("job_title", "region")
"""Beside what is known of the company: nothing to reach or to recognise somebody by."""

MOST_DAYS = 15

OUTCOMES = frozenset({"contract signed"})
"""What happens after the decision."""


@require_http_methods(["GET", "HEAD", "POST"])
def judge_leads(request: HttpRequest, version_id: int) -> HttpResponse:
    """The next lead to judge; a POST judges one and shows the next."""
    page = cast(PageRequest, request)
    if page.method == "POST":
        judgement, place = page.POST.get("judgement", ""), page.POST.get("place", "")
        if judgement in fitting.JUDGEMENTS and place.isdecimal() and len(place) < 5:
            fitting.judge(connection(), version_id, int(place), judgement, user=page.user.pk, now=page.now)
        return _following(page, version_id)
    return render(page, "judge.html", _known(page, judging(page.user, version_id)))


@require_POST
def take_judgement_back(request: HttpRequest, version_id: int) -> HttpResponse:
    """Take the newest judgement back and show its lead again."""
    page = cast(PageRequest, request)
    fitting.take_back(connection(), version_id, user=page.user.pk)
    return _following(page, version_id)


def _following(page: PageRequest, version_id: int) -> HttpResponse:
    if not page.htmx:
        return redirect("judge_leads", version_id)
    return render(page, "judging.html", _known(page, judging(page.user, version_id)))


def _known(page: PageRequest, way: Judging) -> dict[str, Any]:
    here = way.next
    return {
        "version": way.version,
        "judged": len([place for place in way.places if place.place in way.judged]),
        "total": len(way.places),
        "place": here,
        "lead": _lead(page, here, agreement_by_id(connection(), way.version.id).asked) if here else None,
        "counts": Counter(way.judged.values()),
    }


def _lead(page: PageRequest, place: Place, asked: Asked) -> dict[str, Any]:
    """What is known of the lead as of the moment, and what it did: nothing to reach or recognise it by."""
    standing = next(iter(standings(connection(), {place.lead: place.as_of}, [])))
    profile = observe(EMPTY_PROFILE, standing.facts)
    return {
        "known": _traits(page, profile),
        "answers": [
            (question_word(question, asked), ", ".join(masked(option_word(question, code, asked)) for code in codes))
            for question, codes in profile.answers.items()
        ],
        "channel": pick(page.language, *terms.CODES[profile.channel]) if profile.channel in terms.CODES else "",
        "days": _days([fact for fact in standing.facts if _is_shown(fact)], place.as_of),
    }


def _days(acts: list[Event], as_of: int) -> list[dict[str, Any]]:
    """The newest days on which it did something, each with its acts and how often."""
    days: dict[date, list[Event]] = {}
    for fact in sorted(acts, key=lambda fact: fact.order, reverse=True):
        days.setdefault(words.local(fact.t).date(), []).append(fact)
    return [
        {
            "ago": words.ago(done[-1].t, as_of),
            "acts": Counter(masked(phrases.act_title(fact)) for fact in done).most_common(),
        }
        for done in list(days.values())[:MOST_DAYS]
    ]


def _is_shown(fact: Event) -> bool:
    return fact.by == By.PERSON and fact.kind != Kind.IDENTIFY and fact.name not in OUTCOMES


def _traits(page: PageRequest, profile: Profile) -> list[tuple[str, str]]:
    named = {name for name in profile.traits if name.startswith("company.") or name in SHOWN_TRAITS}
    shown = sorted(named - HIDDEN_TRAITS, key=lambda name: (name != "job_title", name))
    return [
        (word(terms.TRAITS, name, page.language).strip("«»“”"), masked(str(value)))
        for name in shown
        if (value := profile.value(name)) is not None
    ]


urls = [
    path("agreements/versions/<int:version_id>/judge/", judge_leads, name="judge_leads"),
    path("agreements/versions/<int:version_id>/judge/back/", take_judgement_back, name="take_judgement_back"),
]
