"""What campaigns cost: nothing is lost in spreading, and what is not known is not said to be zero."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pomona.domain.agreement import read_agreement
from pomona.domain.spend import (
    CampaignDay,
    Days,
    RefusedSpend,
    Spent,
    add_up,
    change_of,
    checked,
    spend_of,
    spread,
)
from pomona.formats.yaml_document import read_yaml
from tests.domain.facts import SMALLEST

MARCH = date(2026, 3, 1)
WHOLE = Days(MARCH, date(2026, 3, 31))
LATER = date(2026, 5, 1)


def _day(number: int) -> date:
    return MARCH + timedelta(days=number - 1)


@given(amount=st.integers(0, 10**12), length=st.integers(1, 400))
def test_spread_over_days_every_hundredth_stays_and_days_differ_by_one_at_most(amount: int, length: int) -> None:
    parts = spread(amount, Days(MARCH, _day(length)))
    assert sum(parts.values()) == amount
    assert list(parts) == [_day(number) for number in range(1, length + 1)]
    assert max(parts.values()) - min(parts.values()) <= 1


def test_a_period_must_not_end_before_it_begins_nor_last_for_ages() -> None:
    for days in (Days(_day(2), _day(1)), Days(MARCH, date(2206, 3, 1))):
        with pytest.raises(RefusedSpend):
            spread(100, days)


@given(told=st.dictionaries(st.integers(-5, 40).map(_day), st.integers(0, 10**9)))
def test_what_is_known_is_added_up_and_days_without_it_are_counted(told: dict[date, int]) -> None:
    found = add_up(told, WHOLE, WHOLE, LATER)
    assert found.amount == sum(amount for day, amount in told.items() if WHOLE.hold(day))
    assert found.known == sum(WHOLE.hold(day) for day in told)
    assert found.days == 31
    assert found.is_whole == (found.known == 31)


def test_a_day_counts_only_while_the_campaign_lived_and_when_it_is_over() -> None:
    life = Days(_day(10), _day(20))
    assert add_up({}, WHOLE, life, LATER) == Spent(0, 0, 11)
    assert add_up({_day(10): 5}, WHOLE, life, _day(15)) == Spent(5, 1, 5)
    assert add_up({_day(15): 5}, WHOLE, life, _day(15)) == Spent(5, 1, 6), "today counts once it is told"
    assert add_up({}, WHOLE, Days(date(2026, 1, 1), date(2026, 2, 1)), LATER) == Spent(0, 0, 0)


def test_no_known_spend_has_no_price_and_a_told_zero_costs_nothing() -> None:
    assert Spent(0, 0, 31).price(10) is None
    assert Spent(0, 31, 31).price(10) == 0
    assert Spent(100, 31, 31).price(0) is None
    assert [Spent(amount, 1, 1).price(3) for amount in (100, 101, 102)] == [33, 34, 34]


@given(st.lists(st.builds(Spent, st.integers(0, 10**9), st.integers(0, 90), st.integers(90, 90))))
def test_campaigns_add_up_and_one_unknown_day_of_one_makes_the_sum_a_lower_bound(each: list[Spent]) -> None:
    total = sum(each, Spent())
    assert total.amount == sum(one.amount for one in each)
    assert total.is_whole == all(one.is_whole for one in each)


def test_a_change_tells_what_is_new_from_what_is_corrected_and_leaves_the_same_alone() -> None:
    one, other, third = (CampaignDay("search", _day(number)) for number in (1, 2, 3))
    change = change_of({one: 100, other: 200}, {one: 100, other: 0, third: 5})
    assert (change.told, change.corrected, change.same) == ({third: 5}, {other: 0}, 1)


@pytest.mark.parametrize(
    ("place", "amount", "code"),
    [
        (CampaignDay("", MARCH), 1, "spend_campaign"),
        (CampaignDay("x" * 256, MARCH), 1, "spend_campaign"),
        (CampaignDay("\0", MARCH), 1, "spend_campaign"),
        (CampaignDay("search", MARCH), -1, "spend_amount"),
        (CampaignDay("search", date(1026, 3, 1)), 1, "spend_day"),
    ],
)
def test_what_cannot_be_true_is_refused_in_both_languages(place: CampaignDay, amount: int, code: str) -> None:
    with pytest.raises(RefusedSpend) as refused:
        checked({place: amount})
    assert refused.value.code == code
    assert refused.value.text("ru") != refused.value.text("en")


BARE = read_yaml(SMALLEST)[0]
HOUSE = read_agreement({**BARE, "campaign": "default"})
SEARCH = read_agreement({**BARE, "campaign": "search", "covers": [{"utm_campaign": "search-*"}, {"form": "prices"}]})
EBOOK = read_agreement({**BARE, "campaign": "ebook"})


def test_an_agreement_bears_the_spend_of_the_campaigns_it_covers_and_the_house_rules_what_is_left() -> None:
    spent = {"Search-broad": Spent(3, 1, 1), "search-brand": Spent(4, 1, 2), "ebook": Spent(5, 1, 1), "radio": Spent(9)}
    every = [HOUSE, SEARCH, EBOOK]
    of_search = spend_of(SEARCH, spent, every)
    assert (of_search.campaigns, of_search.spent) == (("Search-broad", "search-brand"), Spent(7, 2, 3))
    assert spend_of(EBOOK, spent, every).campaigns == ("ebook",)
    assert spend_of(HOUSE, spent, every).campaigns == ("radio",)
    assert spend_of(HOUSE, spent, [HOUSE, EBOOK]).campaigns == ("Search-broad", "radio", "search-brand")
