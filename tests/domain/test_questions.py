"""Questionnaires: located errors, inherited by code, worth ordinary points, said in both languages, linted."""

import pytest

from pomona.domain.agreement import Agreement, AgreementErrors, read_agreement
from pomona.domain.agreement.lint import lint
from pomona.domain.agreement.outcomes import ANYONE
from pomona.domain.agreement.questionnaire import Said, answer_words
from pomona.domain.agreement.reach import reach
from pomona.domain.agreement.values import Cover, StateRule
from pomona.domain.clauses import say_condition
from pomona.domain.profile import EMPTY_PROFILE, observe
from pomona.domain.scoring import EMPTY_TALLY, score
from pomona.domain.sentences import say_question
from tests.domain.facts import NOW, agreement, document, fact

QUESTIONS = """
questions:
  - code: timeline
    text: {ru: Когда насос должен работать?, en: When must the pump be running?}
    kind: single
    required: true
    options:
      - {code: now, text: {ru: сейчас, en: now}, points: 30}
      - {code: This Year, text: {ru: в этом году, en: this year}, points: 10}
      - {code: later, text: позже}
  - code: tasks
    text: What is it for?
    kind: many
    options: [{code: water, text: water, points: 5}, {code: oil, text: oil, points: 7.5}]
  - {code: pumps, text: How many pumps?, kind: number, points: {"..4": 5, "5..": 20}}
  - {code: wish, text: What else?, kind: text}
form:
  title: {en: Which pump fits?}
  fields: [company.name, job_title]
  consent: {text: I agree, link: "https://pumps.example/privacy"}
  embed_on: https://Pumps.example/
"""
ASKING = agreement(QUESTIONS)


def _points(told: dict[str, list[str]], terms: Agreement = ASKING) -> dict[str, int]:
    profile = observe(EMPTY_PROFILE, [fact("question answered", NOW, answers=told)])
    scored = score(terms, profile, EMPTY_TALLY, at=NOW, captured_at=NOW)
    return {points.rule: points.amount for points in scored.points}


@pytest.mark.parametrize(
    ("told", "points"),
    [
        ({"timeline": ["now"]}, {"timeline: now": 30_000}),
        ({"timeline": ["THIS YEAR"]}, {"timeline: This Year": 10_000}),
        ({"timeline": ["later"]}, {}),
        ({"tasks": ["oil", "water"]}, {"tasks: water": 5_000, "tasks: oil": 7_500}),
        ({"pumps": ["4"]}, {"pumps: ..4": 5_000}),
        ({"pumps": ["4.5"]}, {}),
        ({"pumps": ["12"]}, {"pumps: 5..": 20_000}),
        ({"pumps": ["many"]}, {}),
    ],
)
def test_answers_are_worth_their_points(told: dict[str, list[str]], points: dict[str, int]) -> None:
    assert _points(told) == points


def test_what_answers_are_worth_are_ordinary_rules_of_answers() -> None:
    names = [rule.name for section, rule in ASKING.rules if section == "answers"]
    assert names == [
        "timeline: now",
        "timeline: This Year",
        "tasks: water",
        "tasks: oil",
        "pumps: ..4",
        "pumps: 5..",
    ]
    assert all(isinstance(rule, StateRule) for rule in ASKING.ready.answers)


def test_a_text_stands_for_both_languages_or_for_one() -> None:
    assert ASKING.questions[1].text == Said(ru="What is it for?", en="What is it for?")
    assert ASKING.form is not None
    assert ASKING.form.title.in_("ru") == "Which pump fits?"
    assert ASKING.form.embed_on == ("https://pumps.example",)


def test_the_hosted_form_is_always_the_campaigns_own() -> None:
    assert ASKING.covers == (Cover(by="campaign", pattern="spring"), Cover(by="form", pattern="spring"))
    covered = agreement("covers: [{utm_campaign: x*}]\nform: {title: t}\n").covers
    assert covered == (Cover(by="campaign", pattern="x*"), Cover(by="form", pattern="spring"))
    assert agreement("covers: [{utm_campaign: x*}]").covers == (Cover(by="campaign", pattern="x*"),)


