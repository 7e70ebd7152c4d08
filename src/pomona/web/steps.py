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
BEFORE_CONTACT = ("call", "contacted", "write", "later", "return")
ASKING = {"later": "E", "return": "R", "lose": ""}
KEYS = {"contacted": "C"}


@dataclass(frozen=True)
class Step:
    """One button. `asks`: it opens a form; `url` takes the POST; `key` is its letter on the keyboard."""

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
    if lead.stage == Stage.SAL and lead.contacted_at is None:
        names = BEFORE_CONTACT
    return [_step(name, lead) for name in names if _possible(name, lead)]


def _possible(name: str, lead: Lead) -> bool:
    return bool({"call": lead.phone, "write": lead.email}.get(name, True))


def _step(name: str, lead: Lead) -> Step:
    url = "" if name in ("call", "write") else reverse("act", args=[lead.pk, name])
    return Step(name, title(name), url, asks=name in ASKING, key=ASKING.get(name) or KEYS.get(name, ""))


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
        "win": pgettext("step", "Won"),
        "lose": pgettext("step", "Lost"),
        "assign": pgettext("step", "Hand over"),
        "disqualify": pgettext("step", "Not a lead"),
    }[name]
