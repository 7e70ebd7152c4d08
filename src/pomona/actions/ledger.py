"""Leads in work: whomever a transaction concerns is loaded, joined, captured, folded, judged and saved here."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import msgspec
from psycopg import Connection

from pomona.actions.decision import decision
from pomona.actions.folding import (
    NOTHING,
    Folded,
    concerned,
    fold_anew,
    fold_more,
    fold_under_older,
    save,
    see_colleagues,
)
from pomona.actions.persons import Whose, facts_of_persons
from pomona.actions.response import ripened_by
from pomona.domain.condition import Situation
from pomona.domain.event import Event, Key
from pomona.domain.identity import survivor
from pomona.domain.judgement import Verdict, hold_out, is_known, judge, woken_by
from pomona.domain.stages import PASSED_ON, Decision, Stage, apply
from pomona.store import accounts, agreements, leads, queue, tallies
from pomona.store.leads import LeadRow


class Ledger:
    """The leads of one transaction and what is decided about them. The identity lock must be held before."""

    def __init__(self, conn: Connection[Any], *, now: int, upto: int | None = None) -> None:
        self._conn = conn
        self.terms = agreements.terms(conn, now)
        self._upto = upto
        self._rows: dict[int, LeadRow] = {}
        self._folded: dict[int, Folded] = {}
        self._decisions: list[Event] = []

    def take(self, whose: Whose) -> None:
        """Join, capture, fold and judge everybody whom new facts concern."""
        self.load(number for of_person in whose.leads.values() for number in of_person)
        lead_of = {person: self._joined(numbers) for person, numbers in whose.leads.items()}
        anew = whose.moved | {person for person, numbers in whose.leads.items() if len(numbers) > 1}
        anew |= whose.persons - lead_of.keys()
        more = {lead_of[person]: facts for person, facts in whose.facts.items() if person not in anew}
        anew |= self._fold_more(more)
        lead_of |= self.fold_persons({person: lead_of.get(person) for person in anew})
        self.judge({number: whose.facts.get(person, []) for person, number in lead_of.items()})

    def load(self, numbers: Iterable[int]) -> list[int]:
        """Lock these leads, all at once: in ascending order. Returns those that exist."""
        found = leads.load(self._conn, set(numbers))
        self._rows |= found
        return list(found)

    def row(self, number: int) -> LeadRow:
        """A loaded lead as it is after what was decided so far."""
        return self._rows[number]

    def find(self, number: int) -> LeadRow | None:
        """The same, or None if there is no such lead."""
        return self._rows.get(number)

    @property
    def unripe(self) -> list[int]:
        """The leads folded here that are no more than captured so far."""
        return [number for number in self._folded if self._rows[number].lead.stage == Stage.MCL]

    def place(self, number: int, person: Key) -> None:
        """The lead's keys belong to this person now."""
        self._rows[number] = msgspec.structs.replace(self._rows[number], person=person)

    def decide(self, event: Event) -> None:
        """Take a decision: the lead's state follows at once, the event is kept for the journal."""
        self._decisions.append(event)
        row = self._rows[event.lead or 0]
        state = apply(row.lead, event)
        if state is not None:
            self._rows[row.lead.id] = msgspec.structs.replace(row, lead=state)

    def absorb(self, number: int, into: int, *, user: int | None = None, keys: tuple[Key, ...] = ()) -> None:
        """Decide that a lead is the same person as another, which stays. `keys` are those joined by hand."""
        now, body = self.terms.at, {"absorbed": number, "by_hand": user is not None}
        self.decide(decision(Decision.MERGED, into, now=now, user=user, keys=keys, body=body))
        self.decide(decision(Decision.ABSORBED, number, now=now, user=user, body={"into": into}))
        self.empty(number)

    def empty(self, number: int) -> None:
        """An absorbed lead has no facts of its own."""
        self._folded[number] = NOTHING

    def fold_persons(self, persons: Mapping[Key, int | None]) -> dict[Key, int]:
        """Fold persons from nothing, each with its lead; who has none is captured if known well enough.

        Returns the lead of each person who has one now.
        """
        facts = facts_of_persons(self._conn, persons, upto=self._upto) if persons else {}
        lead_of = {person: number for person, number in persons.items() if number is not None}
        captured = self._captured({person: facts[person] for person in sorted(facts) if person not in lead_of})
        lead_of |= captured
        folded = {
            number: fold_anew(facts[person], self.terms, self._rows[number].lead) for person, number in lead_of.items()
        }
        self._folded |= see_colleagues(self._conn, folded)
        self._try(captured.values())
        return lead_of

    def refresh(self, numbers: Collection[int]) -> None:
        """Score loaded leads at this moment; from nothing where other agreements or versions concern them now."""
        anew = self._fold_more({number: [] for number in numbers})
        self.fold_persons(
            {self._rows[number].person: number for number in numbers if self._rows[number].person in anew}
        )

    def judge(self, new: Mapping[int, Collection[Event]], *, under: Collection[str] | None = None) -> None:
        """Decide what follows for leads with these new facts; a lead may wake and ripen at once.

        `under`: only these agreements decide; None: every one that concerns the lead.
        """
        pinned = self._pinned(new)
        self._wake(new, pinned)
        counted = self._counted_before(new)
        for number in sorted(new):
            lead, situations = self._rows[number].lead, self._folded[number].situations
            asked = [each for each in situations if under is None or each.agreement.campaign in under]
            verdict = judge(lead, asked, pinned.get(number) if lead.pinned else None)
            if verdict is None and new[number]:
                verdict = hold_out(lead, asked, counted.get(number, ()))
            if verdict is not None:
                self.decide(
                    decision(
                        verdict.decision,
                        number,
                        now=self.terms.at,
                        seller=lead.owner,
                        agreement=verdict.agreement,
                        version=verdict.version,
                        body={**verdict.body, **self._ripened_by(number, verdict, new[number])},
                    )
                )

    def save(self) -> list[Event]:
        """Write everybody; returns the decisions, to be appended as the transaction's last step."""
        pairs = [(self._rows[number], folded) for number, folded in sorted(self._folded.items())]
        save(self._conn, pairs, now=self.terms.at)
        if any(event.name in PASSED_ON for event in self._decisions):
            queue.wake_router(self._conn)
        return self._decisions

    def _try(self, captured: Iterable[int]) -> None:
        """Note which version each new lead has in the trials that concern it: reports count them by it for ever."""
        for number in captured:
            for each in self._folded[number].situations:
                trial = self.terms.trials.get(each.agreement.campaign)
                if trial is not None and self._rows[number].lead.captured_at >= trial.since:
                    name, version = each.agreement.campaign, each.agreement.version
                    tried = decision(Decision.TRIED, number, now=self.terms.at, agreement=name, version=version)
                    self._decisions.append(tried)

    def _counted_before(self, numbers: Collection[int]) -> dict[int, set[str]]:
        """The agreements that concerned these leads before, as far as lots are to be drawn."""
        if not any(agreement.ready.holdout for agreement in self.terms.in_force.values()):
            return {}
        found = tallies.counted_under(self._conn, numbers)
        return {number: {key.agreement for key in keys} for number, keys in found.items()}

    def _ripened_by(self, number: int, verdict: Verdict, facts: Collection[Event]) -> dict[str, Any]:
        if verdict.decision not in PASSED_ON:
            return {}
        asked = (each.agreement for each in self._folded[number].situations)
        agreement = next(each for each in asked if each.campaign == verdict.agreement)
        return ripened_by(self._conn, agreement, facts, now=self.terms.at)

    def _joined(self, numbers: list[int]) -> int:
        """The one lead of a person; where several were joined, the survivor absorbs the others."""
        stays = survivor(self._rows[number].lead for number in numbers).id
        for number in numbers:
            if number != stays:
                self.absorb(number, stays)
        return stays

    def _fold_more(self, facts: Mapping[int, list[Event]]) -> set[Key]:
        """Fold new facts onto what is stored; returns the persons who must be folded from nothing."""
        stored = tallies.load(self._conn, facts)
        acts = accounts.load_acts(self._conn, facts)
        folded = {
            number: fold_more(self._rows[number], stored[number], acts[number], new, self.terms)
            for number, new in facts.items()
        }
        known = {number: each for number, each in folded.items() if each is not None}
        self._folded |= see_colleagues(self._conn, known)
        return {self._rows[number].person for number in folded.keys() - known.keys()}

    def _captured(self, strangers: Mapping[Key, Collection[Event]]) -> dict[Key, int]:
        """Make leads of those whose facts show who they are."""
        now = self.terms.at
        known = {}
        for person, facts in strangers.items():
            folded = fold_anew(facts, self.terms, None)
            if is_known(concerned(self.terms, folded.profile).now, folded.profile, at=now):
                known[person] = folded.profile.first_touch
        numbers = dict(zip(known, leads.new_ids(self._conn, len(known)), strict=True))
        for person, number in numbers.items():
            touch = known[person]
            campaign, channel = (touch.campaign, touch.channel) if touch else (None, None)
            event = decision(Decision.CAPTURED, number, now=now, keys=(person,), campaign=campaign, channel=channel)
            self._decisions.append(event)
            lead = apply(None, event)
            assert lead is not None
            self._rows[number] = LeadRow(lead=lead, person=person)
        return numbers

    def _pinned(self, numbers: Iterable[int]) -> dict[int, Situation]:
        """Those on which the version that handed them over is pinned, as they stand under that one."""
        found, older = {}, []
        for number in numbers:
            row, folded = self._rows[number], self._folded[number]
            situation = folded.under(row.lead.pinned)
            if situation is not None:
                found[number] = situation
            elif row.lead.pinned is not None:
                older.append((row, folded))
        return found | (fold_under_older(self._conn, older, self.terms, upto=self._upto) if older else {})

    def _wake(self, new: Mapping[int, Collection[Event]], pinned: Mapping[int, Situation]) -> None:
        """End the nurture of those whose new facts say so, and begin their cycle with the fact that did it."""
        asleep = {
            self._rows[number].person: number
            for number, situation in pinned.items()
            if new[number]
            and self._rows[number].lead.stage == Stage.NURTURE
            and situation.agreement.ready.returned.unless
        }
        facts = facts_of_persons(self._conn, asleep, upto=self._upto) if asleep else {}
        woken: dict[Key, int | None] = {}
        for person, number in asleep.items():
            fact = woken_by(self._rows[number].lead, pinned[number], facts[person], new[number])
            if fact is not None:
                body = {"cycle_from": fact.t}
                self.decide(decision(Decision.RECYCLED, number, now=self.terms.at, body=body))
                woken[person] = number
        self.fold_persons(woken)
