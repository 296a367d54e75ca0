"""The event logs of a bucket of employees with everything that their features need to be read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ptml.contracts.dataset import Dataset
from ptml.contracts.ids import IdMap
from ptml.contracts.learning import ASSIGNED_BY
from ptml.features.arrays import Bools, Codes, Days, Floats
from ptml.features.bucket import Bucket, bucket_tables, buckets_of
from ptml.features.catalogue import Catalogue
from ptml.features.company_inputs import CompanyInputs
from ptml.features.logs import (
    AbsenceLog,
    AssessmentLog,
    AssignmentLog,
    EnrolmentLog,
    EvidenceLog,
    FeedbackLog,
    GoalLog,
    IncidentLog,
    PerformanceLog,
)
from ptml.features.organisation import Organisation, Requirements
from ptml.features.own import OwnParts
from ptml.features.reading import read_logs
from ptml.features.timelines import Timelines

_MANDATORY = ASSIGNED_BY.index("mandatory")


@dataclass(frozen=True, eq=False)
class History:
    """Everything known of the employees of one bucket, coded and sorted.

    Attributes
    ----------
    employees : IdMap
        Of the bucket.
    courses, competencies, roles, units, managers, job_families : IdMap
        Of the whole data set, so that codes mean the same in every bucket.
    hired, left : (n_employees,) int32
        Days; `NEVER` = not known, or not left.
    languages : (n_employees,) object
        Codes that a person understands, as the source lists them; empty = not known.
    catalogue : Catalogue
    organisation : Organisation
        Family and kind of roles, parents of units, dates of all performance periods.
    requirements : Requirements
        Required level and importance by role and competency.
    enrolments, performance, assessments, feedback, assignments, absences, evidence, goals
        The logs of `ptml.features.logs`; `goals` are the personal ones.
    incidents : IncidentLog
        Of all units.
    bucket : Bucket or None
        None = everybody.
    fingerprint : str
        The data set's.
    """

    employees: IdMap
    courses: IdMap
    competencies: IdMap
    roles: IdMap
    units: IdMap
    managers: IdMap
    job_families: IdMap
    hired: Days
    left: Days
    languages: NDArray[np.object_]
    catalogue: Catalogue
    organisation: Organisation
    requirements: Requirements
    enrolments: EnrolmentLog
    performance: PerformanceLog
    assessments: AssessmentLog
    feedback: FeedbackLog
    assignments: AssignmentLog
    absences: AbsenceLog
    evidence: EvidenceLog
    goals: GoalLog
    incidents: IncidentLog
    bucket: Bucket | None
    fingerprint: str

    @property
    def n_employees(self) -> int:
        """Number of employees of the bucket."""
        return len(self.employees)

    @property
    def n_courses(self) -> int:
        """Number of courses of the data set."""
        return len(self.courses)

    @property
    def n_competencies(self) -> int:
        """Number of competencies of the data set."""
        return len(self.competencies)

    @cached_property
    def is_mandatory(self) -> Bools:
        """Whether an enrolment was no choice, (n_enrolments,): by its course or its assignment."""
        log = self.enrolments
        return (log.assigned_by == _MANDATORY) | self.catalogue.mandatory[log.course]

    @cached_property
    def timelines(self) -> Timelines:
        """The logs by the day on which each event was known, ready for as-of windows."""
        return Timelines(self)

    @cached_property
    def own(self) -> OwnParts:
        """Each person's own part in the shared sums."""
        return OwnParts(self)

    def employed(self, employee: Codes, day: Days) -> Bools:
        """Whether people were employed as far as was known before the day, (n,) bool.

        Parameters
        ----------
        employee, day : (n,) int32
        """
        return (self.hired[employee] < day) & (self.left[employee] >= day)

    def required_of(self, role: Codes) -> tuple[Floats, Floats]:
        """Required levels and importances of roles, (n, n_competencies) each.

        Parameters
        ----------
        role : (n,) int32
            -1 = unknown: nothing is required.
        """
        known = role >= 0
        required = np.full((len(role), self.n_competencies), np.nan, dtype=np.float32)
        importance = np.zeros_like(required)
        required[known] = self.requirements.required[role[known]]
        importance[known] = self.requirements.importance[role[known]]
        return required, importance


def load_history(dataset: Dataset, bucket: Bucket | None = None) -> History:
    """Read the logs of the employees of one bucket, or of everybody.

    Parameters
    ----------
    dataset : Dataset
    bucket : Bucket, optional
        Codes of employees are positions among the bucket's; all other codes are the same in every
        bucket.
    """
    company = CompanyInputs.of(dataset)
    return history_of(bucket_tables(dataset, bucket), company, bucket)


def bucket_histories(dataset: Dataset, bucket_employees: int) -> Iterator[tuple[Bucket, History]]:
    """Read everybody bucket by bucket, with what the company is read once."""
    company = CompanyInputs.of(dataset)
    for bucket in buckets_of(dataset, bucket_employees):
        yield bucket, history_of(bucket_tables(dataset, bucket), company, bucket)


def history_of(
    tables: Mapping[str, pa.Table], company: CompanyInputs, bucket: Bucket | None
) -> History:
    """Make the history of a bucket's people, or of everybody, from their rows.

    Parameters
    ----------
    tables : mapping of str to pyarrow.Table
        All of `ptml.features.bucket.LOGS`, with the contract's columns.
    """
    employees = IdMap.of(tables["employees"]["employee_id"].to_pylist())
    maps = company.maps.of_people(employees)
    logs = read_logs(
        {**tables, "kpis": company.tables["kpis"]},
        maps,
        (company.period_start, company.period_end),
        company.has("enrolments", "started_on"),
    )
    return History(
        employees=employees,
        courses=maps.courses,
        competencies=maps.competencies,
        roles=maps.roles,
        units=maps.units,
        managers=maps.managers,
        job_families=maps.job_families,
        catalogue=company.catalogue,
        organisation=company.organisation,
        requirements=company.requirements,
        incidents=company.incidents,
        bucket=bucket,
        fingerprint=company.fingerprint,
        **logs,
    )
