"""What people do on the way to becoming a lead and after: one journey a campaign, all from one seed."""

from collections.abc import Callable, Iterator
from random import Random

import msgspec

from pomona.demo.diary import EBOOK, SEARCH, WEBINAR, Campaign, Diary
from pomona.demo.people import Market, Person
from pomona.demo.plans import Plan
from pomona.demo.truth import Interest
from pomona.demo.vocabulary import Word
from pomona.domain.event import DAY, HOUR, MINUTE, SECOND

MOSCOW = 3 * HOUR
"""Moscow is that far ahead of UTC, all year."""
PAGES = ("/", "/catalog", "/catalog/ecn-80", "/catalog/ecn-125", "/cases", "/about", "/delivery", "/service")
FORM_OPENS = 40 / 90
"""The share of the time after which the guide's agreement has a hosted form."""
ROLES = ("advises", "decides", "reads")
WISH = Word("Тихий: стоит в жилом доме", "A quiet one: it stands in a block of flats")
BOOKS = ("pump-guide", "seal-handbook", "energy-audit", "spare-parts-list")
HOURS_OF_DAY = tuple(range(24))
HOUR_WEIGHTS = (1, 0, 0, 0, 0, 1, 2, 5, 12, 20, 24, 22, 16, 18, 22, 22, 18, 12, 8, 6, 5, 4, 3, 2)
WEEKDAY_WEIGHTS = (10, 11, 11, 10, 9, 2, 2)
THURSDAY = 3