HOUSE = read_agreement(document("campaign: default\n" + QUESTIONS.lstrip()))


def _child(fragment: str) -> Agreement:
    from pomona.formats.yaml_document import read_yaml

    return read_agreement(read_yaml(f"campaign: spring\nextends: default\n{fragment}")[0], house=HOUSE)


def test_the_houses_questions_are_inherited_and_one_of_the_same_code_replaces() -> None:
    child = _child(
        "questions:\n"
        "  - {code: timeline, text: When?, kind: single, options: [{code: now, text: now, points: 3}]}\n"
        "  - {code: budget, text: How much?, kind: number}\n"
        "form: {title: Ours}\n"
    )
    assert [question.code for question in child.questions] == ["timeline", "tasks", "pumps", "wish", "budget"]
    assert _points({"timeline": ["now"]}, child) == {"timeline: now": 3_000}
    assert _points({"timeline": ["This Year"]}, child) == {}
    assert _points({"pumps": ["9"]}, child) == {"pumps: 5..": 20_000}
    assert child.form is not None
    assert (child.form.title.en, child.form.fields) == ("Ours", ("company.name", "job_title"))


@pytest.mark.parametrize(
    ("question", "code", "place"),
    [
        ("{code: a, text: t, kind: colour}", "not_one_of", "questions.1.kind"),
        ("{code: a, text: t, kind: single}", "missing", "questions.1"),
        ("{code: a, text: t, kind: single, options: []}", "empty", "questions.1.options"),
        ("{code: a, text: t, kind: number, options: [{code: x, text: x}]}", "not_for_kind", "questions.1.options"),
        ('{code: a, text: t, kind: text, points: {"1..": 5}}', "not_for_kind", "questions.1.points"),
        ('{code: a, text: t, kind: number, points: {"1..5": 5, "5..": 6}}', "bands_overlap", "questions.1.points"),
        ("{code: a, text: t, kind: number, points: {many: 5}}", "not_a_band", "questions.1.points.many"),
        ("{code: a, text: {fr: t}, kind: text}", "unknown_keyword", "questions.1.text.fr"),
        ("{code: a, text: {}, kind: text}", "empty", "questions.1.text"),
        ("{code: '-', text: t, kind: text}", "wrong_type", "questions.1.code"),
        (
            "{code: a, text: t, kind: many, options: [{code: x y, text: t}, {code: X-Y, text: t}]}",
            "same_name",
            "questions.1.options",
        ),
        ("{code: a, text: t, kind: text}, {code: a, text: t, kind: text}", "same_name", "questions"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(question: str, code: str, place: str) -> None:
    with pytest.raises(AgreementErrors) as refused:
        agreement(f"questions: [{question}]")
    assert (code, place) in [(error.code, error.place) for error in refused.value.errors]


@pytest.mark.parametrize(
    ("form", "code", "place"),
    [
        ("{embed_on: https://a.example/page}", "not_an_origin", "form.embed_on"),
        ("{fields: [password]}", "not_one_of", "form.fields.1"),
    ],
)
def test_what_is_wrong_with_the_form_is_told_at_its_place(form: str, code: str, place: str) -> None:
    with pytest.raises(AgreementErrors) as refused:
        agreement(f"form: {form}")
    assert [(error.code, error.place) for error in refused.value.errors] == [(code, place)]


def test_a_rule_of_the_same_name_as_the_points_of_a_question_is_refused() -> None:
    rule = "ready: {answers: [{name: 'timeline: now', when: {answer: timeline, is: now}, points: 5}]}\n"
    with pytest.raises(AgreementErrors, match="timeline: now"):
        agreement(rule + QUESTIONS)


def test_a_question_is_said_in_both_languages() -> None:
    assert say_question(ASKING.questions[0], "en") == (
        "When must the pump be running? now (30 points), this year (10 points), позже; must be answered"
    )
    assert say_question(ASKING.questions[0], "ru").startswith("Когда насос должен работать? сейчас (30 баллов), ")
    assert "up to 4 (5 points), from 5 (20 points)" in say_question(ASKING.questions[2], "en")
    assert "своими словами" in say_question(ASKING.questions[3], "ru")


def test_an_answer_is_said_as_it_is_offered_whatever_the_form_of_its_code() -> None:
    assert answer_words("timeline", "this year", ASKING.asked, "ru") == "в этом году"
    assert answer_words("timeline", "never", ASKING.asked, "ru") == "never"
    assert answer_words("product", "service", ASKING.asked, "ru") == "сервис"


ASKED_FOR = """
ready:
  mql: {any: [{answer: timeline, in: [now, This Year]}, {answer: pumps, at_least: 5}, {answer: need, is: later}]}
"""


def test_conditions_speak_in_the_words_of_the_questionnaire_and_of_its_answers() -> None:
    terms = agreement(ASKED_FOR + QUESTIONS)
    assert say_condition(terms.ready.mql, "en", terms.asked) == (
        "the answer to “When must the pump be running?” is “now” or “this year” "
        "or the answer to “How many pumps?” is at least 5 or the answer to “need” is “later”"
    )
    assert say_condition(terms.ready.mql, "ru", terms.asked).startswith(
        "на вопрос «Когда насос должен работать?» ответ: «сейчас» или "
    )


def test_a_condition_may_ask_for_a_number_that_was_answered() -> None:
    terms = agreement("ready: {mql: {answer: pumps, at_least: 5, at_most: 20}}")
    assert say_condition(terms.ready.mql, "en", terms.asked) == "the answer to “pumps” is at least 5 and at most 20"


_OTHERS = 5 + 7.5 + 5 + 20
"""Both options of `tasks` and both bands of `pumps`."""


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("{name: other, when: {answer: colour, is: red}, points: 1}", 31 + _OTHERS),
        ("{name: soon, when: {answer: timeline, in: [now, this year]}, points: 4}", 34 + _OTHERS),
        ("{name: later, when: {answer: timeline, is: later}, points: 40}", 40 + _OTHERS),
        ("{name: not now, when: {not: {answer: timeline, is: now}}, points: 25}", 35 + _OTHERS),
        ("{name: bad, when: {answer: timeline, is: now}, points: -25}", 10 + _OTHERS),
    ],
)
def test_of_a_question_with_one_answer_only_one_option_counts_in_the_best_score(rules: str, expected: float) -> None:
    assert reach(agreement(f"{QUESTIONS}ready: {{answers: [{rules}]}}"), ANYONE).best / 1000 == expected


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("{answer: timelin, is: now}", "unknown_question"),
        ("{answer: timeline, is: nwo}", "unknown_option"),
        ("{answer: wish, is: now}", "answered_in_words"),
        ("{answer: pumps, at_least: 3}", None),
        ("{answer: timeline, in: [now, this year]}", None),
        ("{answer: asked elsewhere, is: x}", None),
    ],
)
def test_unknown_questions_and_options_are_warned_of(condition: str, code: str | None) -> None:
    route = f"route: [{{name: r, when: {condition}, to: {{team: t}}}}, {{otherwise: {{team: t}}}}]\n"
    findings = lint(agreement(QUESTIONS + route), known_questions={"asked elsewhere"})
    codes = [finding.code for finding in findings if finding.place.startswith("route")]
    assert codes == ([] if code is None else [code])


def test_without_questions_of_its_own_nothing_is_said_of_the_answers_of_others() -> None:
    route = "route: [{name: r, when: {answer: x, is: y}, to: {team: t}}, {otherwise: {team: t}}]"
    assert not [finding for finding in lint(agreement(route)) if finding.code == "unknown_question"]
