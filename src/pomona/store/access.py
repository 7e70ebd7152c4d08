"""The one place that answers "may this user see or do this". Every read for a page begins here."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from pomona.store.models import Lead, Seller, User
from pomona.store.powers import NotAllowed, Power, has_power, may_sell_for

__all__ = [
    "NotAllowed",
    "Power",
    "demand",
    "may",
    "may_sell",
    "seller_to_show",
    "sells",
    "visible_lead",
    "visible_leads",
]


def may(user: User | AnonymousUser, power: Power) -> bool:
    """Whether the user's role has this power."""
    return isinstance(user, User) and user.is_active and has_power(user.role, power)


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
    return isinstance(user, User) and user.is_active and may_sell_for(user.role, user=user.pk, owner=lead.owner_id)


def sells(user: User | AnonymousUser) -> bool:
    """Whether the user takes leads."""
    return may(user, Power.SELL) and Seller.objects.filter(pk=user.pk).exists()


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
