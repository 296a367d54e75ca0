"""The budget of a run: from what its buckets gave to the tables that are published."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from ptml.contracts.dataset import Dataset
from ptml.contracts.evidence import Evidence
from ptml.decide.budget.answer import answer
from ptml.decide.budget.config import BudgetConfig
from ptml.decide.budget.quarter import coming_quarter
from ptml.jobs.budget.audit import allocation_evidence
from ptml.jobs.budget.company import CompanyFacts
from ptml.jobs.budget.offers import OfferPool
from ptml.jobs.budget.tables import Told, nothing_allocated
from ptml.report.budget import budget_view
from ptml.report.published import PublishedTables


@dataclass(frozen=True, eq=False)
class Planned:
    """A budget that was planned.

    Attributes
    ----------
    tables : mapping of str to pyarrow.Table
    ids : pyarrow.Array
        Of everybody who was planned for.
    """

    tables: Mapping[str, pa.Table]
    ids: pa.Array

    def evidence(self, dataset: Dataset) -> list[Evidence]:
        """What protected groups get of it."""
        return allocation_evidence(self.tables["allocations"], self.ids, dataset)

    @property
    def notes(self) -> list[str]:
        """What the run says of it."""
        if "budget_plans" not in self.tables:
            return []
        frames = {name: table.to_pandas() for name, table in self.tables.items()}
        view = budget_view(PublishedTables(frames))
        return [f"budget: {line}" for line in (view.lead, *view.refusals)]


def plan_budget(pool: OfferPool, company: CompanyFacts, config: BudgetConfig, day: date) -> Planned:
    """Plan within the budget, for everybody at once; nothing is allocated where none is set."""
    if config.money is None or not pool.lists:
        return Planned({"allocations": nothing_allocated()}, pa.array([], pa.string()))
    ids, facts = pool.facts(company)
    found = answer(facts, config, config.money)
    return Planned(Told(ids, facts, config, found, coming_quarter(day)).tables(), ids)
