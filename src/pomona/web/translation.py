"""Finding the strings of templates for translation, as Babel's extractor of `.html` files (see `babel.cfg`)."""

from collections.abc import Collection, Iterator, Mapping
from io import BytesIO
from typing import IO, Any

from babel.messages.extract import extract_python
from django.utils.translation.template import templatize


def extract_template(
    file: IO[bytes], keywords: Mapping[str, Any], comment_tags: Collection[str], options: Any
) -> Iterator[tuple[Any, ...]]:
    """The messages of one Django template: Django turns its tags into Python calls, Babel reads these."""
    calls = templatize(file.read().decode(), origin=getattr(file, "name", ""))
    flat = "\n".join(line.strip() for line in calls.splitlines())
    yield from extract_python(BytesIO(flat.encode()), keywords, comment_tags, options)
