"""Routing: who gets a ripe lead, and why. The first rule whose condition is true decides; others only wait.

The trace is plain data, kept in the decision: for each rule tried what its condition gave, for the deciding
rule each seller of its target with what stands against them.
"""

from collections.abc import Collection, Sequence
from typing import Any, Literal

import msgspec

from pomona.domain.agreement import RouteRule, Target
from pomona.domain.condition import Situation, holds
from pomona.domain.working_time import Calendar, is_open, next_open

Obstacle = Literal["late", "away", "outside_hours", "absent", "full"]
"""Why a seller gets no lead now: was late with this one, on leave, not at work, not present, hands full."""

Trace = list[dict[str, Any]]


class Seller(msgspec.Struct, frozen=True, kw_only=True):
    """What routing knows of a seller. `login` and `team` are the names agreements use.

    `calendar` are the seller's own hours; None: those of the agreement. `last_handover_at` decides whose turn
    it is: the oldest first, None before all.
    """

    id: int
    login: str
    calendar: Calendar | None = None
    team: str | None = None
    present: bool = True
    away_until: int | None = None
    open_leads: int = 0
    capacity: int = 20
    last_handover_at: int | None = None


class Handover(msgspec.Struct, frozen=True):
    """The lead goes to this seller by this rule."""

    seller: Seller
    rule: str
    trace: Trace


class Waiting(msgspec.Struct, frozen=True):
    """Nobody can take the lead now. `reason` holds `code`, the rule if one was true, `until` if known.

    Codes: no_rule, no_seller_matches, all_full, nobody_free, outside_hours (`until`: the next opening).
    """

    reason: dict[str, Any]
    trace: Trace


def choose(
    route: Sequence[RouteRule],
    situation: Situation,
    sellers: Collection[Seller],
    *,
    house: Calendar,
    now: int,
    late: int | None = None,
) -> Handover | Waiting:
    """Who of `sellers` gets the lead by `route`, or why it waits.

    `house` are the agreement's hours, for sellers without their own. `late` is the seller who let the lead's
    clock run out: passed over unless nobody else is meant. A rule whose target is not carried out yet (a
    skill, an account's manager or owner) is passed over, too, and the trace says so.
    """
    trace: Trace = []
    for rule in route:
        holding = True if rule.when is None else holds(rule.when, situation)
        step: dict[str, Any] = {"rule": rule.name, "holds": holding}
        trace.append(step)
        if not holding:
            continue
        meant = _meant(rule.to, sellers)
        if meant is None:
            step["skipped"] = "not_yet"
            continue
        passed_over = late if any(seller.id != late for seller in meant) else None
        obstacles = {seller.id: obstacle(seller, house=house, now=now, passed_over=passed_over) for seller in meant}
        return _decide(rule, meant, obstacles, trace) or Waiting(
            {**_why_nobody(meant, obstacles, house, now), "rule": rule.name}, trace
        )
    return Waiting({"code": "no_rule"}, trace)


def obstacle(seller: Seller, *, house: Calendar, now: int, passed_over: int | None = None) -> Obstacle | None:
    """What stands against handing a lead to this seller now; None: the seller is free."""
    if seller.id == passed_over:
        return "late"
    if seller.away_until is not None and seller.away_until > now:
        return "away"
    if not is_open(seller.calendar or house, now):
        return "outside_hours"
    if not seller.present:
        return "absent"
    return "full" if seller.open_leads >= seller.capacity else None


def _meant(to: Target, sellers: Collection[Seller]) -> list[Seller] | None:
    """The sellers a target names; None for a target that is not carried out yet."""
    if to.kind == "team":
        return [seller for seller in sellers if seller.team == to.name]
    if to.kind == "seller":
        return [seller for seller in sellers if seller.login == to.name]
    return None


def _decide(
    rule: RouteRule, meant: list[Seller], obstacles: dict[int, Obstacle | None], trace: Trace
) -> Handover | None:
    """The free seller whose last handover is oldest; None while nobody is free."""
    turn = sorted(meant, key=lambda seller: (seller.last_handover_at or 0, seller.id))
    step = trace[-1]
    step["to"] = {"kind": rule.to.kind, "name": rule.to.name}
    if rule.by != "round_robin":
        step["instead_of"] = rule.by
    step["sellers"] = [_considered(seller, obstacles[seller.id]) for seller in turn]
    for seller in turn:
        if obstacles[seller.id] is None:
            step["chosen"] = seller.id
            return Handover(seller, rule.name, trace)
    return None


def _considered(seller: Seller, obstacle: Obstacle | None) -> dict[str, Any]:
    return {
        "seller": seller.id,
        "why_not": obstacle,
        "open": seller.open_leads,
        "capacity": seller.capacity,
        "last": seller.last_handover_at,
    }


def _why_nobody(
    meant: list[Seller], obstacles: dict[int, Obstacle | None], house: Calendar, now: int
) -> dict[str, Any]:
    """The obstacle nearest to being lifted: full hands, then absence, then the hours."""
    found = set(obstacles.values())
    if not meant:
        return {"code": "no_seller_matches"}
    if "full" in found:
        return {"code": "all_full"}
    if "outside_hours" in found and "absent" not in found:
        closed = [seller.calendar or house for seller in meant if obstacles[seller.id] == "outside_hours"]
        return {"code": "outside_hours", "until": min(next_open(calendar, now) for calendar in closed)}
    return {"code": "nobody_free"}
