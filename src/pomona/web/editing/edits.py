"""What the editor does to a draft: each edit gives the new YAML text, touching nothing but what is meant."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from pomona.formats import yaml_edit
from pomona.web.editing.draft import Draft, Item
from pomona.web.editing.forms import Path, States
from pomona.web.editing.parts import Fact, Rules, Variant

Document = dict[str, Any]


def save_fact(draft: Draft, fact: Fact, states: States) -> str:
    """What is said once, as filled in; what is inherited and was not changed stays inherited."""
    own, seen = fact.usual(draft.own(fact.path) or {}), fact.usual(draft.seen(fact))
    made = fact.short(fact.form.make(states, own, seen))
    if made == draft.own(fact.path):
        return draft.text
    if made or draft.own(fact.path) is None:
        return yaml_edit.put(draft.text, fact.path, made) if made else draft.text
    return yaml_edit.remove(draft.text, fact.path)


def made_rule(variant: Variant, item: Item | None, states: States) -> Document:
    """A rule as filled in; None: a new one."""
    return variant.form.make(states, item.document if item else variant.begins)


def save_rule(draft: Draft, rules: Rules, items: Sequence[Item], index: int | None, made: Document) -> str:
    """A rule changed where it stands; a new one (None) at the end, before the line for all others. One that is
    inherited becomes an own one, which replaces it.
    """
    if index is None:
        return _added(draft, rules, items, made)
    own = items[index].own
    if own is not None:
        return yaml_edit.put(draft.text, (*rules.path, own), made)
    if rules.named:
        return yaml_edit.insert(draft.text, rules.path, _length(draft, rules), made)
    whole = _whole(items)
    whole[index] = made
    return yaml_edit.put(draft.text, rules.path, whole)


def delete_rule(draft: Draft, rules: Rules, items: Sequence[Item], index: int) -> str:
    """Without an own rule; where it replaced an inherited one, that counts again. A list that is inherited as a whole
    becomes an own one without the line.
    """
    own = items[index].own
    if own is not None:
        return yaml_edit.remove(draft.text, (*rules.path, own))
    whole = _whole(items)
    del whole[index]
    return yaml_edit.put(draft.text, rules.path, whole)


def copy_rule(draft: Draft, rules: Rules, items: Sequence[Item], index: int) -> str:
    """One more rule like this one, behind it, under a name of its own."""
    item = items[index]
    twin = copy.deepcopy(item.document)
    if rules.named:
        taken = {rules.name_of(each.document) for each in items}
        twin[rules.name_word] = next(
            name for count in range(2, len(items) + 3) if (name := f"{item.line.name} {count}") not in taken
        )
    if item.own is not None:
        return yaml_edit.insert(draft.text, rules.path, item.own + 1, twin)
    if rules.named:
        return _added(draft, rules, items, twin)
    whole = _whole(items)
    whole.insert(index + 1, twin)
    return yaml_edit.put(draft.text, rules.path, whole)


def switch_off(draft: Draft, rules: Rules, items: Sequence[Item], index: int) -> str:
    """An inherited rule gives no points here; of a list that is inherited as a whole the line is left out."""
    if not rules.named:
        return delete_rule(draft, rules, items, index)
    rule = copy.deepcopy(items[index].document)
    points = rule["points"]
    rule["points"] = dict.fromkeys(points, 0) if isinstance(points, Mapping) else 0
    return save_rule(draft, rules, items, index, rule)


def move_rule(draft: Draft, rules: Rules, items: Sequence[Item], index: int, target: int) -> str:
    """A rule at another place among those that can change places with it."""
    source, aim = items[index].own, items[target].own
    if source is not None and aim is not None:
        return yaml_edit.move(draft.text, rules.path, source, aim)
    whole = _whole(items)
    whole.insert(target, whole.pop(index))
    return yaml_edit.put(draft.text, rules.path, whole)


def movable(rules: Rules, items: Sequence[Item], index: int) -> bool:
    """Whether a rule can change places: the line for all others stays last, what is inherited or replaces something
    stays where the house has it; a list that is inherited as a whole becomes an own one.
    """
    item = items[index]
    if "otherwise" in item.document:
        return False
    return not rules.named or (item.own is not None and item.replaced is None)


def _added(draft: Draft, rules: Rules, items: Sequence[Item], made: Document) -> str:
    if not rules.named and items and items[0].own is None:
        whole = _whole(items)
        whole.insert(_before_otherwise(whole, made), made)
        return yaml_edit.put(draft.text, rules.path, whole)
    return yaml_edit.insert(draft.text, rules.path, _before_otherwise(draft.own(rules.path) or [], made), made)


def _before_otherwise(rules: Sequence[Document], made: Document) -> int:
    last = bool(rules) and "otherwise" in rules[-1] and "otherwise" not in made
    return len(rules) - 1 if last else len(rules)


def _length(draft: Draft, rules: Rules) -> int:
    return len(draft.own(rules.path) or [])


def _whole(items: Sequence[Item]) -> list[Document]:
    return [copy.deepcopy(item.document) for item in items]


def path_of(draft: Draft, rules: Rules, items: Sequence[Item], index: int | None, made: Document) -> Path:
    """Where a rule stands in the document once it is saved: its faults are told under this path."""
    if index is not None and items[index].own is not None:
        return (*rules.path, items[index].own or 0)
    if rules.named or index is None:
        before = _before_otherwise(draft.own(rules.path) or [], made) if index is None else _length(draft, rules)
        return (*rules.path, before)
    return (*rules.path, index)
