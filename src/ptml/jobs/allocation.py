"""`allocations`: what a budget buys among the recommendations of everybody."""

from datetime import date

import pyarrow as pa

from ptml.decide.allocation import OfferPool, coming_quarter
from ptml.features.company_inputs import CompanyInputs
from ptml.jobs.bucket import ScoredBucket
from ptml.jobs.tables import ids_at


def add_offers(pool: OfferPool, scored: ScoredBucket) -> None:
    """Add the recommendations of a bucket to what a budget may buy."""
    history, pair = scored.history, scored.ranking.pair
    course = scored.course[pair]
    people = history.employees.ids[scored.rows.employee[scored.row[pair]]]
    cost = history.catalogue.cost[course]
    pool.add(people, course, scored.lift.lift[pair], scored.lift.low[pair], cost)


def allocations_table(pool: OfferPool, company: CompanyInputs, day: date) -> pa.Table:
    """Choose within the budget, for everybody at once; the company names what codes stand for."""
    found = pool.allocate(company.catalogue.seats)
    return pa.table(
        {
            "employee_id": pa.array(found.employee_id.tolist(), pa.string()),
            "course_id": ids_at(company.maps.courses, found.course),
            "quarter": pa.array([coming_quarter(day)] * len(found.course), pa.string()),
            "lift": found.lift,
            "cost": found.cost,
        }
    )
