"""Told stories: single leads whose history shows one thing each. A short tour leads through them."""

from collections.abc import Callable, Iterator
from random import Random

import msgspec

from pomona.demo import telling
from pomona.demo.diary import Diary
from pomona.demo.journeys import Journey, Span
from pomona.demo.people import Company, Market, Person
from pomona.demo.plans import COMPETITOR, LATER, NOT_REACHED, Plan
from pomona.demo.vocabulary import FREE_MAIL_HOSTS, KAZAN, TITLES, VLADIVOSTOK, Place, Word
from pomona.domain.event import DAY, HOUR, MINUTE

FIRST_NUMBER = 900_000
"""Numbers of people in told stories begin here."""
CHIEF_ENGINEER, BUYER = TITLES[3], TITLES[10]

Tell = Callable[[Diary, Span, int], None]


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """What is told of whom: it begins `ago` days before now at an hour in Moscow, and happens to `people` people.

    They are of one plant, in the town of `place` if that matters; `namesakes` have one name and different jobs.
    """

    key: str
    title: Word
    ago: float
    hour: float = 11.0
    people: int = 1
    employees: int = 340
    decides: bool = True
    namesakes: bool = False
    place: Place | None = None
    tell: Tell
    plan: Plan | None = None


class Told(msgspec.Struct, frozen=True):
    """A story and whose journeys tell it."""

    story: Story
    journeys: list[Journey]


def tell_stories(seed: int, market: Market, span: Span) -> Iterator[Told]:
    """All stories that fit into the span."""
    for index, story in enumerate(STORIES):
        if story.ago <= span.days:
            rng = Random(f"{seed} story {story.key}")
            company = _plant(market.plants[index], story)
            people = [_person(rng, market, story, company, FIRST_NUMBER + index * 10 + n) for n in range(story.people)]
            if story.namesakes:
                people[1:] = [_namesake(market, people[0], each) for each in people[1:]]
            yield Told(story, [_journey(span, story, person) for person in people])


def _plant(plant: Company, story: Story) -> Company:
    return msgspec.structs.replace(plant, employees=story.employees, place=story.place or plant.place)


def _person(rng: Random, market: Market, story: Story, company: Company, number: int) -> Person:
    title = CHIEF_ENGINEER if story.decides else BUYER
    person = market.named_person(number, rng, company=company, title=title)
    host = FREE_MAIL_HOSTS[0] if story.key == "free-mail" else company.domain
    return msgspec.structs.replace(person, email=f"{person.email.partition('@')[0]}@{host}")


def _namesake(market: Market, person: Person, other: Person) -> Person:
    named = {"first_name": person.first_name, "last_name": person.last_name}
    return msgspec.structs.replace(other, **named, title=BUYER, job_title=market.job_title(BUYER))


def _journey(span: Span, story: Story, person: Person) -> Journey:
    diary = Diary(person)
    midnight = span.start + round((span.days - story.ago) * DAY) // DAY * DAY
    begins = min(midnight + round(story.hour * HOUR), span.now - 40 * MINUTE)
    story.tell(diary, span, begins + person.number % 10 * MINUTE)
    return Journey(diary, story.plan)


_CALL_SOON = Plan(contact_after=3 * MINUTE, accept_after=2 * MINUTE)
_NEVER_CALLS = Plan()

