"""The funnel: how many leads reached each step, and where they left. Counted from decisions alone, so that
erasing a person keeps the counts; a lead merged into another is counted once, with the other."""

from collections import Counter
from collections.abc import Iterable
from enum import IntEnum
from typing import Any

import msgspec
from django.db import connection
from psycopg.types.json import Jsonb

from pomona.domain.stages import Decision
from pomona.store.access import Power, demand
from pomona.store.models import User
from pomona.store.reads.merged import HOMES


class Step(IntEnum):
    """The steps in their order; each is reached by one decision."""

    CAPTURED = 0
    RIPE = 1
    HANDED_OVER = 2
    ACCEPTED = 3
    QUALIFIED = 4
    WON = 5


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Which leads are counted. Times are microseconds UTC, `since` included, `until` not.

    By arrival: leads captured in the period, with all that came of them. By event date: what happened in the
    period, to whichever lead. `campaign` is the one that brought the lead (of an erased one: as known when it was
    captured); None asks for all, "" for none.
    """

    since: int
    until: int
    campaign: str | None = None
    by_arrival: bool = True


class Loss(msgspec.Struct, frozen=True):
    """Leads that reached `step` and then left with a reason before the next one; reasons by falling count."""

    step: Step
    count: int
    reasons: tuple[tuple[str, int], ...]


class Funnel(msgspec.Struct, frozen=True):
    """Counts by step; `waiting` are ripe without a seller; `losses` by falling count."""

    reached: tuple[int, ...]
    waiting: int
    losses: tuple[Loss, ...]

    def share(self, step: Step) -> float | None:
        """The part of the step before that came as far as this one; None where nobody could."""
        before = self.reached[step - 1] if step else 0
        return self.reached[step] / before if before else None


class CampaignFunnel(msgspec.Struct, frozen=True):
    """The funnel of one campaign; "" gathers the leads that no campaign brought."""

    campaign: str
    funnel: Funnel


class Report(msgspec.Struct, frozen=True):
    """The funnel of all leads asked for, and of each campaign among them, the largest first."""

    total: Funnel
    campaigns: tuple[CampaignFunnel, ...]


STEP_OF = {
    Decision.CAPTURED: Step.CAPTURED,
    Decision.RIPE: Step.RIPE,
    Decision.HOLDOUT: Step.RIPE,
    Decision.WAITING: Step.RIPE,
    Decision.HANDED_OVER: Step.HANDED_OVER,
    Decision.ACCEPTED: Step.ACCEPTED,
    Decision.QUALIFIED: Step.QUALIFIED,
    Decision.WON: Step.WON,
}
LEAVING = (Decision.RETURNED, Decision.DISQUALIFIED, Decision.LOST)

_LEADS = f"""{HOMES},
-- whoever may count: captured in the period, or anything decided about them in it; and who is merged with them
asked AS (
    SELECT DISTINCT coalesce(home.survivor, journal.lead) AS lead
    FROM journal LEFT JOIN home ON home.lead = journal.lead
    WHERE journal.kind = 'decision' AND journal.name = ANY(%(asked_by)s)
      AND journal.t >= %(since)s AND journal.t < %(until)s AND journal.lead IS NOT NULL
),
concerned AS (
    SELECT lead FROM asked UNION SELECT home.lead FROM home JOIN asked ON asked.lead = home.survivor
),
-- the decisions that matter, with their step (none for leaving), under the lead that counts
told AS (
    SELECT CASE WHEN home.lead IS NULL THEN decided.lead ELSE home.survivor END AS lead, decided.seq, decided.t,
           decided.step, home.lead IS NULL AS own, decided.campaign, decided.reason
    FROM concerned CROSS JOIN LATERAL (
        SELECT lead, seq, t, (%(steps)s::jsonb -> name)::int AS step, campaign,
               CASE WHEN name = ANY(%(leaving)s) THEN coalesce(body ->> 'reason', '') END AS reason
        FROM journal
        WHERE journal.lead = concerned.lead AND kind = 'decision' AND name = ANY(%(names)s)
          AND (%(by_arrival)s OR t < %(until)s)
        OFFSET 0  -- lead by lead from the index: else the planner reads the whole journal
    ) AS decided LEFT JOIN home ON home.lead = decided.lead
),
lead_told AS (
    SELECT lead,
           min(t) FILTER (WHERE step = 0) AS captured_at,
           max(step) AS furthest,
           array_agg(DISTINCT step) FILTER (WHERE t >= %(since)s AND t < %(until)s AND step IS NOT NULL) AS dated,
           (array_agg(campaign ORDER BY t, seq) FILTER (WHERE step = 0))[1] AS campaign,
           (array_agg(reason ORDER BY seq DESC) FILTER (WHERE own))[1] AS last_reason,
           (array_agg(step ORDER BY seq DESC) FILTER (WHERE own))[1] AS last_step,
           (array_agg(t ORDER BY seq DESC) FILTER (WHERE own))[1] AS last_t
    FROM told WHERE lead IS NOT NULL GROUP BY lead
),
counted AS (
    SELECT lead_told.lead, coalesce(lead.campaign, lead_told.campaign, '') AS campaign, furthest,
           CASE WHEN %(by_arrival)s THEN ARRAY(SELECT generate_series(0, furthest)) ELSE dated END AS reached,
           last_step = 1 AND (%(by_arrival)s OR last_t >= %(since)s) AS waiting,
           CASE WHEN %(by_arrival)s OR last_t >= %(since)s THEN last_reason END AS reason
    FROM lead_told LEFT JOIN lead ON lead.id = lead_told.lead
    WHERE (NOT %(by_arrival)s OR lead_told.captured_at >= %(since)s AND lead_told.captured_at < %(until)s)
      AND (%(campaign)s::text IS NULL OR coalesce(lead.campaign, lead_told.campaign, '') = %(campaign)s)
)
"""


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """One number of the funnel: leads that reached `step`; `waiting` of them; or those `left` there, for `reason`."""

    step: Step
    waiting: bool = False
    left: bool = False
    reason: str | None = None


def report(user: User, question: Question) -> Report:
    """The funnel of the leads asked for and of each campaign, in one reading of the decisions."""
    demand(user, Power.SEE_FUNNEL)
    with connection.cursor() as cursor:
        cursor.execute(
            _LEADS
            + "SELECT campaign, furthest, reached, waiting, reason, count(*) FROM counted GROUP BY 1, 2, 3, 4, 5",
            _parameters(question),
        )
        groups = [_Group(*row) for row in cursor.fetchall()]
    campaigns = [CampaignFunnel(name, _funnel(g for g in groups if g.campaign == name)) for name in _names(groups)]
    return Report(_funnel(groups), tuple(sorted(campaigns, key=lambda each: (-each.funnel.reached[0], each.campaign))))


def leads_behind(user: User, question: Question, choice: Choice) -> list[int]:
    """The ids of the leads behind one number, the newest first; erased ones are still counted among them."""
    demand(user, Power.SEE_FUNNEL)
    where = {
        "left": "reason IS NOT NULL AND furthest = %(step)s AND (%(reason)s::text IS NULL OR reason = %(reason)s)",
        "waiting": "waiting",
        "reached": "%(step)s = ANY(reached)",
    }["left" if choice.left else "waiting" if choice.waiting else "reached"]
    with connection.cursor() as cursor:
        cursor.execute(
            f"{_LEADS} SELECT lead FROM counted WHERE {where} ORDER BY lead DESC",
            _parameters(question) | {"step": choice.step.value, "reason": choice.reason},
        )
        return [row[0] for row in cursor.fetchall()]


class _Group(msgspec.Struct, frozen=True):
    """Leads alike in all that the funnel asks."""

    campaign: str
    furthest: int
    reached: list[int] | None
    waiting: bool | None
    reason: str | None
    count: int


def _parameters(question: Question) -> dict[str, Any]:
    names = [decision.value for decision in (*STEP_OF, *LEAVING)]
    return {
        "steps": Jsonb({decision.value: step.value for decision, step in STEP_OF.items()}),
        "names": names,
        "asked_by": [Decision.CAPTURED.value] if question.by_arrival else names,
        "leaving": [decision.value for decision in LEAVING],
        "since": question.since,
        "until": question.until,
        "by_arrival": question.by_arrival,
        "campaign": question.campaign,
    }


def _names(groups: Iterable[_Group]) -> set[str]:
    return {group.campaign for group in groups}


def _funnel(groups: Iterable[_Group]) -> Funnel:
    """Add up groups of leads."""
    reached: Counter[int] = Counter()
    left: dict[Step, Counter[str]] = {}
    waiting = 0
    for group in groups:
        reached.update(dict.fromkeys(group.reached or (), group.count))
        waiting += group.count if group.waiting else 0
        if group.reason is not None:
            left.setdefault(Step(group.furthest), Counter())[group.reason] += group.count
    losses = [Loss(step, reasons.total(), tuple(reasons.most_common())) for step, reasons in left.items()]
    return Funnel(
        tuple(reached[step] for step in Step), waiting, tuple(sorted(losses, key=lambda loss: (-loss.count, loss.step)))
    )
