import msgspec
import pytest

from pomona.domain.agreement import Agreement
from pomona.domain.agreement.conditions import Condition
from pomona.domain.condition import Situation
from pomona.domain.event import DAY, Event
from pomona.domain.profile import EMPTY_PROFILE, observe
from pomona.domain.ripeness import choose_agreements, is_barred, is_captured, is_ripe, is_won
from pomona.domain.scoring import EMPTY_TALLY, count, situation_of
from tests.domain.facts import NOW, agreement, fact

TERMS = agreement("""
ready:
  pass_mark: 20
  never: [{name: competitor, when: {trait: company.domain, is: rival.example}}]
  fit: [{name: known, when: {known: phone}, points: 5}]
  interest: [{name: pages, when: {event: page}, points: 10}]
  mql: {any: [{all: [{score: pass_mark}, {fit: {at_least: 5}}]}, {event: call back requested}]}
  won: {event: contract signed, within: 90d}
""")
WITH_PHONE = fact("identify", NOW - DAY, traits={"phone": "+78430000001"})
RIVAL = fact("identify", NOW - DAY, traits={"company.domain": "rival.example"})


def situation(*events: Event, terms: Agreement = TERMS) -> Situation:
    tally = count(terms, EMPTY_TALLY, events, cycle_from=0)
    return situation_of(terms, observe(EMPTY_PROFILE, events), tally, at=NOW, captured_at=NOW - DAY)


def pages(number: int) -> list[Event]:
    return [fact("page", NOW - i) for i in range(number)]


@pytest.mark.parametrize(
    ("events", "ripe"),
    [
        ([*pages(2), WITH_PHONE], True),
        ([*pages(1), WITH_PHONE], False),
        ([*pages(5)], False),
        ([fact("call back requested", NOW)], True),
        ([fact("call back requested", NOW), RIVAL], False),
    ],
)
def test_ripe_is_mql_and_not_never(events: list[Event], ripe: bool) -> None:
    assert is_ripe(TERMS, situation(*events)).ripe is ripe


def test_ripeness_says_which_conditions_were_true_and_what_bars() -> None:
    because = is_ripe(TERMS, situation(fact("call back requested", NOW))).because
    conditions = [msgspec.convert(each, Condition) for each in because["mql"]]
    assert conditions == [TERMS.ready.mql.parts[1]]  # type: ignore[union-attr]
    assert is_ripe(TERMS, situation(RIVAL)).because == {"never": "competitor"}
    assert is_barred(TERMS, situation(RIVAL)) == "competitor"
    assert is_barred(TERMS, situation(WITH_PHONE)) is None


def test_ripeness_can_be_not_known() -> None:
    terms = agreement("ready: {pass_mark: 20, mql: {account: is_client}}")
    assert is_ripe(terms, situation(terms=terms)).ripe is None


def test_captured_once_somebody_can_be_reached() -> None:
    assert not is_captured(TERMS, observe(EMPTY_PROFILE, [RIVAL]), at=NOW)
    assert is_captured(TERMS, observe(EMPTY_PROFILE, [WITH_PHONE]), at=NOW)


def test_won_within_the_horizon() -> None:
    assert is_won(TERMS, situation(fact("contract signed", NOW - 89 * DAY)))
    assert not is_won(TERMS, situation(fact("contract signed", NOW - 90 * DAY)))
    assert not is_won(agreement("covers: [{form: x}]"), situation(fact("contract signed", NOW)))


def campaign(name: str, rest: str = "") -> Agreement:
    return agreement(f"campaign: {name}\n{rest}")


AGREEMENTS = {
    each.campaign: each
    for each in (
        campaign("default"),
        campaign("spring"),
        campaign("book", "covers: [{utm_campaign: spring-ebook*}, {form: pump-guide}]"),
        campaign("calls", 'covers: [{number: "+78430000001"}]'),
        campaign("past", "covers: [{utm_campaign: Old*}]\nruns: {until: 2026-02-27, time_zone: Europe/Moscow}"),
        campaign("future", "covers: [{form: '*'}]\nruns: {from: 2026-03-03}"),
    )
}


@pytest.mark.parametrize(
    ("touches", "chosen"),
    [
        ([], ["default"]),
        ([fact("page", NOW - 1, campaign="something else")], ["default"]),
        ([fact("page", NOW - 1, campaign="SPRING")], ["spring"]),
        (
            [fact("page", NOW - 2, campaign="spring-ebook-7"), fact("page", NOW - 1, campaign="spring")],
            ["spring", "book"],
        ),
        ([fact("form submitted", NOW - 1, properties={"form": "pump-guide"})], ["book"]),
        ([fact("call started", NOW - 1, properties={"number": "+78430000001"})], ["calls"]),
        ([fact("page", NOW - 90 * DAY, campaign="spring")], ["default"]),
        ([fact("page", NOW - 90 * DAY + 1, campaign="spring")], ["spring"]),
        ([fact("page", NOW - 4 * DAY, campaign="old one")], ["past"]),
        ([fact("page", NOW - 2 * DAY, campaign="old one")], ["default"]),
    ],
)
def test_a_lead_is_scored_under_the_agreements_whose_campaign_touched_it(
    touches: list[Event], chosen: list[str]
) -> None:
    profile = observe(EMPTY_PROFILE, touches)
    assert [each.campaign for each in choose_agreements(AGREEMENTS, profile, NOW)] == chosen


def test_at_most_the_five_touched_last() -> None:
    many = {f"c{i}": campaign(f"c{i}") for i in range(9)}
    profile = observe(EMPTY_PROFILE, [fact("page", NOW - i, campaign=f"c{i}") for i in range(9)])
    assert [each.campaign for each in choose_agreements(many, profile, NOW)] == ["c0", "c1", "c2", "c3", "c4"]


def test_without_house_rules_nobody_asks() -> None:
    assert choose_agreements({}, EMPTY_PROFILE, NOW) == ()
