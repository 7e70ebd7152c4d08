"""A remedy written into a draft's YAML: only that number is changed; what is inherited becomes an own rule."""

from typing import Any

from pomona.domain.remedies import POINT, Knob
from pomona.formats import yaml_edit
from pomona.web.editing.draft import Draft

PASS_MARK = ("ready", "pass_mark")
QUESTIONS = ("questions",)


def mended(draft: Draft, knob: Knob, after: int) -> str:
    """The draft's text with the knob turned to `after` thousandths."""
    value = after // POINT
    if knob.section is None:
        mark = draft.own(PASS_MARK) or draft.inherited(PASS_MARK)
        return yaml_edit.put(draft.text, PASS_MARK, {**mark, "start": value})
    path = ("ready", knob.section)
    own, inherited = draft.own(path) or [], draft.inherited(path) or []
    place = next((index for index, rule in enumerate(own) if rule["name"] == knob.rule), None)
    if place is not None:
        return yaml_edit.put(draft.text, (*path, place), _with_points(own[place], knob, value))
    rule = next((rule for rule in inherited if rule["name"] == knob.rule), None)
    if rule is None:
        return _answer_mended(draft, knob.rule, value)
    return yaml_edit.insert(draft.text, path, len(own), _with_points(rule, knob, value))


def _answer_mended(draft: Draft, rule: str, value: int) -> str:
    """The draft's text where an answer to a question, by the name of its rule, is worth `value` points."""
    own, inherited = draft.own(QUESTIONS) or [], draft.inherited(QUESTIONS) or []
    known = enumerate([*own, *inherited])
    place, changed = next((place, made) for place, each in known if (made := _with_worth(each, rule, value)))
    if place < len(own):
        return yaml_edit.put(draft.text, (*QUESTIONS, place), changed)
    return yaml_edit.insert(draft.text, QUESTIONS, len(own), changed)


def _with_worth(question: dict[str, Any], rule: str, value: int) -> dict[str, Any] | None:
    """The question where that answer is worth `value` points; None: the rule is about another question."""
    code, options, bands = question["code"], question.get("options", []), question.get("points", {})
    for place, option in enumerate(options):
        if rule == f"{code}: {option['code']}":
            return {**question, "options": [*options[:place], {**option, "points": value}, *options[place + 1 :]]}
    label = next((label for label in bands if rule == f"{code}: {label}"), None)
    return None if label is None else {**question, "points": {**bands, label: value}}


def _with_points(rule: dict[str, Any], knob: Knob, value: int) -> dict[str, Any]:
    if knob.band is not None:
        band = list(rule["points"])[knob.band]
        return {**rule, "points": {**rule["points"], band: value}}
    changed = {**rule, "points": value}
    if "at_most" in rule and value:
        changed["at_most"] = rule["at_most"] * value // rule["points"]
    elif "at_most" in rule:
        del changed["at_most"]  # nothing, however often
    return changed
