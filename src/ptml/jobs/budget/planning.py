"""The budget of a run: from what its buckets gave to the tables that are published."""

from datetime import date

import pyarrow as pa

from ptml.decide.budget.answer import answer
from ptml.decide.budget.config import BudgetConfig
from ptml.decide.budget.quarter import coming_quarter
from ptml.jobs.budget.company import CompanyFacts
from ptml.jobs.budget.offers import OfferPool
from ptml.jobs.budget.tables import Told, nothing_allocated


def budget_tables(
    pool: OfferPool, company: CompanyFacts, config: BudgetConfig, day: date
) -> dict[str, pa.Table]:
    """Plan within the budget, for everybody at once; nothing is allocated where none is set."""
    if config.money is None or not pool.lists:
        return {"allocations": nothing_allocated()}
    ids, facts = pool.facts(company)
    found = answer(facts, config, config.money)
    return Told(ids, facts, config, found, coming_quarter(day)).tables()