class Span(msgspec.Struct, frozen=True):
    """The time that the demo company has behind it: [start, now], microseconds UTC; `start` is local midnight."""

    start: int
    now: int

    @property
    def days(self) -> int:
        """Whole days."""
        return (self.now - self.start) // DAY

    def weekday(self, day: int) -> int:
        """The weekday of a day of the span, 0 is Monday."""
        return int((self.start + MOSCOW) // DAY + day + 3) % 7

    def moment(self, rng: Random, first: int = 0, last: int | None = None) -> int:
        """A likely moment for a visit on one of these days: mostly working days and office hours."""
        days = range(first, (self.days if last is None else last) + 1)
        day = rng.choices(days, [WEEKDAY_WEIGHTS[self.weekday(each)] for each in days])[0]
        hour = rng.choices(HOURS_OF_DAY, HOUR_WEIGHTS)[0]
        return self.start + day * DAY + hour * HOUR + rng.randrange(HOUR // SECOND) * SECOND

    def next_webinar(self, at: int) -> int:
        """The next Thursday at 11:00 in Moscow."""
        day = (at - self.start) // DAY + 1
        while self.weekday(day) != THURSDAY:
            day += 1
        return self.start + day * DAY + 11 * HOUR


def span_until(now: int, days: int) -> Span:
    """So many whole days before today's midnight in Moscow, and today."""
    midnight = (now + MOSCOW) // DAY * DAY - MOSCOW
    return Span(midnight - days * DAY, now)


class Journey(msgspec.Struct, frozen=True):
    """What a person did, and, in a told story, what the seller will do."""

    diary: Diary
    plan: Plan | None = None

    @property
    def person(self) -> Person:
        """Whose journey it is."""
        return self.diary.person

    def interest(self, until: int | None = None) -> Interest:
        """What of it matters to whether they buy; as far as it was done by then."""
        done = [said.message for said in self.diary.said if until is None or said.at <= until]
        paths = [message["context"]["page"]["path"] for message in done if message["type"] == "page"]
        acts = [message.get("event") for message in done]
        return Interest(paths.count("/pricing"), acts.count("webinar attended"), "call back requested" in acts)


Steps = Callable[[Diary, Random, Span, int], None]


class Share(msgspec.Struct, frozen=True):
    """How many of all leads a campaign brings, how many of them are outsiders, when it runs, what its people do."""

    leads: float
    outsiders: float
    steps: Steps
    first_day: float = 0.0


def journeys(seed: int, market: Market, span: Span, leads: int) -> Iterator[Journey]:
    """One journey for each of so many leads; each depends only on the seed and its number."""
    number = 0
    for share in SHARES:
        for _ in range(round(share.leads * leads)):
            yield _journey(Random(f"{seed} {number}"), market, span, share, number)
            number += 1


def live_journey(rng: Random, market: Market, span: Span, number: int) -> Journey:
    """One more journey that begins now."""
    share = rng.choices(SHARES, [share.leads for share in SHARES])[0]
    return _journey(rng, market, span, share, number, begins=span.now)


def _journey(
    rng: Random, market: Market, span: Span, share: Share, number: int, *, begins: int | None = None
) -> Journey:
    person = market.person(number, rng, outsider=rng.random() < share.outsiders)
    diary = Diary(person, visitor=f"demo-line-{number}" if share.steps is by_telephone else None)
    at = span.moment(rng, round(share.first_day * span.days)) if begins is None else begins
    share.steps(diary, rng, span, at)
    return Journey(diary)


def by_ebook(diary: Diary, rng: Random, span: Span, at: int) -> None:
    """The guide "how to choose a pump" for an address."""
    at = _look_around(diary, rng, at, EBOOK, "/guides/pump-selection")
    diary.fill_form(at, "pump-guide")
    if at > span.start + FORM_OPENS * span.days * DAY and diary.person.number % 3 == 0:
        _answer_hosted_form(diary, at + 10 * SECOND)
    diary.download(at + 20 * SECOND, BOOKS[0])
    _afterwards(diary, rng, span, at, keenness=0.11)


def _answer_hosted_form(diary: Diary, at: int) -> None:
    """Every answer is given by somebody: which ones, the person's number says."""
    turn = diary.person.number // 3
    role = ROLES[turn % len(ROLES)]
    words = {} if turn % 4 else {"wish": WISH.en if diary.person.first_name.isascii() else WISH.ru}
    diary.send_hosted_form(at, EBOOK, {"role": [role], "pieces": float(1 + turn % 9)}, words)


def by_webinar(diary: Diary, rng: Random, span: Span, at: int) -> None:
    """A seat in Thursday's webinar; not everybody comes."""
    at = _look_around(diary, rng, at, WEBINAR, "/webinars")
    diary.fill_form(at, "webinar")
    begins = span.next_webinar(at)
    came = rng.random() < 0.45
    if came:
        diary.act(begins, "webinar attended", webinar=f"thursday-{begins // DAY}", minutes=rng.randint(20, 60))
    _afterwards(diary, rng, span, begins + 2 * HOUR, keenness=0.26 if came else 0.08)


def by_search(diary: Diary, rng: Random, span: Span, at: int) -> None:
    """Paid search, too broad: it brings people who look at every price and decide nothing."""
    at = _look_around(diary, rng, at, SEARCH, "/catalog")
    for look in range(rng.randint(0, 4)):
        diary.visit(at + look * MINUTE, "/pricing")
    diary.fill_form(at + 5 * MINUTE, "price-list")
    if rng.random() < 0.08:
        diary.answer(at + 6 * MINUTE, "timeline", rng.choice(("now", "quarter", "later")))
    _afterwards(diary, rng, span, at, keenness=0.06)


def by_themselves(diary: Diary, rng: Random, span: Span, at: int) -> None:
    """No campaign at all: a bookmark, a colleague's word."""
    at = _look_around(diary, rng, at, None, "/catalog")
    diary.visit(at, "/pricing")
    diary.fill_form(at + 2 * MINUTE, "contact")
    _afterwards(diary, rng, span, at, keenness=0.2)


def by_telephone(diary: Diary, rng: Random, span: Span, at: int) -> None:
    """A call; whoever was answered tells their address."""
    answered = rng.random() < 0.86
    diary.call(at, seconds=rng.randint(25, 420) if answered else 0)
    if not answered or rng.random() < 0.1:
        at += rng.randint(5, 300) * MINUTE
        diary.call(at, seconds=rng.randint(40, 420))
    at += 10 * MINUTE
    diary.identify(at, **diary.person.traits, phone=diary.person.phone)
    if rng.random() < 0.45:
        diary.answer(at + SECOND, "product", rng.choice(("pump", "pump", "service", "parts")))
    if rng.random() < 0.25:
        diary.answer(at + 2 * SECOND, "timeline", rng.choice(("now", "quarter", "quarter", "later")))
    if rng.random() < 0.08:
        diary.act(at + 3 * SECOND, "call back requested")
    _afterwards(diary, rng, span, at, keenness=0.1)


def _look_around(diary: Diary, rng: Random, at: int, campaign: Campaign | None, landing: str) -> int:
    """Pages before anybody knows who they are; returns the moment after."""
    diary.visit(at, landing, campaign)
    for _ in range(rng.choice((0, 1, 1, 2, 3))):
        at += rng.randint(15, 240) * SECOND
        diary.visit(at, rng.choice(PAGES))
    return at + rng.randint(30, 180) * SECOND


def _afterwards(diary: Diary, rng: Random, span: Span, at: int, *, keenness: float) -> None:
    """The weeks after. Most open a mail and leave; the keen come back, read prices, ask."""
    for _ in range(rng.choice((0, 1, 2))):
        at = _later(rng, span, at, 4)
        diary.act(at, "mail opened", mail=rng.choice(("news", "cases", "new-pumps")))
    if rng.random() < keenness:
        _keen(diary, rng, span, at)
        return
    for _ in range(rng.choice((0, 0, 1, 3, 5))):
        at = _later(rng, span, at, 9)
        diary.visit(at, rng.choice(PAGES))
        diary.visit(at + rng.randint(20, 200) * SECOND, rng.choice(PAGES))


def _keen(diary: Diary, rng: Random, span: Span, at: int) -> None:
    for _ in range(rng.randint(2, 5)):
        at = _later(rng, span, at, 4)
        diary.visit(at, "/catalog/ecn-80")
        if rng.random() < 0.7:
            diary.visit(at + 90 * SECOND, "/pricing")
        if rng.random() < 0.4:
            diary.download(at + 4 * MINUTE, rng.choice(BOOKS))
        if rng.random() < 0.16:
            begins = span.next_webinar(at)
            diary.act(begins, "webinar attended", webinar=f"thursday-{begins // DAY}", minutes=rng.randint(20, 60))
    if rng.random() < 0.3:
        diary.answer(at + 5 * MINUTE, "timeline", rng.choice(("now", "quarter", "quarter", "later")))
    if rng.random() < 0.2:
        diary.act(at + 6 * MINUTE, "call back requested")


def _later(rng: Random, span: Span, at: int, days: int) -> int:
    """A likely moment within so many days after `at`."""
    day = (at - span.start) // DAY
    return max(at + 10 * MINUTE, span.moment(rng, day, day + rng.randint(1, days)))


SHARES = (
    Share(0.34, 0.05, by_ebook),
    Share(0.17, 0.03, by_webinar),
    Share(0.122, 0.82, by_search, first_day=0.55),
    Share(0.18, 0.12, by_telephone),
    Share(0.08, 0.05, by_themselves),
)
"""The rest come from the exhibition's file, in last week's rush and from told stories."""
