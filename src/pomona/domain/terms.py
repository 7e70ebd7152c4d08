"""The terms of a moment: which versions of which agreements score a lead, and which ones are to."""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from pomona.domain.agreement import Agreement
from pomona.domain.agreement.conditions import Pattern
from pomona.domain.profile import Profile
from pomona.domain.ripeness import choose_agreements
from pomona.domain.trials import Trial


class VersionKey(NamedTuple):
    """What names one version of an agreement."""

    agreement: str
    number: int


def key_of(agreement: Agreement) -> VersionKey:
    """The name of this version."""
    return VersionKey(agreement.campaign, agreement.version)


class Terms(msgspec.Struct, frozen=True):
    """The agreements in force at the moment `at`, by name, with the pass marks that hold then.

    `coming` are the versions proposed, in a trial, or signed and not in force yet: leads are counted under them ahead.
    `trials` are those that go on, by agreement.
    """

    at: int
    in_force: Mapping[str, Agreement]
    coming: tuple[Agreement, ...] = ()
    trials: Mapping[str, Trial] = {}

    def of(self, lead: int, captured_at: int) -> "Terms":
        """The same for one lead: in a trial its lot says which version scores it; it is counted ahead under the other.

        The only place that knows which version of an agreement scores which lead.
        """
        drawn = {name: trial for name, trial in self.trials.items() if self._is_drawn(trial, name, lead, captured_at)}
        if not drawn:
            return self
        challengers = {name: trial.challenger for name, trial in drawn.items()}
        coming = tuple(each for each in self.coming if challengers.get(each.campaign) is not each)
        return msgspec.structs.replace(
            self,
            in_force={**self.in_force, **challengers},
            coming=(*coming, *(self.in_force[name] for name in drawn)),
        )

    def _is_drawn(self, trial: Trial, name: str, lead: int, captured_at: int) -> bool:
        return name in self.in_force and trial.falls_on(lead, captured_at)

    @property
    def counted(self) -> tuple[Pattern, ...]:
        """The acts that some agreement, in force or to come, counts of the people of an account."""
        patterns = (each.pattern for terms in (*self.in_force.values(), *self.coming) for each in terms.people)
        return tuple(dict.fromkeys(patterns))

    def scoring(self, profile: Profile) -> tuple[Agreement, ...]:
        """What a person is scored under, newest touch first, as of its last act: time alone changes nothing stored."""
        return choose_agreements(self.in_force, profile, profile.last_act or 0)

    def ahead(self, profile: Profile) -> tuple[Agreement, ...]:
        """The coming versions that would score the person if they were in force."""
        return tuple(version for version in self.coming if self._would_score(version, profile))

    def _would_score(self, version: Agreement, profile: Profile) -> bool:
        then = {**self.in_force, version.campaign: version}
        return any(each is version for each in choose_agreements(then, profile, profile.last_act or 0))

    @property
    def plan(self) -> "Plan":
        """What must be stored of leads, in brief."""
        return Plan(
            {name: Standing(each.version, each.ready.pass_mark.current) for name, each in self.in_force.items()},
            tuple(sorted(map(key_of, self.coming))),
        )


class Standing(NamedTuple):
    """The number of the version in force, and its pass mark in thousandths of a point."""

    version: int
    mark: int


class Plan(msgspec.Struct, frozen=True):
    """Which versions leads are scored under, by agreement, and which are counted ahead. Plain data."""

    in_force: Mapping[str, Standing] = {}
    coming: tuple[VersionKey, ...] = ()


def moved(terms: Terms, since: Plan) -> frozenset[str]:
    """The agreements whose pass mark is another than it was, their version being the same."""
    return frozenset(name for name, now in terms.plan.in_force.items() if _moved_by(name, now, since))


def handing(terms: Terms, since: Plan) -> frozenset[str]:
    """The agreements that hand over at once who is ripe under them: their pass mark went down, or a version with
    `at_start: hand_over` came into force.
    """
    return frozenset(name for name, now in terms.plan.in_force.items() if _hands(terms.in_force[name], now, since))


def _hands(agreement: Agreement, now: Standing, since: Plan) -> bool:
    before = since.in_force.get(agreement.campaign)
    if before is None or before.version != now.version:
        return agreement.ready.at_start == "hand_over"
    return _moved_by(agreement.campaign, now, since) < 0


def _moved_by(name: str, now: Standing, since: Plan) -> int:
    """How far its pass mark moved; 0 where the version is another."""
    before = since.in_force.get(name)
    return now.mark - before.mark if before is not None and before.version == now.version else 0
