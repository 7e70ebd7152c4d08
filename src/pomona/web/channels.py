"""The words for how people hear of a lead."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from pomona.domain.agreement.values import BROWSER, MAIL, TELEGRAM

CHANNEL_WORDS: dict[str, Promise] = {
    MAIL: gettext_lazy("by mail"),
    BROWSER: gettext_lazy("in the browser"),
    TELEGRAM: gettext_lazy("by Telegram"),
}
