"""The hidden truth of the demo company: what really makes people buy. Good reports find it, rules need not know it.

Fit, the pricing page and the webinar matter. The e-book alone does not. A free mail box does not matter, though a
rule of the agreements takes points off for it. Paid search brings people who decide nothing. A quick call helps
with those who are ready, and with nobody else.
"""

import math
from typing import NamedTuple

from pomona.demo.people import Person
from pomona.domain.event import MINUTE

QUICK = 5 * MINUTE


class Interest(NamedTuple):
    """What a person did that matters: looks at the prices, webinars attended, whether they asked to be called."""

    pricing: int = 0
    webinars: int = 0
    asked: bool = False


def chance_to_buy(person: Person, interest: Interest) -> float:
    """The chance, 0 to 1, that this person buys when a seller takes care of them."""
    if person.company is None:
        return 0.004
    size = 1.0 if person.company.employees >= 250 else 0.5 if person.company.employees >= 50 else -0.4
    points = -2.6 + (1.3 if person.title.decides else -1.2) + size
    points += 0.55 * min(interest.pricing, 3) + 0.7 * min(interest.webinars, 2) + (0.6 if interest.asked else 0)
    return 1 / (1 + math.exp(-points))


def speed_factor(grade: str | None, waited: int) -> float:
    """What the time until first contact (microseconds) does to that chance: only the readiest mind waiting."""
    return 0.55 if grade == "A" and waited > QUICK else 1.0


def is_suitable(person: Person) -> bool:
    """Whether a seller who talks to them finds a company that uses pumps and somebody with a say in it."""
    return person.company is not None and person.title.decides
