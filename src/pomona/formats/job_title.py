"""Job titles, Russian and English: how much their holder decides."""

import re

from pomona.domain.text import normal
from pomona.formats.remember import remember

LONGEST = 200
"""Characters of a title that are looked at."""

_SERVES = re.compile(r"\b(помощни\w+|ассистент\w*|секретар\w*|assistant|secretary)\b")
_DEPUTY = re.compile(r"\b(зам|заместител\w*|deputy)\b")

_SENIORITY = (
    (
        "owner",
        re.compile(
            r"\b(собственник\w*|владел\w+|учредител\w*|основател\w*|сооснователь|индивидуальный предприниматель|ип"
            r"|owner|co owner|founder|cofounder|co founder|proprietor|shareholder)\b"
        ),
    ),
    (
        "director",
        re.compile(
            r"\b(директор\w*|гендир\w*|ген дир|президент\w*|председател\w*|управляющ\w+"
            r"|director|president|ceo|cto|cfo|coo|cmo|cio|cpo|chief \w+ officer|managing partner|vp|vice president"
            r"|general manager)\b"
        ),
    ),
    (
        "head",
        re.compile(
            r"\b(начальни\w+|нач|руководител\w*|заведующ\w+|зав|главн\w+|гл|главбух\w*|старш\w+ мастер|мастер цеха"
            r"|тимлид|head|chief|lead|team lead|manager of|supervisor)\b"
        ),
    ),
)

_NOT_LEADING = re.compile(r"\b(lead generation|lead gen|leads)\b")


@remember
def seniority(title: str) -> str | None:
    """owner, director, head or specialist; a deputy director is a head, another's assistant a specialist.

    None for a text without a word. "Assistant manager" counts as an assistant.
    """
    text = _NOT_LEADING.sub(" ", normal(title[:LONGEST]))
    if not text:
        return None
    if _SERVES.search(text):
        return "specialist"
    found = next((name for name, words in _SENIORITY if words.search(text)), "specialist")
    return "head" if found in ("owner", "director") and _DEPUTY.search(text) else found
