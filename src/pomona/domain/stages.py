"""The stages of a lead: its state is the fold of the decisions addressed to it, in their order."""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any

import msgspec

from pomona.domain.event import Event, Key


class Stage(StrEnum):
    """MCL captured → MQL ripe (waiting or handed over) → SAL → SQL → won or lost; or back, with a reason."""

    MCL = "mcl"
    MQL = "mql"
    SAL = "sal"
    SQL = "sql"
    WON = "won"
    LOST = "lost"
    NURTURE = "nurture"
    DISQUALIFIED = "disqualified"


OPEN_WITH_SELLER = (Stage.MQL, Stage.SAL, Stage.SQL)
"""Stages in which an owner has work to do; they count as the owner's load."""

PINNED = (*OPEN_WITH_SELLER, Stage.NURTURE)
"""Stages in which the version that handed the lead over goes on deciding, whatever came into force since."""

ADVANCE = {
    Stage.DISQUALIFIED: 0,
    Stage.NURTURE: 1,
    Stage.MCL: 2,
    Stage.MQL: 3,
    Stage.LOST: 4,
    Stage.SAL: 5,
    Stage.SQL: 6,
    Stage.WON: 7,
}
"""How far a stage is: when two leads prove to be one person, the further one survives."""


class Decision(StrEnum):
    """Names of decision events. Each carries all its results in its columns and body."""

    CAPTURED = "captured"
    TRIED = "tried"
    RIPE = "ripe"
    HOLDOUT = "holdout"
    WAITING = "waiting"
    HANDED_OVER = "handed over"
    REMINDED = "reminded"
    OVERDUE = "overdue"
    ACCEPTED = "accepted"
    CONTACTED = "contacted"
    POSTPONED = "postponed"
    RETURNED = "returned"
    QUALIFIED = "qualified"
    WON = "won"
    LOST = "lost"
    DISQUALIFIED = "disqualified"
    RECYCLED = "recycled"
    MERGED = "merged"
    ABSORBED = "absorbed"
    SPLIT = "split"
    RESTORED = "restored"
    ERASED = "erased"
    PASS_MARK_MOVED = "pass mark moved"  # noqa: S105


PASSED_ON = (Decision.RIPE, Decision.HOLDOUT)
"""What brings a lead to sales: ripe, or below the pass mark by lot."""


