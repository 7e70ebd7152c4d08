"""The roles' words."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from pomona.store.models import User

ROLES: dict[str, Promise] = {
    User.Role.ADMINISTRATOR: pgettext_lazy("role", "administrator"),
    User.Role.MARKETING: pgettext_lazy("role", "marketing"),
    User.Role.HEAD_OF_SALES: pgettext_lazy("role", "head of sales"),
    User.Role.SELLER: pgettext_lazy("role", "seller"),
}
