"""`pomona score`: a file of events and an agreement in, the score of each person with its reasons out.

No database. An event is one line of JSON: a call of the Segment HTTP API (`type`, `event`, `traits` ...), or
plain: `t` (ISO 8601 or milliseconds), `name`, `person`, `traits`, `properties`, `answers`, `path`, `campaign`,
`channel`. Without `person` all plain events are one person's.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import msgspec

from pomona.agreement_file import read_agreement_file, read_text
from pomona.capture.errors import RefusedEvent
from pomona.capture.segment import read_message
from pomona.domain.agreement import Agreement
from pomona.domain.errors import Language, PomonaError
from pomona.domain.event import Event, Key, is_visitor
from pomona.domain.identity import Visit, connected_sets, links_of, owner_key, visits_of
from pomona.domain.points import Points, Score
from pomona.domain.profile import EMPTY_PROFILE, Profile, observe
from pomona.domain.ripeness import is_barred, is_captured, is_ripe
from pomona.domain.scoring import EMPTY_TALLY, count, situation_of
from pomona.domain.sentences import say_rule
from pomona.domain.words import SECTIONS, number, pick, points

_SECRET = b"a file of events needs no secret"
_LAST_MOMENT = 2**53
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ScoreFileError(PomonaError):
    """There is nothing to score."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "no_events": ("В файле {file} нет ни одного события.", "There is no event in the file {file}."),
    }


class Refused(NamedTuple):
    """A line that is no event, and why."""

    line: int
    error: PomonaError


class PersonScore(NamedTuple):
    """One person's score under the agreement at the report's moment.

    `captured_at` is when it was first known well enough, `ripe_at` the first of its events at which it was
    ripe (None: never), `barred` the name of the `never` rule that is true.
    """

    profile: Profile
    events: int
    captured_at: int | None
    ripe_at: int | None
    barred: str | None
    score: Score


class ScoreReport(NamedTuple):
    """The people of a file, the highest score first, and the lines refused. `at` in microseconds UTC."""

    agreement: Agreement
    at: int
    people: tuple[PersonScore, ...]
    refused: tuple[Refused, ...]
    unknown: int
    """Events of visitors who never said who they are: they have no score."""


def score_file(events: Path, agreement: Path, at: int | None = None) -> ScoreReport:
    """Score the people of a file of events at `at` (None: at the last event).

    Raises ScoreFileError, RefusedFile, YamlRefused.
    """
    terms = read_agreement_file(agreement).agreement
    facts, refused = _read_events(read_text(events))
    if not facts:
        raise ScoreFileError("no_events", file=events.name)
    moment = max(fact.t for fact in facts) if at is None else at
    people, unknown = _people([fact for fact in facts if fact.t <= moment])
    scored = (_score(terms, person, moment) for person in people)
    ranked = sorted(scored, key=lambda person: -person.score.total)
    return ScoreReport(terms, moment, tuple(ranked), tuple(refused), unknown)


def _read_events(text: str) -> tuple[list[Event], list[Refused]]:
    """The events of a text, repeated messages once, and the lines that are none."""
    events: dict[Any, Event] = {}
    refused = []
    for line, written in enumerate(text.splitlines(), start=1):
        if not written.strip():
            continue
        try:
            event = _read_line(written, line)
            events.setdefault(event.key, event)
        except PomonaError as error:
            refused.append(Refused(line, error))
    return list(events.values()), refused


