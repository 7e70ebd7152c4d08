"""The one place that answers "may this user see or do this". Every read for a page begins here."""

from enum import StrEnum
from typing import ClassVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from pomona.domain.errors import PomonaError
from pomona.store.models import Lead, User

ADMINISTRATOR, MARKETING, HEAD_OF_SALES, SELLER = (
    User.Role.ADMINISTRATOR,
    User.Role.MARKETING,
    User.Role.HEAD_OF_SALES,
    User.Role.SELLER,
)


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
    SEE_AGREEMENTS = "see_agreements"
    WRITE_AGREEMENTS = "write_agreements"
    SIGN_FOR_MARKETING = "sign_for_marketing"
    SIGN_FOR_SALES = "sign_for_sales"
    MANAGE_SOURCES = "manage_sources"
    """Sources, their write keys, and events that could not be read."""
    SEE_OUTBOX = "see_outbox"
    ADMINISTER = "administer"
    """People, teams, calendars, the installation; erase a person."""


_OF_ROLE: dict[str, frozenset[Power]] = {
    ADMINISTRATOR: frozenset(Power),
    MARKETING: frozenset(
        {
            Power.SEE_ALL_LEADS,
            Power.JOIN_PEOPLE,
            Power.SEE_FUNNEL,
            Power.SEE_AGREEMENTS,
            Power.WRITE_AGREEMENTS,
            Power.SIGN_FOR_MARKETING,
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
            Power.SIGN_FOR_SALES,
            Power.SEE_OUTBOX,
        }
    ),
    SELLER: frozenset({Power.SELL, Power.SEE_AGREEMENTS}),
}


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


def may(user: User | AnonymousUser, power: Power) -> bool:
    """Whether the user's role has this power."""
    return isinstance(user, User) and user.is_active and power in _OF_ROLE.get(user.role, frozenset())


def demand(user: User | AnonymousUser, power: Power) -> None:
    """Raise `NotAllowed` unless the user has this power."""
    if not may(user, power):
        raise NotAllowed("not_allowed")


def visible_leads(user: User | AnonymousUser) -> QuerySet[Lead]:
    """The leads this user may see: all of them, or a seller's own."""
    if may(user, Power.SEE_ALL_LEADS):
        return Lead.objects.all()
    if may(user, Power.SELL):
        return Lead.objects.filter(owner_id=user.pk)
    return Lead.objects.none()


def visible_lead(user: User | AnonymousUser, lead: int) -> Lead:
    """One lead this user may see; raises `NotAllowed` for any other, whether it exists or not."""
    found = visible_leads(user).select_related("owner").filter(pk=lead).first()
    if found is None:
        raise NotAllowed("no_such_lead")
    return found


def may_sell(user: User | AnonymousUser, lead: Lead) -> bool:
    """Whether the user may act as the seller of this lead: it is theirs, or they steer sales."""
    return may(user, Power.STEER_SALES) or (may(user, Power.SELL) and lead.owner_id == user.pk)


def seller_to_show(user: User | AnonymousUser, seller: int | None) -> User:
    """Whose inbox the user may open: their own (`None`), or with `STEER_SALES` any seller's."""
    demand(user, Power.SELL)
    assert isinstance(user, User)
    if seller is None or seller == user.pk:
        return user
    demand(user, Power.STEER_SALES)
    found = User.objects.filter(pk=seller, seller__isnull=False).first()
    if found is None:
        raise NotAllowed("no_such_person")
    return found
