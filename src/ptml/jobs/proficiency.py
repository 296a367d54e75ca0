"""Time to proficiency and the spread between teams: sums of a run, and the tables of them."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from ptml.contracts.teams import (
    CURVE_DIMENSIONS,
    FACTOR_DESIGNS,
    FACTOR_FINDINGS,
    FACTORS,
)
from ptml.decide.proficiency.config import ProficiencyConfig
from ptml.decide.proficiency.curves import GroupCurves, curve_cells, curve_sums, group_curves
from ptml.decide.proficiency.factors import factor_cells, factor_sums, factors_of
from ptml.decide.proficiency.spells import spells_of
from ptml.decide.proficiency.spread import spread_cells, spread_sums, team_spread
from ptml.features.company_inputs import CompanyInputs
from ptml.features.history import History
from ptml.features.shared import Shared
from ptml.jobs.directory import dates
from ptml.jobs.tables import ids_at, words_at

_CURVES, _FACTORS, _SPREAD = "proficiency_curves", "proficiency_factors", "team_spread"


class ProficiencySums:
    """Sums over buckets of beginnings, of what went with them, and of units' scores."""

    def __init__(self, config: ProficiencyConfig) -> None:
        self._config = config
        self._cells = {_CURVES: curve_sums(), _FACTORS: factor_sums(), _SPREAD: spread_sums()}

    def add(self, history: History, shared: Shared, day: int) -> None:
        """Add everybody of a bucket, those included who have left."""
        config = self._config
        spells = spells_of(history, shared, day, config)
        self._cells[_CURVES].add(curve_cells(spells, history.organisation, config))
        self._cells[_FACTORS].add(factor_cells(history, spells, day, config))
        self._cells[_SPREAD].add(spread_cells(history, day, config))

    @property
    def lists(self) -> dict[str, pa.Table]:
        """What was added up, by the table that is made of it."""
        return {name: cells.table for name, cells in self._cells.items()}

    def append(self, lists: Mapping[str, pa.Table]) -> None:
        """Add what another one gave."""
        for name, cells in self._cells.items():
            cells.add(lists[name])

    def tables(self, company: CompanyInputs) -> dict[str, pa.Table]:
        """`proficiency_curves`, `proficiency_factors` and `team_spread`; none of nothing."""
        of = {_CURVES: self._curves, _FACTORS: self._factors, _SPREAD: self._spread}
        return {name: of[name](company) for name, cells in self._cells.items() if len(cells.table)}

    def _curves(self, company: CompanyInputs) -> pa.Table:
        found = group_curves(self._cells[_CURVES].table, self._config)
        parts = [_curve_rows(curves, company) for curves in found]
        return pa.concat_tables(parts)

    def _factors(self, company: CompanyInputs) -> pa.Table:
        found = factors_of(self._cells[_FACTORS].table, self._config)
        n_courses = len(company.maps.courses)
        kind = np.maximum(found.factor - n_courses + 1, 0)
        small = found.finding == FACTOR_FINDINGS.index("too_few")
        counts = ("people_with", "people_without", "reached_with", "reached_without")
        return pa.table(
            {
                "design": words_at(FACTOR_DESIGNS, found.design),
                "factor": words_at(FACTORS, kind),
                "course_id": ids_at(company.maps.courses, np.where(kind == 0, found.factor, -1)),
                **{
                    name: pa.array(getattr(found, name).astype(np.int32), mask=small)
                    for name in counts
                },
                "ratio": found.ratio,
                "ratio_low": found.low,
                "ratio_high": found.high,
                "p_value": found.p,
                "q_value": found.q,
                "finding": words_at(FACTOR_FINDINGS, found.finding),
            }
        )

    def _spread(self, company: CompanyInputs) -> pa.Table:
        found = team_spread(self._cells[_SPREAD].table, self._config)
        period = np.array([one.period for one in found], dtype=np.int64)
        return pa.table(
            {
                "period_start": dates(company.period_start[period]),
                "period_end": dates(company.period_end[period]),
                "units": pa.array([one.n_units for one in found], pa.int32()),
                "people": pa.array([one.n_people for one in found], pa.int32()),
                **{
                    column: pa.array([getattr(one, name) for one in found], pa.float64())
                    for column, name in _SPREAD_COLUMNS.items()
                },
            }
        )


_SPREAD_COLUMNS = {
    "mean": "mean",
    "between_sd": "between",
    "between_sd_low": "between_low",
    "between_sd_high": "between_high",
    "within_sd": "within",
    "share_between": "share",
    "share_between_low": "share_low",
    "share_between_high": "share_high",
}


def _curve_rows(curves: GroupCurves, company: CompanyInputs) -> pa.Table:
    """Rows of one dimension, by group and month; only what may be told."""
    group, month = np.nonzero(curves.shown)
    at = (group, month)
    names = {
        "job_family": company.maps.job_families,
        "unit_group": company.maps.units,
    }
    dimension = CURVE_DIMENSIONS[curves.dimension]
    codes = curves.group[group]
    if dimension in names:
        ids = ids_at(names[dimension], codes)
    else:
        ids = pa.array(["all"] * len(codes) if dimension == "all" else codes.astype(str).tolist())
    shares = {
        f"{name}{end}": getattr(curve, part)[at]
        for name, curve in (
            ("reached", curves.reached),
            ("reached_if_stayed", curves.reached_if_stayed),
        )
        for end, part in (("", "share"), ("_low", "low"), ("_high", "high"))
    }
    months = zip(("median_months", "median_low", "median_high"), curves.median, strict=True)
    return pa.table(
        {
            "dimension": pa.array([dimension] * len(codes), pa.string()),
            "group_id": ids.cast(pa.string()),
            "month": month.astype(np.int32),
            "people": curves.people[group].astype(np.int32),
            "proficient": curves.table.proficient[at].astype(np.int32),
            "at_risk": curves.table.at_risk[at].astype(np.int32),
            **shares,
            "left": curves.left[at],
            **{name: values[group] for name, values in months},
        }
    )
