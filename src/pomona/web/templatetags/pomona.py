"""The shared components as template tags: disc, clock, stage chip, reason bar; and words for values."""

from datetime import date
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from pomona.domain.agreement.values import MAIL
from pomona.domain.event import HOUR
from pomona.domain.ripeness import Readiness
from pomona.domain.stages import Stage
from pomona.formats.phone_number import written
from pomona.web import fruit, words
from pomona.web.channels import CHANNEL_WORDS
from pomona.web.roles import ROLES

register = template.Library()

SHAPES = {
    Stage.WON: "won",
    Stage.LOST: "lost",
    Stage.NURTURE: "nurture",
    Stage.DISQUALIFIED: "not-a-lead",
}


@register.inclusion_tag("components/disc.html")
def disc(stage: str | None, grade: str | None = None, fill: float = 0.0, size: str = "") -> dict[str, Any]:
    """The fruit of a lead. `fill` is 0 to 1 of the pass mark; `size` "" or "large"; stage None: unknown."""
    full = fill > 0.99
    shape = SHAPES.get(Stage(stage), "fruit") if stage else "unknown"
    return {
        "shape": shape,
        "grade": (grade or "") if shape == "fruit" else "",
        "full": full,
        "path": fruit.filled_path(fill),
        "size": size,
        "label": _disc_label(stage, grade, fill),
    }


def _disc_label(stage: str | None, grade: str | None, fill: float) -> str:
    if not stage:
        return _("Unknown")
    if Stage(stage) in SHAPES:
        return stage_word(stage)
    percent = _("%(percent)d%% of the pass mark") % {"percent": int(fill * 100)}
    return _("Grade %(grade)s, %(percent)s") % {"grade": grade, "percent": percent} if grade else percent


@register.inclusion_tag("components/clock.html", takes_context=True)
def clock(context: template.Context, lead: Any) -> dict[str, Any]:
    """The response clock of a lead: running, overdue, put off, or stopped."""
    now: int = context["now"]
    state, target = clock_state(lead, now)
    return {
        "state": state,
        "target": target,
        "target_ms": target // 1000 if target else None,
        "left": target - now if target else None,
        "soon": target is not None and target - now < HOUR,
        "now": now,
    }


def clock_state(lead: Any, now: int) -> tuple[str, int | None]:
    """(running | overdue | later | back | contacted | none, the moment it points to) of a lead's row."""
    if lead.contacted_at is None and lead.owner_id is not None:
        if lead.due_at is not None:
            return ("running", lead.due_at) if lead.due_at > now else ("overdue", lead.due_at)
        if lead.overdue and lead.stage in (Stage.MQL, Stage.SAL):
            return "overdue", None
    if lead.later_at is not None:
        return ("later", lead.later_at) if lead.later_at > now else ("back", lead.later_at)
    if lead.contacted_at is not None:
        return "contacted", lead.contacted_at
    return "none", None


@register.inclusion_tag("components/stage.html")
def stage(name: str, owned: bool = True) -> dict[str, Any]:
    """The stage as a word with its abbreviation in grey; MQL says whether it waits or is handed over."""
    return {"name": name, "word": stage_word(name, owned), "short": abbreviation(name)}


def stage_word(name: str, owned: bool = True) -> str:
    """The stage's word in the page's language."""
    return {
        Stage.MCL: pgettext("stage", "captured"),
        Stage.MQL: pgettext("stage", "handed over") if owned else pgettext("stage", "ripe, waiting"),
        Stage.SAL: pgettext("stage", "accepted"),
        Stage.SQL: pgettext("stage", "qualified"),
        Stage.WON: pgettext("stage", "won"),
        Stage.LOST: pgettext("stage", "lost"),
        Stage.NURTURE: pgettext("stage", "on nurture"),
        Stage.DISQUALIFIED: pgettext("stage", "not a lead"),
    }[Stage(name)]


def abbreviation(name: str) -> str:
    """MCL, MQL, SAL or SQL; nothing for the others."""
    return name.upper() if name in (Stage.MCL, Stage.MQL, Stage.SAL, Stage.SQL) else ""


@register.filter
def readiness_word(where: Readiness) -> str:
    """Where a lead stands by its facts alone, in the page's language."""
    return {
        Readiness.NOT_CAPTURED: pgettext("readiness", "not a lead yet"),
        Readiness.BARRED: pgettext("readiness", "never passed on"),
        Readiness.UNRIPE: pgettext("readiness", "not ripe"),
        Readiness.RIPE: pgettext("readiness", "ripe"),
    }[where]


@register.inclusion_tag("components/reason.html")
def reason(title: str, amount: int, largest: int, note: str = "") -> dict[str, Any]:
    """One reason of a score as a bar: `amount` in thousandths, drawn against the `largest` of its page."""
    share = min(1.0, abs(amount) / largest) if largest else 0.0
    return {"title": title, "amount": amount, "note": note, "width": round(share * 100, 1), "negative": amount < 0}


@register.filter
def role_word(role: str) -> str:
    """The role's word in the page's language."""
    return str(ROLES[role])


@register.filter
def channel_word(channel: str) -> str:
    """How somebody hears of a lead, in the page's language; what was written before channels were kept is mail."""
    return str(CHANNEL_WORDS.get(channel, CHANNEL_WORDS[MAIL]))


@register.filter
def phone(number: str) -> str:
    """A phone number as people write it."""
    return written(number)


@register.filter
def agreement_title(name: str) -> str:
    """What an agreement is called."""
    return words.agreement_title(name)


@register.filter
def points(thousandths: int) -> str:
    """Points as people write them."""
    return words.points(thousandths)


@register.simple_tag(takes_context=True)
def moment(context: template.Context, at: int | None) -> str:
    """A moment beside the page's now; a dash for none."""
    return "—" if at is None else words.when(at, context["now"])


@register.simple_tag(takes_context=True)
def ago(context: template.Context, at: int) -> str:
    """How long ago, beside the page's now."""
    return words.ago(at, context["now"])


@register.filter
def exactly(at: int) -> str:
    """The whole moment."""
    return words.exactly(at)


@register.filter
def day(at: int) -> str:
    """The date."""
    return words.day(at)


@register.filter
def date_words(on: date) -> str:
    """A date in a list."""
    return words.date_words(on)


@register.filter
def clock_time(at: int) -> str:
    """Hours and minutes."""
    return words.clock_time(at)


@register.filter
def duration(length: int) -> str:
    """A length of time."""
    return words.duration(length)


@register.filter
def countdown(length: int) -> str:
    """What a running clock shows."""
    return words.countdown(length)


@register.filter
def number(value: float) -> str:
    """A number in the language's own writing."""
    return words.number(value)


@register.simple_tag(takes_context=True)
def money(context: template.Context, amount: int) -> str:
    """Money (hundredths of the installation's currency) as people write it."""
    return words.money(amount, context["installation"].currency)


@register.filter
def percentage_points(difference: float) -> str:
    """The difference of two shares."""
    return words.percentage_points(difference)


@register.filter
def leads(count: int) -> str:
    """So many leads."""
    return words.leads(count)


@register.filter
def apart(difference: float) -> str:
    """How far two shares are apart."""
    return words.apart(difference)


@register.filter
def percent(share: float) -> str:
    """A share as a percentage."""
    return words.percent(share)
