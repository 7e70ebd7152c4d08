"""Words for the codes of agreements, in the language of the page."""

from typing import cast

from django.utils.functional import Promise, lazy

from pomona.domain.words import pick
from pomona.web.words import language


def _word(pair: tuple[str, str]) -> str:
    return pick(language(), *pair)


_lazily = lazy(_word, str)


def coded(pair: tuple[str, str]) -> Promise:
    """The word of a (Russian, English) pair, chosen when it is shown."""
    return cast(Promise, _lazily(pair))
