"""The truth, in a folder apart: what no system of the organisation knows."""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ptml.simulate.living import Life, Taken, completion_log_odds, gain, open_to
from ptml.simulate.people import People
from ptml.simulate.planted import effect_left, planted_truth, unit_matters
from ptml.simulate.records import Names
from ptml.simulate.structure import Structure, fit_of
from ptml.simulate.transfer import (
    Signs,
    probability,
    weak_log_odds,
    weak_terms,
)
from ptml.simulate.writing import TableWriter


def write_lift_truth(
    structure: Structure,
    people: People,
    life: Life,
    names: Names,
    writer: TableWriter,
    share: float,
    rng: np.random.Generator,
) -> None:
    """Write the true lift of starting each open course in the coming quarter.

    ``p_complete x (1 - p_weak) x points x mean fade`` of the two periods after the quarter.
    """
    config = structure.config
    last = config.n_quarters - 1
    asked = people.employed(last) & (people.left > config.n_quarters)
    asked &= rng.random(len(people)) < share
    columns = _true_lifts(structure, people, life, names, config.n_quarters, asked)
    writer.append("lift", columns)


def write_earlier_lift_truth(
    structure: Structure, people: People, life: Life, names: Names, writer: TableWriter
) -> None:
    """Write the same for the quarters that the life remembers, as of the first day of each."""
    for quarter, then in life.before.items():
        asked = people.employed(quarter)
        columns = _true_lifts(structure, people, then, names, quarter, asked)
        writer.append("lift_by_quarter", columns)


def _true_lifts(
    structure: Structure,
    people: People,
    life: Life,
    names: Names,
    quarter: int,
    asked: NDArray[np.bool_],
) -> dict[str, NDArray[Any]]:
    """True lifts of starting in a quarter, for the people who are asked for, (n,) bool."""
    config = structure.config
    known = min(quarter, config.n_quarters - 1)
    possible = open_to(structure, life, quarter) & ~structure.courses.mandatory & asked[:, None]
    person, course = np.nonzero(possible)
    fit = fit_of(life.level, people.role[:, known], structure)
    new, needed = fit.new[person, course], fit.needed[person, course]
    none = np.zeros(len(person))
    p_complete = probability(completion_log_odds(people, person, none))
    p_used = 1 - probability(
        weak_log_odds(weak_terms(structure, people, person, course, known, new))
    )
    first, second = (effect_left(structure, course, quarter + k) for k in (1, 2))
    fade = (first + second * config.fade) / 2
    lift = p_complete * p_used * gain(structure, people, person, course, new, needed) * fade
    as_of = structure.starts[quarter] + np.timedelta64(1, "D")
    return {
        "employee_id": names.employee[person],
        "course_id": names.course[course],
        "as_of": np.full(len(person), as_of),
        "lift": lift,
    }


def write_changes(structure: Structure, folder: Path) -> None:
    """Write what was planted, and when, where anything was."""
    if structure.config.changes.planted:
        text = json.dumps(planted_truth(structure), indent=1, sort_keys=True) + "\n"
        (folder / "changes.json").write_text(text, encoding="utf-8")


def write_transfer_truth(
    taken: Taken, ids: NDArray[np.str_], signs: Signs, writer: TableWriter
) -> None:
    """Write the true probability of weak transfer at both stages and what came of it."""
    done = taken.completed
    writer.append(
        "transfer",
        {
            "enrolment_id": ids[done],
            "p_weak_completion": probability(taken.log_odds[done]),
            "p_weak_day_30": probability(signs.log_odds[done]),
            "weak": taken.weak[done],
        },
    )


def write_transfer_causes(taken: Taken, ids: NDArray[np.str_], writer: TableWriter) -> None:
    """Write what makes each completion's true log odds of weak transfer, one column a term."""
    done = taken.completed
    terms = {name: term[done] for name, term in taken.terms.items()}
    writer.append("transfer_causes", {"enrolment_id": ids[done], **terms})


def write_people_truth(
    structure: Structure, people: People, names: Names, writer: TableWriter
) -> None:
    """Write what people are like and which units have trouble with machines."""
    writer.append(
        "people",
        {
            "employee_id": names.employee,
            "motivation": people.motivation,
            "support": people.support,
            "keenness": people.keenness,
            "ability": people.ability,
        },
    )
    writer.append(
        "units",
        {
            "org_unit_id": names.unit,
            "cause": np.where(people.machine_trouble, "environment", "capability"),
            "opportunity": people.opportunity[:, -1],
            **_matters(structure, people),
        },
    )


def _matters(structure: Structure, people: People) -> dict[str, NDArray[Any]]:
    """What was planted in each unit, where anything was: machines come first."""
    if structure.config.changes.unit_matters is None:
        return {}
    lacks_skill, lacks_drive = unit_matters(structure, people.first, people.n_units)
    matter = np.select(
        [people.machine_trouble, lacks_skill > 0, lacks_drive > 0],
        ["environment", "capability", "motivation"],
        "none",
    )
    return {"matter": matter}


def write_course_truth(structure: Structure, names: Names, writer: TableWriter) -> None:
    """Write the effect of each course on one to whom all is new and who uses it, points."""
    effect = structure.courses.effect
    writer.append(
        "courses",
        {
            "course_id": names.course,
            "effect": effect,
            "does_nothing": (effect == 0) & ~structure.courses.mandatory,
            "harms": effect < 0,
        },
    )
