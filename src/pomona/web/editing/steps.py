"""The steps of the editor and what stands in each. A new section is one more entry here, and its fields."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pomona.web import outline
from pomona.web.editing.parts import Fact, Rules
from pomona.web.editing.step_ready import READY
from pomona.web.editing.step_rest import AUTOMATE, CAMPAIGN, PROMISE
from pomona.web.editing.step_sales import RESPOND, ROUTE

STEPS: dict[str, str | Promise] = {
    **outline.STEPS,
    "campaign": _("Which campaign is it?"),
}
SHORT_TITLES: dict[str, str | Promise] = {
    "ready": pgettext_lazy("step of an agreement", "Whom"),
    "route": pgettext_lazy("step of an agreement", "To whom"),
    "respond": pgettext_lazy("step of an agreement", "How fast"),
    "automate": pgettext_lazy("step of an agreement", "By itself"),
    "promise": pgettext_lazy("step of an agreement", "Promises"),
    "campaign": pgettext_lazy("step of an agreement", "Campaign"),
}

SECTIONS = (*READY, *ROUTE, *RESPOND, *AUTOMATE, *PROMISE, *CAMPAIGN)
STEP_OF = {part.key: section.step for section in SECTIONS for part in section.parts}
PARTS: dict[str, Rules | Fact] = {part.key: part for section in SECTIONS for part in section.parts}
