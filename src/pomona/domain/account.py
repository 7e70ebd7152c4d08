"""Accounts: the company of a lead, and what its other leads are, tell and do.

A lead belongs to the account of its newest company e-mail address, named by the domain that was found at capture;
without one, to the group that a source last named. Free mail and throw-away mail never make an account.
"""

from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from hashlib import blake2b

import msgspec

from pomona.domain.agreement.conditions import ANY, Pattern
from pomona.domain.agreement.patterns import Test, compile_pattern
from pomona.domain.agreement.trackers import Entry, newest_of
from pomona.domain.event import Event
from pomona.domain.profile import Fact, Profile
from pomona.domain.text import normal

MOST_LEADS = 500
"""An account of more leads is a provider of mail boxes that no list knows: nothing is known of it."""

IS_CLIENT = "account.is_client"
"""The trait by which a source says whether the account is a client."""

_PREFIXES = ("company.", "account.")

Acts = Mapping[str, Entry | None]
"""By the name of a pattern (`act_name`) the newest act of a lead that fits it; None: there is none."""

_ENCODER = msgspec.msgpack.Encoder(order="deterministic")
_DECODER = msgspec.msgpack.Decoder(dict[str, Fact])


class Colleague(msgspec.Struct, frozen=True, kw_only=True):
    """Another lead of the account: what it tells of the company, whether it bought and has an owner, its acts."""

    traits: Mapping[str, Fact]
    is_client: bool = False
    has_owner: bool = False
    acts: Acts = {}


def account_of(profile: Profile) -> str | None:
    """The name of the account that the person belongs to."""
    if profile.mail_domain is not None:
        return profile.mail_domain.account
    return None if profile.group is None else f"group:{profile.group.account}"


def is_of_account(trait: str) -> bool:
    """Whether a trait is the company's: the account's newest value counts for all its leads."""
    return trait.startswith(_PREFIXES)


def told_of_account(profile: Profile) -> dict[str, Fact]:
    """What this person told of the company."""
    return {name: fact for name, fact in profile.traits.items() if is_of_account(name)}


def traits_to_bytes(traits: Mapping[str, Fact]) -> bytes:
    """Traits as bytes; equal ones give equal bytes, none none."""
    return _ENCODER.encode(dict(traits)) if traits else b""


def traits_from_bytes(encoded: bytes) -> dict[str, Fact]:
    """The traits that `traits_to_bytes` wrote."""
    return _DECODER.decode(encoded) if encoded else {}


def with_account(profile: Profile, colleagues: Iterable[Colleague]) -> Profile:
    """The profile with the newest that anybody of the account told of the company; itself where that is its own."""
    newest: dict[str, Fact] = {}
    for colleague in colleagues:
        for name, fact in colleague.traits.items():
            known = newest.get(name) or profile.traits.get(name)
            if known is None or (fact.t, fact.key) > (known.t, known.key):
                newest[name] = fact
    return msgspec.structs.replace(profile, traits=profile.traits | newest) if newest else profile


def newest_acts(patterns: Collection[Pattern], known: Acts, facts: Iterable[Event], *, cycle_from: int) -> Acts:
    """For each pattern the newest act of a lead in its cycle, after these facts, whatever their order."""
    acts = {name: known.get(name) for name in map(act_name, patterns)}
    tests = [(act_name(pattern), pattern.name, _test(pattern)) for pattern in patterns]
    for fact in facts if tests else ():
        if fact.t < cycle_from:
            continue
        for name, wanted, fits in tests:
            newest = acts[name]
            if (newest is None or fact.order > newest) and wanted in (ANY, _normal_name(fact.name)) and fits(fact):
                acts[name] = fact.order
    return acts


@lru_cache(maxsize=4096)
def act_name(pattern: Pattern) -> str:
    """A name of constant length for what a pattern means; it stands in the database."""
    return blake2b(msgspec.json.encode(pattern), digest_size=8).hexdigest()


@lru_cache(maxsize=4096)
def _test(pattern: Pattern) -> Test:
    return compile_pattern(pattern, person_only=newest_of(pattern).person_only)


_normal_name = lru_cache(maxsize=4096)(normal)
