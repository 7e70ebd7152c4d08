"""The one family of errors: stable code, human text in Russian and English, where it is, what to do.

PomonaError
├── AgreementError    an agreement document cannot be read or executed (located by path)
├── RefusedEvent      an event cannot be taken; nothing of it is kept
├── RefusedChange     a user's change is not possible as things stand; nothing was changed
├── NotAllowed        the user may not see or do this
└── SetupError        the installation cannot start: one sentence, exit code not 0
"""

from typing import Any, ClassVar, Literal

Language = Literal["ru", "en"]


class PomonaError(Exception):
    """An error a person can act on. `code` is stable; `text()` says what is wrong, where, what to do."""

    texts: ClassVar[dict[str, tuple[str, str]]] = {}
    """code: (Russian, English); both are `str.format` templates over the parameters."""

    def __init__(self, code: str, **parameters: Any) -> None:
        super().__init__(code, parameters)
        self.code = code
        self.parameters = parameters

    def text(self, language: Language = "en") -> str:
        """The sentence in the language asked for."""
        russian, english = self.texts[self.code]
        return (russian if language == "ru" else english).format(**self.parameters)

    def __str__(self) -> str:
        return self.text("en")
