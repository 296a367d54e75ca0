"""The diagnosis of a company in memory: what a run publishes of it, without a run or a model."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ptml.contracts.dataset import Dataset
from ptml.contracts.requirements import Capability as Requirement
from ptml.contracts.requirements import supports
from ptml.decide.causes import Signals
from ptml.decide.diagnosis.pool import DiagnosisPool
from ptml.decide.segments import leads_people
from ptml.features.capability import Capability, capability
from ptml.features.company_inputs import CompanyInputs
from ptml.features.history import History
from ptml.features.matrix import FeatureMatrix
from ptml.features.people import person_features
from ptml.features.rows import Rows
from ptml.features.shared import Shared
from ptml.jobs.asked import epoch_day
from ptml.jobs.course_health import course_lift
from ptml.jobs.diagnosing import RunDiagnosis, add_to_pool
from ptml.jobs.run_shared import RunShared
from ptml.jobs.settings import Settings
from ptml.jobs.totals import Totals
from ptml.lift.model import LiftModel


@dataclass(frozen=True, eq=False)
class Everybody:
    """Who is employed on the day, with what is known of them."""

    history: History
    rows: Rows
    portraits: Capability
    people: FeatureMatrix
    signals: Signals
    leads: NDArray[np.bool_]

    @classmethod
    def of(cls, history: History, shared: Shared, day: date, settings: Settings) -> "Everybody":
        """Look everybody up."""
        all_rows = Rows.at(np.arange(history.n_employees, dtype=np.int32), epoch_day(day))
        is_here = history.employed(all_rows.employee, all_rows.day)
        rows = all_rows.take(np.flatnonzero(is_here))
        portraits = capability(history, shared, rows)
        people = person_features(history, shared, rows, portraits)
        signals = Signals.of(history, portraits, people, settings.causes)
        leads = leads_people(history, shared, rows)
        return cls(history, rows, portraits, people, signals, leads)


def diagnosed(
    dataset: Dataset,
    history: History,
    shared: Shared,
    day: date,
    settings: Settings,
    lift: LiftModel | None = None,
) -> dict[str, pa.Table]:
    """`diagnoses`, `segments`, `needs` and `wishes` as a run would publish them.

    Parameters
    ----------
    lift : LiftModel, optional
        What past trainees gained; None = not known.
    """
    company = CompanyInputs.of(dataset)
    everybody = Everybody.of(history, shared, day, settings)
    can = frozenset(one.name for one in Requirement if supports(dataset, one))
    pool, totals = DiagnosisPool(), Totals(company, settings, None)
    add_to_pool(pool, everybody, settings)
    totals.add_needs(everybody)
    found = RunDiagnosis(pool, RunShared(company, shared, day, settings, can))
    lifts = course_lift(lift, company.maps.courses.ids)
    evidence = found.unit_evidence(lifts)
    return {
        "diagnoses": found.diagnoses_table(),
        "segments": found.segments_table(),
        "needs": totals.needs_table(evidence),
        "wishes": found.wishes_table(totals.unit_needs(evidence), lifts),
    }
