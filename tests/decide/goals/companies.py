"""A literal company of two units, one above the other, with roles that ask for three things."""

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ptml.decide.goals.config import GoalConfig
from ptml.decide.goals.weights import GoalWeights, asked_in_units
from ptml.features.company_inputs import CompanyInputs
from ptml.features.days import day_number
from ptml.features.shared import Shared, shared_averages
from tests.features.small import Row, assignment, dataset_of

ALL, FULL = GoalConfig(), GoalConfig(strength=1.0)
COMPETENCIES = ("advice", "closing", "listening")


def goal(unit: str = "team", kpi: str = "sales", **columns: Any) -> Row:
    """A goal for the last quarter of 2026."""
    return {
        "org_unit_id": unit,
        "kpi_id": kpi,
        "period_start": "2026-10-01",
        "period_end": "2026-12-31",
        **columns,
    }


def drive(kpi: str, competency: str, weight: float = 1.0) -> Row:
    return {"kpi_id": kpi, "competency_id": competency, "weight": weight}


def tables(**given: list[Row]) -> dict[str, list[Row]]:
    """Sellers in a team of a house; closing drives sales, listening drives complaints."""
    return {
        "org_units": [
            {"org_unit_id": "house", "parent_id": None},
            {"org_unit_id": "team", "parent_id": "house"},
        ],
        "assignments": [assignment(org_unit_id="team")],
        "competencies": [{"competency_id": c, "name": c} for c in COMPETENCIES],
        "role_requirements": [
            {"role_id": "seller", "competency_id": c, "required_level": 3} for c in COMPETENCIES
        ],
        "kpis": [
            {"kpi_id": "sales", "perspective": "financial"},
            {"kpi_id": "complaints", "perspective": "customer", "higher_is_better": False},
        ],
        "kpi_competencies": [drive("sales", "closing"), drive("complaints", "listening")],
        **given,
    }


_READ: dict[str, tuple[CompanyInputs, Shared]] = {}


def company(**given: list[Row]) -> tuple[CompanyInputs, Shared]:
    """Such a company, read once for the same rows."""
    key = repr(sorted(given.items()))
    if key not in _READ:
        with dataset_of(**tables(**given)) as dataset:
            _READ[key] = CompanyInputs.of(dataset), shared_averages(dataset)
    return _READ[key]


def day_of(day: str) -> int:
    return day_number(date.fromisoformat(day))


def weights(
    config: GoalConfig = FULL, day: str = "2026-10-02", unit: str = "team", **given: list[Row]
) -> dict[str, float]:
    """Weights of the unit's competencies, with what its roles ask for."""
    found, shared = company(**given)
    asked = asked_in_units(found, shared, day_of(day))
    return named(found, GoalWeights.of(found, day_of(day), config, asked).weight, unit)


def named(found: CompanyInputs, values: NDArray[np.float64], unit: str) -> dict[str, float]:
    [row] = found.maps.units.codes([unit])
    return dict(zip(found.maps.competencies.ids.tolist(), values[row].tolist(), strict=True))
