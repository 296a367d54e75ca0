"""Who and what there is: id maps of the data set, roles, units and performance periods."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Self

from ptml.contracts.dataset import Dataset
from ptml.contracts.ids import IdMap
from ptml.features.arrays import Bools, Codes, Days, Floats
from ptml.features.tables import ids_of

_PLURALS = {
    "employee": "employees",
    "course": "courses",
    "competency": "competencies",
    "role": "roles",
    "unit": "units",
    "manager": "managers",
    "job_family": "job_families",
}


@dataclass(frozen=True, eq=False)
class IdMaps:
    """The id maps of a data set; `employees` may be those of one bucket."""

    employees: IdMap
    courses: IdMap
    competencies: IdMap
    roles: IdMap
    units: IdMap
    managers: IdMap
    job_families: IdMap

    @classmethod
    def of_company(cls, dataset: Dataset) -> Self:
        """Collect every id but the employees' that a table names, its own table there or not."""
        return cls(
            employees=IdMap.of(()),
            courses=ids_of(dataset, "SELECT course_id FROM courses"),
            competencies=ids_of(
                dataset,
                """SELECT competency_id FROM competencies
                UNION SELECT competency_id FROM course_competencies
                UNION SELECT competency_id FROM role_requirements
                UNION SELECT competency_id FROM assessments
                UNION SELECT competency_id FROM personal_goals""",
            ),
            roles=ids_of(
                dataset,
                """SELECT role_id FROM roles UNION SELECT role_id FROM assignments
                UNION SELECT role_id FROM role_requirements""",
            ),
            units=ids_of(
                dataset,
                """SELECT org_unit_id FROM org_units UNION SELECT org_unit_id FROM assignments
                UNION SELECT org_unit_id FROM incidents""",
            ),
            managers=ids_of(
                dataset,
                "SELECT DISTINCT manager_id FROM assignments WHERE manager_id IS NOT NULL",
            ),
            job_families=ids_of(
                dataset, "SELECT DISTINCT job_family FROM roles WHERE job_family IS NOT NULL"
            ),
        )

    @classmethod
    def by_ids(cls, ids: Mapping[str, Iterable[str]]) -> Self:
        """Make them of ids by the names of `by_name`."""
        return cls(**{_PLURALS[name]: IdMap.of(of_kind) for name, of_kind in ids.items()})

    def of_people(self, employees: IdMap) -> Self:
        """The same maps with the employees that are asked about."""
        return replace(self, employees=employees)

    def by_name(self) -> dict[str, IdMap]:
        """The maps by the name of what they number, singular."""
        return {name: getattr(self, plural) for name, plural in _PLURALS.items()}


@dataclass(frozen=True, eq=False)
class Organisation:
    """Roles, units and periods by code; the same in every bucket.

    Attributes
    ----------
    role_family : (n_roles,) int32
        Code of the job family; -1 unknown.
    role_is_manager : (n_roles,) bool
    unit_parent : (n_units,) int32
        Code of the unit above; -1 = none.
    period_start, period_end : (n_periods,) int32
        First and last days of all performance periods, sorted by end, then start.
    """

    role_family: Codes
    role_is_manager: Bools
    unit_parent: Codes
    period_start: Days
    period_end: Days


@dataclass(frozen=True, eq=False)
class Requirements:
    """What roles ask for, (n_roles, n_competencies) float32 each.

    Attributes
    ----------
    required : float32
        Level; NaN = nothing is asked for.
    importance : float32
        0-1; 0 where nothing is asked for.
    """

    required: Floats
    importance: Floats
