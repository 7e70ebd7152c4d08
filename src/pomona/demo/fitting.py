"""The demo company's fitting: sellers and marketing judged past leads for a draft, two of them not yet."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

from psycopg import Connection

from pomona.actions import fitting
from pomona.actions.fitting import Judged
from pomona.domain.event import MINUTE
from pomona.domain.fitting import Judgement
from pomona.domain.points import Score
from pomona.store import agreements

ENOUGH = 52_000
"""The points, in thousandths, from which they would take a lead: fewer than the draft asks for."""

HABIT = 6_000
"""By so many points at most people differ from each other, and by as many each from themselves."""


def fit(
    conn: Connection[Any], version: int, *, by: int, judging: Sequence[int], asked: Sequence[int], now: int
) -> None:
    """Invite people to the fitting of a draft: `judging` judge all its leads, those `asked` have not begun."""
    found = fitting.invite(conn, version, [*judging, *asked], user=by, now=now)
    leads = fitting.result(conn, found, agreements.agreement_by_id(conn, version)).leads
    for user in judging:
        for number, lead in enumerate(leads):
            said = _judgement(user, lead)
            fitting.judge(conn, version, lead.place.place, said, user=user, now=now + number * MINUTE // 6)


def _judgement(user: int, lead: Judged) -> Judgement:
    """By what they know to matter: what speaks for somebody. A free mail box does not speak against them."""
    score = lead.standing.situations[0].score
    assert score is not None
    felt = _for_them(score) + _whim(user) + _whim(user, lead.place.lead) - ENOUGH
    if abs(felt) < 1_000:
        return "unsure"
    return "take" if felt > 0 else "not"


def _for_them(score: Score) -> int:
    return sum(points.amount for points in score.points if points.amount > 0)


def _whim(*parts: int) -> int:
    """Between minus and plus `HABIT`, the same for equal parts."""
    drawn = blake2b(repr(parts).encode(), digest_size=4).digest()
    return int.from_bytes(drawn, "big") % (2 * HABIT) - HABIT
