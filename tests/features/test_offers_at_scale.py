"""No violation in a million pairs: every rule stated anew in SQL on the tables as they came."""

from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from ptml.contracts.dataset import dataset_from_frames
from ptml.features.capability import capability
from ptml.features.eligibility import EXCLUSIONS, EligibilityConfig, offers
from ptml.features.history import load_history
from ptml.features.rows import Rows
from ptml.features.shared import shared_averages
from tests.features.small import day_of

AS_OF = "2024-05-20"
N_PEOPLE, N_COURSES, N_COMPETENCIES = 5_000, 205, 12
N_ENROLMENTS = 60_000
CONFIG = EligibilityConfig(most_open_hours=60, open_days=120)
Frames = dict[str, pd.DataFrame]

# Each pair with every rule that forbids it, by the words of the documentation.
_RULES = f"""
WITH asked AS (SELECT DATE '{AS_OF}' AS day),
own AS (
    SELECT employee_id, course_id, e.*, c.hours, c.valid_days FROM (
        SELECT employee_id, course_id, enrolled_on,
            CASE WHEN completed_on < day THEN completed_on::DATE END AS completed_on,
            CASE WHEN dropped_on < day THEN dropped_on END AS dropped_on
        FROM enrolments, asked WHERE enrolled_on < day
    ) AS e JOIN courses AS c USING (course_id)
),
taken AS (
    SELECT DISTINCT employee_id, course_id FROM own, asked
    WHERE CASE
        WHEN completed_on IS NULL THEN dropped_on IS NULL
        ELSE valid_days IS NULL OR completed_on + valid_days::INTEGER >= day END
),
missing AS (
    SELECT DISTINCT p.employee_id, r.course_id FROM employees AS p, prerequisites AS r
    WHERE NOT EXISTS (SELECT 1 FROM own WHERE own.employee_id = p.employee_id
        AND own.course_id = r.requires_course_id AND own.completed_on IS NOT NULL)
),
seats AS (
    SELECT course_id FROM courses AS c, asked WHERE c.seats IS NOT NULL AND c.seats <= (
        SELECT count(*) FROM enrolments AS e WHERE e.course_id = c.course_id
            AND e.enrolled_on < day AND e.enrolled_on >= date_trunc('quarter', day)
            AND NOT (e.completed_on IS NULL AND coalesce(e.dropped_on < day, false)))
),
load AS (
    SELECT employee_id, sum(hours) AS hours FROM own, asked
    WHERE completed_on IS NULL AND dropped_on IS NULL
        AND enrolled_on >= day - {CONFIG.open_days}
    GROUP BY 1
),
fit AS (
    SELECT l.employee_id, t.course_id,
        sum(weight * greatest(from_level - level, 0)) / sum(weight) AS below,
        sum(weight * greatest(to_level - greatest(level, from_level), 0)) AS new
    FROM course_competencies AS t JOIN levels AS l USING (competency_id) GROUP BY 1, 2
)
SELECT p.employee_id, c.course_id,
    t.course_id IS NOT NULL AS taken,
    m.course_id IS NOT NULL AS prerequisite_missing,
    coalesce(c.opened_on >= day, false) AS not_open,
    coalesce(c.retired_on < day, false) AS retired,
    c.mandatory AS mandatory,
    coalesce(NOT list_contains(string_split(p.languages, ';'), c.language), false) AS language,
    coalesce(f.below > 1.0, false) AS too_low,
    coalesce(f.new < 0.1, false) AS too_high,
    s.course_id IS NOT NULL AS seats,
    coalesce(o.hours > 0 AND c.hours > 0 AND o.hours + c.hours > {CONFIG.most_open_hours}, false)
        AS load
FROM employees AS p CROSS JOIN courses AS c CROSS JOIN asked
LEFT JOIN taken AS t USING (employee_id, course_id)
LEFT JOIN missing AS m USING (employee_id, course_id)
LEFT JOIN fit AS f USING (employee_id, course_id)
LEFT JOIN seats AS s USING (course_id)
LEFT JOIN load AS o USING (employee_id)
ORDER BY 1, 2
"""


