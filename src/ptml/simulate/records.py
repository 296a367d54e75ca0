"""What the organisation's systems recorded of one chunk: rows of the contract's tables."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ptml.simulate.catalogue import COMPETENCY_IDS, KPI_IDS, ROLE_IDS, course_ids
from ptml.simulate.checks import checked_cases
from ptml.simulate.goals import days_set, division_ids, write_goals
from ptml.simulate.living import Life, Taken
from ptml.simulate.people import UNIT_SIZE, People
from ptml.simulate.planted import reorganised
from ptml.simulate.planted_courses import liking_lost
from ptml.simulate.structure import KPIS, N_COMPETENCIES, Structure
from ptml.simulate.transfer import Signs, draw_signs
from ptml.simulate.writing import TableWriter

IntArray = NDArray[np.int64]
DayArray = NDArray[np.datetime64]
StrArray = NDArray[np.str_]

NO_DAY = np.datetime64("NaT")
SOURCES = ("test", "practical", "manager", "peer", "self")
SOURCE_NOISE = np.array([0.25, 0.3, 0.5, 0.55, 0.7])
SOURCE_BIAS = np.array([0.0, 0.0, 0.0, 0.1, 0.3])
SOURCE_SHARE = np.array([0.25, 0.15, 0.3, 0.1, 0.2])
KPIS_A_PERSON = 2
# Points on the scale of an answer per standard deviation.
ANSWER_STEP = 0.9


@dataclass(frozen=True)
class Names:
    """External ids of a chunk."""

    employee: StrArray
    unit: StrArray
    manager: StrArray
    course: StrArray


def names_of(structure: Structure, people: People) -> Names:
    """Ids of the people and units of a chunk, unique over all chunks."""
    n = len(people)
    employee = np.char.add("E", np.char.zfill((people.first + np.arange(n)).astype(str), 7))
    first_unit = people.first // UNIT_SIZE
    unit = np.char.add("U", np.char.zfill((first_unit + np.arange(people.n_units)).astype(str), 5))
    heads = np.minimum(np.arange(people.n_units) * UNIT_SIZE, n - 1)
    return Names(employee, unit, employee[heads], course_ids(structure.config.n_courses))


def write_people(structure: Structure, people: People, names: Names, writer: TableWriter) -> None:
    """Write employees, units and assignments."""
    starts, n_quarters = structure.starts, structure.config.n_quarters
    n = len(people)
    long_ago = starts[0] - np.timedelta64(200, "D") - (np.arange(n) * 37 % 2500).astype("m8[D]")
    hired = np.where(people.hired < 0, long_ago, starts[np.maximum(people.hired, 0)])
    gone = people.left <= n_quarters
    last = starts[np.minimum(people.left, n_quarters)] - np.timedelta64(1, "D")
    writer.append(
        "employees",
        {
            "employee_id": names.employee,
            "hired_on": hired,
            "left_on": np.where(gone, last, NO_DAY),
            "protected_gender": np.array(["f", "m"])[people.gender],
            "protected_birth_year": people.birth_year,
        },
    )
    division = division_ids(names.unit)
    first_seen, at = np.unique(division, return_index=True)
    writer.append(
        "org_units",
        {
            "org_unit_id": np.concatenate([first_seen, names.unit]),
            "name": np.concatenate(
                [np.char.add("Division ", first_seen), np.char.add("Team ", names.unit)]
            ),
            "parent_id": [None] * len(at) + division.tolist(),
        },
    )
    changed = np.zeros((n, n_quarters), dtype=bool)
    changed[:, 1:] = (people.unit[:, 1:] != people.unit[:, :-1]) | (
        people.role[:, 1:] != people.role[:, :-1]
    )
    changed[:, 0] = True
    from_quarter = np.maximum(people.hired, 0)
    changed &= np.arange(n_quarters) > from_quarter[:, None]
    changed[np.arange(n), from_quarter] = True
    person, quarter = np.nonzero(changed)
    follows = np.append(person[1:] == person[:-1], False)
    valid_to = np.where(follows, starts[np.append(quarter[1:], 0)], NO_DAY)
    valid_from = np.where(quarter == from_quarter[person], hired[person], starts[quarter])
    unit = people.unit[person, quarter]
    writer.append(
        "assignments",
        {
            "employee_id": names.employee[person],
            "valid_from": valid_from,
            "valid_to": valid_to,
            "org_unit_id": names.unit[unit],
            "role_id": ROLE_IDS[people.role[person, quarter]],
            "grade": people.grade[person],
            "manager_id": names.manager[unit],
        },
    )


def write_performance(
    structure: Structure,
    people: People,
    life: Life,
    names: Names,
    writer: TableWriter,
    rng: np.random.Generator,
) -> None:
    """Write two KPIs a person and quarter that average to the score."""
    better_high = np.array([kpi[2] for kpi in KPIS])
    scale = np.array([50.0, 100.0, 8.0, 95.0, 12.0])
    for quarter in range(structure.config.n_quarters):
        person = np.flatnonzero(people.employed(quarter))
        apart = rng.normal(0, 4, len(person))
        for slot in range(KPIS_A_PERSON):
            kpi = (people.role[person, quarter] + 2 * slot) % len(KPIS)
            attained = np.maximum(life.score[person, quarter] + (1 - 2 * slot) * apart, 1) / 100
            target = scale[kpi] * (1 + 0.1 * (people.grade[person] - 2))
            value = np.where(better_high[kpi], target * attained, target / attained)
            m = len(person)
            writer.append(
                "performance",
                {
                    "employee_id": names.employee[person],
                    "kpi_id": KPI_IDS[kpi],
                    "period_start": np.full(m, structure.starts[quarter]),
                    "period_end": np.full(m, structure.ends[quarter]),
                    "value": np.round(value, 4),
                    "target": np.round(target, 4),
                    "weight": np.ones(m),
                },
            )


def write_learning(
    structure: Structure,
    people: People,
    taken: Taken,
    names: Names,
    writer: TableWriter,
    rng: np.random.Generator,
) -> tuple[StrArray, Signs]:
    """Write the enrolments of a quarter and what was seen of their use; give their ids."""
    courses, starts, m = structure.courses, structure.starts, len(taken.person)
    quarter = int(taken.quarter[0]) if m else 0
    after_end = starts[-1]
    begun = starts[quarter] + rng.integers(0, 60, m).astype("m8[D]")
    days = np.maximum(rng.normal(18, 7, m) + courses.hours[taken.course] * 0.5, 2)
    done_on = begun + days.astype("m8[D]")
    completed = taken.completed & (done_on < after_end)
    dropped = ~taken.completed & (begun + np.timedelta64(25, "D") < after_end)
    planted = reorganised(structure, quarter)
    exam = np.clip(
        72
        + (planted.exam_points if planted else 0)
        + 5 * people.ability[taken.person]
        + 3 * people.motivation[taken.person]
        - 8 * (taken.new - 0.4)
        + rng.normal(0, 10, m),
        0,
        100,
    )
    ids = np.char.add(
        np.char.add(f"N{quarter:02d}-", names.employee[taken.person]),
        np.char.add("-", names.course[taken.course]),
    )
    mandatory = courses.mandatory[taken.course]
    assigned = np.where(taken.manager, "manager", "self")
    hours = courses.hours[taken.course]
    liking = courses.satisfaction - liking_lost(structure, quarter)
    liked = np.clip(liking[taken.course] + rng.normal(0, 0.7, m), 1, 5)
    writer.append(
        "enrolments",
        {
            "enrolment_id": ids,
            "employee_id": names.employee[taken.person],
            "course_id": names.course[taken.course],
            "assigned_by": np.where(mandatory, "mandatory", assigned),
            "enrolled_on": begun
            - rng.integers(0, 3, m).astype("m8[D]")
            * (begun > starts[quarter] + np.timedelta64(3, "D")),
            "started_on": begun,
            "completed_on": np.where(completed, done_on, NO_DAY),
            "dropped_on": np.where(dropped, begun + np.timedelta64(25, "D"), NO_DAY),
            "progress": np.where(completed, 1.0, np.round(rng.uniform(0.05, 0.8, m), 2)),
            "exam_score": np.where(completed, np.round(exam, 1), np.nan),
            "exam_attempts": np.where(completed, 1 + (exam < 60), 0).astype(np.int64),
            "minutes": np.round(
                hours * 60 * rng.uniform(0.6, 1.2, m) * np.where(completed, 1, 0.3)
            ),
            "satisfaction": np.where(completed, np.round(liked), np.nan),
        },
    )
    signs = draw_signs(taken.log_odds, taken.weak, rng)
    shown = np.flatnonzero(completed)
    for kind, seen in signs.seen.items():
        due = done_on[shown] + np.timedelta64(21, "D")
        on = done_on[shown] + rng.integers(3, 21, len(shown)).astype("m8[D]")
        seen_by_end = seen[shown] & (on < after_end)
        score = np.round(rng.uniform(0.5, 1.0, len(shown)), 2)
        _evidence(writer, ids[shown], kind, due, np.where(seen_by_end, on, NO_DAY), score)
    config = structure.config
    drawn = rng.random(len(shown))
    checked = checked_cases(people, taken, shown, drawn, config.check_share, config.check_selection)
    due = done_on[checked] + rng.integers(50, 85, len(checked)).astype("m8[D]")
    made = (rng.random(len(checked)) < np.where(taken.weak[checked], 0.85, 0.97)) & (
        due < after_end
    )
    middle = np.where(taken.weak[checked], 0.28, 0.76)
    found = middle.astype(np.float64) + rng.normal(0, 0.08, len(checked))
    found = np.where(taken.weak[checked], np.minimum(found, 0.49), np.maximum(found, 0.51))
    _evidence(
        writer,
        ids[checked],
        "behaviour_check",
        due,
        np.where(made, due, NO_DAY),
        np.round(np.clip(found, 0, 1), 3),
    )
    return ids, signs


def _evidence(
    writer: TableWriter,
    ids: StrArray,
    kind: str,
    due: DayArray,
    done: DayArray,
    score: NDArray[np.floating],
) -> None:
    writer.append(
        "transfer_evidence",
        {
            "enrolment_id": ids,
            "kind": np.full(len(ids), kind),
            "due_on": due,
            "done_on": done,
            "score": np.where(np.isnat(done), np.nan, score),
        },
    )


def write_surroundings(
    structure: Structure,
    people: People,
    life: Life,
    names: Names,
    writer: TableWriter,
    rng: np.random.Generator,
) -> None:
    """Write assessments, feedback, absences, incidents, goals and personal goals."""
    for quarter in range(structure.config.n_quarters):
        employed = people.employed(quarter)
        if quarter % 4 == 0:
            _write_assessments(structure, people, life, names, writer, quarter, employed, rng)
        if quarter % 2 == 0:
            _write_feedback(structure, people, names, writer, quarter, employed, rng)
        _write_trouble(structure, people, names, writer, quarter, employed, rng)
    wish = np.flatnonzero(
        people.employed(structure.config.n_quarters - 1) & (rng.random(len(people)) < 0.2)
    )
    competency = rng.integers(0, N_COMPETENCIES, len(wish))
    writer.append(
        "personal_goals",
        {
            "employee_id": names.employee[wish],
            "competency_id": COMPETENCY_IDS[competency],
            "target_level": np.minimum(np.ceil(people.level[wish, competency] + 1), 5.0),
            "by_date": np.full(len(wish), structure.starts[-1] + np.timedelta64(270, "D")),
            "set_on": days_set(structure, people.first, len(people), wish),
        },
    )
    write_goals(structure, people.first, names.unit, writer)


def _write_assessments(
    structure: Structure,
    people: People,
    life: Life,
    names: Names,
    writer: TableWriter,
    quarter: int,
    employed: NDArray[np.bool_],
    rng: np.random.Generator,
) -> None:
    shape = (len(people), N_COMPETENCIES)
    due = (structure.required[people.role[:, quarter]] > 0) | (rng.random(shape) < 0.08)
    made = (
        due & employed[:, None] & (rng.random(shape) >= structure.config.assessment_missing_share)
    )
    person, competency = np.nonzero(made)
    source = rng.choice(len(SOURCES), len(person), p=SOURCE_SHARE)
    seen = people.level[person, competency]
    level = seen + SOURCE_BIAS[source] + rng.normal(0, 1, len(person)) * SOURCE_NOISE[source]
    day = structure.starts[quarter] + rng.integers(5, 80, len(person)).astype("m8[D]")
    writer.append(
        "assessments",
        {
            "employee_id": names.employee[person],
            "competency_id": COMPETENCY_IDS[competency],
            "level": np.round(np.clip(level, 0, 5), 1),
            "source": np.array(SOURCES)[source],
            "assessed_on": day,
        },
    )


def _write_feedback(
    structure: Structure,
    people: People,
    names: Names,
    writer: TableWriter,
    quarter: int,
    employed: NDArray[np.bool_],
    rng: np.random.Generator,
) -> None:
    unit = people.unit[:, quarter]
    opportunity = people.opportunity[unit, quarter] - 0.8 * people.machine_trouble[unit]
    planted = reorganised(structure, quarter)
    kinder = planted.motivation_answer if planted else 0.0
    truths = {
        "motivation": people.motivation + kinder / ANSWER_STEP,
        "manager_support": people.support,
        "opportunity": opportunity + 0.6,
        "workload": rng.normal(size=len(people)),
    }
    for kind, truth in truths.items():
        person = np.flatnonzero(employed & (rng.random(len(people)) < 0.75))
        answer = np.round(3 + ANSWER_STEP * truth[person] + rng.normal(0, 0.5, len(person)))
        day = structure.starts[quarter] + rng.integers(10, 60, len(person)).astype("m8[D]")
        writer.append(
            "feedback",
            {
                "employee_id": names.employee[person],
                "asked_on": day,
                "kind": np.full(len(person), kind),
                "subject_id": pa.nulls(len(person), pa.string()),
                "value": np.clip(answer, 1, 5),
            },
        )


def _write_trouble(
    structure: Structure,
    people: People,
    names: Names,
    writer: TableWriter,
    quarter: int,
    employed: NDArray[np.bool_],
    rng: np.random.Generator,
) -> None:
    away = np.flatnonzero(employed & (rng.random(len(people)) < 0.02))
    day = structure.starts[quarter] + rng.integers(0, 80, len(away)).astype("m8[D]")
    kind = rng.choice(3, len(away), p=[0.5, 0.35, 0.15])
    length = np.array([10, 8, 60])[kind].astype("m8[D]")
    writer.append(
        "absences",
        {
            "employee_id": names.employee[away],
            "from_day": day,
            "to_day": day + length,
            "kind": np.array(["leave", "sick", "parental"])[kind],
        },
    )
    count = rng.poisson(np.where(people.machine_trouble, 2.0, 0.15))
    unit = np.repeat(np.arange(people.n_units), count)
    day = structure.starts[quarter] + rng.integers(0, 88, len(unit)).astype("m8[D]")
    hours = np.where(
        people.machine_trouble[unit], rng.gamma(3, 9, len(unit)), rng.gamma(2, 5, len(unit))
    )
    writer.append(
        "incidents",
        {
            "org_unit_id": names.unit[unit],
            "occurred_on": day,
            "kind": np.where(people.machine_trouble[unit], "equipment", "process"),
            "hours_lost": np.round(hours, 1),
        },
    )
