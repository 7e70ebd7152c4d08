"""The seller's inbox: whom to call now, whom later, who is in work, and what was taken away."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Max, Q, QuerySet
from django.db.models.functions import Greatest

from pomona.domain.event import HOUR
from pomona.domain.stages import OPEN_WITH_SELLER, Decision, Stage
from pomona.store import agreements
from pomona.store.access import seller_to_show
from pomona.store.database import connection
from pomona.store.models import JournalRow, Lead, User
from pomona.store.reads.facts import newest_acts, stretches
from pomona.store.reads.scores import Scored, scores_now
from pomona.store.snapshot import one_snapshot

MOST = 60
"""Leads of one kind on the page; more than anybody calls in a day."""
FEW = 5
"""Leads in work that are shown unless all are asked for: the inbox is about whom to call."""
ACTS = 12
LAST_GRADE = "~"
"""Sorts behind every letter."""


@dataclass(frozen=True)
class Entry:
    """One lead of the inbox with what is needed to call: the score's reasons and the newest acts."""

    lead: Lead
    scored: Scored | None
    acts: list[JournalRow]


@dataclass(frozen=True)
class TakenAway:
    """A lead whose clock ran out, and who has it now (None: it waits)."""

    lead: int
    name: str
    at: int
    owner: User | None


@dataclass(frozen=True)
class Inbox:
    """One seller's work. `now` is in the order of calling; `in_work` are the liveliest of `working` leads."""

    seller: User
    now: list[Entry] = field(default_factory=list)
    later: list[Entry] = field(default_factory=list)
    in_work: list[Entry] = field(default_factory=list)
    working: int = 0
    taken_away: list[TakenAway] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do at all."""
        return not (self.now or self.later or self.in_work)


@one_snapshot()
def inbox(user: User, seller: int | None, *, now: int, today: int, whole: bool = False) -> Inbox:
    """The inbox of `seller` (None: the user's own), `today` being the moment the day began.

    `whole`: with all leads in work, not only the few that moved last.

    Raises:
        NotAllowed: the user may not open it.
    """
    shown = seller_to_show(user, seller)
    own = _open(shown)
    later = Q(later_at__gt=now) & ~_overdue(now)
    in_work = Q(contacted_at__isnull=False) & ~Q(later_at__lte=now)
    waiting = list(own.exclude(later).exclude(in_work).order_by("due_at", "-handed_over_at")[:MOST])
    ran_out = _ran_out(waiting, now)
    calls = sorted(waiting, key=lambda lead: _urgency(lead, ran_out.get(lead.pk), now))
    put_off = list(own.filter(later).order_by("later_at")[:MOST])
    working = own.filter(in_work).exclude(later)
    moved_last = working.order_by(Greatest("contacted_at", "last_act_at").desc())
    shown_in_work = list(moved_last[: MOST if whole else FEW])
    entries = _entries([*calls, *put_off, *shown_in_work], now)
    return Inbox(
        seller=shown,
        now=[entries[lead.pk] for lead in calls],
        later=[entries[lead.pk] for lead in put_off],
        in_work=[entries[lead.pk] for lead in shown_in_work],
        working=working.count(),
        taken_away=_taken_away(shown, today),
    )


def open_leads(user: User, seller: int | None) -> list[int]:
    """The numbers of the leads that `seller` (None: the user) works on. Raises NotAllowed as `inbox` does."""
    return list(_open(seller_to_show(user, seller)).values_list("pk", flat=True))


def _open(seller: User) -> QuerySet[Lead]:
    return Lead.objects.filter(owner=seller, stage__in=OPEN_WITH_SELLER, merged_into=None)


def _overdue(now: int) -> Q:
    return Q(contacted_at=None) & (Q(due_at__lte=now) | Q(due_at=None, overdue__gt=0, stage__in=(Stage.MQL, Stage.SAL)))


def _ran_out(leads: Iterable[Lead], now: int) -> dict[int, int]:
    """When the clock of each overdue lead ran out, by its id."""
    late = [lead for lead in leads if lead.contacted_at is None and (lead.overdue or (lead.due_at or now) < now)]
    decided = dict(
        JournalRow.objects.filter(lead__in=[lead.pk for lead in late if lead.due_at is None], name=Decision.OVERDUE)
        .values_list("lead")
        .annotate(Max("t"))
    )
    moments = {lead.pk: decided.get(lead.pk, lead.due_at) for lead in late}
    return {lead: moment for lead, moment in moments.items() if moment is not None and moment <= now}


def _urgency(lead: Lead, ran_out: int | None, now: int) -> tuple[int, int, str, int]:
    """In which order to call.

    Clocks that ran out within the hour first, then those that end within the hour: both can still be met or made
    good. Then clocks that ran out long ago, the latest first; who is to be called again; the rest.
    """
    if ran_out is not None:
        kind, moment = (0, ran_out) if now - ran_out < HOUR else (2, -ran_out)
    elif lead.due_at is not None:
        kind, moment = (1 if lead.due_at - now < HOUR else 4), lead.due_at
    elif lead.later_at is not None:
        kind, moment = 3, lead.later_at
    else:
        kind, moment = 5, 0
    return (kind, moment, lead.grade or LAST_GRADE, lead.handed_over_at or 0)


def _entries(leads: list[Lead], now: int) -> dict[int, Entry]:
    scores = scores_now(leads, now)
    acts = newest_acts(stretches({bytes(lead.person) for lead in leads}), ACTS)
    return {
        lead.pk: Entry(lead, next(iter(scores[lead.pk]), None), acts.get(bytes(lead.person), [])[:ACTS])
        for lead in leads
    }


def _taken_away(seller: User, today: int) -> list[TakenAway]:
    """The leads that went to somebody else today because their clock ran out with this seller."""
    moments = dict(
        JournalRow.objects.filter(seller=seller.pk, name=Decision.OVERDUE, t__gte=today)
        .order_by("t")
        .values_list("lead", "t")
    )
    gone = Lead.objects.filter(pk__in=moments).exclude(owner=seller).select_related("owner")
    return [TakenAway(lead.pk, lead.name, moments[lead.pk], lead.owner) for lead in gone if lead.pk in moments]


def return_reasons(lead: Lead) -> tuple[str, ...]:
    """Why this lead may be given back, as its agreement says."""
    if lead.agreement is None or lead.version is None:
        return ()
    agreement = agreements.version(connection(), lead.agreement, lead.version)
    return agreement.ready.returned.reasons if agreement else ()


def sellers_but(owner: int | None) -> QuerySet[User]:
    """Everybody who takes leads, except the owner."""
    return User.objects.filter(seller__isnull=False, is_active=True).exclude(pk=owner or 0).order_by("first_name")