STORIES = (
    Story(
        key="mail-scanner",
        title=Word("Почтовый сканер прошёл девять ссылок за две секунды", "A mail scanner clicked nine links"),
        ago=12,
        tell=telling.scanner,
    ),
    Story(
        key="two-colleagues",
        title=Word("Два коллеги с одного завода созрели вместе", "Two colleagues of one plant ripened together"),
        ago=1,
        people=2,
        employees=150,
        place=KAZAN,
        tell=telling.looks_once,
        plan=_CALL_SOON,
    ),
    Story(
        key="chose-competitor",
        title=Word("Верный лид выбрал конкурента", "A sure lead chose a competitor"),
        ago=40,
        tell=telling.sure,
        plan=Plan(
            contact_after=3 * MINUTE,
            accept_after=2 * MINUTE,
            qualify_after=2 * DAY,
            close_after=24 * DAY,
            outcome="lost",
            reason=COMPETITOR,
        ),
    ),
    Story(
        key="unripe-buyer",
        title=Word("Купил, не созрев", "Bought without ever being ripe"),
        ago=50,
        decides=False,
        employees=20,
        tell=telling.unripe_buyer,
    ),
    Story(
        key="later-came-again",
        title=Word("«Позже» — и вернулся через два месяца", "“Later”, and back after two months"),
        ago=80,
        tell=telling.comes_again,
        plan=Plan(close_after=4 * MINUTE, outcome="returned", reason=LATER),
    ),
    Story(
        key="overdue",
        title=Word("Просрочен и передан другому", "Overdue and handed to somebody else"),
        ago=6,
        people=2,
        place=KAZAN,
        tell=telling.sure,
        plan=_NEVER_CALLS,
    ),
    Story(
        key="night",
        title=Word("Созрел ночью и ждал утра", "Ripe at night, waited for the morning"),
        ago=9,
        hour=23.4,
        people=2,
        place=KAZAN,
        tell=telling.sure,
        plan=_CALL_SOON,
    ),
    Story(
        key="missed-call",
        title=Word("Вечером не дозвонился, утром позвонил снова", "Missed in the evening, called again next morning"),
        ago=15,
        hour=19.5,
        people=2,
        tell=telling.missed_in_the_evening,
    ),
    Story(
        key="long-reader",
        title=Word("Три недели читал, прежде чем назвался", "Read for three weeks before saying who they are"),
        ago=34,
        people=2,
        tell=telling.reads_for_weeks,
    ),
    Story(
        key="two-devices",
        title=Word("Один человек, компьютер и телефон", "One person, a computer and a telephone"),
        ago=18,
        people=2,
        tell=telling.two_devices,
    ),
    Story(
        key="new-employer",
        title=Word("Сменил работу: два адреса, один человек", "Changed jobs: two addresses, one person"),
        ago=22,
        tell=telling.new_employer,
    ),
    Story(
        key="five-forms",
        title=Word("Отправил форму пять раз, баллы один раз", "Sent the form five times, points once"),
        ago=8,
        tell=telling.five_times,
    ),
    Story(
        key="late-events",
        title=Word("События с телефона пришли на два дня позже", "Events from a telephone came two days late"),
        ago=11,
        tell=telling.late_telephone,
    ),
    Story(
        key="webinar-reconnected",
        title=Word("Дважды вошёл на один вебинар", "Joined the same webinar twice"),
        ago=20,
        people=2,
        tell=telling.webinar_twice,
    ),
    Story(
        key="far-east",
        title=Word("Владивосток: когда в Москве ночь", "Vladivostok, while Moscow sleeps"),
        ago=5,
        hour=4.2,
        people=2,
        place=VLADIVOSTOK,
        tell=telling.asks_to_be_called,
    ),
    Story(
        key="free-mail",
        title=Word("Главный инженер с бесплатной почтой купил", "A chief engineer with a free mail box bought"),
        ago=62,
        people=2,
        tell=telling.sure,
        plan=Plan(
            contact_after=3 * MINUTE,
            accept_after=2 * MINUTE,
            qualify_after=3 * DAY,
            close_after=35 * DAY,
            outcome="won",
        ),
    ),
    Story(
        key="call-later",
        title=Word("«Перезвоните после 15»", "“Call me after three”"),
        ago=1,
        hour=10.0,
        people=2,
        tell=telling.asks_to_be_called,
        plan=Plan(contact_after=10 * MINUTE, accept_after=8 * MINUTE, postpone_after=11 * MINUTE),
    ),
    Story(
        key="not-reached",
        title=Word("Созрел, но не дозвонились", "Ripe, but never reached"),
        ago=14,
        tell=telling.sure,
        plan=Plan(close_after=50 * MINUTE, outcome="returned", reason=NOT_REACHED),
    ),
    Story(
        key="large-plant",
        title=Word("Большой завод: сразу ответственному за крупных", "A large plant: straight to who looks after them"),
        ago=0,
        hour=10.5,
        people=2,
        employees=2400,
        tell=telling.sure,
        plan=_CALL_SOON,
    ),
    Story(
        key="search-sale",
        title=Word("Единственная сделка из широкого поиска", "The one sale of the broad search"),
        ago=33,
        tell=telling.asks_to_be_called,
        plan=Plan(
            contact_after=20 * MINUTE,
            accept_after=15 * MINUTE,
            qualify_after=4 * DAY,
            close_after=28 * DAY,
            outcome="won",
        ),
    ),
    Story(
        key="asked-for-call",
        title=Word("Просит перезвонить: созрел сразу", "Asks to be called: ripe at once"),
        ago=3,
        people=2,
        decides=False,
        tell=telling.asks_to_be_called,
    ),
    Story(
        key="parts",
        title=Word("Запчасти: сразу в сервис", "Spare parts: straight to service"),
        ago=4,
        people=2,
        tell=telling.needs_parts,
    ),
    Story(
        key="namesakes",
        title=Word("Два тёзки с одним ящиком info@: разделите их", "Two namesakes behind one info@ box: split them"),
        ago=7,
        people=2,
        namesakes=True,
        tell=telling.writes_from_a_shared_box,
    ),
    Story(
        key="met-at-stand",
        title=Word("Познакомились на выставке", "Met at the exhibition"),
        ago=60,
        people=2,
        tell=telling.met_at_stand,
    ),
)
