"""What the editor's templates ask of their values."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from django import template

from pomona.web.editing.kinds import Kind
from pomona.web.editing.offered import Choosable

register = template.Library()


@register.filter
def of(choices: Mapping[str, Sequence[Choosable]], name: str) -> Sequence[Choosable]:
    """The options of that name; none where there are none."""
    return choices.get(name, ()) if name else ()


@register.filter
def holds(offers: Sequence[Choosable], value: str) -> bool:
    """Whether a value is among the options."""
    return any(offer.value == value for offer in offers)


@register.filter
def knows_target(choices: Mapping[str, Sequence[Choosable]], target: str) -> bool:
    """Whether `team:volga` and the like is among the options."""
    kind, colon, name = target.partition(":")
    return not colon or holds(of(choices, kind), name)


@register.filter
def answers_to(choices: Mapping[str, Sequence[Choosable]], question: str) -> Sequence[Choosable]:
    """What the agreement offers as answers to a question of its own."""
    return of(choices, f"answers to {question}")


@register.filter
def beyond(codes: Sequence[str], offers: Sequence[Choosable]) -> list[str]:
    """The codes that are not among the options."""
    return [code for code in codes if not holds(offers, code)]


@register.filter
def chosen_first(offers: Sequence[Choosable], codes: Sequence[str]) -> list[Choosable]:
    """The options with those that are chosen first, in their order."""
    known = {offer.value: offer for offer in offers}
    chosen = [known.get(code) or Choosable(code, code) for code in codes]
    return [*chosen, *(offer for offer in offers if offer.value not in codes)]


@register.filter
def with_empty(rows: Sequence[Any], count: int) -> list[Any]:
    """The rows, and empty ones to fill in."""
    return [*rows, *[""] * count]


@register.filter
def by_group(kinds: Mapping[str, Kind]) -> list[tuple[str, list[tuple[str, Kind]]]]:
    """The kinds of conditions under the headings of their groups."""
    grouped = groupby(kinds.items(), key=lambda item: str(item[1].group))
    return [(group, list(of_group)) for group, of_group in grouped]
