"""In which words the steps of an agreement are told for one lead."""

from collections.abc import Mapping
from typing import NamedTuple

from pomona.actions.trying import Trial
from pomona.domain.agreement.questionnaire import Asked
from pomona.domain.agreement.values import FirstContact
from pomona.domain.errors import Language
from pomona.domain.sentences import say_clock, say_route_line
from pomona.domain.walk import LineStep
from pomona.web import phrases
from pomona.web.receivers import Titles, line_in_words, titles


class Speech(NamedTuple):
    """The language, the agreement's questions, the titles of events by their keys, teams and sellers by their names."""

    language: Language
    asked: Asked
    titles: Mapping[bytes, str]
    receivers: Titles


def speech_of(trial: Trial, language: Language) -> Speech:
    """The words for the lead that was tried."""
    asked = trial.walk.situation.agreement.asked
    acts = {fact.key.bytes: phrases.act_title(fact, asked) for fact in trial.facts}
    return Speech(language, asked, acts, titles())


def line_words(step: LineStep, speech: Speech) -> str:
    """A line of the route, or a response clock, as a sentence."""
    line = step.line
    if isinstance(line, FirstContact):
        return say_clock(line, speech.language, speech.asked)
    return say_route_line(line_in_words(line, speech.receivers), speech.language, speech.asked)
