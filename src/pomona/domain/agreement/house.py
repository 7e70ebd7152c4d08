"""House rules: an agreement that extends another says only what differs; a rule of the same name replaces."""

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

import msgspec

from pomona.domain.agreement.questionnaire import Form, Question
from pomona.domain.agreement.read_questions import question_rules
from pomona.domain.agreement.values import Agreement, Automate, Ready, Respond


class _Named(Protocol):
    @property
    def name(self) -> str: ...


_Rule = TypeVar("_Rule", bound=_Named)

_RULES = ("never", "fit", "interest", "answers")


def over_house(parts: dict[str, Any], house: Agreement) -> dict[str, Any]:
    """The document's parts laid over those of the house: rules by name, everything else keyword by keyword.

    `covers` and `runs` belong to a campaign and are not inherited; of `runs` only the time zone is.
    """
    merged = {
        "promise": house.promise,
        "inflow": house.inflow,
        "runs": msgspec.structs.replace(house.runs, start=None, end=None),
        **parts,
        "route": _route(parts.get("route", ()), house),
        "respond": {**_said(house.respond), **parts.get("respond", {})},
        "automate": {**_said(house.automate), **parts.get("automate", {})},
        "not_yet": house.not_yet,
        "questions": _questions(parts.get("questions", ()), house.questions),
    }
    own = parts.get("ready", {})
    ready = {**_said(house.ready), **own}
    for section in _RULES:
        ready[section] = _replaced(_rules(house, section), own.get(section, ()))
    if house.form is not None or "form" in parts:
        merged["form"] = {**(_said(house.form) if house.form else {}), **parts.get("form", {})}
    return {**merged, "ready": ready}


def _rules(house: Agreement, section: str) -> tuple[Any, ...]:
    """The house's own rules; what its questions are worth is said again by whatever questions are asked."""
    worth = {rule.name for question in house.questions for rule in question_rules(question)}
    return tuple(rule for rule in getattr(house.ready, section) if rule.name not in worth)


def _questions(own: Sequence[Question], house: Sequence[Question]) -> tuple[Question, ...]:
    """The house's questions in their places, each replaced by the own one of its code, then the other own ones."""
    by_code = {question.code: question for question in own}
    replaced = [by_code.pop(question.code, question) for question in house]
    return (*replaced, *(question for question in own if question.code in by_code))


def _said(step: Ready | Respond | Automate | Form) -> dict[str, Any]:
    return {name: getattr(step, name) for name in step.__struct_fields__}


def _replaced(house: Sequence[_Rule], own: Sequence[_Rule]) -> tuple[_Rule, ...]:
    """The house's rules in their places, each replaced by the own one of its name, then the other own ones."""
    by_name = {rule.name: rule for rule in own}
    replaced = [by_name.pop(rule.name, rule) for rule in house]
    return (*replaced, *(rule for rule in own if rule.name in by_name))


def _route(own: Sequence[_Rule], house: Agreement) -> tuple[Any, ...]:
    """Own lines of the house's names in their places, other own lines before all: the first match wins."""
    names = {line.name for line in house.route}
    first = [line for line in own if line.name not in names]
    return (*first, *_replaced(house.route, [line for line in own if line.name in names]))
