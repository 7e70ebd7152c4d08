"""How the simulated sellers treat a lead that was handed to them: by the hidden truth and their own habits."""

from random import Random
from typing import Any

from pomona.demo.journeys import Journey
from pomona.demo.plans import COMPETITOR, LATER, NO_BUDGET, NO_NEED, NOT_DECIDING, NOT_REACHED, TOO_EXPENSIVE, Plan
from pomona.demo.truth import chance_to_buy, is_suitable, speed_factor
from pomona.demo.vocabulary import Word
from pomona.domain.event import DAY, MINUTE

PUNCTUAL = 0.93
"""Share of leads that are contacted before the clock runs out, while there is but one to call."""
CALL = 30 * MINUTE
"""What a call takes with all that is noted after it."""


def make_plan(rng: Random, journey: Journey | None, *, grade: str | None, within: int, waiting: int = 0) -> Plan:
    """What happens to a lead whose first contact is due `within` so long, while so many others are `waiting` for the
    same seller, who calls the hottest first; `journey` None: a stranger's."""
    contact = _contact_after(rng, within) + (0 if grade == "A" else waiting * CALL)
    if journey is None or is_suitable(journey.person):
        return _take(rng, journey, grade, contact)
    return _doubt(rng, journey, grade, contact)


def _take(rng: Random, journey: Journey | None, grade: str | None, contact: int) -> Plan:
    """Somebody worth a talk: mostly accepted, sometimes never reached."""
    if rng.random() < 0.1:
        reason = rng.choice((NOT_REACHED, LATER, NO_BUDGET))
        return Plan(close_after=contact, **_returned(reason))
    accept = max(contact - rng.randint(30, 100) * MINUTE // 100, MINUTE // 2)
    chance = 0.2 if journey is None else chance_to_buy(journey.person, journey.interest())
    wins = rng.random() < chance * speed_factor(grade, contact)
    qualify = contact + round(rng.uniform(1, 9) * DAY)
    close = contact + round(rng.uniform(20, 70) * DAY)
    taken: dict[str, Any] = {"contact_after": contact, "accept_after": accept}
    if wins:
        return Plan(**taken, qualify_after=qualify, close_after=close, outcome="won")
    if rng.random() < 0.25:
        reason = rng.choice((COMPETITOR, TOO_EXPENSIVE, NO_BUDGET))
        return Plan(**taken, qualify_after=qualify, close_after=close, outcome="lost", reason=reason)
    if rng.random() < 0.12:
        return Plan(**taken, postpone_after=contact + MINUTE)
    reason = rng.choice((NO_NEED, NO_BUDGET, LATER))
    return Plan(**taken, close_after=contact + round(rng.uniform(4, 25) * DAY), **_returned(reason))


def _doubt(rng: Random, journey: Journey, grade: str | None, contact: int) -> Plan:
    """Somebody who decides nothing: most are given back after one call."""
    if rng.random() < 0.3:
        return _take(rng, journey, grade, contact)
    reason = NO_NEED if journey.person.company is None and rng.random() < 0.4 else NOT_DECIDING
    return Plan(close_after=contact, **_returned(reason))


def _returned(reason: Word) -> dict[str, Any]:
    return {"outcome": "returned", "reason": reason}


def _contact_after(rng: Random, within: int) -> int:
    """Mostly in good time, sometimes too late."""
    if rng.random() < PUNCTUAL:
        return round(rng.triangular(0.15, 0.95, 0.4) * within)
    return round(rng.uniform(1.05, 4) * within)
