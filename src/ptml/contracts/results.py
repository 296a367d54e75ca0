"""Input tables about results at work: KPIs, targets and goals."""

import dataframely as dy

from ptml.contracts.rules import above_zero, not_before, one_of

PERSPECTIVES = ("financial", "customer", "process", "learning")


class Kpis(dy.Schema):
    """What is measured, and which way is good."""

    kpi_id = dy.String()
    name = dy.String(nullable=True)
    higher_is_better = dy.Bool(nullable=True, metadata={"default": True})
    perspective = dy.String(nullable=True, check=one_of(*PERSPECTIVES))


class Performance(dy.Schema):
    """A person's value of a KPI in a period, both ends inclusive."""

    employee_id = dy.String()
    kpi_id = dy.String()
    period_start = dy.Date()
    period_end = dy.Date()
    value = dy.Float64()
    # Attainment divides by the target, and turns round where it is negative.
    target = dy.Float64(check=above_zero())
    weight = dy.Float64(min=0, nullable=True, metadata={"default": 1.0})
    period_end_before_period_start = not_before("period_end", "period_start")


class Goals(dy.Schema):
    """What a unit is steered by in a period."""

    org_unit_id = dy.String()
    kpi_id = dy.String()
    period_start = dy.Date()
    period_end = dy.Date()
    weight = dy.Float64(min=0, nullable=True, metadata={"default": 1.0})
    period_end_before_period_start = not_before("period_end", "period_start")


class KpiCompetencies(dy.Schema):
    """Which competencies drive a KPI."""

    kpi_id = dy.String()
    competency_id = dy.String()
    weight = dy.Float64(min=0, nullable=True, metadata={"default": 1.0})
