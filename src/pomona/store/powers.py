"""What each role may do, and the refusal of what it may not. Knows no tables, so that actions can ask, too."""

from enum import StrEnum
from typing import ClassVar

from pomona.domain.errors import PomonaError

ADMINISTRATOR, MARKETING, HEAD_OF_SALES, SELLER = "administrator", "marketing", "head_of_sales", "seller"


class Power(StrEnum):
    """What a role may do beyond looking at its own."""

    SELL = "sell"
    """Open an inbox: one's own, or with `STEER_SALES` anybody's."""
    SEE_ALL_LEADS = "see_all_leads"
    STEER_SALES = "steer_sales"
    """Act on any seller's lead, assign by hand, set somebody's presence."""
    JOIN_PEOPLE = "join_people"
    """Merge and split leads by hand."""
    SEE_FUNNEL = "see_funnel"
    RECORD_SPEND = "record_spend"
    """Tell what campaigns cost; whoever sees the funnel sees it."""
    SEE_AGREEMENTS = "see_agreements"
    WRITE_AGREEMENTS = "write_agreements"
    JUDGE_LEADS = "judge_leads"
    """Judge past leads blind, whoever is invited: those who pass leads on and those who take them."""
    SIGN_FOR_MARKETING = "sign_for_marketing"
    SIGN_FOR_SALES = "sign_for_sales"
    MOVE_PASS_MARK = "move_pass_mark"  # noqa: S105
    """Move an agreement's pass mark within its bounds."""
    MANAGE_SOURCES = "manage_sources"
    """Sources, their write keys, and events that could not be read."""
    SEE_OUTBOX = "see_outbox"
    ADMINISTER = "administer"
    """People, teams, calendars, the installation; erase a person."""


_OF_ROLE: dict[str, frozenset[Power]] = {
    ADMINISTRATOR: frozenset(Power)
    - {Power.SIGN_FOR_MARKETING, Power.SIGN_FOR_SALES, Power.JUDGE_LEADS, Power.MOVE_PASS_MARK},
    MARKETING: frozenset(
        {
            Power.SEE_ALL_LEADS,
            Power.JOIN_PEOPLE,
            Power.SEE_FUNNEL,
            Power.RECORD_SPEND,
            Power.SEE_AGREEMENTS,
            Power.WRITE_AGREEMENTS,
            Power.JUDGE_LEADS,
            Power.SIGN_FOR_MARKETING,
            Power.MOVE_PASS_MARK,
            Power.MANAGE_SOURCES,
        }
    ),
    HEAD_OF_SALES: frozenset(
        {
            Power.SELL,
            Power.SEE_ALL_LEADS,
            Power.STEER_SALES,
            Power.JOIN_PEOPLE,
            Power.SEE_FUNNEL,
            Power.SEE_AGREEMENTS,
            Power.WRITE_AGREEMENTS,
            Power.JUDGE_LEADS,
            Power.SIGN_FOR_SALES,
            Power.MOVE_PASS_MARK,
            Power.SEE_OUTBOX,
        }
    ),
    SELLER: frozenset({Power.SELL, Power.SEE_AGREEMENTS, Power.JUDGE_LEADS}),
}


ROLES = tuple(_OF_ROLE)
SIGNING = {"marketing": Power.SIGN_FOR_MARKETING, "sales": Power.SIGN_FOR_SALES}
"""The sides of an agreement, and the power that signs for each. An administrator signs for nobody."""


class NotAllowed(PomonaError):
    """The user may not see or do this; nothing was shown or changed."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "not_allowed": (
            "Это действие вам не разрешено. Попросите руководителя или администратора.",
            "You are not allowed to do this. Ask your head or an administrator.",
        ),
        "no_such_lead": (
            "Такого лида нет среди ваших: возможно, его передали другому менеджеру.",
            "There is no such lead among yours: it may have been handed to somebody else.",
        ),
        "no_such_person": ("Такого пользователя нет.", "There is no such user."),
    }


def has_power(role: str | None, power: Power) -> bool:
    """Whether a role (None: nobody who may log in) has this power."""
    return power in _OF_ROLE.get(role or "", frozenset())


def may_sell_for(role: str | None, *, user: int, owner: int | None) -> bool:
    """Whether `user`, of this role, may act as the seller of `owner`'s lead: it is theirs, or they steer sales."""
    return has_power(role, Power.STEER_SALES) or (has_power(role, Power.SELL) and user == owner)
