"""Lists of leads: found, filtered, the highest stored score first, in cursor pages."""

from dataclasses import dataclass
from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Q, QuerySet

from pomona.domain.stages import Stage
from pomona.domain.terms import VersionKey
from pomona.store.access import visible_leads
from pomona.store.models import Lead, User
from pomona.store.reads.ripe import ripe_at

PAGE = 50
WAITING = "waiting"
HANDED_OVER = "handed_over"
"""The two kinds of MQL: without and with a seller."""


@dataclass(frozen=True)
class Question:
    """What is asked for; empty values ask for everything. `stage` is a stage, `waiting` or `handed_over`.

    `ripe`: not handed over yet, and ripe under this version with the pass mark there (thousandths of a point).
    """

    text: str = ""
    stage: str = ""
    grade: str = ""
    campaign: str = ""
    owner: int | None = None
    ripe: tuple[VersionKey, int] | None = None


class Place(NamedTuple):
    """Where a page ends: the stored score and the id of its last lead."""

    score: int
    lead: int


class Page(NamedTuple):
    """Leads, and where the next page begins (None: there is none)."""

    leads: list[Lead]
    next: Place | None


def leads(user: User | AnonymousUser, question: Question, after: Place | None = None) -> Page:
    """The next page of the leads that the user may see and the question asks for."""
    rows = visible_leads(user).filter(merged_into=None).filter(_asked(question)).select_related("owner")
    if after is not None:
        rows = rows.filter(Q(score__lt=after.score) | Q(score=after.score, pk__gt=after.lead))
    # Few leads hold a text: found by reading all, sorted then. The index in this order would be walked to its end.
    by_score = -F("score") if question.text else F("score").desc()
    found = list(rows.order_by(by_score, "pk")[: PAGE + 1])
    shown = found[:PAGE]
    return Page(shown, Place(shown[-1].score, shown[-1].pk) if len(found) > PAGE else None)


def _asked(question: Question) -> Q:
    condition = _stage(question.stage) & _text(question.text)
    if question.grade:
        condition &= Q(score_grade=question.grade)
    if question.campaign:
        condition &= Q(campaign=question.campaign)
    if question.owner is not None:
        condition &= Q(owner=question.owner)
    if question.ripe is not None:
        condition &= ripe_at(*question.ripe)
    return condition


def _stage(stage: str) -> Q:
    if stage == WAITING:
        return Q(stage=Stage.MQL, owner=None)
    if stage == HANDED_OVER:
        return Q(stage=Stage.MQL, owner__isnull=False)
    return Q(stage=stage) if stage else Q()


def _text(text: str) -> Q:
    """Every word stands in the name, company, e-mail or phone."""
    condition = Q()
    for word in text.split():
        anywhere = Q(name__icontains=word) | Q(company__icontains=word) | Q(email__icontains=word)
        digits = "".join(letter for letter in word if letter.isdigit())
        condition &= anywhere | Q(phone__contains=digits) if len(digits) > 2 else anywhere
    return condition


def campaigns(user: User | AnonymousUser) -> QuerySet[Lead, str | None]:
    """The campaigns of the leads the user may see."""
    named = visible_leads(user).filter(merged_into=None).exclude(campaign=None)
    return named.order_by("campaign").values_list("campaign", flat=True).distinct()


def owners(user: User | AnonymousUser) -> QuerySet[User]:
    """The sellers of the leads the user may see."""
    return User.objects.filter(pk__in=visible_leads(user).exclude(owner=None).values("owner")).order_by("first_name")


def any_lead(user: User | AnonymousUser) -> bool:
    """Whether there is any lead the user may see."""
    return visible_leads(user).exists()
