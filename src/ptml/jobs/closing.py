"""The tables that a run closes with: what is not about single people, or needs everybody."""

from collections.abc import Iterator

import pyarrow as pa

from ptml.contracts.dataset import Dataset
from ptml.explain.words import words_in
from ptml.jobs.budget.company import CompanyFacts
from ptml.jobs.budget.planning import Planned, plan_budget
from ptml.jobs.course_health import course_lift, health_table
from ptml.jobs.diagnosing import RunDiagnosis, rules_evidence
from ptml.jobs.directory import names_table, units_table
from ptml.jobs.goals import alignment_table, attainment_table, weights_table, with_goals
from ptml.jobs.models import Models
from ptml.jobs.run_shared import RunShared
from ptml.jobs.run_sums import RunSums
from ptml.jobs.totals import evidence_table

Named = Iterator[tuple[str, pa.Table]]


def closing_tables(
    sums: RunSums, shared: RunShared, models: Models, dataset: Dataset, notes: list[str]
) -> Named:
    """Each table by name, in the order in which it is written.

    Parameters
    ----------
    notes : list of str
        Gets what is to be said of them.
    """
    company = CompanyFacts.of(shared)
    yield "budget_courses", company.table
    yield "budget_units", company.weights_table
    planned = plan_budget(sums.offers, company, shared.settings.budget, shared.day)
    yield from planned.tables.items()
    notes += planned.notes
    health, of_courses = sums.totals.health, shared.settings.health
    yield (
        "course_health",
        health_table(health, models.lift, shared.company, shared.day, of_courses),
    )
    yield "units", units_table(shared.company)
    yield "names", names_table(shared.company)
    of_units = sums.totals.unit_warnings_table(words_in(shared.settings.scoring.language))
    if of_units is not None and len(of_units):
        yield "unit_warnings", of_units
    yield from _needs(sums, shared, models)
    yield "path_seats", sums.paths.seats_table(shared)
    yield "goal_attainment", attainment_table(sums.goals, shared)
    yield "alignment", alignment_table(shared)
    yield from sums.teams.tables(shared.company).items()
    yield from sums.proficiency.tables(shared.company).items()
    yield "evidence", _evidence(sums, shared, models, dataset, planned)
    yield "rejected_rows", dataset.rejected


def _needs(sums: RunSums, shared: RunShared, models: Models) -> Named:
    diagnosis = RunDiagnosis(sums.diagnosis, shared)
    yield "segments", diagnosis.segments_table()
    yield "diagnoses", diagnosis.diagnoses_table()
    if "portraits" not in shared.can:
        return
    lifts = course_lift(models.lift, shared.company.maps.courses.ids)
    evidence = diagnosis.unit_evidence(lifts)
    yield "needs", with_goals(sums.totals.needs_table(evidence), shared)
    yield "competency_weights", weights_table(shared)
    yield "wishes", diagnosis.wishes_table(sums.totals.unit_needs(evidence), lifts)


def _evidence(
    sums: RunSums, shared: RunShared, models: Models, dataset: Dataset, planned: Planned
) -> pa.Table:
    # Without a model of preference no list is published.
    has_lists = models.preference is not None
    of_lists = sums.evidence(dataset, shared.settings.seed) if has_lists else []
    rules = rules_evidence(shared.settings.segments)
    bought = planned.evidence(dataset)
    return evidence_table([*models.evidence, *of_lists, *sums.paths.evidence(), rules, *bought])
