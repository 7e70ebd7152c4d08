"""What Pomona writes to sellers and heads of sales. Subjects say it without colour: "A · 2:14 · name"."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from babel.dates import format_date, format_datetime
from django.conf import settings

from pomona.domain.agreement.questionnaire import question_words
from pomona.domain.agreement.values import MAIL, TELEGRAM
from pomona.domain.condition import Situation
from pomona.domain.errors import Language
from pomona.domain.event import HOUR, SECOND, Event
from pomona.domain.points import Points, Score
from pomona.formats.phone_number import written
from pomona.store.leads import LeadRow
from pomona.store.outbox import Message
from pomona.store.sellers import Contact

Texts = dict[str, tuple[str, str]]

TEXTS: Texts = {
    "until": ("до {time}", "by {time}"),
    "nobody": ("Без имени", "No name"),
    "why": ("Почему: {reasons}. Баллы {score}.", "Why: {reasons}. Score {score}."),
    "begin": ("Начните с: {rule}, {day}.", "Begin with: {rule}, {day}."),
    "ask": ("Спросите: {question}.", "Ask about: {question}."),
    "call": ("Телефон: {phone}", "Phone: {phone}"),
    "write": ("Почта: {email}", "Mail: {email}"),
    "first_contact": ("Первый контакт — до {time}.", "First contact by {time}."),
    "handed_over": ("передан", "handed over"),
    "to": ("Ответственный: {seller}.", "Owner: {seller}."),
    "left": ("осталось {time}", "{time} left"),
    "remind": (
        "Лид всё ещё ждёт первого контакта. Позвоните или отметьте контакт.",
        "The lead still waits for first contact. Call, or mark the contact.",
    ),
    "overdue": ("Просрочено", "Overdue"),
    "ran_out": (
        "Время реакции вышло, первого контакта не было. Ответственный: {seller}.",
        "The response clock ran out without first contact. Owner: {seller}.",
    ),
    "times": ("Уже {count}-й раз с этим лидом.", "Time number {count} with this lead."),
    "today": ("сегодня", "today"),
    "yesterday": ("вчера", "yesterday"),
}
MOST_REASONS = 3


class About(msgspec.Struct, frozen=True):
    """A lead as messages name it; `time_zone` is its reader's."""

    row: LeadRow
    time_zone: str
    now: int


def handed_over(about: About, situation: Situation, event: Event, to: Contact) -> Message:
    """The seller learns that the lead is theirs: who, why, what to say, until when, and where."""
    language, due_at = to.language, event.body.get("due_at")
    lines = [
        _who(about, language),
        _why(situation, language),
        _begin(about, situation.score, language),
        _ask(situation, language),
        _say("first_contact", language, time=_clock_time(about, due_at, language)) if due_at else "",
        _say("call", language, phone=written(about.row.phone)) if about.row.phone else "",
        _say("write", language, email=about.row.email) if about.row.email else "",
    ]
    time = _time_left(about, due_at, event.body.get("within"), language)
    return _message(about, event, to, subject=_subject(about, time, language), lines=lines)


def others_told(about: About, event: Event, to: Contact, *, seller: str) -> Message:
    """Who is not the seller learns who got the lead."""
    subject = _subject(about, _say("handed_over", to.language), to.language)
    return _message(
        about, event, to, subject=subject, lines=[_who(about, to.language), _say("to", to.language, seller=seller)]
    )


def reminded(about: About, event: Event, to: Contact) -> Message:
    """The seller is reminded before the clock runs out."""
    due_at = about.row.lead.due_at or about.now
    left = due_at - about.now
    time = _figures(left) if left < HOUR else _clock_time(about, due_at, to.language)
    said = _say("left" if left < HOUR else "until", to.language, time=time)
    lines = [
        _who(about, to.language),
        _say("remind", to.language),
        _say("first_contact", to.language, time=_clock_time(about, due_at, to.language)),
    ]
    return _message(about, event, to, subject=_subject(about, said, to.language), lines=lines)


