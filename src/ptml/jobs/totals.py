"""What crosses employees: sums over buckets, and the tables that are made of them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ptml.contracts.evidence import Evidence
from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.decide.diagnosis.unit_evidence import UnitEvidence
from ptml.decide.diagnosis.wishes import UnitNeeds
from ptml.decide.exclusions import ExclusionTotals
from ptml.decide.health import CourseLift, HealthTotals, course_health
from ptml.decide.needs import NeedTotals, needs_of, unit_needs
from ptml.explain.unit_totals import UnitTotals
from ptml.explain.unit_warnings import unit_warnings_table
from ptml.explain.words import Words
from ptml.features.company_inputs import CompanyInputs
from ptml.features.standing import standing
from ptml.jobs.bucket import ScoredBucket
from ptml.jobs.diagnosing import People
from ptml.jobs.settings import Settings
from ptml.jobs.tables import ids_at
from ptml.lift.model import LiftModel
from ptml.transfer.config import LabelConfig
from ptml.transfer.labels import transfer_labels
from ptml.transfer.model import WarningModel


@dataclass(frozen=True, eq=False)
class Served:
    """People scored, and people of these without a recommendation, (2,) int64."""

    people: NDArray[np.int64]


class Totals:
    """Sums over all buckets of a run; the company names what codes stand for."""

    def __init__(
        self, company: CompanyInputs, settings: Settings, warning: WarningModel | None
    ) -> None:
        maps = company.maps
        self._courses, self._units = maps.courses, maps.units
        self._competencies, self._catalogue = maps.competencies, company.catalogue
        self._settings = settings
        self._health = HealthTotals(len(maps.courses))
        self._needs = NeedTotals(
            len(maps.units), len(maps.competencies), settings.needs.target_points
        )
        self.units = None if warning is None else UnitTotals(warning.units)
        self.exclusions = ExclusionTotals.none()
        self._served = Served(np.zeros(2, dtype=np.int64))

    @property
    def people(self) -> int:
        """Who was scored."""
        return int(self._served.people[0])

    @property
    def without(self) -> int:
        """Who of them gets no recommendation."""
        return int(self._served.people[1])

    def parts(self) -> dict[str, object]:
        """What holds sums, by name: arrays that are added up."""
        named = {
            "health": self._health,
            "needs": self._needs,
            "units": self.units,
            "exclusions": self.exclusions,
            "served": self._served,
        }
        return {name: part for name, part in named.items() if part is not None}

    def add(self, scored: ScoredBucket, day: int, label: LabelConfig) -> None:
        """Add one bucket."""
        history = scored.history
        if self.units is not None and scored.warnings is not None:
            self.units.add(history, scored.warnings)
        labels = transfer_labels(history, label)
        checked = np.zeros(len(history.enrolments), dtype=bool)
        weak = np.zeros_like(checked)
        checked[labels.enrolment] = labels.known_at(day)
        weak[labels.enrolment] = labels.weak
        self._health.add(history, day, checked, weak)
        self.add_needs(scored)
        self.exclusions = self.exclusions.add(scored.exclusions)
        served = len(np.unique(scored.row[scored.ranking.pair]))
        self._served.people[:] += len(scored.rows), len(scored.rows) - served

    def add_needs(self, scored: People) -> None:
        """Add people to what units need, and to nothing else."""
        unit = standing(scored.history, scored.rows).unit
        portraits = scored.portraits
        self._needs.add(unit, scored.signals, portraits.weighted_gap, portraits.importance)

    def health_table(self, model: LiftModel | None) -> pa.Table:
        """`course_health`: one row a course."""
        cost = self._catalogue.cost.astype(np.float64)
        lifts = course_lift(model, self._courses.ids)
        columns = course_health(self._health, lifts, cost, self._settings.health)
        return pa.table(
            {
                "course_id": pa.array(self._courses.ids.tolist(), pa.string()),
                "title": pa.array([t or None for t in self._catalogue.title], pa.string()),
                **columns,
            }
        )

    def unit_warnings_table(self, words: Words) -> pa.Table | None:
        """`unit_warnings`: one row a unit with open completions; None = no model."""
        if self.units is None:
            return None
        min_people = self._settings.warning.units.min_people
        frame = unit_warnings_table(self.units, min_people, words)
        schema = OUTPUT_TABLES["unit_warnings"].arrow_schema
        names = [name for name in schema.names if name in frame.columns]
        wanted = pa.schema([schema.field(name) for name in names])
        return pa.Table.from_pandas(frame, schema=wanted, preserve_index=False)

    def needs_table(self, evidence: UnitEvidence | None = None) -> pa.Table:
        """`needs`: one row a unit, and a unit and competency."""
        found = needs_of(self._needs, self._settings.needs, self._settings.causes, evidence)
        return pa.table(
            {
                "org_unit_id": ids_at(self._units, np.array([n.unit for n in found], np.int64)),
                "competency_id": ids_at(
                    self._competencies, np.array([n.competency for n in found], np.int64)
                ),
                "gap": pa.array([n.gap for n in found], pa.float64()),
                "people": pa.array([n.people for n in found], pa.int32()),
                "cause": pa.array([n.cause for n in found], pa.string()),
                "evidence": pa.array([n.evidence for n in found], pa.string()),
                "strength": pa.array([n.strength for n in found], pa.float64()),
            }
        )

    def unit_needs(self, evidence: UnitEvidence | None) -> UnitNeeds:
        """What the data show of each unit."""
        settings = self._settings
        return unit_needs(self._needs, settings.needs, settings.causes, evidence)


def course_lift(model: LiftModel | None, ids: NDArray[np.object_]) -> CourseLift:
    """What the model says of each course, by its id; unknown where it refuses or is not there."""
    nothing = np.full(len(ids), np.nan)
    if model is None:
        return CourseLift(nothing, nothing, nothing)
    told = next((row.payload for row in model.evidence if row.name == "course_lift"), None)
    if told is None:
        return CourseLift(nothing, nothing, nothing)
    by_id = {c: k for k, c in enumerate(told["course_id"])}
    columns = []
    for name in ("lift", "low", "high"):
        values = [told[name][by_id[c]] if c in by_id else None for c in ids]
        columns.append(np.array([np.nan if v is None else v for v in values], dtype=np.float64))
    return CourseLift(*columns)


def evidence_table(evidence: Iterable[Evidence]) -> pa.Table:
    """`evidence`: what the models say of themselves."""
    rows = list(evidence)
    floats = ("value", "low", "high", "bound")
    return pa.table(
        {
            "model": pa.array([row.model for row in rows], pa.string()),
            "kind": pa.array([row.kind for row in rows], pa.string()),
            "name": pa.array([row.name for row in rows], pa.string()),
            **{n: pa.array([getattr(row, n) for row in rows], pa.float64()) for n in floats},
            "verdict": pa.array([row.verdict for row in rows], pa.string()),
            "payload": pa.array(
                [json.dumps(dict(row.payload), sort_keys=True) for row in rows], pa.string()
            ),
        }
    )
