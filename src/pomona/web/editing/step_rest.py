"""Step 4 of the editor, what goes by itself; the promises; and which campaign it is."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from pomona.domain.agreement.read_conditions import EVERYTHING
from pomona.web import outline
from pomona.web.channels import CHANNEL_WORDS
from pomona.web.editing.conditions import When
from pomona.web.editing.controls import Checks, Choice, Number, Options, Several, Span, Text
from pomona.web.editing.forms import Field, Form
from pomona.web.editing.kinds import Document
from pomona.web.editing.parts import EITHER, Fact, Section
from pomona.web.editing.rows import Covers
from pomona.web.outline import Line

ATTENDS: Options = (
    ("connect", _("connect")),
    ("call_back", _("promise a call back")),
    ("voicemail", _("take a message")),
)
_CHANNELS: Options = tuple(CHANNEL_WORDS.items())


def _until(document: Document) -> Document:
    """`until: mql` as the usual end, which needs no condition."""
    nurture = document.get("nurture")
    if not isinstance(nurture, Mapping) or nurture.get("until") != "mql":
        return document
    return {**document, "nurture": {key: value for key, value in nurture.items() if key != "until"}}


AUTOMATE = (
    Section(
        "automate",
        "",
        (
            Fact(
                "notify",
                ("automate",),
                _("Who hears of leads"),
                lambda agreement, language: outline.notify_lines(agreement),
                Form(
                    (
                        Field("seller", _("The seller"), Checks(_CHANNELS), ("notify", "seller")),
                        Field("team", _("The team"), Checks(_CHANNELS), ("notify", "team")),
                        Field("head", _("The head of sales"), Checks(_CHANNELS), ("notify", "head_of_sales")),
                    )
                ),
            ),
            Fact(
                "nurture",
                ("automate",),
                _("Nurture"),
                outline.nurture_lines,
                Form(
                    (
                        Field("sequence", _("Sequence of mails"), Text(), ("nurture", "sequence")),
                        Field(
                            "until",
                            _("until"),
                            When(EVERYTHING),
                            ("nurture", "until"),
                            hint=_("Without a condition: until the lead is ripe."),
                        ),
                        Field("wake", _("ends early, if"), When(EVERYTHING), ("nurture", "wake")),
                    )
                ),
                usual=_until,
            ),
            Fact(
                "attendant",
                ("automate",),
                _("Phone attendant"),
                outline.attendant_lines,
                Form(
                    (
                        Field("questions", _("asks"), Several("questions"), ("attendant", "questions")),
                        Field("connect", _("connects, if"), When(EVERYTHING), ("attendant", "connect_when")),
                        Field("unknown", _("If it does not know"), Choice(ATTENDS), ("attendant", "if_unknown")),
                        Field("else", _("otherwise"), Checks(ATTENDS), ("attendant", "else")),
                    )
                ),
            ),
        ),
    ),
)
PROMISE = (
    Section(
        "promise",
        "",
        (
            Fact(
                "promise",
                (),
                _("Promises"),
                outline.promise_lines,
                Form(
                    (
                        Field(
                            "ripe",
                            _("Marketing: ripe leads a week"),
                            Number(),
                            ("promise", "marketing", "mql_per_week"),
                        ),
                        Field(
                            "accepted",
                            _("Marketing: taken into work of those handed over"),
                            Number(100, "%"),
                            ("promise", "marketing", "accepted_share"),
                        ),
                        Field(
                            "handed",
                            _("Marketing: handed over within"),
                            Span((EITHER[2], EITHER[1], EITHER[0], *EITHER[4:])),
                            ("promise", "marketing", "hand_over_within"),
                        ),
                        Field(
                            "in_time",
                            _("Marketing: how many of them in that time"),
                            Number(100, "%"),
                            ("promise", "marketing", "handed_over_in_time"),
                        ),
                        Field(
                            "kept",
                            _("Sales: contacted in time"),
                            Number(100, "%"),
                            ("promise", "sales", "deadlines_kept"),
                        ),
                    )
                ),
            ),
            Fact(
                "inflow",
                (),
                _("Inflow"),
                outline.inflow_lines,
                Form(
                    (
                        Field(
                            "day", _("Handed over a day at most"), Number(), ("inflow", "hand_over_at_most", "per_day")
                        ),
                        Field(
                            "week",
                            _("Handed over a week at most"),
                            Number(),
                            ("inflow", "hand_over_at_most", "per_week"),
                        ),
                        Field(
                            "alarm",
                            _("Alarm when a lead waits longer than"),
                            Span(EITHER[::-1]),
                            ("inflow", "backlog_alarm"),
                        ),
                    )
                ),
            ),
        ),
    ),
)
COVERED_BY: Options = (
    ("utm_campaign", _("campaign")),
    ("form", _("form")),
    ("number", _("number dialled")),
)
CAMPAIGN = (
    Section(
        "campaign",
        "",
        (
            Fact(
                "covers",
                (),
                _("Holds for"),
                lambda agreement, language: outline.covers_lines(agreement),
                Form((Field("covers", _("Which traffic is it?"), Covers(COVERED_BY)),)),
            ),
            Fact(
                "runs",
                (),
                _("Runs"),
                lambda agreement, language: [
                    *outline.runs_lines(agreement),
                    Line(agreement.runs.time_zone, str(_("Time zone"))),
                ],
                Form(
                    (
                        Field("from", _("First day"), Text(kind="date"), ("runs", "from")),
                        Field("until", _("Last day"), Text(kind="date"), ("runs", "until")),
                        Field("time_zone", _("Time zone"), Text("zones"), ("runs", "time_zone")),
                    )
                ),
            ),
            Fact(
                "extends",
                (),
                _("House rules"),
                lambda agreement, language: [
                    Line(str(_("Adds to the house rules") if agreement.extends else _("Stands on its own")))
                ],
                Form(
                    (
                        Field(
                            "extends",
                            _("House rules"),
                            Choice((("default", _("Adds to the house rules")),), usual=_("Stands on its own")),
                        ),
                    )
                ),
            ),
        ),
    ),
)
