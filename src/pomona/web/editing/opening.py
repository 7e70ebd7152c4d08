"""The one open form of the editor: which it is, what it shows, what was posted in it, what saving it would write."""

from collections.abc import Callable
from typing import Any

import msgspec

from pomona.actions.agreements import ChangedMeanwhile
from pomona.domain.agreement import AgreementError
from pomona.domain.errors import Language
from pomona.formats.yaml_document import Place, read_yaml
from pomona.web.editing import edits
from pomona.web.editing.controls import Posted
from pomona.web.editing.draft import Draft, Item, items
from pomona.web.editing.forms import Form, Path, States
from pomona.web.editing.parts import Fact, Rules, Variant
from pomona.web.editing.shown import FormView, Telling, form_view
from pomona.web.editing.steps import PARTS
from pomona.web.whole import whole


class Opened(msgspec.Struct, frozen=True):
    """A form open at a line of a draft. Of rules: the `index` of the one meant, None: a new one, of this `variant`."""

    at: str
    draft: Draft
    part: Rules | Fact
    items: tuple[Item, ...] = ()
    index: int | None = None
    variant: Variant | None = None

    @property
    def item(self) -> Item | None:
        """The rule that is changed."""
        return None if self.index is None else self.items[self.index]

    def states(self, posted: Posted | None = None) -> States:
        """What the form shows: what was posted, else what the draft says. What no form can show stays None."""
        shown = self._form.show(self._shown)
        if posted is None:
            return shown
        again = self._form.again(posted, "")
        return {name: None if shown[name] is None else again[name] for name in again}

    def view(self, states: States, faults: tuple[AgreementError, ...], language: Language) -> FormView:
        """The form as drawn."""
        return form_view(
            self.at,
            self._form,
            states,
            document=self._shown,
            faults=faults,
            path=self._path(states),
            template=self.part.template if isinstance(self.part, Fact) else "",
            telling=Telling(language, self.draft.agreement.asked, self._locate()),
        )

    def saved(self, states: States) -> str:
        """The draft's text with what was filled in."""
        if isinstance(self.part, Fact):
            return edits.save_fact(self.draft, self.part, states)
        return edits.save_rule(self.draft, self.part, self.items, self.index, self._made(states))

    @property
    def _form(self) -> Form:
        return self.part.form if isinstance(self.part, Fact) else self._variant.form

    @property
    def _variant(self) -> Variant:
        assert self.variant is not None
        return self.variant

    @property
    def _shown(self) -> Any:
        if isinstance(self.part, Fact):
            return self.part.usual(self.draft.seen(self.part))
        return self.item.document if self.item else self._variant.begins

    def _locate(self) -> Callable[[Path], Place | None]:
        """Where in the YAML something stands, if the draft says it itself."""
        own = self.draft.own(self.part.path) if isinstance(self.part, Fact) else self.item and self.item.own
        return read_yaml(self.draft.text)[1] if own is not None else lambda path: None

    def _made(self, states: States) -> dict[str, Any]:
        assert isinstance(self.part, Rules)
        taken = {self.part.name_of(each.document) for each in self.items if each is not self.item}
        return self.part.finish(edits.made_rule(self._variant, self.item, states), taken)

    def _path(self, states: States) -> Path:
        """Where in the document the faults of this form are told."""
        if isinstance(self.part, Fact):
            return self.part.path
        return edits.path_of(self.draft, self.part, self.items, self.index, self._made(states))


def opened(draft: Draft, at: str, language: Language) -> Opened:
    """The form at a place as addresses name it: `mql`, `fit:3`, `fit:new:rule`. Raises ChangedMeanwhile
    where there is no such place any more."""
    key, _colon, place = at.partition(":")
    part = PARTS.get(key)
    if isinstance(part, Fact) and not place:
        return Opened(at, draft, part)
    if not isinstance(part, Rules):
        raise ChangedMeanwhile("changed_meanwhile", name=draft.name)
    known = tuple(items(draft, part, language))
    if (index := whole(place)) is not None and index < len(known):
        return Opened(at, draft, part, known, index, part.variant(known[index].document))
    for variant in part.variants:
        if place == f"new:{variant.key}":
            return Opened(at, draft, part, known, None, variant)
    raise ChangedMeanwhile("changed_meanwhile", name=draft.name)
