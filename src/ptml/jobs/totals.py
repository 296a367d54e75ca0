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
from ptml.decide.needs import NeedTotals, needs_of, unit_needs
from ptml.explain.unit_totals import UnitTotals
from ptml.explain.unit_warnings import unit_warnings_table
from ptml.explain.words import Words
from ptml.features.company_inputs import CompanyInputs
from ptml.features.standing import standing
from ptml.jobs.bucket import ScoredBucket
from ptml.jobs.course_health import add_to, totals_for
from ptml.jobs.diagnosing import People
from ptml.jobs.settings import Settings
from ptml.jobs.tables import ids_at
from ptml.transfer.config import LabelConfig
from ptml.transfer.model import WarningModel


@dataclass(frozen=True, eq=False)
class Served:
    """People scored, and people of these without a recommendation, (2,) int64."""

    people: NDArray[np.int64]


class Totals:
    """Sums over all buckets of a run; the company names what codes stand for.

    Attributes
    ----------
    health : HealthTotals
        What course health is made of.
    """

    def __init__(
        self, company: CompanyInputs, settings: Settings, warning: WarningModel | None
    ) -> None:
        maps = company.maps
        self._units, self._competencies = maps.units, maps.competencies
        self._settings = settings
        self.health = totals_for(company, settings.health)
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
            "health": self.health,
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
        add_to(self.health, history, scored.portraits, day, label)
        self.add_needs(scored)
        self.exclusions = self.exclusions.add(scored.exclusions)
        served = len(np.unique(scored.row[scored.ranking.pair]))
        self._served.people[:] += len(scored.rows), len(scored.rows) - served

    def add_needs(self, scored: People) -> None:
        """Add people to what units need, and to nothing else."""
        unit = standing(scored.history, scored.rows).unit
        portraits = scored.portraits
        self._needs.add(unit, scored.signals, portraits.weighted_gap, portraits.importance)

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