def _read_line(written: str, line: int) -> Event:
    try:
        payload = msgspec.json.decode(written, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise RefusedEvent("malformed", detail=str(error)) from None
    call = payload if "type" in payload else _as_call(payload, line)
    return read_message(call, call=None, source=0, secret=_SECRET, received_at=_LAST_MOMENT, sent_at=None)


def _as_call(plain: Mapping[str, Any], line: int) -> dict[str, Any]:
    """A plain event as the Segment call that says the same; two equal lines are two events."""
    name, traits = plain.get("name", "identify"), plain.get("traits") or {}
    kind = name if name in ("page", "identify") else "track"
    told = {key: plain[key] for key in ("path", "campaign", "channel", "answers") if key in plain}
    return {
        "type": kind,
        "event": name,
        "messageId": f"line {line}",
        "userId": str(plain.get("person", "1")),
        "timestamp": plain.get("t"),
        "traits": traits,
        "properties": {**(plain.get("properties") or {}), **told},
        "context": {"by": plain["by"]} if "by" in plain else {},
    }


def _people(facts: Sequence[Event]) -> tuple[list[list[Event]], int]:
    """The events of each person, in order, and how many belong to nobody known."""
    ordered = sorted(facts, key=lambda fact: fact.order)
    visits: dict[Key, list[Visit]] = {}
    for visit in sorted(visit for fact in ordered for visit in visits_of(fact)):
        visits.setdefault(visit.visitor, []).append(visit)
    keys = {key for fact in ordered for key in fact.keys if not is_visitor(key)}
    person_of = connected_sets(keys, (link for fact in ordered for link in links_of(fact)))
    people: dict[Key, list[Event]] = {}
    unknown = 0
    for fact in ordered:
        key = owner_key(visits.get(fact.subject, ()), fact.t) if is_visitor(fact.subject) else fact.subject
        if key is None:
            unknown += 1
        else:
            people.setdefault(person_of[key], []).append(fact)
    return list(people.values()), unknown


def _score(agreement: Agreement, events: Sequence[Event], at: int) -> PersonScore:
    """Fold a person's events one by one, as they happened, to see when it was captured and ripened."""
    profile, tally = EMPTY_PROFILE, EMPTY_TALLY
    captured_at: int | None = None
    ripe_at: int | None = None
    for event in events:
        profile, tally = observe(profile, [event]), count(agreement, tally, [event], cycle_from=0)
        if captured_at is None and is_captured(agreement, profile, at=event.t):
            captured_at = event.t
        if captured_at is not None and ripe_at is None:
            then = situation_of(agreement, profile, tally, at=event.t, captured_at=captured_at)
            ripe_at = event.t if is_ripe(agreement, then).ripe else None
    now = situation_of(agreement, profile, tally, at=at, captured_at=captured_at)
    assert now.score is not None
    return PersonScore(profile, len(events), captured_at, ripe_at, is_barred(agreement, now), now.score)


def render(report: ScoreReport, language: Language) -> str:
    """The report as text: each person with its points, the rules' sentences beside them."""
    lines = [
        pick(
            language,
            f"Соглашение {report.agreement.campaign}, на {_moment(report.at)} UTC",
            f"Agreement {report.agreement.campaign}, as of {_moment(report.at)} UTC",
        )
    ]
    sentences = {rule.name: say_rule(rule, language, report.agreement.asked) for _, rule in report.agreement.rules}
    for person in report.people:
        lines += ["", *_person_lines(report, person, sentences, language)]
    if report.unknown:
        text = pick(language, "Событий неизвестных посетителей: ", "Events of visitors not known: ")
        lines += ["", f"{text}{report.unknown}"]
    lines += [_refused_line(refused, language) for refused in report.refused]
    return "\n".join(lines)


def _person_lines(
    report: ScoreReport, person: PersonScore, sentences: Mapping[str, str], language: Language
) -> Iterator[str]:
    shown, score = person.profile.display, person.score
    name = shown.name or shown.email or shown.phone or pick(language, "Без имени", "No name")
    yield " · ".join(filter(None, (name, shown.job_title, shown.company)))
    grade = pick(language, f", категория {score.grade}", f", grade {score.grade}") if score.grade else ""
    yield f"  {points(score.total, language)}{grade}; {_readiness(report, person, language)}"
    sums = {"fit": score.fit, "interest": score.interest, "answers": score.answers}
    named = (
        f"{pick(language, *SECTIONS[section])} {number(amount / 1000, language)}" for section, amount in sums.items()
    )
    yield f"  {' + '.join(named)}"
    yield from _point_lines(score.points, sentences, language)


def _point_lines(given: Iterable[Points], sentences: Mapping[str, str], language: Language) -> Iterator[str]:
    for each in given:
        hits = f" ×{len(each.hits)}" if len(each.hits) > 1 else ""
        yield f"  {number(each.amount / 1000, language):>9}  {each.rule}{hits} — {sentences[each.rule]}"


def _readiness(report: ScoreReport, person: PersonScore, language: Language) -> str:
    if person.captured_at is None:
        return pick(language, "не собран: связаться не с кем", "not captured: nobody can be reached")
    if person.barred is not None:
        return pick(language, f"не лид: {person.barred}", f"never a lead: {person.barred}")
    mark = number(report.agreement.ready.pass_mark.start / 1000, language)
    if person.ripe_at is None:
        return pick(language, f"не созрел, проходной балл {mark}", f"not ripe, pass mark {mark}")
    when = _moment(person.ripe_at)
    return pick(language, f"созрел {when} UTC, проходной балл {mark}", f"ripe since {when} UTC, pass mark {mark}")


def _refused_line(refused: Refused, language: Language) -> str:
    start = pick(language, f"Строка {refused.line} не принята", f"Line {refused.line} refused")
    return f"{start}: {refused.error.text(language)}"


def _moment(t: int) -> str:
    return f"{_EPOCH + timedelta(microseconds=t):%Y-%m-%d %H:%M}"
