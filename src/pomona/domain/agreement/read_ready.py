"""Reading step 1: what shows that a lead is ready to buy."""

from typing import Any

from pomona.domain.agreement.conditions import AnyOf, Condition, Known, PassMarkReached, PointsReach, leaves
from pomona.domain.agreement.nodes import MOST_POINTS, Node, attempt
from pomona.domain.agreement.read_conditions import BEHAVIOUR, GRADES, PROFILE, RIPENESS, read_condition
from pomona.domain.agreement.read_rules import read_interest_rules, read_named, read_state_rules
from pomona.domain.agreement.values import Grade, NamedCondition, PassMark, Ready, Returned

KEYWORDS = (
    "captured",
    "never",
    "fit",
    "interest",
    "answers",
    "pass_mark",
    "grades",
    "mql",
    "sql",
    "won",
    "returned",
    "holdout",
    "at_start",
)
PEOPLE_CAN_BE_REACHED = AnyOf((Known("email"), Known("phone")))
"""Captured, where an agreement does not say otherwise."""


def read_ready(node: Node) -> dict[str, Any]:
    """What the document says of step 1, by the fields of `Ready`; what it does not say is left out."""
    fields = node.fields(KEYWORDS)
    made = {keyword: attempt(part, _READERS[keyword]) for keyword, part in fields.items()}
    return {keyword: value for keyword, value in made.items() if value is not None}


def complete(parts: dict[str, Any]) -> Ready:
    """Step 1 of these parts, with what nobody needs to say filled in."""
    usual: dict[str, Any] = {
        "captured": PEOPLE_CAN_BE_REACHED,
        "never": (),
        "fit": (),
        "interest": (),
        "answers": (),
        "grades": (),
        "mql": PassMarkReached(),
    }
    return Ready(**{**usual, **parts})


def check_names(node: Node, ready: Ready) -> None:
    """Note a name that stands in two sections: a rule that gives points is known by its name alone."""
    seen: set[str] = set()
    for section in ("fit", "interest", "answers"):
        names = {rule.name for rule in getattr(ready, section)}
        for name in sorted(names & seen):
            node.below(section, None).note("same_name", name=name)
        seen |= names


def check_grades(node: Node, ready: Ready) -> None:
    """Note grades that would not go downwards for some pass mark the agreement allows."""
    for mark in {ready.pass_mark.min, ready.pass_mark.start, ready.pass_mark.max}:
        numbers = [mark if grade.at_least is None else grade.at_least for grade in ready.grades]
        if numbers != sorted(set(numbers), reverse=True):
            node.below("grades", None).note("grades_order")
            return


def _never(node: Node) -> NamedCondition:
    fields = node.fields(("name", "when"), required=("name", "when"))
    name = attempt(fields["name"], Node.text)
    return NamedCondition(name=name or "", when=read_condition(fields["when"], BEHAVIOUR))


def _pass_mark(node: Node) -> PassMark:
    if not isinstance(node.value, dict):
        start = _mark(node)
        return PassMark(start=start, min=start, max=start)
    fields = node.fields(("start", "min", "max", "lower_for_at_most"), required=("start",))
    start = _mark(fields["start"])
    low, high = (_mark(fields[end]) if end in fields else start for end in ("min", "max"))
    if not low <= start <= high:
        node.refuse("pass_mark_range")
    return PassMark(
        start=start, min=low, max=high, lower_for_at_most=attempt(fields.get("lower_for_at_most"), Node.elapsed)
    )


def _mark(node: Node) -> int:
    node.number(0, MOST_POINTS)
    return node.thousandths()


def _grades(node: Node) -> tuple[Grade, ...]:
    grades = []
    for letter, part in node.entries():
        if letter not in GRADES:
            part.refuse("not_one_of", value=letter, known=", ".join(GRADES))
        grades.append(Grade(letter=letter, at_least=None if part.value == "pass_mark" else part.thousandths()))
    return tuple(sorted(grades, key=lambda grade: grade.letter))


def _mql(node: Node) -> Condition:
    condition = read_condition(node, RIPENESS)
    if any(isinstance(leaf, PointsReach) and leaf.of == "score" for leaf in leaves(condition)):
        node.refuse("only_pass_mark")
    return condition


def _sql(node: Node) -> Condition:
    return read_condition(node, RIPENESS)


def _returned(node: Node) -> Returned:
    fields = node.fields(("reasons", "again_after", "unless"))
    return Returned(
        reasons=attempt(fields.get("reasons"), Node.texts) or (),
        again_after=attempt(fields.get("again_after"), Node.elapsed),
        unless=attempt(fields.get("unless"), lambda part: read_condition(part, BEHAVIOUR)),
    )


_READERS = {
    "captured": lambda node: read_condition(node, PROFILE),
    "never": lambda node: read_named(node, _never),
    "fit": read_state_rules,
    "interest": read_interest_rules,
    "answers": read_state_rules,
    "pass_mark": _pass_mark,
    "grades": _grades,
    "mql": _mql,
    "sql": _sql,
    "won": lambda node: read_condition(node, BEHAVIOUR),
    "returned": _returned,
    "holdout": lambda node: node.number(0, 0.5),
    "at_start": lambda node: node.word(("wait", "hand_over")),
}
