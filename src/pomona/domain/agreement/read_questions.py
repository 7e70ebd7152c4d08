"""Reading the questionnaire and its hosted form; what answers are worth becomes ordinary rules of `answers`."""

import re
from typing import Any, cast, get_args

from pomona.domain.agreement.bands import Band
from pomona.domain.agreement.conditions import Answered, AnsweredNumber
from pomona.domain.agreement.nodes import Node, attempt, attempt_each
from pomona.domain.agreement.questionnaire import CHOOSING, Option, Question, QuestionKind, Said
from pomona.domain.agreement.read_rules import band_label, read_ranges
from pomona.domain.agreement.values import StateRule
from pomona.domain.text import answer_code

MOST_QUESTIONS = 50
LONGEST_CODE = 64
KINDS: tuple[str, ...] = get_args(QuestionKind)
QUESTION_WORDS = ("code", "text", "kind", "required", "options", "points")
OPTION_WORDS = ("code", "text", "points")
FORM_WORDS = ("title", "intro", "button", "thanks", "fields", "consent", "embed_on")
LANGUAGES = ("ru", "en")

FORM_TRAITS = ("name", "first_name", "last_name", "email", "phone", "company.name", "company.employees", "job_title")
"""What a form can ask of the person beside questions."""

_LINK = re.compile(r"https?://[^\s\"'<>]+")
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?")


def read_questions(node: Node) -> tuple[Question, ...]:
    """The questions in the order in which they are asked."""
    questions = attempt_each(node.items(MOST_QUESTIONS), _question)
    _refuse_same(node, [question.code for question in questions])
    return questions


def read_form(node: Node) -> dict[str, Any]:
    """What the document says of the hosted form, by the fields of `Form`."""
    fields = node.fields(FORM_WORDS)
    made: dict[str, Any] = {word: attempt(fields.get(word), _said) for word in ("title", "intro", "button", "thanks")}
    made["fields"] = attempt(fields.get("fields"), _traits)
    made["embed_on"] = attempt(fields.get("embed_on"), _origins)
    if (consent := fields.get("consent")) is not None:
        made |= attempt(consent, _consent) or {}
    return {word: value for word, value in made.items() if value is not None}


def question_rules(question: Question) -> tuple[StateRule, ...]:
    """What the answers to a question are worth, as rules named by the codes of question and answer."""
    code = question.code
    options = [
        StateRule(name=f"{code}: {each.code}", when=Answered(code, (answer_code(each.code),)), points=each.points)
        for each in question.options
        if each.points
    ]
    bands = [
        StateRule(name=f"{question.code}: {band_label(band)}", when=_lies(question, band), points=band.points)
        for band in question.bands
        if band.points
    ]
    return (*options, *bands)


def _lies(question: Question, band: Band) -> AnsweredNumber:
    return AnsweredNumber(question.code, at_least=band.low, at_most=band.high)


def _question(node: Node) -> Question:
    fields = node.fields(QUESTION_WORDS, required=("code", "text", "kind"))
    kind = cast(QuestionKind, fields["kind"].word(KINDS))
    for word, fitting in (("options", CHOOSING), ("points", ("number",))):
        if word in fields and kind not in fitting:
            fields[word].note("not_for_kind", keyword=word, kind=kind)
    if kind in CHOOSING and "options" not in fields:
        node.note("missing", keyword="options")
    return Question(
        code=_code(fields["code"]),
        text=attempt(fields["text"], _said) or Said(),
        kind=kind,
        required=attempt(fields.get("required"), Node.true) or False,
        options=attempt(fields.get("options"), _options) or (),
        bands=attempt(fields.get("points"), read_ranges) or (),
    )


def _options(node: Node) -> tuple[Option, ...]:
    options = attempt_each(node.items(), _option)
    _refuse_same(node, [answer_code(option.code) for option in options])
    return options


def _option(node: Node) -> Option:
    fields = node.fields(OPTION_WORDS, required=("code", "text"))
    return Option(
        code=_code(fields["code"]),
        text=attempt(fields["text"], _said) or Said(),
        points=attempt(fields.get("points"), Node.thousandths) or 0,
    )


def _code(node: Node) -> str:
    """A code, which must be told apart from others in its normal form."""
    code = node.text()
    node.normal()
    if len(code) > LONGEST_CODE:
        node.refuse("too_long", most=LONGEST_CODE)
    return code


def _said(node: Node) -> Said:
    """A text in both languages at once, or one by one."""
    if not isinstance(node.value, dict):
        text = node.text()
        return Said(ru=text, en=text)
    fields = node.fields(LANGUAGES)
    if not fields:
        node.refuse("empty")
    return Said(**{language: attempt(part, Node.text) or "" for language, part in fields.items()})


def _traits(node: Node) -> tuple[str, ...]:
    return tuple(each.word(FORM_TRAITS) for each in node.one_or_more())


def _consent(node: Node) -> dict[str, Any]:
    fields = node.fields(("text", "link"), required=("text",))
    return {"consent": attempt(fields["text"], _said), "consent_link": attempt(fields.get("link"), _link)}


def _link(node: Node) -> str:
    link = node.text()
    if not _LINK.fullmatch(link):
        node.refuse("not_a_link", value=node.shown)
    return link


def _origins(node: Node) -> tuple[str, ...]:
    return tuple(_origin(each) for each in node.one_or_more())


def _origin(node: Node) -> str:
    origin = node.text().rstrip("/").lower()
    if not _ORIGIN.fullmatch(origin):
        node.refuse("not_an_origin", value=node.shown)
    return origin


def _refuse_same(node: Node, codes: list[str]) -> None:
    """Note codes that stand there twice."""
    for code in dict.fromkeys(code for code in codes if codes.count(code) > 1):
        node.note("same_name", name=code)
