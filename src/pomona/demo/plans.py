"""What a seller will do with a lead."""

from typing import Literal

import msgspec

from pomona.demo.vocabulary import Word

NO_NEED = Word("нет потребности", "no need")
NOT_DECIDING = Word("не принимает решений", "not a decision maker")
NO_BUDGET = Word("нет бюджета", "no budget")
LATER = Word("позже", "later")
NOT_REACHED = Word("не дозвонились", "not reached")
COMPETITOR = Word("выбрал конкурента", "chose a competitor")
TOO_EXPENSIVE = Word("дорого", "too expensive")

REPLACES_PUMPS = Word("меняет насосы в котельной", "replaces the pumps of a boiler house")
REPORTS_TO_DIRECTOR = Word("согласует с директором", "agrees it with the director")

Outcome = Literal["won", "lost", "returned", "open"]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What the seller will do. Times are microseconds after the hand-over; None: never.

    First contact takes a lead into work, so one that is given back at once has no `contact_after`. `close_after`
    is when it is won, lost or returned.
    """

    contact_after: int | None = None
    accept_after: int | None = None
    qualify_after: int | None = None
    postpone_after: int | None = None
    close_after: int | None = None
    outcome: Outcome = "open"
    reason: Word | None = None
