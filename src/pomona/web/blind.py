"""A past lead as whoever judges it sees it: what it was and did, nothing to reach or to recognise it by."""

from collections import Counter
from datetime import date

import msgspec

from pomona.actions.previewing import standings
from pomona.domain import words as terms
from pomona.domain.agreement.questionnaire import Asked
from pomona.domain.errors import Language
from pomona.domain.event import By, Event, Kind
from pomona.domain.masking import masked
from pomona.domain.profile import EMPTY_PROFILE, Profile, observe
from pomona.domain.words import pick, word
from pomona.store.agreements import agreement_by_id
from pomona.store.database import connection
from pomona.store.reads.fitting import Judging
from pomona.web import phrases, words
from pomona.web.answer_words import option_word, question_word

HIDDEN_TRAITS = frozenset({"company.name", "company.domain"})
SHOWN_TRAITS = ("job_title", "region")
"""Beside what is known of the company: nothing to reach or to recognise somebody by."""

MOST_DAYS = 15

OUTCOMES = frozenset({"contract signed"})
"""What happens after the decision."""


class Day(msgspec.Struct, frozen=True):
    """A day on which it did something: how long before, and its acts with how often."""

    ago: str
    acts: list[tuple[str, int]]


class BlindLead(msgspec.Struct, frozen=True):
    """What is known of a lead and what it answered, each with its label; how it came; its newest days."""

    known: list[tuple[str, str]]
    answers: list[tuple[str, str]]
    channel: str
    days: list[Day]


def next_lead(way: Judging, language: Language) -> BlindLead | None:
    """The lead that is to be judged next, as of its moment, in the language of whoever judges it; None at the end."""
    if (place := way.next) is None:
        return None
    asked = agreement_by_id(connection(), way.version.id).asked
    standing = next(iter(standings(connection(), {place.lead: place.as_of}, [])))
    profile = observe(EMPTY_PROFILE, standing.facts)
    return BlindLead(
        known=_traits(profile, language),
        answers=[
            (question_word(question, asked), ", ".join(masked(option_word(question, code, asked)) for code in codes))
            for question, codes in profile.answers.items()
        ],
        channel=pick(language, *terms.CODES[profile.channel]) if profile.channel in terms.CODES else "",
        days=_days([fact for fact in standing.facts if _is_shown(fact)], asked, place.as_of),
    )


def _days(acts: list[Event], asked: Asked, as_of: int) -> list[Day]:
    """The newest days on which it did something."""
    days: dict[date, list[Event]] = {}
    for fact in sorted(acts, key=lambda fact: fact.order, reverse=True):
        days.setdefault(words.local(fact.t).date(), []).append(fact)
    return [
        Day(
            words.ago(done[-1].t, as_of), Counter(masked(phrases.act_title(fact, asked)) for fact in done).most_common()
        )
        for done in list(days.values())[:MOST_DAYS]
    ]


def _is_shown(fact: Event) -> bool:
    return fact.by == By.PERSON and fact.kind != Kind.IDENTIFY and fact.name not in OUTCOMES


def _traits(profile: Profile, language: Language) -> list[tuple[str, str]]:
    named = {name for name in profile.traits if name.startswith("company.") or name in SHOWN_TRAITS}
    shown = sorted(named - HIDDEN_TRAITS, key=lambda name: (name != "job_title", name))
    return [
        (word(terms.TRAITS, name, language).strip("«»“”"), masked(str(value)))
        for name in shown
        if (value := profile.value(name)) is not None
    ]
