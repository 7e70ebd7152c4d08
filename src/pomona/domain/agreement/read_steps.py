"""Reading steps 2 to 4: the route, how fast to respond, what passes leads on by itself."""

from typing import Any, cast, get_args

from pomona.domain.agreement.conditions import Condition
from pomona.domain.agreement.nodes import Node, attempt, attempt_each
from pomona.domain.agreement.read_conditions import EVERYTHING, read_condition
from pomona.domain.agreement.read_rules import read_named
from pomona.domain.agreement.values import (
    CHANNELS,
    Attendant,
    By,
    FirstContact,
    NextAttempts,
    Nurture,
    OverdueAction,
    Overflow,
    RouteRule,
    Target,
)

NOTIFIED = ("owner", "team", "head_of_sales")
OTHERWISE = "otherwise"


def read_route(node: Node) -> tuple[RouteRule, ...]:
    """The lines of the route, in order."""
    rules = read_named(node, _route_rule)
    _refuse_after_otherwise(node)
    return rules


def _refuse_after_otherwise(node: Node) -> None:
    for part in node.items()[:-1]:
        if isinstance(part.value, dict) and OTHERWISE in part.value:
            part.note("after_otherwise")


def _route_rule(node: Node) -> RouteRule:
    if isinstance(node.value, dict) and OTHERWISE in node.value:
        fields = node.fields((OTHERWISE, "by", "overflow"))
        return _line(OTHERWISE, None, fields[OTHERWISE], fields)
    fields = node.fields(("name", "when", "to", "by", "overflow"), required=("name", "when", "to"))
    name = attempt(fields["name"], Node.text)
    when = attempt(fields["when"], _anything)
    return _line(name or "", when, fields["to"], fields)


def _line(name: str, when: Condition | None, to: Node, fields: dict[str, Node]) -> RouteRule:
    return RouteRule(
        name=name,
        when=when,
        to=_target(to),
        by=attempt(fields.get("by"), _by) or "round_robin",
        overflow=attempt(fields.get("overflow"), _overflow),
    )


def _anything(node: Node) -> Condition:
    return read_condition(node, EVERYTHING)


def _target(node: Node) -> Target:
    if isinstance(node.value, str):
        kind = node.word(("account_manager", "owner"))
        node.not_yet(("Передача тому, кто ведёт компанию,", "Handing over to whoever looks after the account"))
        return Target(kind=kind)  # type: ignore[arg-type]
    fields = node.fields(("team", "seller", "skill"))
    if len(fields) != 1:
        node.refuse("one_of_them", known="team, seller, skill")
    kind, name = fields.popitem()
    if kind == "skill":
        node.not_yet(("Распределение по навыкам", "Routing by skill"))
    return Target(kind=kind, name=name.text())  # type: ignore[arg-type]


def _by(node: Node) -> Any:
    word = node.word(get_args(By))
    if word != "round_robin":
        node.not_yet((f"Распределение {word} (вместо него по очереди)", f"Routing {word} (round robin instead)"))
    return word


def _overflow(node: Node) -> Overflow:
    team = ("team", "seller", "skill")
    fields = node.fields((*team, "after"), required=("after",))
    after = fields.pop("after")
    node.not_yet(("Перелив в другую команду", "Overflow to another team"))
    target = node.below("to", {keyword: part.value for keyword, part in fields.items()})
    return Overflow(to=_target(target), after=after.span())


def read_respond(node: Node) -> dict[str, Any]:
    """What the document says of step 3, by the fields of `Respond`."""
    fields = node.fields(("calendar", "first_contact", "next_attempts"))
    made = {
        "calendar": attempt(fields.get("calendar"), Node.text),
        "first_contact": attempt(fields.get("first_contact"), _first_contacts),
        "next_attempts": attempt(fields.get("next_attempts"), _next_attempts),
    }
    return {keyword: value for keyword, value in made.items() if value is not None}


def _first_contacts(node: Node) -> tuple[FirstContact, ...]:
    clocks = attempt_each(node.items(), _first_contact)
    _refuse_after_otherwise(node)
    return clocks


def _first_contact(node: Node) -> FirstContact:
    clock = ("remind_at", "overdue")
    if isinstance(node.value, dict) and OTHERWISE in node.value:
        fields = node.fields((OTHERWISE, *clock))
        when, within = None, fields[OTHERWISE]
    else:
        fields = node.fields(("when", "within", *clock), required=("when", "within"))
        when, within = attempt(fields["when"], _anything), fields["within"]
    return FirstContact(
        when=when,
        within=within.working(),
        remind_at=attempt(fields.get("remind_at"), Node.working),
        overdue=attempt(fields.get("overdue"), _overdue) or (),
    )


def _overdue(node: Node) -> tuple[OverdueAction, ...]:
    return attempt_each(node.one_or_more(), _overdue_action)


def _overdue_action(node: Node) -> OverdueAction:
    if isinstance(node.value, dict) and "second_time" in node.value:
        action = _action(node.fields(("second_time",))["second_time"])
        return OverdueAction(do=action.do, whom=action.whom, from_time=2)
    return _action(node)


def _action(node: Node) -> OverdueAction:
    if isinstance(node.value, dict):
        whom = node.fields(("notify",), required=("notify",))["notify"].word(NOTIFIED)
        return OverdueAction(do="notify", whom=whom)  # type: ignore[arg-type]
    return OverdueAction(do=node.word(("reassign", "notify")))  # type: ignore[arg-type]


def _next_attempts(node: Node) -> NextAttempts:
    fields = node.fields(("after", "then"), required=("after",))
    node.not_yet(("Повторные попытки связаться", "Further attempts to reach the lead"))
    then = attempt(fields.get("then"), lambda part: part.fields(("return",), required=("return",))["return"].text())
    return NextAttempts(after=attempt_each(fields["after"].items(), Node.working), then_return=then)


def read_automate(node: Node) -> dict[str, Any]:
    """What the document says of step 4, by the fields of `Automate`."""
    fields = node.fields(("nurture", "notify", "attendant"))
    made = {
        "nurture": attempt(fields.get("nurture"), _nurture),
        "notify": attempt(fields.get("notify"), _notify),
        "attendant": attempt(fields.get("attendant"), _attendant),
    }
    return {keyword: value for keyword, value in made.items() if value is not None}


def _nurture(node: Node) -> Nurture:
    fields = node.fields(("sequence", "until", "wake"), required=("sequence",))
    node.not_yet(("Прогрев письмами", "Nurture"))
    until = fields.get("until")
    return Nurture(
        sequence=fields["sequence"].text(),
        until=None if until is None or until.value == "mql" else attempt(until, _anything),
        wake=attempt(fields.get("wake"), _anything),
    )


def _notify(node: Node) -> dict[str, tuple[str, ...]]:
    fields = node.fields(("seller", "team", "head_of_sales"))
    return {whom: tuple(each.word(CHANNELS) for each in part.one_or_more()) for whom, part in fields.items()}


def _attendant(node: Node) -> Attendant:
    fields = node.fields(("questions", "connect_when", "if_unknown", "else"))
    node.not_yet(("Голосовое меню", "The attendant"))
    answers = ("connect", "call_back", "voicemail")
    return Attendant(
        questions=attempt(fields.get("questions"), Node.texts) or (),
        connect_when=attempt(fields.get("connect_when"), _anything),
        if_unknown=attempt(fields.get("if_unknown"), lambda part: cast(Any, part.word(answers))) or "connect",
        otherwise=attempt(fields.get("else"), lambda part: tuple(each.word(answers) for each in part.one_or_more()))
        or (),
    )
