"""The kinds of conditions that a form can show, each with its fields. All others stay as sentences."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pomona.domain import bant
from pomona.domain.agreement.read_conditions import EVENT_WORDS, GRADES, PASSING_TOGETHER, PATTERN_WORDS, READERS
from pomona.domain.words import BANT, CODES, SECTIONS
from pomona.web.editing.asking import AnswerGiven
from pomona.web.editing.controls import Checks, Choice, Number, Options, Span, Text, Words
from pomona.web.editing.forms import Field, Form
from pomona.web.editing.named import Named
from pomona.web.editing.rows import Properties
from pomona.web.editing.told import coded

ELAPSED: Options = (
    ("d", pgettext_lazy("unit of time", "days")),
    ("h", pgettext_lazy("unit of time", "hours")),
    ("m", pgettext_lazy("unit of time", "minutes")),
    ("w", pgettext_lazy("unit of time", "weeks")),
    ("s", pgettext_lazy("unit of time", "seconds")),
)
Document = Mapping[str, Any]
Mould = Callable[[Document], Document]


class Kind(msgspec.Struct, frozen=True):
    """One kind of condition. `head`: the keyword it begins with, or any of several.

    `usual` brings what is written into the shape that the fields show, `short` back into the shape in which people
    write it; `begins` is what a new one starts with.
    """

    head: str | tuple[str, ...]
    group: str | Promise
    label: str | Promise
    form: Form = Form(())
    usual: Mould = dict
    short: Mould = dict
    begins: Document = {}

    @property
    def heads(self) -> tuple[str, ...]:
        """The keywords it may begin with."""
        return (self.head,) if isinstance(self.head, str) else self.head


def kind_of(document: Any) -> str | None:
    """The key of the kind whose form shows the whole of a condition; None where there is none."""
    if not isinstance(document, Mapping):
        return None
    head = next((keyword for keyword in READERS if keyword in document), None)
    return next((key for key, kind in KINDS.items() if head in kind.heads and _fits(kind, document)), None)


def one_by_one(document: Any) -> Any:
    """A condition as people say it: what stands side by side in one mapping as several conditions, `known` alone."""
    if not isinstance(document, Mapping):
        return document
    if isinstance(document.get("known"), bool) and document.keys() == {"trait", "known"}:
        known = {"known": document["trait"]}
        return known if document["known"] else {"not": known}
    if len(document) > 1 and document.keys() <= set(PASSING_TOGETHER):
        return {"all": [{keyword: value} for keyword, value in document.items()]}
    silent = document.get("none_of")
    if isinstance(silent, list) and document.keys() == {"none_of", "for"} and not _silent(document):
        return {"all": [{**document, "none_of": pattern} for pattern in silent]}
    return document


def _fits(kind: Kind, document: Document) -> bool:
    if not kind.form.fields:
        return document == kind.begins
    usual = kind.usual(document)
    return bool(usual) and kind.form.shows_all(usual)


def _codes(*codes: str) -> Options:
    return tuple((code, coded(CODES[code])) for code in codes)


def _one_or_list(document: Document) -> Document:
    return {("in" if key == "is" else key): value for key, value in document.items()}


def _is_or_in(document: Document) -> Document:
    several = isinstance(document.get("in"), list)
    return {("is" if key == "in" and not several else key): value for key, value in document.items()}


def _silent(document: Document) -> Document:
    """`none_of: {event: x}` as the events' names."""
    silent = document["none_of"]
    events = silent if isinstance(silent, list) else [silent]
    if not all(isinstance(each, dict) and each.keys() == {"event"} for each in events):
        return {}
    return {**document, "none_of": [each["event"] for each in events]}


def _events(document: Document) -> Document:
    names = document.get("none_of", [])
    events = [{"event": name} for name in (names if isinstance(names, list) else [names])]
    return {**document, "none_of": events[0] if len(events) == 1 else events}


def _states(document: Document) -> Document:
    """`at_least: partly` as the states that reach it."""
    least = document.get("at_least")
    if least not in bant.STATES:
        return document
    return {"bant": document["bant"], "is": list(bant.STATES[bant.STATES.index(least) :])}


def _section(document: Document) -> Document:
    """`fit: {at_least: 10}` as the section and its range."""
    [(section, ends)] = document.items() if len(document) == 1 else [("", None)]
    return {"of": section, **ends} if isinstance(ends, dict) else {}


def _in_section(document: Document) -> Document:
    ends = {key: value for key, value in document.items() if key != "of"}
    return {document.get("of", "score"): ends}


def _event_fields(*above: str, known: tuple[str, ...]) -> tuple[Field, ...]:
    """Which events: the mapping of their pattern stands at `above`; keywords but `known` ones are properties."""
    return (
        Field("event", _("What"), Named("events"), (*above, "event")),
        Field("path", _("Page"), Text("pages"), (*above, "path"), hint=_("* stands for anything")),
        Field("properties", _("Only with"), Properties(("event", *known)), above, rare=True),
        Field("campaign", _("of the campaign"), Text("campaigns"), (*above, "campaign"), rare=True),
        Field("channel", _("by the channel"), Named("channels", several=True), (*above, "channel"), rare=True),
    )


_TRAIT = Field("trait", _("What is known"), Named("traits"))
_QUESTION = Field("answer", _("question"), Choice(offers="questions"))
_RANGE = (Field("at_least", _("at least"), Number()), Field("at_most", _("at most"), Number()))
_WITHIN = Field("within", _("within the last"), Span(ELAPSED))
_WHO, _DID, _TOLD = _("Who they are"), _("What they did"), _("What they told")
_POINTS, _MOMENT = _("Their points"), _("The moment")
_POINTS_OF: Options = tuple((key, coded(words)) for key, words in SECTIONS.items())
_MAIL = ("disposable", "free_mail", "role", "company")

