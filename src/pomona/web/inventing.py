"""The form for an invented lead: which fields an agreement asks for, what is offered in them, what was filled in."""

from collections.abc import Iterable
from typing import NamedTuple

from django.http import QueryDict

from pomona.capture.invented import Act
from pomona.domain import words as terms
from pomona.domain.agreement import Agreement
from pomona.domain.agreement import conditions as c
from pomona.domain.agreement.questionnaire import answer_words, question_words
from pomona.domain.agreement.values import BandRule, HitRule
from pomona.domain.errors import Language
from pomona.domain.words import word

ALWAYS = ("email", "phone", "job_title", "company.employees")
"""Traits that are asked for under every agreement."""

ROWS = 3
"""How many acts there is room for; one more than were filled in."""

LONGEST_AGO, MOST_TIMES = 3650, 50


class Field(NamedTuple):
    """A field: its name in the form, its label, what was filled in, and what is offered."""

    name: str
    label: str
    value: str
    offered: tuple[str, ...]


class Choice(NamedTuple):
    """A question with the codes it can be answered with, each with its word."""

    name: str
    label: str
    value: str
    codes: tuple[tuple[str, str], ...]


def trait_fields(agreement: Agreement, asked: QueryDict, language: Language) -> list[Field]:
    """A field for each trait that the agreement looks at."""
    offered: dict[str, dict[str, None]] = {trait: {} for trait in ALWAYS}
    for trait, values in _traits(agreement):
        offered.setdefault(trait, {}).update(dict.fromkeys(values))
    return [
        Field(
            f"trait.{trait}",
            word(terms.TRAITS, trait, language).strip("«»“”"),
            asked.get(f"trait.{trait}", "")[:200],
            tuple(values),
        )
        for trait, values in offered.items()
    ]


def question_choices(agreement: Agreement, asked: QueryDict, language: Language) -> list[Choice]:
    """A choice for each question whose answer the agreement looks at."""
    codes: dict[str, dict[str, None]] = {}
    for leaf in _leaves(agreement):
        if isinstance(leaf, c.Answered):
            codes.setdefault(leaf.question, {}).update(dict.fromkeys(leaf.codes))
    return [
        Choice(
            f"answer.{question}",
            question_words(question, agreement.asked, language),
            asked.get(f"answer.{question}", "")[:200],
            tuple((code, answer_words(question, code, agreement.asked, language)) for code in of_question),
        )
        for question, of_question in codes.items()
    ]


def offered_acts(agreement: Agreement) -> tuple[list[str], list[str]]:
    """The events that the agreement looks at, and the paths and properties it tells apart."""
    patterns = list(_patterns(agreement))
    names = dict.fromkeys(pattern.name for pattern in patterns if pattern.name != c.ANY)
    paths = [pattern.path.rstrip("*") for pattern in patterns if pattern.path]
    properties = [
        f"{name}: {value}" for pattern in patterns for name, wanted in pattern.properties for value in wanted.values
    ]
    return list(names), list(dict.fromkeys([*paths, *properties]))


def filled(asked: QueryDict, prefix: str) -> dict[str, str]:
    """What was filled in of the fields whose names begin so, by the rest of the name."""
    return {
        name.removeprefix(prefix): value.strip()[:200]
        for name, value in asked.items()
        if name.startswith(prefix) and isinstance(value, str) and value.strip()
    }


def acts(asked: QueryDict) -> list[Act]:
    """The acts that were filled in."""
    rows = zip(
        asked.getlist("event"), asked.getlist("what"), asked.getlist("days"), asked.getlist("times"), strict=False
    )
    return [
        Act(event.strip()[:100], _number(days, 0, LONGEST_AGO), _number(times, 1, MOST_TIMES), what.strip()[:200])
        for event, what, days, times in rows
        if event.strip()
    ][:MOST_TIMES]


def act_rows(done: list[Act]) -> list[Act]:
    """The acts with room for one more."""
    return [*done, *[Act("", 0)] * max(1, ROWS - len(done))]


def _number(text: str, least: int, most: int) -> int:
    return min(max(int(text), least), most) if text.strip().isdecimal() and len(text) < 9 else least


def _leaves(agreement: Agreement) -> Iterable[c.Condition]:
    return (leaf for condition in agreement.conditions for leaf in c.leaves(condition))


def _traits(agreement: Agreement) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Each trait that is looked at, and values that it is told apart by."""
    for _, rule in agreement.rules:
        if isinstance(rule, BandRule):
            yield rule.trait, tuple(band.value for band in rule.bands if band.value)
    for leaf in _leaves(agreement):
        match leaf:
            case c.TraitIs(trait, wanted):
                yield trait, tuple(map(str, wanted.values))
            case c.TraitMatches(trait, texts):
                yield trait, texts
            case c.TraitInList(trait) | c.Found(trait) | c.Known(trait):
                yield trait, ()
            case c.Region(codes):
                yield "region", tuple(code.upper() for code in codes)


def _patterns(agreement: Agreement) -> Iterable[c.Pattern]:
    for _, rule in agreement.rules:
        if isinstance(rule, HitRule):
            yield rule.when.pattern
    for leaf in _leaves(agreement):
        match leaf:
            case c.Happened(pattern):
                yield pattern
            case c.NoneOf(patterns):
                yield from patterns
