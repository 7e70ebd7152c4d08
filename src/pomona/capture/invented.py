"""A lead that somebody invents to try an agreement on: what it would have said and done, as facts."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pomona.capture.segment import read_message
from pomona.domain.event import DAY, Event

_SECRET = b"an invented lead is nobody"
_WHO = "invented"


class Act(NamedTuple):
    """Something the lead did so many days ago, `times` times; `what` is a path, or `property: value`."""

    event: str
    days_ago: int
    times: int = 1
    what: str = ""


def invented_facts(
    traits: Mapping[str, str], answers: Mapping[str, str], acts: Sequence[Act], *, now: int
) -> list[Event]:
    """The facts, ascending; libraries find out about its values as about a real lead's.

    It said who it is when it first did something, and answered just now. Raises RefusedEvent.
    """
    first = now - max((act.days_ago for act in acts), default=0) * DAY
    told = {name: value for name, value in traits.items() if value}
    calls = [_call("identify", first, traits=told)]
    calls += [_done(act, now) for act in acts for _ in range(act.times)]
    calls += [
        _call("track", now, event="question answered", properties={"question": question, "answer": answer})
        for question, answer in answers.items()
        if answer
    ]
    facts = [
        read_message(
            {**call, "messageId": str(number)}, call=None, source=0, secret=_SECRET, received_at=now, sent_at=None
        )
        for number, call in enumerate(calls)
    ]
    return sorted(facts, key=lambda fact: fact.order)


def _done(act: Act, now: int) -> dict[str, Any]:
    name, colon, value = act.what.partition(":")
    told = {"path": act.what} if act.what.startswith("/") else {name.strip(): value.strip()} if colon else {}
    kind = "page" if act.event == "page" else "track"
    return _call(kind, now - act.days_ago * DAY, event=act.event, properties=told)


def _call(kind: str, t: int, **said: Any) -> dict[str, Any]:
    return {"type": kind, "userId": _WHO, "timestamp": t // 1000, **said}
