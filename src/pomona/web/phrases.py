"""A lead's acts and reasons as sentences a seller can say or read at a glance."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from pomona.domain.agreement import Agreement
from pomona.domain.agreement.conditions import AnswerBefore, Answered, leaves
from pomona.domain.agreement.questionnaire import Asked
from pomona.domain.event import DAY, Event, Kind
from pomona.domain.text import normal
from pomona.store.models import JournalRow
from pomona.store.reads.scores import Scored
from pomona.web import words
from pomona.web.answer_words import NOTHING, asked_by, code_word, question_word, rule_word, told_words

ANSWER = "question answered"

FRESH = 45 * DAY
"""Older acts are not worth mentioning first."""


Act = JournalRow | Event
"""A fact as stored or as the domain knows it."""


def _named(row: Act, *names: str) -> str:
    properties = row.body.get("properties", {})
    return next((str(properties[name]) for name in names if properties.get(name)), "")


def _page(row: Act) -> str:
    return _named(row, "title") or row.path or "/"


def _answered(row: JournalRow) -> str:
    return _told(row, NOTHING)


def _told(row: JournalRow, asked: Asked) -> str:
    question, answer = told_words(row.body.get("properties", {}), asked)
    return _("you answered “%(question)s: %(answer)s”") % {"question": question, "answer": answer}


SPOKEN: dict[str, tuple[int, Callable[[JournalRow], str]]] = {
    "call back requested": (0, lambda row: _("you asked us to call back")),
    "call missed": (1, lambda row: _("you called us and nobody answered")),
    "call started": (2, lambda row: _("you called us")),
    "call finished": (2, lambda row: _("we spoke on the phone")),
    ANSWER: (3, _answered),
    "price requested": (3, lambda row: _("you asked for a price")),
    "webinar attended": (4, lambda row: _("you were at our webinar")),
    "content downloaded": (5, lambda row: _("you took “%(what)s”") % {"what": _named(row, "title", "content")}),
    "form submitted": (6, lambda row: _("you wrote to us on the site")),
    "page": (7, lambda row: _("you looked at “%(page)s”") % {"page": _page(row)}),
    "mail link clicked": (8, lambda row: _("you read our mail")),
}
"""How telling an act is as a beginning (0 first), and how it is said."""

QUESTIONS: dict[str, Callable[[], str]] = {
    "timeline": lambda: _("When must it be running?"),
    "product": lambda: _("What exactly do you need?"),
    "budget": lambda: _("Is there a budget for it?"),
    "authority": lambda: _("Who decides with you?"),
    "need": lambda: _("What is it to solve for you?"),
}


def opening(acts: Sequence[JournalRow], now: int, contacted_at: int | None = None, asked: Asked = NOTHING) -> str:
    """What to begin the talk with: the most telling fresh act since the last contact, and when it was.

    `asked` are the questions that the lead may have answered.
    Without one the contact itself; empty if there was none either.
    """
    since = max(now - FRESH, contacted_at or 0)
    known = [(SPOKEN[name][0], -row.t, row) for row in acts if (name := normal(row.name)) in SPOKEN and row.t > since]
    if known:
        row = min(known, key=lambda each: each[:2])[2]
        name = normal(row.name)
        said = _told(row, asked) if name == ANSWER else SPOKEN[name][1](row)
        return _("%(when)s %(act)s") % {"when": words.ago(row.t, now), "act": said}
    if contacted_at is not None:
        return _("%(when)s %(act)s") % {"when": words.ago(contacted_at, now), "act": _("we spoke with you")}
    return ""


def question(scored: Scored | None) -> str:
    """What to ask next: the first question of the agreement that this lead has not answered."""
    asked = asked_questions(scored.agreement) if scored else ()
    known = scored.profile.answers if scored else {}
    missing = next((code for code in asked if code not in known), None)
    if missing is None:
        return _("What is it to solve for you?")
    questions = asked_by([scored.agreement] if scored else ())
    if missing in questions:
        return question_word(missing, questions)
    return QUESTIONS[missing]() if missing in QUESTIONS else _("Ask: %(what)s") % {"what": code_word(missing)}


def asked_questions(agreement: Agreement) -> tuple[str, ...]:
    """The questions whose answers the agreement looks at, in the order written."""
    asked = (leaf for condition in agreement.conditions for leaf in leaves(condition))
    return tuple(dict.fromkeys(leaf.question for leaf in asked if isinstance(leaf, Answered | AnswerBefore)))


def why(scored: Scored | None, most: int = 3) -> list[str]:
    """The strongest reasons of the score in a few words each: prices × 3, webinar."""
    if scored is None:
        return []
    questions = asked_by([scored.agreement])
    strongest = sorted((points for points in scored.score.points if points.amount > 0), key=lambda each: -each.amount)
    return [
        f"{points.rule} × {len(points.hits)}" if len(points.hits) > 1 else rule_word(points.rule, questions)
        for points in strongest[:most]
    ]


def act_title(row: Act, asked: Asked = NOTHING) -> str:
    """One fact of a timeline in a few words."""
    name = normal(row.name)
    if row.kind == "identify":
        return _("told who they are")
    titles: dict[str, Callable[[], str]] = {
        "page": lambda: _("looked at %(page)s") % {"page": _page(row)},
        "form submitted": lambda: _("sent a form: %(form)s") % {"form": _named(row, "form") or "—"},
        "content downloaded": lambda: _("took “%(what)s”") % {"what": _named(row, "title", "content")},
        ANSWER: lambda: ": ".join(told_words(row.body.get("properties", {}), asked)),
        "webinar attended": lambda: _("was at the webinar %(webinar)s") % {"webinar": _named(row, "webinar")},
        "call back requested": lambda: _("asked to be called back"),
        "call started": lambda: _("called us"),
        "call finished": lambda: _("call ended"),
        "call missed": lambda: _("call missed: nobody answered"),
        "mail opened": lambda: _("opened a mail"),
        "mail link clicked": lambda: _("clicked a link in a mail"),
        "contract signed": lambda: _("signed the contract"),
    }
    return titles[name]() if name in titles else row.name


def counted(rows: Sequence[JournalRow]) -> list[tuple[JournalRow, int]]:
    """Equal acts that follow each other on one day become one with its count; decisions stay single."""
    found: list[tuple[JournalRow, int]] = []
    last: object = None
    for row in rows:
        same = (row.by, act_title(row), words.local(row.t).date()) if row.kind != Kind.DECISION else row.seq
        if same == last:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((row, 1))
        last = same
    return found
