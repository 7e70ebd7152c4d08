"""Decisions about a lead in words: what was decided, by whom, why; and why a route chose this seller."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from msgspec import convert

from pomona.domain.agreement.conditions import Condition
from pomona.domain.agreement.questionnaire import Asked
from pomona.domain.agreement.read_steps import OTHERWISE
from pomona.domain.clauses import say_condition
from pomona.domain.stages import PASSED_ON, Decision
from pomona.store.models import JournalRow
from pomona.web import words

Names = Mapping[int, str]


def decision_title(row: JournalRow, names: Names, asked: Asked, *, unmarked: bool) -> str:
    """One decision in a few words, in those of the questions `asked`; `unmarked`: so that nobody can tell whom the lot
    of a holdout fell on.
    """
    if row.name in PASSED_ON:
        return _passed_on(row, unmarked)
    if row.name == Decision.QUALIFIED:
        return _qualified(row, asked)
    saying = _SAYINGS.get(row.name)
    return saying(row, names) if saying else row.name


def _passed_on(row: JournalRow, unmarked: bool) -> str:
    known = {
        "score": words.points(row.body.get("score", 0)),
        "agreement": words.agreement_title(row.agreement or ""),
        "version": row.version,
    }
    if unmarked:
        return _("passed on to sales (%(agreement)s, version %(version)s)") % known
    if row.name == Decision.HOLDOUT:
        return _("drawn for the control group with %(score)s points (%(agreement)s, version %(version)s)") % known
    return _("ripened with %(score)s points (%(agreement)s, version %(version)s)") % known


def _tried(row: JournalRow, names: Names) -> str:
    known = {"agreement": words.agreement_title(row.agreement or ""), "version": row.version}
    return _("takes part in a trial (%(agreement)s, version %(version)s)") % known


def _handed_over(row: JournalRow, names: Names) -> str:
    known = {"seller": names.get(row.seller or 0, "—"), "rule": rule_title(row.body.get("rule", ""))}
    if row.body.get("why") == "by hand":
        return _("handed over to %(seller)s by hand") % known
    return _("handed over to %(seller)s by the rule “%(rule)s”") % known


def _qualified(row: JournalRow, asked: Asked) -> str:
    """By a seller's hand, or because everything agreed is known."""
    known = convert(row.body.get("because", {}).get("sql", []), list[Condition])
    because = ", ".join(say_condition(each, words.language(), asked) for each in known)
    return _("qualified: %(because)s") % {"because": because} if because else _("qualified")


def _with_reason(text: Callable[[], str]) -> Callable[[JournalRow, Names], str]:
    def say(row: JournalRow, names: Names) -> str:
        reason = row.body.get("reason")
        return f"{text()}: {reason}" if reason else text()

    return say


def _plain(text: Callable[[], str]) -> Callable[[JournalRow, Names], str]:
    return lambda row, names: text()


def _postponed(row: JournalRow, names: Names) -> str:
    return _("put off until %(when)s") % {"when": words.when(row.body["until"], row.t)}


def _other_lead(text: Callable[[], str], name: str) -> Callable[[JournalRow, Names], str]:
    return lambda row, names: text() % {"lead": row.body.get(name) or "—"}


_SAYINGS: dict[str, Callable[[JournalRow, Names], str]] = {
    Decision.CAPTURED: _plain(lambda: _("became known: a lead")),
    Decision.TRIED: _tried,
    Decision.WAITING: lambda row, names: _("waits: %(reason)s") % {"reason": waiting_words(row.body.get("reason"))},
    Decision.HANDED_OVER: _handed_over,
    Decision.REMINDED: _plain(lambda: _("the seller was reminded")),
    Decision.OVERDUE: _plain(lambda: _("no contact in time: overdue")),
    Decision.ACCEPTED: _plain(lambda: _("taken into work")),
    Decision.CONTACTED: _plain(lambda: _("contacted")),
    Decision.POSTPONED: _postponed,
    Decision.RETURNED: _with_reason(lambda: _("returned to nurture")),
    Decision.WON: _plain(lambda: _("won: has bought")),
    Decision.LOST: _with_reason(lambda: _("lost")),
    Decision.DISQUALIFIED: _with_reason(lambda: _("not a lead")),
    Decision.RECYCLED: _plain(lambda: _("nurture ended, a new cycle begins")),
    Decision.MERGED: _other_lead(lambda: _("merged with lead %(lead)s"), "absorbed"),
    Decision.ABSORBED: _other_lead(lambda: _("merged into lead %(lead)s"), "into"),
    Decision.SPLIT: _other_lead(lambda: _("split; given back: lead %(lead)s"), "given_back"),
    Decision.RESTORED: _plain(lambda: _("restored by a split")),
    Decision.ERASED: _plain(lambda: _("erased")),
}


def rule_title(name: str) -> str:
    """A line of the route by its name; the one for all others, which has none, by a word."""
    return _("otherwise") if name == OTHERWISE else name


def waiting_words(reason: Mapping[str, Any] | None) -> str:
    """Why a ripe lead has no seller yet."""
    found = reason or {}
    words_of = {
        "no_rule": _("no rule of the route fits"),
        "no_seller_matches": _("the rule names nobody who takes leads"),
        "all_full": _("everybody's hands are full"),
        "nobody_free": _("nobody is at work"),
        "outside_hours": _("outside working hours"),
        "overdue": _("the seller let the clock run out"),
    }
    text = words_of.get(found.get("code", ""), _("for a seller"))
    return f"{text} ({rule_title(found['rule'])})" if found.get("rule") else text


def route_steps(row: JournalRow, names: Names) -> list[str]:
    """The route's trace, rule by rule: which did not fit, which decided, who was passed over and why."""
    return [step_words(step, names) for step in row.body.get("trace", [])]


def step_words(step: Mapping[str, Any], names: Names) -> str:
    """One rule of a route's trace."""
    rule = {"rule": rule_title(step["rule"])}
    if step["holds"] is None:
        return _("“%(rule)s”: not known, so passed over") % rule
    if not step["holds"]:
        return _("“%(rule)s”: does not fit") % rule
    if "skipped" in step:
        return _("“%(rule)s” fits, but whom it means is not known yet") % rule
    passed = [_passed_over(each, names) for each in step.get("sellers", []) if each["why_not"]]
    chosen = next((each for each in step.get("sellers", []) if each["seller"] == step.get("chosen")), None)
    text = _("“%(rule)s” fits") % rule
    if passed:
        text += "; " + ", ".join(passed)
    if chosen is None:
        return text + "; " + _("nobody could take it")
    return text + "; " + _chosen(chosen, names)


def _chosen(seller: Mapping[str, Any], names: Names) -> str:
    known = {"name": names.get(seller["seller"], "—"), "open": seller["open"], "capacity": seller["capacity"]}
    return _("the next in turn: %(name)s (%(open)s of %(capacity)s in work)") % known


def _passed_over(seller: Mapping[str, Any], names: Names) -> str:
    why = {
        "late": pgettext("obstacle", "was late with this one"),
        "away": pgettext("obstacle", "on leave"),
        "outside_hours": pgettext("obstacle", "outside working hours"),
        "absent": pgettext("obstacle", "not at work"),
        "full": pgettext("obstacle", "hands full"),
    }
    return f"{names.get(seller['seller'], '—')} — {why.get(seller['why_not'], seller['why_not'])}"


def who(row: JournalRow, names: Names) -> str:
    """Who decided: a user's name, or Pomona by itself."""
    return names.get(row.actor, "—") if row.actor else "Pomona"