KINDS: dict[str, Kind] = {
    "known": Kind("known", _WHO, _("is known"), Form((Field("known", _("What is known"), Named("traits")),))),
    "is": Kind(
        "trait",
        _WHO,
        _("is one of"),
        Form((_TRAIT, Field("in", _("is one of"), Words("values", plain=True), hint=_("Commas between")))),
        usual=_one_or_list,
        short=_is_or_in,
    ),
    "range": Kind("trait", _WHO, _("is a number from … to …"), Form((_TRAIT, *_RANGE))),
    "words": Kind(
        "trait",
        _WHO,
        _("has one of the words"),
        Form((_TRAIT, Field("matches", _("words"), Words(), hint=_("Commas between")))),
    ),
    "list": Kind(
        "trait", _WHO, _("stands in a list"), Form((_TRAIT, Field("in_list", _("list"), Choice(offers="lists"))))
    ),
    "mail": Kind(
        "trait",
        _WHO,
        _("what kind of mail box"),
        Form((_TRAIT, Field("kind", _("mail box"), Checks(_codes(*_MAIL))))),
        begins={"trait": "email"},
    ),
    "level": Kind(
        "trait",
        _WHO,
        _("what position"),
        Form((_TRAIT, Field("seniority", _("position"), Checks(_codes("owner", "director", "head", "specialist"))))),
        begins={"trait": "job_title"},
    ),
    "number_region": Kind(
        "trait",
        _WHO,
        _("region of the phone number"),
        Form((_TRAIT, Field("region", _("regions"), Words("regions")))),
        begins={"trait": "phone"},
    ),
    "region": Kind("region", _WHO, _("region"), Form((Field("region", _("regions"), Words("regions")),))),
    "account": Kind(
        "account",
        _WHO,
        _("their company"),
        Form(
            (
                Field(
                    "account",
                    _("their company"),
                    Choice((("is_client", _("is a client already")), ("has_owner", _("has an owner already")))),
                ),
            )
        ),
    ),
    "event": Kind(
        "event",
        _DID,
        _("did something"),
        Form(
            (
                *_event_fields(known=EVENT_WORDS),
                Field("times", _("at least so many times"), Number(), rare=True),
                Field("within", _("within the last"), Span(ELAPSED), rare=True),
                Field("different", _("with different values of"), Text("properties"), rare=True),
            )
        ),
    ),
    "silent": Kind(
        "none_of",
        _DID,
        _("did not do"),
        Form((Field("none_of", _("What"), Named("events", several=True)), Field("for", _("for"), Span(ELAPSED)))),
        usual=_silent,
        short=_events,
        begins={"none_of": {"event": "any"}},
    ),
    "silent_about": Kind(
        "none_of",
        _DID,
        _("did not do one certain thing"),
        Form((*_event_fields("none_of", known=PATTERN_WORDS), Field("for", _("for"), Span(ELAPSED)))),
        begins={"none_of": {"event": "page"}},
    ),
    "colleagues": Kind(
        "people_of_account",
        _DID,
        _("colleagues did, too"),
        Form(
            (
                Field("people_of_account", _("people of the company"), Number()),
                *_event_fields(known=("people_of_account", "within", *PATTERN_WORDS)),
                _WITHIN,
            )
        ),
        begins={"people_of_account": 2, "event": "any"},
    ),
    "subscribed": Kind(
        "subscribed", _DID, _("takes a mailing"), Form((Field("subscribed", _("mailing"), Text("mailings")),))
    ),
    "channel": Kind(
        "channel",
        _DID,
        _("came by the channel"),
        Form((Field("channel", _("channels"), Named("channels", several=True)),)),
    ),
    "answer": Kind(
        "answer",
        _TOLD,
        _("answered"),
        Form((Field("told", _("one of the answers"), AnswerGiven(), at=()),)),
    ),
    "amount": Kind("answer", _TOLD, _("answered a number from … to …"), Form((_QUESTION, *_RANGE))),
    "soon": Kind(
        "answer",
        _TOLD,
        _("the time they named is near"),
        Form((_QUESTION, Field("before", _("less is left than"), Span(ELAPSED)))),
    ),
    "bant": Kind(
        "bant",
        _TOLD,
        _("budget, authority, need, timeline"),
        Form(
            (
                Field("bant", _("About"), Choice(tuple((code, coded(BANT[code])) for code in bant.CRITERIA))),
                Field("is", _("is"), Checks(tuple((code, coded(BANT[code])) for code in bant.STATES))),
            )
        ),
        usual=_states,
    ),
    "pass_mark": Kind("score", _POINTS, _("the pass mark is reached"), begins={"score": "pass_mark"}),
    "points": Kind(
        tuple(SECTIONS),
        _POINTS,
        _("points reach"),
        Form((Field("of", _("Which"), Choice(_POINTS_OF)), *_RANGE)),
        usual=_section,
        short=_in_section,
        begins={"fit": {}},
    ),
    "grade": Kind(
        "grade",
        _POINTS,
        _("grade"),
        Form((Field("grade", _("grade"), Checks(tuple((each, each) for each in GRADES))),)),
    ),
    "hours": Kind(
        "hours",
        _MOMENT,
        _("time of day"),
        Form((Field("hours", _("between"), Text(), hint=_("For example 18:00-21:00")),)),
    ),
}
"""The kinds by their keys, in the order in which they are offered."""
