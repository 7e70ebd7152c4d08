"""Told stories: single leads whose history shows one thing each. A short tour leads through them."""

from collections.abc import Callable, Iterator
from random import Random

import msgspec

from pomona.demo.diary import EBOOK, EXHIBITION, SEARCH, WEBINAR, Diary
from pomona.demo.journeys import Journey, Span
from pomona.demo.people import Company, Market, Person
from pomona.demo.plans import COMPETITOR, LATER, NOT_REACHED, Plan
from pomona.demo.truth import Interest
from pomona.demo.vocabulary import FREE_MAIL_HOSTS, TITLES, Word
from pomona.domain.event import DAY, HOUR, MINUTE, SECOND

FIRST_NUMBER = 900_000
"""Numbers of people in told stories begin here."""
SCANNER = "Mozilla/5.0 (compatible; BarracudaCentral.org EmailReputationBot)"
CHIEF_ENGINEER, BUYER = TITLES[3], TITLES[10]

Tell = Callable[[Diary, Span, int], None]


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """What is told of whom: it begins `ago` days before now at an hour in Moscow, and happens to `people` people."""

    key: str
    title: Word
    ago: float
    hour: float = 11.0
    people: int = 1
    employees: int = 340
    decides: bool = True
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
            company = _plant(rng, market, story)
            people = [_person(rng, market, story, company, FIRST_NUMBER + index * 10 + n) for n in range(story.people)]
            yield Told(story, [_journey(span, story, person) for person in people])


def _plant(rng: Random, market: Market, story: Story) -> Company:
    return msgspec.structs.replace(rng.choice(market.companies), employees=story.employees)


def _person(rng: Random, market: Market, story: Story, company: Company, number: int) -> Person:
    title = CHIEF_ENGINEER if story.decides else BUYER
    person = market.named_person(number, rng, company=company, title=title)
    host = FREE_MAIL_HOSTS[0] if story.key == "free-mail" else company.domain
    return msgspec.structs.replace(person, email=f"{person.email.partition('@')[0]}@{host}")


def _journey(span: Span, story: Story, person: Person) -> Journey:
    diary = Diary(person)
    midnight = span.start + round((span.days - story.ago) * DAY) // DAY * DAY
    begins = min(midnight + round(story.hour * HOUR), span.now - 40 * MINUTE)
    story.tell(diary, span, begins + person.number % 10 * MINUTE)
    return Journey(diary, Interest(pricing=3), story.plan)


def _guide(diary: Diary, at: int) -> None:
    diary.visit(at, "/guides/pump-selection", EBOOK)
    diary.fill_form(at + 3 * MINUTE, "pump-guide")
    diary.download(at + 4 * MINUTE, "pump-guide")


def _prices(diary: Diary, at: int, times: int = 3) -> None:
    for time in range(times):
        diary.visit(at + time * 7 * MINUTE, "/pricing")


