"""What the campaign asks, in step 1 of the editor beside what answers are worth: its questions and its hosted form."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pomona.domain.agreement.questionnaire import CHOOSING
from pomona.domain.agreement.read_questions import FORM_TRAITS
from pomona.domain.words import TRAITS
from pomona.web import outline
from pomona.web.editing.asking import Answers, Said, with_codes
from pomona.web.editing.controls import Check, Checks, Choice, Lines, Text
from pomona.web.editing.forms import Field, Form
from pomona.web.editing.parts import Fact, Rules, Section, Variant
from pomona.web.editing.rows import Bands
from pomona.web.editing.told import coded

_TEXT = Field("text", pgettext_lazy("asked of people", "Question"), Said())
_REQUIRED = Field("required", _("must be answered"), Check())
_KIND = Field(
    "kind",
    _("How many answers"),
    Choice((("single", _("one of the answers")), ("many", _("several answers may be chosen"))), needed=True),
)
_OPTIONS = Field(
    "options",
    _("Answers to choose"),
    Answers(),
    hint=_("Points count as soon as somebody answers so. A row without a word is left out."),
)
_RANGES = Field("points", _("Points by the number"), Bands(), hint=_("For example 1..4, or 5.. for five and more"))

_VARIANTS = (
    Variant(
        "choice",
        _("Question with answers to choose"),
        Form((_TEXT, _OPTIONS, _KIND, _REQUIRED)),
        "kind",
        begins={"kind": "single"},
        values=CHOOSING,
    ),
    Variant(
        "number",
        _("Question about a number"),
        Form((_TEXT, _RANGES, _REQUIRED)),
        "kind",
        begins={"kind": "number"},
        values=("number",),
    ),
    Variant(
        "text",
        _("Question in own words"),
        Form((_TEXT, _REQUIRED)),
        "kind",
        begins={"kind": "text"},
        values=("text",),
    ),
)
_FORM = Form(
    (
        Field("title", _("Title"), Said()),
        Field("intro", _("Words above the questions"), Said(long=True)),
        Field(
            "fields",
            _("Asks also for"),
            Checks(tuple((trait, coded(TRAITS[trait])) for trait in FORM_TRAITS)),
            hint=_("What makes somebody a lead (e-mail, phone) is asked for anyway."),
        ),
        Field(
            "consent",
            _("Consent to"),
            Said(long=True),
            ("consent", "text"),
            hint=_("Where it stands, nobody sends the form without it."),
        ),
        Field("link", _("Link to the full wording of the consent"), Text(kind="url"), ("consent", "link")),
        Field("button", _("On the button"), Said()),
        Field("thanks", _("Thanks after sending"), Said(long=True)),
        Field("embed_on", _("Sites that may show it within their pages, one in a line"), Lines()),
    )
)

ASKING = (
    Section(
        "ready",
        _("Questions we ask"),
        (
            Rules(
                "questions",
                ("questions",),
                lambda agreement, language: [outline.question_line(each, language) for each in agreement.questions],
                _VARIANTS,
                name_word="code",
                finish=with_codes,
            ),
        ),
        _("Asked in this order by the campaign's own form; what is answered gives its points."),
    ),
    Section(
        "ready",
        "",
        (Fact("form", ("form",), _("The hosted form"), outline.form_lines, _FORM, preview="form_preview"),),
    ),
)
