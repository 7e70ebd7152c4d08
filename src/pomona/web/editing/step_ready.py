"""Step 1 of the editor: whom do we pass on?"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pomona.domain.agreement import Agreement
from pomona.domain.agreement.read_conditions import BEHAVIOUR, PROFILE, RIPENESS
from pomona.domain.errors import Language
from pomona.web import outline, words
from pomona.web.editing.conditions import When
from pomona.web.editing.controls import Check, Choice, Lines, Number, Span, Text
from pomona.web.editing.forms import Field, Form
from pomona.web.editing.kinds import ELAPSED, Document
from pomona.web.editing.named import Named
from pomona.web.editing.parts import NAME, Fact, Rules, Says, Section, Variant
from pomona.web.editing.rows import Bands
from pomona.web.editing.step_asking import ASKING
from pomona.web.editing.targets import GradeFrom
from pomona.web.outline import Line

_POINTS = Field("points", _("Points"), Number())


def _rules(section: str) -> Says:
    return lambda agreement, language: [
        outline.rule_line(rule, agreement, language) for rule in getattr(agreement.ready, section)
    ]


def _condition(of: Callable[[Agreement], Any]) -> Says:
    def says(agreement: Agreement, language: Language) -> Iterable[Line]:
        condition = of(agreement)
        if condition is not None:
            yield Line(outline.clause(condition, agreement, language))

    return says


def _state_rule(allowed: tuple[str, ...]) -> Form:
    return Form((NAME, Field("when", _("If"), When(allowed)), _POINTS))


_BY_VALUE = Variant(
    "value",
    _("Points by a value"),
    Form((NAME, Field("by", _("Of what"), Named("traits")), Field("points", _("Points"), Bands()))),
    "by",
)
_BEHAVIOUR_RULE = Form(
    (
        *_state_rule(BEHAVIOUR).fields,
        Field("half_life", _("worth half after"), Span(ELAPSED)),
        Field("at_most", _("at most so many points"), Number()),
        Field("once", _("only the first counts"), Check(), rare=True),
        Field(
            "once_per",
            _("once for each"),
            Text("properties"),
            rare=True,
            hint=_("A property, for example webinar; or a time, for example 1d"),
        ),
    )
)


def _mark(document: Document) -> Document:
    mark = document.get("pass_mark")
    return document if mark is None or isinstance(mark, Mapping) else {**document, "pass_mark": {"start": mark}}


def _plain_mark(document: Document) -> Document:
    mark = document.get("pass_mark")
    alone = isinstance(mark, Mapping) and mark.keys() == {"start"}
    return {**document, "pass_mark": mark["start"]} if alone and mark else document


def _stage(key: str, title: str | Promise, allowed: tuple[str, ...]) -> Fact:
    form = Form((Field(key, _("If"), When(allowed)),))
    return Fact(key, ("ready",), title, _condition(lambda agreement: getattr(agreement.ready, key)), form)


def _others(agreement: Agreement, language: Language) -> Iterable[Line]:
    ready = agreement.ready
    if ready.holdout:
        yield Line(words.percent(ready.holdout), str(_("Handed over below the pass mark, to check it")))
    wait = _("they wait for their next event") if ready.at_start == "wait" else _("they are handed over at once")
    yield Line(str(wait), str(_("Leads that are ripe on the first day")))


READY = (
    Section(
        "ready",
        "",
        (
            Fact(
                "pass_mark",
                ("ready",),
                _("Pass mark"),
                lambda agreement, language: [outline.pass_mark_line(agreement)],
                Form(
                    (
                        Field("start", _("Pass mark"), Number(), ("pass_mark", "start")),
                        Field("min", _("may be moved down to"), Number(), ("pass_mark", "min")),
                        Field("max", _("may be moved up to"), Number(), ("pass_mark", "max")),
                        Field(
                            "lower",
                            _("lowered at most for"),
                            Span(ELAPSED),
                            ("pass_mark", "lower_for_at_most"),
                            rare=True,
                        ),
                    )
                ),
                usual=_mark,
                short=_plain_mark,
                template="editing/pass_mark.html",
            ),
            Fact(
                "grades",
                ("ready",),
                _("Grades"),
                lambda agreement, language: [outline.grades_line(agreement.ready.grades)],
                Form(tuple(Field(letter, letter, GradeFrom(), ("grades", letter)) for letter in "ABCD")),
            ),
        ),
    ),
    Section(
        "ready",
        pgettext_lazy("points for", "Fit: who they are"),
        (
            Rules(
                "fit",
                ("ready", "fit"),
                _rules("fit"),
                (Variant("rule", _("Rule"), _state_rule(PROFILE), "when"), _BY_VALUE),
                points=True,
            ),
        ),
    ),
    Section(
        "ready",
        pgettext_lazy("points for", "Interest: what they do"),
        (
            Rules(
                "interest",
                ("ready", "interest"),
                _rules("interest"),
                (Variant("rule", _("Rule"), _BEHAVIOUR_RULE, "when"),),
                points=True,
            ),
        ),
    ),
    Section(
        "ready",
        pgettext_lazy("points for", "Answers: what they tell"),
        (
            Rules(
                "answers",
                ("ready", "answers"),
                lambda agreement, language: [
                    outline.rule_line(rule, agreement, language) for rule in outline.written_answers(agreement)
                ],
                (Variant("rule", _("Rule"), _state_rule(PROFILE), "when"), _BY_VALUE),
                points=True,
            ),
        ),
    ),
    *ASKING,
    Section(
        "ready",
        _("Never passed on"),
        (
            Rules(
                "never",
                ("ready", "never"),
                outline.never_lines,
                (Variant("rule", _("Rule"), Form((NAME, Field("when", _("If"), When(BEHAVIOUR)))), "when"),),
            ),
        ),
    ),
    Section(
        "ready",
        _("When does a lead move on?"),
        (
            _stage("captured", _("Becomes a lead (MCL)"), PROFILE),
            _stage("mql", _("Ripe (MQL)"), RIPENESS),
            _stage("sql", _("Qualified (SQL)"), RIPENESS),
            _stage("won", _("Won"), BEHAVIOUR),
            Fact(
                "returned",
                ("ready",),
                _("Returned leads"),
                outline.returned_lines,
                Form(
                    (
                        Field("reasons", _("Reasons, one in a line"), Lines(), ("returned", "reasons")),
                        Field("again_after", _("comes again after"), Span(ELAPSED), ("returned", "again_after")),
                        Field("unless", _("or at once, if"), When(BEHAVIOUR), ("returned", "unless")),
                    )
                ),
            ),
            Fact(
                "others",
                ("ready",),
                _("Checking the mark"),
                _others,
                Form(
                    (
                        Field("holdout", _("Handed over below the pass mark, to check it"), Number(100, "%")),
                        Field(
                            "at_start",
                            _("Leads that are ripe on the first day"),
                            Choice(
                                (
                                    ("wait", _("they wait for their next event")),
                                    ("hand_over", _("they are handed over at once")),
                                )
                            ),
                        ),
                    )
                ),
            ),
        ),
    ),
)