def overdue(about: About, event: Event, to: Contact, *, seller: str) -> Message:
    """Somebody learns that `seller` let the clock run out."""
    count = event.body["count"]
    lines = [
        _who(about, to.language),
        _say("ran_out", to.language, seller=seller),
        _say("times", to.language, count=count) if count > 1 else "",
    ]
    subject = f"{_say('overdue', to.language)} · {_subject(about, '', to.language)}"
    return _message(about, event, to, subject=subject, lines=lines)


def through(channels: Iterable[str], message: Message, to: Contact) -> Iterator[Message]:
    """The message once for each channel, under a key of its own; by mail for Telegram to whom that does not reach."""
    reach = (MAIL if channel == TELEGRAM and not to.telegram else channel for channel in channels)
    for channel in dict.fromkeys(reach):
        yield msgspec.structs.replace(message, channel=channel, key=f"{message.key}.{channel}")


def _message(about: About, event: Event, to: Contact, *, subject: str, lines: list[str]) -> Message:
    """`event`'s key and the reader make the message's key: deciding is once, so is telling."""
    lead = about.row.lead.id
    link = f"{settings.PUBLIC_URL}/leads/{lead}/"
    return Message(
        key=f"{event.key.hex}.{to.id}",
        kind=event.name,
        user=to.id,
        lead=lead,
        recipient=to.email,
        subject=" ".join(subject.split()),
        text="\n".join([*filter(None, lines), "", link, ""]),
    )


def _say(code: str, language: Language, **values: Any) -> str:
    return TEXTS[code][0 if language == "ru" else 1].format(**values)


def _subject(about: About, time: str, language: Language) -> str:
    return " · ".join(filter(None, (about.row.lead.grade, time, _name(about, language))))


def _name(about: About, language: Language) -> str:
    row = about.row
    return row.name or row.company or row.email or row.phone or _say("nobody", language)


def _who(about: About, language: Language) -> str:
    job = ", ".join(filter(None, (_name(about, language), about.row.job_title)))
    return " · ".join(filter(None, (job, about.row.company if about.row.name else "")))


def _why(situation: Situation, language: Language) -> str:
    score = situation.score
    if score is None:
        return ""
    strongest = sorted((points for points in score.points if points.amount > 0), key=lambda each: -each.amount)
    if not strongest:
        return ""
    reasons = ", ".join(map(_reason, strongest[:MOST_REASONS]))
    return _say("why", language, reasons=reasons, score=_points(score.total))


def _reason(points: Points) -> str:
    return f"{points.rule} × {len(points.hits)}" if len(points.hits) > 1 else points.rule


def _begin(about: About, score: Score | None, language: Language) -> str:
    """The newest act that earned points is the best beginning of a talk."""
    hits = [(points.hits[-1].t, points.rule) for points in (score.points if score else ()) if points.hits]
    if not hits:
        return ""
    t, rule = max(hits)
    then, today = _local(about, t).date(), _local(about, about.now).date()
    near = {0: _say("today", language), 1: _say("yesterday", language)}
    day = near.get((today - then).days) or format_date(then, "d MMMM", locale=language)
    return _say("begin", language, rule=rule, day=day)


def _ask(situation: Situation, language: Language) -> str:
    """The first question of the agreement that has no answer yet."""
    attendant = situation.agreement.automate.attendant
    missing = [code for code in attendant.questions if code not in situation.profile.answers] if attendant else []
    return (
        _say("ask", language, question=question_words(missing[0], situation.agreement.asked, language))
        if missing
        else ""
    )


def _points(thousandths: int) -> str:
    return str(round(thousandths / 1000))


def _time_left(about: About, due_at: int | None, within: int | None, language: Language) -> str:
    """Figures while the clock runs without a break for less than an hour, else the moment."""
    if due_at is None:
        return ""
    left = due_at - about.now
    if left == within and left < HOUR:
        return _figures(left)
    return _say("until", language, time=_clock_time(about, due_at, language))


def _figures(length: int) -> str:
    minutes, seconds = divmod(max(length, 0) // SECOND, 60)
    return f"{minutes}:{seconds:02}"


def _clock_time(about: About, t: int, language: Language) -> str:
    moment, today = _local(about, t), _local(about, about.now).date()
    return format_datetime(moment, "HH:mm" if moment.date() == today else "d MMM HH:mm", locale=language)


def _local(about: About, t: int) -> datetime:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=t)).astimezone(ZoneInfo(about.time_zone))
