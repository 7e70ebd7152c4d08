"""The made-up market: same seed, same people in either language; nothing in it reaches anybody."""

from collections import Counter
from random import Random

import msgspec
import pytest

from pomona.demo.diary import Diary
from pomona.demo.journeys import Journey, Span, journeys, span_until
from pomona.demo.people import Market
from pomona.demo.stories import STORIES, tell_stories
from pomona.demo.truth import Interest, chance_to_buy
from pomona.domain.errors import Language
from pomona.domain.event import DAY, HOUR
from tests.conftest import NOW

SPAN = span_until(NOW, 90)


def _journeys(seed: int, language: Language = "ru", leads: int = 400) -> list[Journey]:
    return list(journeys(seed, Market(seed, language, 100), SPAN, leads))


def _messages(told: list[Journey]) -> bytes:
    return msgspec.json.encode([journey.diary.said for journey in told])


def test_the_same_seed_gives_the_same_messages_and_another_seed_others() -> None:
    assert _messages(_journeys(7)) == _messages(_journeys(7))
    assert _messages(_journeys(7)) != _messages(_journeys(8))


def test_both_languages_tell_the_same_of_the_same_people() -> None:
    russian, english = _journeys(7), _journeys(7, "en")
    assert [each.person.email for each in russian] == [each.person.email for each in english]
    assert [[said.at for said in each.diary.said] for each in russian] == [
        [said.at for said in each.diary.said] for each in english
    ]
    assert russian[0].person.job_title != english[0].person.job_title


@pytest.mark.parametrize("language", ["ru", "en"])
def test_nothing_in_it_reaches_anybody(language: Language) -> None:
    people = [journey.person for journey in _journeys(7, language)]
    people += [each.person for story in tell_stories(7, Market(7, language, 50), SPAN) for each in story.journeys]
    assert all(person.email.endswith(".example") for person in people)
    assert all(person.phone[5] == "0" and len(person.phone) == 12 for person in people)
    assert len({person.email for person in people}) == len(people)
    assert len({person.phone for person in people}) == len(people)


def test_message_ids_are_never_repeated() -> None:
    told = _journeys(7) + [each for story in tell_stories(7, Market(7, "ru", 50), SPAN) for each in story.journeys]
    ids = Counter(said.message["messageId"] for journey in told for said in journey.diary.said)
    assert ids.most_common(1)[0][1] == 1


def test_paid_search_brings_people_who_decide_nothing() -> None:
    told = _journeys(7, leads=2000)
    search = [each for each in told if _campaign(each) == "search-broad"]
    ebook = [each for each in told if _campaign(each) == "spring-ebook"]
    assert sum(each.person.title.decides for each in search) < len(search) * 0.2
    assert sum(each.person.title.decides for each in ebook) > len(ebook) * 0.4


def _campaign(journey: Journey) -> str | None:
    campaign = journey.diary.said[0].message.get("context", {}).get("campaign", {})
    return campaign.get("name")


def test_prices_and_webinars_make_people_buy_and_the_mail_box_does_not() -> None:
    person = next(each.person for each in _journeys(7) if each.person.company and each.person.title.decides)
    free = msgspec.structs.replace(person, email="somebody@freemail.example")
    assert chance_to_buy(person, Interest(pricing=2)) > chance_to_buy(person, Interest())
    assert chance_to_buy(person, Interest(webinars=1)) > chance_to_buy(person, Interest())
    assert chance_to_buy(free, Interest()) == chance_to_buy(person, Interest())


def test_what_matters_of_a_journey_is_what_was_done_by_then() -> None:
    diary = Diary(_journeys(7)[0].person)
    diary.visit(NOW, "/pricing")
    diary.visit(NOW + HOUR, "/about")
    diary.visit(NOW + DAY, "/pricing")
    diary.act(NOW + DAY, "webinar attended", webinar="spring")
    diary.act(NOW + 2 * DAY, "call back requested")
    journey = Journey(diary)
    assert journey.interest() == Interest(pricing=2, webinars=1, asked=True)
    assert journey.interest(until=NOW + DAY - HOUR) == Interest(pricing=1)


def test_every_moment_lies_in_the_time_it_is_asked_for() -> None:
    rng = Random(1)
    moments = [SPAN.moment(rng, 10, 12) for _ in range(200)]
    assert all(SPAN.start + 10 * DAY <= each < SPAN.start + 13 * DAY for each in moments)


def test_webinars_are_on_thursdays_at_eleven() -> None:
    begins = Span(SPAN.start, SPAN.now).next_webinar(SPAN.start + 5 * HOUR)
    assert ((begins + 3 * HOUR) // DAY + 4) % 7 == 4
    assert (begins + 3 * HOUR) % DAY == 11 * HOUR


def test_about_forty_stories_are_told_and_each_has_a_title_in_both_languages() -> None:
    assert 35 <= sum(story.people for story in STORIES) <= 45
    assert len({story.key for story in STORIES}) == len(STORIES)
    assert all(story.title.ru and story.title.en and story.title.ru != story.title.en for story in STORIES)
