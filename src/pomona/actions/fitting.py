"""Fitting a draft: past leads chosen once for everybody, people invited, each lead judged blind; what came of it."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any, ClassVar, NamedTuple

from django.conf import settings
from psycopg import Connection

from pomona.actions.allowed import demand
from pomona.actions.previewing import Standing, covered, standings
from pomona.domain.agreement import Agreement
from pomona.domain.errors import PomonaError
from pomona.domain.fitting import CHOSEN, Agreeing, Candidate, Judgement, Votes, among, between, choose_leads, votes
from pomona.domain.remedies import Case, Remedy, remedies
from pomona.domain.ripeness import Readiness, readiness
from pomona.store import agreements, fitting, outbox, sellers
from pomona.store.agreements import VersionRow
from pomona.store.database import work_transaction
from pomona.store.fitting import Past, Place
from pomona.store.powers import HEAD_OF_SALES, MARKETING, SELLER, Power

JUDGEMENTS: tuple[Judgement, ...] = ("take", "not", "unsure")

SIDE_OF = {SELLER: "sales", HEAD_OF_SALES: "sales", MARKETING: "marketing"}
"""For which side each role judges; others do not."""

MOST_TRIED = 400
"""Of so many leads that the draft covers those to judge are chosen."""


class RefusedFitting(PomonaError):
    """The fitting cannot go on so; nothing was changed."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {
        "not_a_draft": (
            "Версия {number} соглашения «{name}» уже предложена: примерка бывает только у черновика.",
            "Version {number} of “{name}” was proposed already: only a draft is fitted.",
        ),
        "no_fitting": ("Такой примерки нет.", "There is no such fitting."),
        "no_leads": (
            "Оценивать пока некого: ни одного лида ещё нет. Начните примерку, когда они появятся.",
            "There is nobody to judge yet: no lead has come. Begin the fitting when some have.",
        ),
        "not_invited": (
            "На эту примерку вас не приглашали. Попросите маркетинг или руководителя продаж.",
            "You are not invited to this fitting. Ask marketing or the head of sales.",
        ),
        "no_such_number": (
            "Этого числа в черновике больше нет. Обновите страницу.",
            "This number is no longer in the draft. Reload the page.",
        ),
        "no_such_lead": (
            "Этого лида в примерке больше нет. Обновите страницу.",
            "This lead is no longer in the fitting. Reload the page.",
        ),
    }


class Judged(NamedTuple):
    """One lead of a fitting: where it stands under the draft, and the votes of each side."""

    place: Place
    standing: Standing
    sales: Votes
    marketing: Votes

    @property
    def both(self) -> Votes:
        """All votes."""
        one, other = self.sales, self.marketing
        return Votes(one.take + other.take, one.leave + other.leave, one.unsure + other.unsure)

    @property
    def draft_takes(self) -> bool:
        """Whether the lead is ripe under the draft."""
        return readiness(self.standing.situations[0]) == Readiness.RIPE


class Result(NamedTuple):
    """What came of a fitting so far. `finished` of the `invited` judged every lead that is left."""

    leads: list[Judged]
    invited: int
    finished: int
    sellers: Agreeing
    marketers: Agreeing
    sides: Agreeing
    draft: Agreeing

    @property
    def disputed(self) -> list[Judged]:
        """The leads that people and draft, then people among themselves, disagree on most come first."""
        return sorted(self.leads, key=_disagreement)


def invite(conn: Connection[Any], version: int, users: Collection[int], *, user: int | None, now: int) -> int:
    """Invite users to the fitting of a draft (its row id), which begins with the first; returns the fitting.

    The leads are chosen once, stay the same when the draft changes, and are the same for everybody. Who is invited
    gets a mail. Raises NotAllowed, RefusedFitting.
    """
    demand(conn, user, Power.WRITE_AGREEMENTS)
    with work_transaction(conn):
        row = _draft(conn, version)
        found = fitting.of_version(conn, version)
        if found is None:
            found = fitting.begin(conn, version, _choose(conn, row, now), user=user, now=now)
        roles = fitting.roles(conn, users)
        sides = {each: SIDE_OF[role] for each, role in roles.items() if role in SIDE_OF}
        fresh = fitting.invite(conn, found, sides, now=now)
        outbox.put(conn, _invitations(conn, row, found, fresh), now=now)
        return found


def judge(conn: Connection[Any], version: int, place: int, judgement: Judgement, *, user: int, now: int) -> None:
    """Say of the lead at `place` of the draft's fitting whether the user would take it.

    Raises NotAllowed, RefusedFitting.
    """
    demand(conn, user, Power.JUDGE_LEADS)
    with work_transaction(conn):
        judging = _judging(conn, version, user)
        of = next((each for each in fitting.places(conn, judging.fitting) if each.place == place), None)
        if of is None:
            raise RefusedFitting("no_such_lead")
        fitting.save_judgement(conn, judging.judge, of.id, judgement, now=now)


def take_back(conn: Connection[Any], version: int, *, user: int) -> bool:
    """Take the user's newest judgement back; whether there was one. Raises NotAllowed, RefusedFitting."""
    demand(conn, user, Power.JUDGE_LEADS)
    with work_transaction(conn):
        return fitting.take_back(conn, _judging(conn, version, user).judge)


def result_of(conn: Connection[Any], version: int, draft: Agreement) -> Result | None:
    """What came of the fitting of a version (its row id) so far; None: nobody is invited yet."""
    found = fitting.of_version(conn, version)
    return None if found is None else result(conn, found, draft)


