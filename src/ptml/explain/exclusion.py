"""Why a person may not be offered a course, in words, with what would have to change."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from ptml.features.capability import Capability
from ptml.features.days import NEVER
from ptml.features.eligibility import EligibilityConfig, open_hours
from ptml.features.history import History
from ptml.features.meaning import meaning
from ptml.features.rows import Rows

IN_SHORT: Mapping[str, str] = {
    "taken": "taken already",
    "prerequisite_missing": "another course comes first",
    "not_open": "not open yet",
    "retired": "no longer given",
    "mandatory": "mandatory, so assigned and not suggested",
    "language": "in a language that the person does not understand",
    "too_low": "far above the person's level",
    "too_high": "teaches the person nothing new",
    "seats": "full this quarter",
    "load": "too much beside what is under way",
    "no_gain": "nothing to gain",
    "few_courses": "the catalogue has no more",
}
"""Codes of `ptml.decide.exclusions.SHORT_LIST_REASONS` in a few words."""


@dataclass(frozen=True, eq=False)
class Pair:
    """One person and one course as of a day.

    Attributes
    ----------
    rows : Rows
        The person alone.
    portrait : Capability
        That of the row.
    course : int
        Code.
    """

    history: History
    rows: Rows
    portrait: Capability
    course: int
    config: EligibilityConfig
    competency_names: tuple[str, ...]

    @property
    def day(self) -> int:
        """The as-of day."""
        return int(self.rows.day[0])


def exclusion_sentences(codes: list[str], pair: Pair) -> list[str]:
    """One sentence for each reason code of `EXCLUSIONS`, in the order given."""
    return [_SENTENCES[code](pair) for code in codes]


def course_name(history: History, course: int) -> str:
    """Title and id of a course."""
    title, code = str(history.catalogue.title[course]), str(history.courses.ids[course])
    return f"{title} ({code})" if title else code


def _taken(pair: Pair) -> str:
    history, log = pair.history, pair.history.enrolments
    own = np.flatnonzero(
        (log.employee == pair.rows.employee[0])
        & (log.course == pair.course)
        & (log.enrolled < pair.day)
    )
    counting = own[meaning(history, own, np.int32(pair.day)).taken]
    last = int(counting[-1])
    said = f"Taken already: enrolled on {_date(log.enrolled[last])}"
    completed, valid = int(log.completed[last]), int(history.catalogue.valid_days[pair.course])
    if completed >= pair.day:
        return f"{said} and not ended. It can be offered again once it is dropped."
    said += f", completed on {_date(completed)}"
    if valid < 0:
        return f"{said}. Its certificate does not run out."
    return f"{said}; the certificate is valid up to {_date(completed + valid)}."


def _prerequisite(pair: Pair) -> str:
    history, log = pair.history, pair.history.enrolments
    own = (log.employee == pair.rows.employee[0]) & (log.completed < pair.day)
    missing = np.setdiff1d(np.flatnonzero(history.catalogue.requires[pair.course]), log.course[own])
    names = ", ".join(course_name(history, int(course)) for course in missing)
    return f"Not completed yet, and required: {names}."


def _not_open(pair: Pair) -> str:
    return f"Not open yet: it opens on {_date(pair.history.catalogue.opened[pair.course])}."


def _retired(pair: Pair) -> str:
    return f"Retired on {_date(pair.history.catalogue.retired[pair.course])}."


def _mandatory(pair: Pair) -> str:
    return "Mandatory: it is assigned by rule, not recommended."


def _language(pair: Pair) -> str:
    history = pair.history
    language = history.catalogue.languages[history.catalogue.language[pair.course]]
    spoken = history.languages[pair.rows.employee[0]]
    return f"Held in {language}; the person is recorded as understanding {spoken}."


def _too_low(pair: Pair) -> str:
    catalogue, course = pair.history.catalogue, pair.course
    told = [
        f"{pair.competency_names[k]} {catalogue.from_level[course, k]:.1f} "
        f"(the person is at {pair.portrait.level[0, k]:.1f})"
        for k in np.flatnonzero(catalogue.teaches[course])
        if pair.portrait.level[0, k] < catalogue.from_level[course, k]
    ]
    return (
        f"Too far above the person's level: it starts from {', '.join(told)}; at most "
        f"{pair.config.largest_entry_gap_levels:g} levels below on average is allowed."
    )


def _too_high(pair: Pair) -> str:
    catalogue, course = pair.history.catalogue, pair.course
    told = [
        f"{pair.competency_names[k]} to {catalogue.to_level[course, k]:.1f} "
        f"(the person is at {pair.portrait.level[0, k]:.1f})"
        for k in np.flatnonzero(catalogue.teaches[course])
    ]
    return f"Nothing new for the person: it leads {', '.join(told)}."


def _seats(pair: Pair) -> str:
    n = int(pair.history.catalogue.seats[pair.course])
    return f"Full: its {n} seats of this quarter are taken. They are free again next quarter."


def _load(pair: Pair) -> str:
    hours = float(open_hours(pair.history, pair.rows, pair.config)[0])
    more = float(pair.history.catalogue.hours[pair.course])
    return (
        f"Too much at once: {hours:g} hours of open courses and {more:g} of this one are more than "
        f"{pair.config.most_open_hours:g}. It can be offered when open courses have ended."
    )


_SENTENCES: Mapping[str, Callable[[Pair], str]] = {
    "taken": _taken,
    "prerequisite_missing": _prerequisite,
    "not_open": _not_open,
    "retired": _retired,
    "mandatory": _mandatory,
    "language": _language,
    "too_low": _too_low,
    "too_high": _too_high,
    "seats": _seats,
    "load": _load,
}


def _date(day: int | np.integer) -> str:
    if int(day) == NEVER:
        return "an unknown day"
    return str(np.datetime64(int(day), "D"))
