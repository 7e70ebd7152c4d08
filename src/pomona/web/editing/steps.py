"""The steps of the editor and what stands in each. A new section is one more entry here, and its fields."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pomona.domain.agreement import Agreement
from pomona.web import outline
from pomona.web.editing.forms import Path
from pomona.web.editing.parts import Fact, Rules
from pomona.web.editing.step_ready import READY
from pomona.web.editing.step_rest import AUTOMATE, CAMPAIGN, PROMISE
from pomona.web.editing.step_sales import RESPOND, ROUTE

PROPOSE = "propose"
"""The last step: what differs, and offering it for signing."""

STEPS: dict[str, str | Promise] = {
    **outline.STEPS,
    "campaign": _("Which campaign is it?"),
    PROPOSE: _("Ready to be signed?"),
}
SHORT_TITLES: dict[str, str | Promise] = {
    "ready": pgettext_lazy("step of an agreement", "Whom"),
    "route": pgettext_lazy("step of an agreement", "To whom"),
    "respond": pgettext_lazy("step of an agreement", "How fast"),
    "automate": pgettext_lazy("step of an agreement", "By itself"),
    "promise": pgettext_lazy("step of an agreement", "Promises"),
    "campaign": pgettext_lazy("step of an agreement", "Campaign"),
    PROPOSE: pgettext_lazy("step of an agreement", "Sign"),
}

SECTIONS = (*READY, *ROUTE, *RESPOND, *AUTOMATE, *PROMISE, *CAMPAIGN)
STEP_OF = {part.key: section.step for section in SECTIONS for part in section.parts}
PARTS: dict[str, Rules | Fact] = {part.key: part for section in SECTIONS for part in section.parts}


def form_at(agreement: Agreement, path: Path) -> str:
    """The form in which something at a path of the agreement is changed, as addresses name it: `mql`, `fit:3`; empty
    where there is none.
    """
    for key, part in PARTS.items():
        if path[: len(part.path)] != part.path:
            continue
        below = path[len(part.path) :]
        if isinstance(part, Fact):
            if below and any(field.path[: len(below)] == below[: len(field.path)] for field in part.form.fields):
                return key
        elif below and isinstance(below[0], int) and below[0] < len(list(part.says(agreement, "en"))):
            return f"{key}:{below[0]}"
    return ""
