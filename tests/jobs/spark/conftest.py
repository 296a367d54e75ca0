"""A small organisation in parts, as a cluster would write it, with rows that break rules."""

from pathlib import Path

import pandas as pd
import pytest

from ptml.simulate import SimulationConfig, simulate


def in_parts(frame: pd.DataFrame, place: Path, n: int) -> None:
    """Write a table as a folder of files."""
    place.unlink(missing_ok=True)
    place.mkdir()
    size = -(-len(frame) // n)
    for k in range(n):
        part = frame.iloc[k * size : (k + 1) * size]
        part.to_parquet(place / f"part-{k:03d}.parquet", row_group_size=500, index=False)


@pytest.fixture(scope="session")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """200 people whose tables break rules within people, across people and across tables."""
    out = tmp_path_factory.mktemp("broken") / "data"
    simulate(SimulationConfig(n_employees=200, n_courses=12, seed=3), out)
    employees = pd.read_parquet(out / "employees.parquet")
    # One row that others point to is set aside; one is there twice; one has no id.
    hired = employees["hired_on"].astype(object)
    hired.iloc[40] = "soon"
    twice = employees.iloc[[5]]
    nobody = employees.iloc[[6]].assign(employee_id=None)
    employees = pd.concat([employees.assign(hired_on=hired.astype(str)), twice, nobody])
    in_parts(employees.astype({"hired_on": str}), out / "employees.parquet", 2)
    assignments = pd.read_parquet(out / "assignments.parquet")
    assignments.loc[3, "manager_id"] = "nobody"
    assignments.loc[7, "manager_id"] = employees["employee_id"].iloc[40]
    assignments.loc[9, "org_unit_id"] = "nowhere"
    in_parts(assignments, out / "assignments.parquet", 2)
    in_parts(
        _enrolments(pd.read_parquet(out / "enrolments.parquet")), out / "enrolments.parquet", 3
    )
    evidence = pd.read_parquet(out / "transfer_evidence.parquet")
    evidence.loc[4, "enrolment_id"] = "nothing"
    in_parts(evidence, out / "transfer_evidence.parquet", 2)
    required = pd.read_parquet(out / "role_requirements.parquet")
    required.loc[len(required)] = required.iloc[0]
    required.to_parquet(out / "role_requirements.parquet", index=False)
    return out


def _enrolments(rows: pd.DataFrame) -> pd.DataFrame:
    """Ids that other people have too; the first of one of them breaks another rule."""
    by_person = rows.groupby("employee_id")["enrolment_id"].first().tolist()
    of = rows.set_index("enrolment_id").index
    for other, own in ((1, 0), (2, 0), (4, 3)):
        rows.loc[of.get_loc(by_person[other]), "enrolment_id"] = by_person[own]
    rows.loc[of.get_loc(by_person[3]), "course_id"] = "nothing"
    rows.loc[of.get_loc(by_person[7]), "employee_id"] = "nobody"
    rows.loc[of.get_loc(by_person[8]), "employee_id"] = None
    return rows
