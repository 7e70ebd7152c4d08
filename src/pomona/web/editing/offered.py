"""What the pickers of the editor offer, as people call it, with how often it came."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from zoneinfo import available_timezones

import msgspec
from django.utils.translation import ngettext

from pomona.domain.agreement import Agreement
from pomona.domain.agreement.questionnaire import Asked, Question, question_words
from pomona.domain.errors import Language
from pomona.domain.words import EVENTS, TRAITS, told
from pomona.store.database import connection
from pomona.store.offers import NAMED, TOLD, Offer, offers, receivers
from pomona.web import words
from pomona.web.editing.named import WORDS, word_of
from pomona.web.phrases import QUESTIONS


class Choosable(msgspec.Struct, frozen=True):
    """One value to choose, and what is shown for it."""

    value: str
    label: str


def offered_while_typing() -> dict[str, list[Choosable]]:
    """Lists for inputs, by name: what the journal holds, and the words of the agreement it does not hold yet."""
    found = offers(connection(), NAMED)
    for kind, known in (("events", EVENTS), ("traits", TRAITS), ("channels", ())):
        come = {each.value for each in found[kind]}
        found[kind] = [*found[kind], *(Offer(value) for value in known if value not in come)]
    zones = [Offer(zone) for zone in sorted(available_timezones()) if "/" in zone and not zone.startswith("Etc/")]
    return {
        kind: [Choosable(word_of(kind, each.value) if kind in WORDS else each.value, _often(each)) for each in of_kind]
        for kind, of_kind in {**found, "zones": zones}.items()
    }


def chosen_from(agreement: Agreement, asked: Asked, language: Language) -> dict[str, list[Choosable]]:
    """Options of what the company has, by name: teams, sellers, calendars, lists; what was asked and answered; and
    what the agreement has of its own. `asked` are its questions and those of other agreements.
    """
    found, come = receivers(connection()), offers(connection(), TOLD)
    return {
        "team": [Choosable(each.value, _team(each)) for each in found["team"]],
        "seller": [Choosable(each.value, each.title or each.value) for each in found["seller"]],
        "calendars": [Choosable(each.value, each.value) for each in found["calendars"]],
        "lists": _lists(found["lists"], agreement.lists),
        "questions": _questions(agreement, asked, come["questions"], language),
        "answers": [_choosable(each, told(each.value, language)) for each in come["answers"]],
        **{f"answers to {code}": _options(question, language) for code, question in asked.items()},
    }


def _questions(agreement: Agreement, asked: Asked, come: Sequence[Offer], language: Language) -> list[Choosable]:
    """Its own questions, then those that were answered, then those that everybody asks some day."""
    own = [Choosable(each.code, each.text.in_(language)) for each in agreement.questions]
    usual = [Offer(code) for code in QUESTIONS if code not in {each.value for each in come}]
    others = [each for each in (*come, *usual) if each.value not in agreement.asked]
    return [*own, *(_choosable(each, question_words(each.value, asked, language)) for each in others)]


def _choosable(offer: Offer, said: str) -> Choosable:
    """With how often it came."""
    return Choosable(offer.value, " · ".join(filter(None, (said, _often(offer)))))


def _options(question: Question, language: Language) -> list[Choosable]:
    return [Choosable(option.code, option.text.in_(language)) for option in question.options]


def _lists(company: Iterable[Offer], own: Mapping[str, Collection[str]]) -> list[Choosable]:
    """The company's lists and those of the agreement and its house, which go before one of the same name."""
    sizes = {each.value: each.count or 0 for each in company} | {name: len(items) for name, items in own.items()}
    return [
        Choosable(name, f"{name} · {ngettext('%(size)s item', '%(size)s items', size) % {'size': words.number(size)}}")
        for name, size in sorted(sizes.items())
    ]


def _team(team: Offer) -> str:
    count = team.count or 0
    sellers = ngettext("%(n)d seller", "%(n)d sellers", count) % {"n": count}
    return f"{team.title or team.value} · {sellers}"


def _often(offer: Offer) -> str:
    """How often it came, where that is counted."""
    if offer.count is None:
        return ""
    return ngettext("%(n)s time", "%(n)s times", offer.count) % {"n": words.number(offer.count)}
