"""The demo company's fitting: sellers and marketing judged past leads for a draft, two of them not yet."""

import math
from collections.abc import Callable, Sequence
from hashlib import blake2b
from typing import Any

from psycopg import Connection

from pomona.actions import fitting
from pomona.demo.journeys import Journey
from pomona.demo.truth import chance_to_buy
from pomona.domain.event import MINUTE
from pomona.domain.fitting import Judgement
from pomona.store import agreements

ENOUGH = 0.4
"""The chance to buy from which they would take a lead."""
OWN_MIND, MOOD = 0.4, 1.0
"""By so much at most, in log-odds, people differ from each other, and each from lead to lead from themselves."""
NOT_SURE = 0.1


def fit(
    conn: Connection[Any],
    version: int,
    journey_of: Callable[[int], Journey | None],
    *,
    by: int,
    judging: Sequence[int],
    asked: Sequence[int],
    now: int,
) -> None:
    """Invite people to the fitting of a draft: `judging` judge all its leads, those `asked` have not begun."""
    found = fitting.invite(conn, version, [*judging, *asked], user=by, now=now)
    places = fitting.result(conn, found, agreements.agreement_by_id(conn, version)).leads
    for user in judging:
        for number, (place, *_) in enumerate(places):
            said = _judgement(user, place.lead, journey_of(place.lead), place.as_of)
            fitting.judge(conn, version, place.place, said, user=user, now=now + number * MINUTE // 6)


def _judgement(user: int, lead: int, journey: Journey | None, as_of: int) -> Judgement:
    """By the hidden truth, as far as the lead had done by then what matters; everybody in their own way."""
    if journey is None:
        return "unsure"
    chance = chance_to_buy(journey.person, journey.interest(until=as_of))
    felt = _log_odds(chance) - _log_odds(ENOUGH) + OWN_MIND * _whim(user) + MOOD * _whim(user, lead)
    if abs(felt) < NOT_SURE:
        return "unsure"
    return "take" if felt > 0 else "not"


def _log_odds(chance: float) -> float:
    return math.log(chance / (1 - chance))


def _whim(*parts: int) -> float:
    """Between -1 and 1, the same for equal parts."""
    drawn = blake2b(repr(parts).encode(), digest_size=4).digest()
    return int.from_bytes(drawn, "big") / 2**31 - 1