def frames(rng: np.random.Generator) -> Frames:
    """An organisation in which every rule bites somewhere."""
    people = np.array([f"e{number:05d}" for number in range(N_PEOPLE)])
    courses = np.array([f"c{number:03d}" for number in range(N_COURSES)])
    skills = np.array([f"k{number:02d}" for number in range(N_COMPETENCIES)])
    quarters = pd.Timestamp("2024-01-01")

    def some(values: Any, share: float) -> pd.Series:
        return pd.Series(values).where(rng.random(len(values)) < share)

    def days(start: str, n: int, spread: int) -> pd.Series:
        return pd.Series(pd.Timestamp(start) + pd.to_timedelta(rng.integers(0, spread, n), "D"))

    enrolled = days("2022-01-01", N_ENROLMENTS, 900)
    ended = enrolled + pd.to_timedelta(rng.integers(0, 60, N_ENROLMENTS), "D")
    how = rng.choice(["completed", "dropped", "open"], N_ENROLMENTS, p=[0.6, 0.2, 0.2])
    teaches = pd.MultiIndex.from_product([courses, skills]).to_frame(index=False)
    teaches = teaches[rng.random(len(teaches)) < 0.15]
    start = rng.uniform(0, 4, len(teaches)).round(1)
    requires = pd.DataFrame({"course_id": courses[60:120], "requires_course_id": courses[:60]})
    assessed = pd.MultiIndex.from_product([people[:4_000], skills]).to_frame(index=False)
    assessed = assessed[rng.random(len(assessed)) < 0.3]
    opened = some(days("2023-06-01", N_COURSES, 500), 0.3)
    return {
        "employees": pd.DataFrame(
            {
                "employee_id": people,
                "hired_on": quarters - pd.Timedelta(days=2_000),
                "languages": some(rng.choice(["en", "de;en", "fr"], N_PEOPLE), 0.8),
            }
        ),
        "courses": pd.DataFrame(
            {
                "course_id": courses,
                "hours": some(rng.integers(4, 40, N_COURSES).astype(float), 0.9),
                "seats": some(rng.integers(0, 60, N_COURSES), 0.5).astype("Int64"),
                "opened_on": opened,
                "retired_on": some(opened.fillna(quarters) + pd.Timedelta(days=100), 0.3),
                "mandatory": rng.random(N_COURSES) < 0.05,
                "language": some(rng.choice(["en", "de", "fr"], N_COURSES), 0.9),
                "valid_days": some(rng.integers(30, 900, N_COURSES), 0.4).astype("Int64"),
            }
        ),
        "prerequisites": requires,
        "competencies": pd.DataFrame({"competency_id": skills, "name": skills}),
        "course_competencies": pd.DataFrame(
            {
                "course_id": teaches[0].to_numpy(),
                "competency_id": teaches[1].to_numpy(),
                "from_level": start,
                "to_level": (start + rng.uniform(0.5, 2, len(start))).clip(max=5).round(1),
                "weight": rng.uniform(0.2, 1, len(start)).round(2),
            }
        ),
        "assessments": pd.DataFrame(
            {
                "employee_id": assessed[0].to_numpy(),
                "competency_id": assessed[1].to_numpy(),
                "level": rng.uniform(0, 5, len(assessed)).round(1),
                "source": "test",
                "assessed_on": days("2023-01-01", len(assessed), 600).to_numpy(),
            }
        ),
        "enrolments": pd.DataFrame(
            {
                "enrolment_id": [f"n{number:06d}" for number in range(N_ENROLMENTS)],
                "employee_id": rng.choice(people, N_ENROLMENTS),
                "course_id": rng.choice(courses, N_ENROLMENTS),
                "assigned_by": rng.choice(["self", "manager", "mandatory"], N_ENROLMENTS),
                "enrolled_on": enrolled,
                "completed_on": ended.where(how == "completed"),
                "dropped_on": ended.where(how == "dropped"),
            }
        ),
    }


@pytest.fixture(scope="module")
def judged() -> pd.DataFrame:
    """All pairs with what the rules say and with the reason that was given."""
    tables = frames(np.random.default_rng(3))
    with dataset_from_frames(tables) as dataset:
        history, shared = load_history(dataset), shared_averages(dataset)
    rows = Rows.at(np.arange(history.n_employees, dtype=np.int32), day_of(AS_OF))
    portraits = capability(history, shared, rows)
    given = offers(history, shared, rows, portraits, CONFIG)
    person, skill = np.divmod(np.arange(portraits.level.size), history.n_competencies)
    levels = pd.DataFrame(
        {
            "employee_id": history.employees.ids[person].astype(str),
            "competency_id": history.competencies.ids[skill].astype(str),
            "level": portraits.level.ravel(),
        }
    ).dropna()
    with duckdb.connect() as connection:
        for name, frame in {**tables, "levels": levels}.items():
            connection.register(name, frame)
        found = connection.sql(_RULES).df()
    found["given"] = np.array(EXCLUSIONS)[given.ravel()]
    return found


def test_it_is_a_million_pairs_and_every_rule_bites(judged: pd.DataFrame) -> None:
    assert len(judged) >= 1_000_000
    assert set(judged["given"]) == set(EXCLUSIONS)


def test_nothing_that_a_rule_forbids_is_offered(judged: pd.DataFrame) -> None:
    offered = judged[judged["given"] == ""]
    violations = offered[list(EXCLUSIONS[1:])].sum()
    assert violations.to_dict() == dict.fromkeys(EXCLUSIONS[1:], 0)


def test_the_reason_that_is_given_is_the_first_that_holds(judged: pd.DataFrame) -> None:
    rules = judged[list(EXCLUSIONS[1:])].to_numpy(dtype=bool)
    first = np.where(rules.any(axis=1), rules.argmax(axis=1) + 1, 0)
    wrong = judged[np.array(EXCLUSIONS)[first] != judged["given"]]
    # Levels are compared at float32 there and at float64 here: ties at a threshold may differ.
    assert len(wrong) <= 20, wrong["given"].value_counts()
    assert set(wrong["given"]) <= {"too_low", "too_high", "", "seats", "load"}
