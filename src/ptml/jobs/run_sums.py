"""What a run adds up over its buckets, and how a bucket's part of it travels."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ptml.contracts.dataset import Dataset
from ptml.contracts.evidence import Evidence
from ptml.decide.diagnosis.pool import DiagnosisPool
from ptml.decide.goals.attainment import AttainmentTotals
from ptml.features.kpi_results import KpiResults
from ptml.jobs.audit import ListAudit
from ptml.jobs.bucket import ScoredBucket
from ptml.jobs.budget.offers import OfferPool
from ptml.jobs.diagnosing import add_to_pool
from ptml.jobs.models import Models
from ptml.jobs.paths.sums import PathSums
from ptml.jobs.proficiency import ProficiencySums
from ptml.jobs.run_shared import RunShared
from ptml.jobs.teams import TeamSums
from ptml.jobs.totals import Totals

Arrays = dict[str, NDArray[Any]]


class RunSums:
    """Sums and lists over the buckets added so far; a bucket alone has one of its own.

    Attributes
    ----------
    totals : Totals
    audit : ListAudit
    offers : OfferPool
    teams : TeamSums
    proficiency : ProficiencySums
    diagnosis : DiagnosisPool
    goals : AttainmentTotals
    paths : PathSums
    """

    def __init__(self, shared: RunShared, models: Models) -> None:
        company, settings = shared.company, shared.settings
        self.totals = Totals(company, settings, models.warning)
        self.audit = ListAudit(company, settings.rank.top_k)
        self.offers = OfferPool(settings)
        self.teams = TeamSums(settings.team)
        self.proficiency = ProficiencySums(settings.proficiency)
        self.diagnosis = DiagnosisPool()
        self._shared = shared
        self.goals = AttainmentTotals(len(shared.goals.tables.unit))
        self._goals = shared.goals
        self.paths = PathSums.none(company, settings.path.horizon_weeks)
        self._day, self._label = shared.epoch_day, settings.warning.label

    def add(self, scored: ScoredBucket) -> None:
        """Add the people of a bucket."""
        self.totals.add(scored, self._day, self._label)
        self.audit.add(scored, self._day)
        self.offers.add(scored)
        history, sums = scored.history, self._shared.sums
        if "portraits" in self._shared.can:
            self.teams.add(history, sums, scored.rows, scored.portraits)
        self.proficiency.add(history, sums, self._day)
        add_to_pool(self.diagnosis, scored, self._shared.settings)

    def add_results(self, results: KpiResults) -> None:
        """Add what a bucket's people reached in KPIs of goals."""
        self.goals.add(self._goals.tables, self._goals.shares, results)

    @property
    def arrays(self) -> Arrays:
        """The sums by name: those of two buckets are added up."""
        return {
            f"{part}/{name}": values
            for part, holder in self._parts()
            for name, values in _arrays_of(holder)
        }

    @property
    def lists(self) -> dict[str, pa.Table]:
        """What is kept of every person: those of two buckets are put one below the other."""
        return {
            **self.audit.lists,
            **self.offers.lists,
            **self.teams.lists,
            **self.proficiency.lists,
            **self.diagnosis.lists,
        }

    def merge(self, arrays: Mapping[str, NDArray[Any]], lists: Mapping[str, pa.Table]) -> None:
        """Add what another one gave."""
        for part, holder in self._parts():
            for name, values in _arrays_of(holder):
                values += arrays[f"{part}/{name}"]
        self.audit.append(lists)
        self.offers.append(lists)
        self.teams.append(lists)
        self.proficiency.append(lists)
        self.diagnosis.append(lists)

    def evidence(self, dataset: Dataset, seed: int) -> list[Evidence]:
        """What the lists of everybody are like."""
        return self.audit.evidence(dataset, seed)

    def _parts(self) -> Iterator[tuple[str, object]]:
        yield from self.totals.parts().items()
        yield "lists", self.audit.totals
        yield "goals", self.goals
        yield "paths", self.paths


def _arrays_of(holder: object) -> Iterator[tuple[str, NDArray[Any]]]:
    for name, value in sorted(vars(holder).items()):
        if isinstance(value, np.ndarray):
            yield name, value
