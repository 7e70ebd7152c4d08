"""What the people of told stories do, each in one function of a diary and the moment at which it begins."""

from pomona.demo.diary import EBOOK, EXHIBITION, SEARCH, WEBINAR, Diary
from pomona.demo.journeys import Span
from pomona.domain.event import DAY, HOUR, MINUTE, SECOND

SCANNER = "Mozilla/5.0 (compatible; BarracudaCentral.org EmailReputationBot)"


def _guide(diary: Diary, at: int) -> None:
    diary.visit(at, "/guides/pump-selection", EBOOK)
    diary.fill_form(at + 3 * MINUTE, "pump-guide")
    diary.download(at + 4 * MINUTE, "pump-guide")


def _prices(diary: Diary, at: int, times: int = 3) -> None:
    for time in range(times):
        diary.visit(at + time * 7 * MINUTE, "/pricing")


def scanner(diary: Diary, span: Span, at: int) -> None:
    """The guide; a day later a machine follows all links of a mail."""
    _guide(diary, at)
    for link in range(9):
        diary.scanner(at + DAY + link * SECOND * 2 // 9, SCANNER)


def sure(diary: Diary, span: Span, at: int) -> None:
    """Who wants pumps now, which makes them ripe and hot at once, and reads the prices."""
    _guide(diary, at)
    diary.answer(at + 5 * MINUTE, "timeline", "now")
    _prices(diary, at + 10 * MINUTE)


def looks_once(diary: Diary, span: Span, at: int) -> None:
    """The guide and one look at the prices, too little to be ripe, unless a colleague looks, too."""
    _guide(diary, at)
    _prices(diary, at + HOUR, 1)


def writes_from_a_shared_box(diary: Diary, span: Span, at: int) -> None:
    """First known by their telephone; then the form asks for an address, and the plant has but one.

    Whoever came first writes last: so their own number is what stands beside the address when they are split again.
    """
    person = diary.person
    assert person.company is not None
    own = {name: value for name, value in person.traits.items() if name != "email"}
    diary.visit(at, "/guides/pump-selection", EBOOK)
    diary.fill_form(at + 3 * MINUTE, "pump-guide", **own, phone=person.phone)
    _prices(diary, at + 10 * MINUTE)
    writes = at + DAY - person.number % 10 * 2 * MINUTE
    diary.fill_form(writes, "contact", phone=person.phone, email=f"info@{person.company.domain}")


def unripe_buyer(diary: Diary, span: Span, at: int) -> None:
    """One form, nothing else, and a contract a month later."""
    diary.visit(at, "/catalog")
    diary.fill_form(at + MINUTE, "contact")
    diary.sign(at + 31 * DAY, 410_000)


def comes_again(diary: Diary, span: Span, at: int) -> None:
    """Sure, but too early; after two months they ask to be called."""
    sure(diary, span, at)
    _prices(diary, at + 58 * DAY)
    diary.act(at + 58 * DAY + HOUR, "call back requested")


def missed_in_the_evening(diary: Diary, span: Span, at: int) -> None:
    """Nobody answers in the evening; the next morning somebody does."""
    diary.call(at, seconds=0)
    diary.call(at + 14 * HOUR, seconds=185)
    diary.identify(at + 14 * HOUR + 5 * MINUTE, **diary.person.traits, phone=diary.person.phone)


def reads_for_weeks(diary: Diary, span: Span, at: int) -> None:
    """Three visits in three weeks before the guide."""
    for week in range(3):
        diary.visit(at + week * 7 * DAY, "/cases", SEARCH if week == 0 else None)
        diary.visit(at + week * 7 * DAY + 2 * MINUTE, "/catalog/ecn-125")
    _guide(diary, at + 20 * DAY)
    _prices(diary, at + 20 * DAY + 10 * MINUTE)


def two_devices(diary: Diary, span: Span, at: int) -> None:
    """The guide at the desk, the prices on the telephone."""
    _guide(diary, at)
    phone = Diary(diary.person, visitor=f"{diary.person.visitor}-phone", prefix="phone")
    _prices(phone, at + DAY, 2)
    phone.fill_form(at + DAY + HOUR, "contact")
    diary.said.extend(phone.said)


def new_employer(diary: Diary, span: Span, at: int) -> None:
    """Known by the id of a log-in, under an old address and a new one."""
    user = diary.person.client_id
    diary.identify(at, user=user, **diary.person.traits)
    _prices(diary, at + MINUTE, 2)
    name = diary.person.email.partition("@")[0]
    old = {**diary.person.traits, "company.name": "", "email": f"{name}@former-employer.example"}
    diary.identify(at - 20 * DAY, user=user, **old)


def five_times(diary: Diary, span: Span, at: int) -> None:
    """The guide, five times in three minutes."""
    for time in range(5):
        _guide(diary, at + time * 40 * SECOND)


def late_telephone(diary: Diary, span: Span, at: int) -> None:
    """Looks at the prices that a telephone without a network tells of days later."""
    _guide(diary, at)
    for time in range(3):
        diary.visit(at + HOUR + time * MINUTE, "/pricing")
        diary.deliver_later(2 * DAY)


def webinar_twice(diary: Diary, span: Span, at: int) -> None:
    """Two entries into one webinar."""
    diary.visit(at, "/webinars", WEBINAR)
    diary.fill_form(at + MINUTE, "webinar")
    begins = span.next_webinar(at)
    for minutes in (5, 35):
        diary.act(begins + minutes * MINUTE, "webinar attended", webinar=f"thursday-{begins // DAY}", minutes=minutes)


def asks_to_be_called(diary: Diary, span: Span, at: int) -> None:
    """A form that asks for a call."""
    diary.visit(at, "/contacts", SEARCH)
    diary.fill_form(at + MINUTE, "call-back", **diary.person.traits, phone=diary.person.phone)
    diary.act(at + 2 * MINUTE, "call back requested")


def needs_parts(diary: Diary, span: Span, at: int) -> None:
    """A call for spare parts."""
    diary.call(at, seconds=140)
    diary.identify(at + 5 * MINUTE, **diary.person.traits, phone=diary.person.phone)
    diary.answer(at + 6 * MINUTE, "product", "parts")
    diary.answer(at + 7 * MINUTE, "timeline", "now")


def met_at_stand(diary: Diary, span: Span, at: int) -> None:
    """The page of the exhibition, and the prices a day later."""
    diary.visit(at, "/exhibition", EXHIBITION)
    diary.fill_form(at + MINUTE, "stand")
    _prices(diary, at + DAY)
