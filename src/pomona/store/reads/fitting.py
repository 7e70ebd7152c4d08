"""Fittings for pages: who is asked to judge what, how far they are, and who can be invited."""

from collections import Counter
from typing import NamedTuple

from pomona.store import fitting
from pomona.store.access import NotAllowed, Power, demand, may
from pomona.store.database import connection
from pomona.store.fitting import Place
from pomona.store.models import AgreementVersion, FittingJudge, FittingJudgement, User


class Asked(NamedTuple):
    """A draft (its row id) that the user is asked to judge leads for, and how many are `left` to judge."""

    version: int
    agreement: str
    number: int
    left: int


class Judging(NamedTuple):
    """One judge's way through the leads of a draft: those that are there, and what was judged, by place."""

    version: AgreementVersion
    places: list[Place]
    judged: dict[int, str]

    @property
    def next(self) -> Place | None:
        """The next lead to judge; None: all are judged."""
        return next((each for each in self.places if each.place not in self.judged), None)


class Invitable(NamedTuple):
    """Somebody who can be invited; `judged` is how many leads they judged (None: not invited)."""

    user: int
    name: str
    role: str
    judged: int | None


def asked_to_judge(user: User) -> list[Asked]:
    """The drafts that this user is invited to judge leads for and has not finished."""
    if not may(user, Power.JUDGE_LEADS):
        return []
    found = FittingJudge.objects.filter(user_id=user.pk, fitting__version__state=AgreementVersion.State.DRAFT)
    asked = []
    for each in found.select_related("fitting__version").order_by("invited_at"):
        judging = _judging(each)
        left = sum(place.place not in judging.judged for place in judging.places)
        if left:
            asked.append(Asked(judging.version.pk, judging.version.agreement_id, judging.version.number, left))
    return asked


def left_to_judge(user: User, version: int) -> int:
    """How many leads the user, who is invited to judge blind for this draft, has still to judge; 0 if not invited."""
    return sum(each.left for each in asked_to_judge(user) if each.version == version)


def judging(user: User, version: int) -> Judging:
    """The user's way through the leads of this draft.

    Raises:
        NotAllowed: the user is not invited, or there is no such draft any more.
    """
    demand(user, Power.JUDGE_LEADS)
    rows = FittingJudge.objects.filter(user_id=user.pk, fitting__version_id=version)
    found = rows.filter(fitting__version__state=AgreementVersion.State.DRAFT).select_related("fitting__version").first()
    if found is None:
        raise NotAllowed("not_allowed")
    return _judging(found)


def people_to_invite(user: User, version: int) -> list[Invitable]:
    """Everybody who can judge leads for this draft, sellers first, by name; and how far who is invited has come."""
    demand(user, Power.WRITE_AGREEMENTS)
    found = fitting.of_version(connection(), version)
    counts = {} if found is None else _counts(found)
    people = [each for each in User.objects.filter(is_active=True) if may(each, Power.JUDGE_LEADS)]
    invitable = [Invitable(each.pk, each.full_name, each.role, counts.get(each.pk)) for each in people]
    order = [User.Role.SELLER, User.Role.HEAD_OF_SALES, User.Role.MARKETING]
    return sorted(invitable, key=lambda each: (order.index(User.Role(each.role)), each.name.casefold()))


def _counts(found: int) -> dict[int, int]:
    """How many of the leads that are there each judge has judged, by user."""
    left = [place.id for place in fitting.places(connection(), found)]
    done = FittingJudgement.objects.filter(of_id__in=left).values_list("judge__user_id", flat=True)
    counted = Counter(done)
    return {
        user: counted[user] for user in FittingJudge.objects.filter(fitting_id=found).values_list("user_id", flat=True)
    }


def _judging(judge: FittingJudge) -> Judging:
    places = fitting.places(connection(), judge.fitting_id)
    judged = dict(judge.judgements.values_list("of__place", "judgement"))
    return Judging(judge.fitting.version, places, judged)
