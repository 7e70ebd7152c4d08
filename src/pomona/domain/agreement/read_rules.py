"""Reading the rules that give points."""

import re
from collections.abc import Callable
from itertools import pairwise
from typing import TypeVar

from pomona.domain.agreement.bands import Band
from pomona.domain.agreement.conditions import Happened
from pomona.domain.agreement.nodes import Node, attempt, attempt_each
from pomona.domain.agreement.read_conditions import BEHAVIOUR, PROFILE, read_condition
from pomona.domain.agreement.values import BandRule, HitRule, StateRule
from pomona.domain.text import normal

_Rule = TypeVar("_Rule")

HITS_COUNTED = 20
"""How many newest hits of a rule count when it names no `at_most`."""
MOST_HITS = 100

HIT_WORDS = ("half_life", "at_most", "once", "once_per")
_BAND = re.compile(r"(-?\d{1,12}(?:\.\d{1,6})?)?\.\.(-?\d{1,12}(?:\.\d{1,6})?)?")
_BUCKET = re.compile(r"[1-9][0-9]{0,5}[smhdw]")


def read_state_rules(node: Node) -> tuple[StateRule | BandRule, ...]:
    """The rules of `fit` or `answers`."""
    return read_named(node, _state_rule)


def read_interest_rules(node: Node) -> tuple[StateRule | HitRule, ...]:
    """The rules of `interest`."""
    return read_named(node, _interest_rule)


def read_named(node: Node, read: Callable[[Node], _Rule]) -> tuple[_Rule, ...]:
    """A list of rules, each known by its name: a name that stands there already is noted."""
    seen: set[str] = set()
    for part in node.items():
        name = part.value.get("name") if isinstance(part.value, dict) else None
        if isinstance(name, str):
            if name in seen:
                part.note("same_name", name=name)
            seen.add(name)
    return attempt_each(node.items(), read)


def _state_rule(node: Node) -> StateRule | BandRule:
    if isinstance(node.value, dict) and "by" in node.value:
        fields = node.fields(("name", "by", "points"), required=("name", "by", "points"))
        return BandRule(name=fields["name"].text(), trait=fields["by"].text(), bands=_bands(fields["points"]))
    fields = node.fields(("name", "when", "points"), required=("name", "when", "points"))
    name, points = attempt(fields["name"], Node.text), attempt(fields["points"], Node.thousandths)
    return StateRule(name=name or "", when=read_condition(fields["when"], PROFILE), points=points or 0)


def read_ranges(node: Node) -> tuple[Band, ...]:
    """Points by ranges of a number."""
    bands = _bands(node)
    for (label, part), band in zip(node.entries(), bands, strict=False):
        if band.value is not None:
            part.refuse("not_a_band", value=label[:50])
    return bands


def band_label(band: Band) -> str:
    """The band as an agreement writes it: `5..19`."""
    return band.value or "..".join("" if end is None else f"{end:g}" for end in (band.low, band.high))


def _bands(node: Node) -> tuple[Band, ...]:
    bands = attempt_each([part for _, part in node.entries()], _band)
    ranges = sorted((each for each in bands if each.value is None), key=_low)
    for lower, upper in pairwise(ranges):
        if lower.high is None or _low(upper) <= lower.high:
            node.refuse("bands_overlap", first=band_label(lower), second=band_label(upper))
    return bands


def _band(node: Node) -> Band:
    label, points = str(node.path[-1]), node.thousandths()
    match = _BAND.fullmatch(label)
    if match is None:
        if ".." in label or not (value := normal(label)):
            node.refuse("not_a_band", value=label[:50])
        return Band(points=points, value=value)
    low, high = (float(end) if end else None for end in match.groups())
    if (low is None and high is None) or (low is not None and high is not None and high < low):
        node.refuse("not_a_band", value=label[:50])
    return Band(points=points, low=low, high=high)


def _low(band: Band) -> float:
    return float("-inf") if band.low is None else band.low


def _interest_rule(node: Node) -> StateRule | HitRule:
    fields = node.fields(("name", "when", "points", *HIT_WORDS), required=("name", "when", "points"))
    name = attempt(fields["name"], Node.text) or ""
    points = attempt(fields["points"], Node.thousandths) or 0
    when = read_condition(fields["when"], BEHAVIOUR)
    if isinstance(when, Happened) and when == Happened(when.pattern):
        return _hit_rule(node, fields, name, when, points)
    for keyword in HIT_WORDS:
        if keyword in fields:
            fields[keyword].note("only_for_hits", keyword=keyword)
    return StateRule(name=name, when=when, points=points)


def _hit_rule(node: Node, fields: dict[str, Node], name: str, when: Happened, points: int) -> HitRule:
    once = attempt(fields.get("once"), Node.true) or False
    once_per = attempt(fields.get("once_per"), Node.text)
    bucket = fields["once_per"].elapsed() if once_per and _BUCKET.fullmatch(once_per) else None
    for other in ("once_per", "at_most"):
        if once and other in fields:
            fields[other].note("not_together", first="once", second=other)
    return HitRule(
        name=name,
        when=when,
        points=points,
        keep=1 if once else _hits_counted(fields.get("at_most"), points),
        half_life=attempt(fields.get("half_life"), Node.elapsed),
        once=once,
        once_per=None if bucket else once_per,
        once_per_time=bucket,
    )


def _hits_counted(node: Node | None, points: int) -> int:
    if node is None:
        return HITS_COUNTED
    most = attempt(node, Node.thousandths)
    if most is None or points == 0:
        return HITS_COUNTED
    if most % points != 0 or not 1 <= most // points <= MOST_HITS:
        node.note("not_whole")
        return HITS_COUNTED
    return most // points
