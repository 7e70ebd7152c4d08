"""Events, traits and channels in a form: typed and shown by what people call them, kept by their codes."""

from collections.abc import Mapping
from typing import Any, ClassVar

import msgspec
from msgspec import UNSET

from pomona.domain.text import normal
from pomona.domain.words import CODES, EVENTS, TRAITS, pick
from pomona.web.editing.controls import Posted, State, Words, posted_one
from pomona.web.words import language

WORDS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "events": {code: (event.nominative, event.english) for code, event in EVENTS.items()},
    "traits": TRAITS,
    "channels": CODES,
}


def word_of(kind: str, code: str) -> str:
    """What people call it; its code where it has no word, or shares it with another."""
    plain = normal(code) if kind == "events" else code
    pair = WORDS[kind].get(plain)
    word = pick(language(), *pair) if pair else code
    return word if code_of(kind, word) == plain else code


def code_of(kind: str, word: str) -> str:
    """The code of what is called so; the text itself where nothing is, or several things are."""
    found = [code for code, pair in WORDS[kind].items() if normal(pick(language(), *pair)) == normal(word)]
    return found[0] if len(found) == 1 else word


class Named(msgspec.Struct, frozen=True):
    """One of what is offered, or something else; `several`: with commas between."""

    offers: str
    several: bool = False
    template: ClassVar[str] = "text"
    kind: ClassVar[str] = "text"

    def show(self, value: Any) -> State | None:
        """The words."""
        values = value if isinstance(value, list) and self.several else [value]
        known = [word_of(self.offers, each) if isinstance(each, str) else each for each in values]
        return Words().show(UNSET if value is UNSET else known)

    def again(self, posted: Posted, name: str) -> State:
        """As typed."""
        return posted_one(posted, name)

    def make(self, state: State) -> Any:
        """The codes."""
        if not self.several:
            return code_of(self.offers, state) or UNSET
        codes = [code_of(self.offers, word) for each in state.split(",") if (word := each.strip())]
        return UNSET if not codes else codes[0] if len(codes) == 1 else codes
