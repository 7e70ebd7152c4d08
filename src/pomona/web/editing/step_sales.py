"""Steps 2 and 3 of the editor: to whom, and how fast?"""

from collections.abc import Iterable
from typing import get_args

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pomona.domain.agreement import Agreement
from pomona.domain.agreement.read_conditions import EVERYTHING
from pomona.domain.agreement.values import By
from pomona.domain.errors import Language
from pomona.domain.sentences import say_span
from pomona.web import outline
from pomona.web.editing.conditions import When
from pomona.web.editing.controls import Checks, Choice, Span, Text
from pomona.web.editing.forms import Field, Form
from pomona.web.editing.parts import EITHER, NAME, WORKING, Fact, Rules, Section, Variant
from pomona.web.editing.rows import Spans
from pomona.web.editing.targets import OVERDUE, TargetChoice, overdue
from pomona.web.outline import Line

WAYS: dict[str, str | Promise] = {
    "round_robin": _("by turns"),
    "weighted": _("by shares"),
    "least_loaded": _("to the least loaded"),
    "all_ring": _("ringing all"),
    "pull_queue": _("from a common queue"),
}
_ROUTE_END = (
    Field("by", _("how"), Choice(tuple((each, WAYS[each]) for each in get_args(By)))),
    Field("overflow", _("and if nobody took it, to"), TargetChoice(beside=("after",)), rare=True),
    Field("after", _("after"), Span(EITHER), ("overflow", "after"), rare=True),
)
ROUTE = (
    Section(
        "route",
        "",
        (
            Rules(
                "route",
                ("route",),
                lambda agreement, language: [outline.route_line(each, agreement, language) for each in agreement.route],
                (
                    Variant(
                        "rule",
                        _("Line"),
                        Form(
                            (
                                NAME,
                                Field("when", _("If"), When(EVERYTHING)),
                                Field("to", _("goes to"), TargetChoice()),
                                *_ROUTE_END,
                            )
                        ),
                        "when",
                        {"by": "round_robin"},
                    ),
                    Variant(
                        "otherwise",
                        _("All others"),
                        Form((Field("otherwise", _("All others go to"), TargetChoice()), *_ROUTE_END)),
                        "otherwise",
                        {"by": "round_robin"},
                    ),
                ),
                ordered=True,
            ),
        ),
        _("The first line that fits decides."),
    ),
)
_CLOCK_END = (
    Field("remind_at", _("reminded after"), Span(WORKING)),
    Field("overdue", _("when overdue"), Checks(OVERDUE, overdue)),
)


def _attempts(agreement: Agreement, language: Language) -> Iterable[Line]:
    attempts = agreement.respond.next_attempts
    if attempts:
        tries = ", ".join(say_span(span, language) for span in attempts.after)
        yield Line(str(_("after %(time)s") % {"time": tries}))
        if attempts.then_return:
            yield Line(attempts.then_return, str(_("then returned as")))


RESPOND = (
    Section(
        "respond",
        _("First contact"),
        (
            Rules(
                "first_contact",
                ("respond", "first_contact"),
                lambda agreement, language: [
                    outline.clock_line(each, agreement, language) for each in agreement.respond.first_contact
                ],
                (
                    Variant(
                        "rule",
                        _("Line"),
                        Form(
                            (
                                Field("when", _("If"), When(EVERYTHING)),
                                Field("within", _("contacted within"), Span(WORKING)),
                                *_CLOCK_END,
                            )
                        ),
                        "when",
                    ),
                    Variant(
                        "otherwise",
                        _("All others"),
                        Form((Field("otherwise", _("All others are contacted within"), Span(WORKING)), *_CLOCK_END)),
                        "otherwise",
                    ),
                ),
                ordered=True,
                named=False,
            ),
        ),
        _("The first line that fits decides. Time is working time of whoever holds the lead."),
    ),
    Section(
        "respond",
        _("Working hours and next attempts"),
        (
            Fact(
                "calendar",
                ("respond",),
                _("Working hours"),
                lambda agreement, language: [Line(agreement.respond.calendar)] if agreement.respond.calendar else [],
                Form(
                    (
                        Field(
                            "calendar",
                            _("Working hours"),
                            Choice(offers="calendars"),
                            hint=_("Of sellers who have none of their own."),
                        ),
                    )
                ),
            ),
            Fact(
                "attempts",
                ("respond",),
                _("Next attempts"),
                _attempts,
                Form(
                    (
                        Field("after", _("Again after"), Spans(WORKING), ("next_attempts", "after")),
                        Field(
                            "return",
                            _("then returned as"),
                            Text("reasons"),
                            ("next_attempts", "then", "return"),
                        ),
                    )
                ),
            ),
        ),
    ),
)
