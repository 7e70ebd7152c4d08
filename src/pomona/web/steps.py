"""What the seller of a lead can do next, in the order in which it is done; the first is the primary step."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import pgettext

from pomona.domain.stages import Stage
from pomona.store.access import may_sell
from pomona.store.models import Lead, User

OF_STAGE: dict[str, tuple[str, ...]] = {
    Stage.MQL: ("accept", "call", "write", "later", "return"),
    Stage.SAL: ("qualify", "call", "write", "later", "lose", "return"),
    Stage.SQL: ("win", "call", "write", "later", "lose", "return"),
}
TO_CALL = ("call", "contacted")
"""What comes first in work while somebody is to be reached, for the first time or again."""

ASKING = ("later", "return", "lose")
"""Steps that open a form first."""

KEYS = {"contacted": "C", "later": "E", "return": "R"}
BY_ENTER = ("accept", "call", "contacted")
"""What Enter does where it is the first step; an end of the matter is never one key away."""


@dataclass(frozen=True)
class Step:
    """One button. `asks`: it opens a form; `url` takes the POST; `key` presses it: Enter or a letter."""

    name: str
    title: str
    url: str
    asks: bool = False
    key: str = ""


def steps(user: User, lead: Lead) -> list[Step]:
    """The steps that this user may take with this lead now."""
    if lead.owner_id is None or lead.merged_into is not None or not may_sell(user, lead):
        return []
    names = OF_STAGE.get(lead.stage, ())
    if lead.stage != Stage.MQL and (lead.contacted_at is None or lead.later_at is not None):
        names = tuple(dict.fromkeys((*TO_CALL, *names)))
    possible = [name for name in names if _possible(name, lead)]
    return [_step(name, lead, first=name == possible[0]) for name in possible]


def _possible(name: str, lead: Lead) -> bool:
    return bool({"call": lead.phone, "write": lead.email}.get(name, True))


def _step(name: str, lead: Lead, *, first: bool) -> Step:
    url = "" if name in ("call", "write") else reverse("act", args=[lead.pk, name])
    key = "Enter" if first and name in BY_ENTER else KEYS.get(name, "")
    return Step(name, title(name), url, asks=name in ASKING, key=key)


def title(name: str) -> str:
    """What the button of a step says."""
    return {
        "accept": pgettext("step", "Take it"),
        "call": pgettext("step", "Call"),
        "contacted": pgettext("step", "Contacted"),
        "write": pgettext("step", "Write"),
        "later": pgettext("step", "Later"),
        "return": pgettext("step", "Return"),
        "qualify": pgettext("step", "Qualified"),
        "note": pgettext("step", "Note"),
        "win": pgettext("step", "Won"),
        "lose": pgettext("step", "Lost"),
        "assign": pgettext("step", "Hand over"),
        "disqualify": pgettext("step", "Not a lead"),
    }[name]