def _scanner(diary: Diary, span: Span, at: int) -> None:
    _guide(diary, at)
    for link in range(9):
        diary.scanner(at + DAY + link * SECOND * 2 // 9, SCANNER)


def _reads_prices(diary: Diary, span: Span, at: int) -> None:
    _guide(diary, at)
    _prices(diary, at + 10 * MINUTE)


def _sure(diary: Diary, span: Span, at: int) -> None:
    _reads_prices(diary, span, at)
    diary.answer(at + 26 * MINUTE, "timeline", "now")


def _unripe_buyer(diary: Diary, span: Span, at: int) -> None:
    diary.visit(at, "/catalog")
    diary.fill_form(at + MINUTE, "contact")
    diary.sign(at + 31 * DAY, 410_000)


def _comes_again(diary: Diary, span: Span, at: int) -> None:
    _sure(diary, span, at)
    _prices(diary, at + 66 * DAY)
    diary.act(at + 66 * DAY + HOUR, "call back requested")


def _missed_in_the_evening(diary: Diary, span: Span, at: int) -> None:
    diary.call(at, seconds=0)
    diary.call(at + 14 * HOUR, seconds=185)
    diary.identify(at + 14 * HOUR + 5 * MINUTE, **diary.person.traits, phone=diary.person.phone)


def _reads_for_weeks(diary: Diary, span: Span, at: int) -> None:
    for week in range(3):
        diary.visit(at + week * 7 * DAY, "/cases", SEARCH if week == 0 else None)
        diary.visit(at + week * 7 * DAY + 2 * MINUTE, "/catalog/ecn-125")
    _reads_prices(diary, span, at + 20 * DAY)


def _two_devices(diary: Diary, span: Span, at: int) -> None:
    _guide(diary, at)
    phone = Diary(diary.person, visitor=f"{diary.person.visitor}-phone", prefix="phone")
    _prices(phone, at + DAY, 2)
    phone.fill_form(at + DAY + HOUR, "contact")
    diary.said.extend(phone.said)


def _new_employer(diary: Diary, span: Span, at: int) -> None:
    user = diary.person.client_id
    diary.identify(at, user=user, **diary.person.traits)
    _prices(diary, at + MINUTE, 2)
    old = {**diary.person.traits, "email": f"former.{diary.person.email}"}
    diary.identify(at - 20 * DAY, user=user, **old)


def _five_times(diary: Diary, span: Span, at: int) -> None:
    for time in range(5):
        _guide(diary, at + time * 40 * SECOND)


def _late_telephone(diary: Diary, span: Span, at: int) -> None:
    _guide(diary, at)
    for time in range(3):
        diary.visit(at + HOUR + time * MINUTE, "/pricing")
        diary.deliver_later(2 * DAY)


def _webinar_twice(diary: Diary, span: Span, at: int) -> None:
    diary.visit(at, "/webinars", WEBINAR)
    diary.fill_form(at + MINUTE, "webinar")
    begins = span.next_webinar(at)
    for minutes in (5, 35):
        diary.act(begins + minutes * MINUTE, "webinar attended", webinar=f"thursday-{begins // DAY}", minutes=minutes)


def _asks_to_be_called(diary: Diary, span: Span, at: int) -> None:
    diary.visit(at, "/contacts", SEARCH)
    diary.fill_form(at + MINUTE, "call-back", **diary.person.traits, phone=diary.person.phone)
    diary.act(at + 2 * MINUTE, "call back requested")


def _needs_parts(diary: Diary, span: Span, at: int) -> None:
    diary.call(at, seconds=140)
    diary.identify(at + 5 * MINUTE, **diary.person.traits, phone=diary.person.phone)
    diary.answer(at + 6 * MINUTE, "product", "parts")
    diary.answer(at + 7 * MINUTE, "timeline", "now")


def _met_at_stand(diary: Diary, span: Span, at: int) -> None:
    diary.visit(at, "/exhibition", EXHIBITION)
    diary.fill_form(at + MINUTE, "stand")
    _prices(diary, at + DAY)


_CALL_SOON = Plan(contact_after=3 * MINUTE, accept_after=2 * MINUTE)
_NEVER_CALLS = Plan()

STORIES = (
    Story(
        key="mail-scanner",
        title=Word("Почтовый сканер прошёл девять ссылок за две секунды", "A mail scanner clicked nine links"),
        ago=12,
        tell=_scanner,
    ),
    Story(
        key="two-colleagues",
        title=Word("Два коллеги с одного завода смотрят цены", "Two colleagues of one plant look at the prices"),
        ago=1,
        people=2,
        tell=_sure,
        plan=_CALL_SOON,
    ),
    Story(
        key="chose-competitor",
        title=Word("Верный лид выбрал конкурента", "A sure lead chose a competitor"),
        ago=40,
        tell=_sure,
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
        tell=_unripe_buyer,
    ),
    Story(
        key="later-came-again",
        title=Word("«Позже» — и вернулся через два месяца", "“Later”, and back after two months"),
        ago=80,
        tell=_comes_again,
        plan=Plan(close_after=4 * MINUTE, outcome="returned", reason=LATER),
    ),
    Story(
        key="overdue",
        title=Word("Просрочен и передан другому", "Overdue and handed to somebody else"),
        ago=6,
        people=2,
        tell=_sure,
        plan=_NEVER_CALLS,
    ),
    Story(
        key="night",
        title=Word("Созрел ночью и ждал утра", "Ripe at night, waited for the morning"),
        ago=9,
        hour=23.4,
        people=2,
        tell=_sure,
        plan=_CALL_SOON,
    ),
    Story(
        key="missed-call",
        title=Word("Вечером не дозвонился, утром позвонил снова", "Missed in the evening, called again next morning"),
        ago=15,
        hour=19.5,
        people=2,
        tell=_missed_in_the_evening,
    ),
    Story(
        key="long-reader",
        title=Word("Три недели читал, прежде чем назвался", "Read for three weeks before saying who they are"),
        ago=34,
        people=2,
        tell=_reads_for_weeks,
    ),
    Story(
        key="two-devices",
        title=Word("Один человек, компьютер и телефон", "One person, a computer and a telephone"),
        ago=18,
        people=2,
        tell=_two_devices,
    ),
    Story(
        key="new-employer",
        title=Word("Сменил работу: два адреса, один человек", "Changed jobs: two addresses, one person"),
        ago=22,
        tell=_new_employer,
    ),
    Story(
        key="five-forms",
        title=Word("Отправил форму пять раз, баллы один раз", "Sent the form five times, points once"),
        ago=8,
        tell=_five_times,
    ),
    Story(
        key="late-events",
        title=Word("События с телефона пришли на два дня позже", "Events from a telephone came two days late"),
        ago=11,
        tell=_late_telephone,
    ),
    Story(
        key="webinar-reconnected",
        title=Word("Дважды вошёл на один вебинар", "Joined the same webinar twice"),
        ago=20,
        people=2,
        tell=_webinar_twice,
    ),
    Story(
        key="far-east",
        title=Word("Владивосток: когда в Москве ночь", "Vladivostok, while Moscow sleeps"),
        ago=5,
        hour=4.2,
        people=2,
        tell=_asks_to_be_called,
    ),
    Story(
        key="free-mail",
        title=Word("Главный инженер с бесплатной почтой купил", "A chief engineer with a free mail box bought"),
        ago=62,
        people=2,
        tell=_sure,
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
        tell=_asks_to_be_called,
        plan=Plan(contact_after=10 * MINUTE, accept_after=8 * MINUTE, postpone_after=11 * MINUTE),
    ),
    Story(
        key="not-reached",
        title=Word("Созрел, но не дозвонились", "Ripe, but never reached"),
        ago=14,
        tell=_sure,
        plan=Plan(close_after=50 * MINUTE, outcome="returned", reason=NOT_REACHED),
    ),
    Story(
        key="large-plant",
        title=Word("Большой завод: сразу ответственному за крупных", "A large plant: straight to who looks after them"),
        ago=0,
        hour=10.5,
        people=2,
        employees=2400,
        tell=_sure,
        plan=_CALL_SOON,
    ),
    Story(
        key="search-sale",
        title=Word("Единственная сделка из широкого поиска", "The one sale of the broad search"),
        ago=33,
        tell=_asks_to_be_called,
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
        tell=_asks_to_be_called,
    ),
    Story(
        key="parts",
        title=Word("Запчасти: сразу в сервис", "Spare parts: straight to service"),
        ago=4,
        people=2,
        tell=_needs_parts,
    ),
    Story(
        key="namesakes",
        title=Word("Два однофамильца объединены по ошибке: разделите", "Two namesakes merged by mistake: split them"),
        ago=7,
        people=2,
        tell=_reads_prices,
    ),
    Story(
        key="met-at-stand",
        title=Word("Познакомились на выставке", "Met at the exhibition"),
        ago=60,
        people=2,
        tell=_met_at_stand,
    ),
)