def result(conn: Connection[Any], found: int, draft: Agreement) -> Result:
    """What came of a fitting so far, against the draft as it is now."""
    sides = {each.id: each.side for each in fitting.judges(conn, found)}
    said: dict[tuple[int, str], list[Any]] = defaultdict(list)
    counts: dict[int, int] = defaultdict(int)
    leads = _standings(conn, found, draft)
    left = {place.place for place, _ in leads}
    for each in fitting.judged(conn, found):
        if each.place in left:
            said[each.place, sides[each.judge]].append(each.judgement)
            counts[each.judge] += 1
    judged = [
        Judged(place, standing, votes(said[place.place, "sales"]), votes(said[place.place, "marketing"]))
        for place, standing in leads
    ]
    finished = sum(counts[each] == len(left) for each in sides) if left else 0
    return _result(judged, invited=len(sides), finished=finished)


def mending(found: Result, draft: Agreement) -> list[Remedy]:
    """The single changes of the draft that would bring it nearest to what most people would do."""
    cases = [
        Case(each.standing.situations[0], verdict) for each in found.leads if (verdict := each.both.verdict) is not None
    ]
    return remedies(draft, cases)


def _result(judged: list[Judged], *, invited: int, finished: int) -> Result:
    return Result(
        leads=judged,
        invited=invited,
        finished=finished,
        sellers=among(each.sales for each in judged),
        marketers=among(each.marketing for each in judged),
        sides=between((each.sales.verdict, each.marketing.verdict) for each in judged),
        draft=between((each.both.verdict, each.draft_takes) for each in judged),
    )


def _disagreement(judged: Judged) -> tuple[bool, float, int]:
    verdict, agreeing = judged.both.verdict, judged.both.agreeing
    return (verdict is None or verdict == judged.draft_takes, 1.0 if agreeing is None else agreeing, judged.place.place)


def _standings(conn: Connection[Any], found: int, draft: Agreement) -> list[tuple[Place, Standing]]:
    places = {each.lead: each for each in fitting.places(conn, found)}
    moments = {lead: place.as_of for lead, place in places.items()}
    return [(places[each.row.lead.id], each) for each in standings(conn, moments, [draft])]


class _Judging(NamedTuple):
    fitting: int
    judge: int


def _judging(conn: Connection[Any], version: int, user: int) -> _Judging:
    """The user as a judge of the draft's fitting. Raises RefusedFitting."""
    _draft(conn, version)
    found = fitting.of_version(conn, version)
    if found is None:
        raise RefusedFitting("no_fitting")
    judging = fitting.judge_of(conn, found, user)
    if judging is None:
        raise RefusedFitting("not_invited")
    return _Judging(found, judging.id)


def _draft(conn: Connection[Any], version: int) -> VersionRow:
    row = agreements.lock_version(conn, version)
    if row is None:
        raise RefusedFitting("no_fitting")
    if row.state != "draft":
        raise RefusedFitting("not_a_draft", name=row.name, number=row.number)
    return row


def _choose(conn: Connection[Any], row: VersionRow, now: int) -> list[tuple[int, int]]:
    """The leads to judge with the moments they are judged as of. Raises RefusedFitting."""
    draft = agreements.agreement_by_id(conn, row.id)
    past = _candidates(conn, draft, now)
    moments = {each.lead: each.as_of for each in past}
    candidates = []
    for each in standings(conn, moments, [draft]):
        situation = each.situations[0]
        assert situation.score is not None
        if readiness(situation) in (Readiness.RIPE, Readiness.UNRIPE):
            candidates.append(Candidate(each.row.lead.id, situation.score.total))
    chosen = choose_leads(candidates, draft.ready.pass_mark.start, seed=row.id)
    if not chosen:
        raise RefusedFitting("no_leads")
    return [(lead, moments[lead]) for lead in chosen]


def _candidates(conn: Connection[Any], draft: Agreement, now: int) -> Sequence[Past]:
    """The newest leads that nobody has in hand and that the draft covers; any others where these are too few."""
    newest = fitting.past_leads(conn)
    covers = covered(conn, draft, [each.profile for each in newest], now=now)
    ranked = sorted(zip(newest, covers, strict=True), key=lambda each: (not each[1], each[0].open))
    wanted = [each for each, is_covered in ranked if is_covered and not each.open]
    return (wanted if len(wanted) >= CHOSEN else [each for each, _ in ranked])[:MOST_TRIED]


TEXTS = {
    "subject": ("Взяли бы вы этих лидов? {count}, минуты три", "Would you take these leads? {count}, three minutes"),
    "text": (
        "«{name}»: посмотрите {count} прошлых лидов и скажите о каждом, взяли бы вы его. Баллов и правил не видно: "
        "по вашим ответам поправят черновик соглашения.\n{url}",
        "“{name}”: look at {count} past leads and say of each whether you would take it. No score and no rule is "
        "shown: the draft of the agreement will be mended by your answers.\n{url}",
    ),
}


def _invitations(conn: Connection[Any], row: VersionRow, found: int, users: Collection[int]) -> list[outbox.Message]:
    count = len(fitting.places(conn, found))
    url = f"{settings.PUBLIC_URL}/agreements/versions/{row.id}/judge/"
    return [
        outbox.Message(
            key=f"fitting {found} {each.id}",
            kind="fitting",
            recipient=each.email,
            subject=_say("subject", each.language, count=count),
            text=_say("text", each.language, name=row.name, count=count, url=url),
            user=each.id,
        )
        for each in sellers.contacts(conn, users).values()
        if each.email
    ]


def _say(code: str, language: str, **known: Any) -> str:
    return TEXTS[code][0 if language == "ru" else 1].format(**known)