class Lead(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided about one lead so far. Times are microseconds UTC; personal values are not here.

    `anchor` is the person key it was captured by. MQL without `owner` is waiting (`waiting` says why),
    with one it is handed over. `due_at` is the end of the running response clock, `remind_at` the moment
    to remind before it; both None when no clock runs. `cycle_from` begins the current cycle (the first one
    reaches back to whatever the visitor did before being known); `returned_at` is when it last went back
    to nurture or was disqualified, `again_at` ends a nurture. `overdue` counts clocks that ran out since
    the lead ripened.
    """

    id: int
    anchor: Key
    stage: Stage
    captured_at: int
    cycle_from: int
    agreement: str | None = None
    version: int | None = None
    owner: int | None = None
    merged_into: int | None = None
    ripe_at: int | None = None
    queued_at: int | None = None
    waiting: dict[str, Any] | None = None
    grade: str | None = None
    handed_over_at: int | None = None
    remind_at: int | None = None
    due_at: int | None = None
    overdue: int = 0
    accepted_at: int | None = None
    contacted_at: int | None = None
    later_at: int | None = None
    qualified_at: int | None = None
    closed_at: int | None = None
    returned_at: int | None = None
    again_at: int | None = None
    reason: str | None = None

    @property
    def pinned(self) -> tuple[str, int] | None:
        """The agreement's version (name, number) that is pinned on the lead."""
        if self.stage not in PINNED or self.agreement is None or self.version is None:
            return None
        return self.agreement, self.version

    @property
    def order(self) -> tuple[int, int]:
        """Who survives a merge: the greatest of (how far, how old: negated capture time)."""
        return (ADVANCE[self.stage], -self.captured_at)


def replay(decisions: Iterable[Event]) -> Lead | None:
    """The state after these decisions of one lead, in order; None if never captured or erased."""
    taken = list(decisions)
    if any(decision.name == Decision.ERASED for decision in taken):
        return None  # erasure emptied their bodies
    lead: Lead | None = None
    for decision in taken:
        lead = apply(lead, decision)
    return lead


def advance(lead: Lead, decisions: Iterable[Event]) -> Lead:
    """The state of a lead after these further decisions, none of which erases it."""
    for decision in decisions:
        after = apply(lead, decision)
        assert after is not None
        lead = after
    return lead


def apply(lead: Lead | None, decision: Event) -> Lead | None:
    """The state after one more decision. Decides nothing anew: everything stands in the decision."""
    if decision.name == Decision.CAPTURED:
        return _captured(decision)
    if lead is None or decision.name == Decision.ERASED:
        return None
    change = _CHANGES.get(decision.name)
    return lead if change is None else change(lead, decision)


def _captured(decision: Event) -> Lead:
    assert decision.lead is not None
    return Lead(
        id=decision.lead,
        anchor=decision.subject,
        stage=Stage.MCL,
        captured_at=decision.t,
        cycle_from=0,
    )


def _ripe(lead: Lead, decision: Event) -> Lead:
    return msgspec.structs.replace(
        lead,
        stage=Stage.MQL,
        agreement=decision.agreement,
        version=decision.version,
        grade=decision.body.get("grade"),
        ripe_at=decision.t,
        queued_at=decision.t,
        waiting=None,
        owner=None,
        overdue=0,
        again_at=None,
        reason=None,
    )


def _waiting(lead: Lead, decision: Event) -> Lead:
    queued_at = lead.queued_at if lead.queued_at is not None else decision.t
    return msgspec.structs.replace(
        lead,
        stage=Stage.MQL,
        owner=None,
        queued_at=queued_at,
        waiting=decision.body.get("reason"),
        remind_at=None,
        due_at=None,
    )


def _handed_over(lead: Lead, decision: Event) -> Lead:
    return msgspec.structs.replace(
        lead,
        stage=Stage.MQL,
        owner=decision.seller,
        queued_at=None,
        waiting=None,
        handed_over_at=decision.t,
        remind_at=decision.body.get("remind_at"),
        due_at=decision.body.get("due_at"),
        accepted_at=None,
        contacted_at=None,
    )


def _reminded(lead: Lead, decision: Event) -> Lead:
    return msgspec.structs.replace(lead, remind_at=None)


def _overdue(lead: Lead, decision: Event) -> Lead:
    return msgspec.structs.replace(lead, remind_at=None, due_at=None, overdue=lead.overdue + 1)


def _accepted(lead: Lead, decision: Event) -> Lead:
    return msgspec.structs.replace(lead, stage=Stage.SAL, accepted_at=decision.t)


def _contacted(lead: Lead, decision: Event) -> Lead:
    first = lead.contacted_at if lead.contacted_at is not None else decision.t
    return msgspec.structs.replace(lead, contacted_at=first, later_at=None, remind_at=None, due_at=None)


def _postponed(lead: Lead, decision: Event) -> Lead:
    return msgspec.structs.replace(lead, later_at=decision.body["until"])


def _back(stage: Stage) -> Callable[[Lead, Event], Lead]:
    def change(lead: Lead, decision: Event) -> Lead:
        return msgspec.structs.replace(
            lead,
            stage=stage,
            owner=None,
            queued_at=None,
            waiting=None,
            remind_at=None,
            due_at=None,
            later_at=None,
            returned_at=decision.t,
            again_at=decision.body.get("again_at"),
            reason=decision.body.get("reason"),
        )

    return change


def _qualified(lead: Lead, decision: Event) -> Lead:
    return msgspec.structs.replace(lead, stage=Stage.SQL, qualified_at=decision.t)


def _closed(stage: Stage) -> Callable[[Lead, Event], Lead]:
    def change(lead: Lead, decision: Event) -> Lead:
        return msgspec.structs.replace(
            lead,
            stage=stage,
            closed_at=decision.t,
            queued_at=None,
            waiting=None,
            remind_at=None,
            due_at=None,
            later_at=None,
            reason=decision.body.get("reason"),
        )

    return change


def _recycled(lead: Lead, decision: Event) -> Lead:
    return msgspec.structs.replace(
        lead,
        stage=Stage.MCL,
        cycle_from=decision.body.get("cycle_from", decision.t),
        agreement=None,
        version=None,
        grade=None,
        returned_at=None,
        again_at=None,
        reason=None,
        overdue=0,
        ripe_at=None,
        handed_over_at=None,
        accepted_at=None,
        contacted_at=None,
        qualified_at=None,
        closed_at=None,
    )


def _absorbed(lead: Lead, decision: Event) -> Lead:
    return msgspec.structs.replace(lead, merged_into=decision.body["into"], remind_at=None, due_at=None)


def _restored(lead: Lead, decision: Event) -> Lead:
    return msgspec.structs.replace(lead, merged_into=None)


_CHANGES: dict[str, Callable[[Lead, Event], Lead]] = {
    Decision.RIPE: _ripe,
    Decision.HOLDOUT: _ripe,
    Decision.WAITING: _waiting,
    Decision.HANDED_OVER: _handed_over,
    Decision.REMINDED: _reminded,
    Decision.OVERDUE: _overdue,
    Decision.ACCEPTED: _accepted,
    Decision.CONTACTED: _contacted,
    Decision.POSTPONED: _postponed,
    Decision.RETURNED: _back(Stage.NURTURE),
    Decision.DISQUALIFIED: _back(Stage.DISQUALIFIED),
    Decision.QUALIFIED: _qualified,
    Decision.WON: _closed(Stage.WON),
    Decision.LOST: _closed(Stage.LOST),
    Decision.RECYCLED: _recycled,
    Decision.ABSORBED: _absorbed,
    Decision.RESTORED: _restored,
}
