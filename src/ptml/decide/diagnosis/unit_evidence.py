"""What the four sources say of each unit, beside what they come to."""

import json
import math
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from ptml.contracts.outputs import CAUSES
from ptml.decide.diagnosis.config import DiagnosisConfig
from ptml.decide.diagnosis.everybody import Diagnosed
from ptml.decide.diagnosis.measures import AROUND, DRIVE, NAMES, SKILL
from ptml.decide.diagnosis.parts import MATTERS
from ptml.decide.diagnosis.surroundings import Surroundings
from ptml.decide.unit_signs import UnitFigures

FloatArray = NDArray[np.float64]

_ENVIRONMENT = CAUSES.index("environment")
_HOURS = NAMES.index("lost_hours")
_SKILL, _DRIVE, _AROUND = (MATTERS.index(matter) for matter in (SKILL, DRIVE, AROUND))


@dataclass(frozen=True, eq=False)
class UnitEvidence:
    """The diagnosis of units with the figures behind it.

    Attributes
    ----------
    cause : (n_units,) int64
    strength : (n_units,) float64
    shares : (n_units, len(CAUSES)) float64
    lost, error : (n_units, len(MATTERS)) float64
        Points lost to each matter, and standard errors.
    by_hours, by_hours_error : (n_units,) float64
        What of it follows from hours lost to incidents.
    asked : (n_units,) int64
        Wishes for courses and pain points within a year.
    trainees : tuple of str
        By competency, JSON.
    """

    cause: NDArray[np.int64]
    strength: FloatArray
    shares: FloatArray
    lost: FloatArray
    error: FloatArray
    by_hours: FloatArray
    by_hours_error: FloatArray
    around: Surroundings
    asked: NDArray[np.int64]
    trainees: tuple[str, ...]
    least_strength: float
    worthwhile_points: float

    @classmethod
    def of(
        cls,
        found: Diagnosed,
        around: Surroundings,
        asked: NDArray[np.int64],
        trainees: tuple[str, ...],
        config: DiagnosisConfig,
    ) -> Self:
        """Gather the figures of a diagnosis.

        Parameters
        ----------
        asked : (n_units,) int64
            People's wishes for courses and pain points within a year.
        """
        model, accounts = found.accounts.model, found.accounts
        away = accounts.means[:, _HOURS] - accounts.usual[_HOURS]
        return cls(
            cause=found.unit_verdict.cause,
            strength=found.unit_verdict.strength,
            shares=found.unit_verdict.shares,
            lost=found.unit_losses.expected,
            error=found.unit_losses.error,
            by_hours=-away * model.worth[_HOURS],
            by_hours_error=np.abs(away) * math.sqrt(model.covariance[_HOURS, _HOURS]),
            around=around,
            asked=asked,
            trainees=trainees,
            least_strength=config.least_strength,
            worthwhile_points=config.worthwhile_points,
        )

    def told(self, unit: int, figures: UnitFigures, min_people: int) -> dict[str, object]:
        """What each source says of a unit, JSON-ready, with the points lost to each matter."""
        lost = dict(zip(("capability", "motivation", "environment"), self.lost[unit], strict=True))
        return {
            "points_lost": {name: rounded(points) for name, points in lost.items()},
            "sources": [
                self._performance(unit, figures),
                self._capability(unit, figures),
                self._incidents(unit),
                self._answers(unit, figures, min_people),
            ],
        }

    def _performance(self, unit: int, figures: UnitFigures) -> dict[str, object]:
        shared = self._sure(unit, _AROUND)
        direction, says = (
            ("environment", "shared_by_the_unit") if shared >= 0.5 else ("none", "as_elsewhere")
        )
        return _source(
            "performance",
            says,
            figures.score[unit],
            int(self.around.n_scores[unit]),
            direction,
            max(shared, 1 - shared),
        )

    def _capability(self, unit: int, figures: UnitFigures) -> dict[str, object]:
        short = self._sure(unit, _SKILL)
        direction, says = (
            ("capability", "skills_short") if short >= 0.5 else ("none", "skills_as_usual")
        )
        n = int(self.around.people[unit])
        gap = figures.gap_levels[unit]
        return _source("capability", says, gap, n, direction, max(short, 1 - short))

    def _incidents(self, unit: int) -> dict[str, object]:
        hours, n = self.around.hours_per_head[unit], int(self.around.n_incidents[unit])
        if np.isnan(hours):
            return _source("incidents", "unknown", hours, 0, "none", None)
        away = (self.by_hours[unit] - self.worthwhile_points) / max(self.by_hours_error[unit], 1e-9)
        sure = float(ndtr(away))
        direction, says = ("environment", "hours_lost") if sure >= 0.5 else ("none", "quiet")
        return _source("incidents", says, hours, n, direction, max(sure, 1 - sure))

    def _answers(self, unit: int, figures: UnitFigures, min_people: int) -> dict[str, object]:
        low = self._sure(unit, _DRIVE)
        direction, says = (
            ("motivation", "motivation_low") if low >= 0.5 else ("none", "motivation_as_usual")
        )
        n = int(self.asked[unit])
        told = _source("asked", says, figures.motivation[unit], None, direction, max(low, 1 - low))
        # Fewer than five who ask would be persons, not a unit.
        told["wishes"] = n if n >= min_people else None
        told["opportunity"] = rounded(figures.opportunity[unit])
        return told

    def _sure(self, unit: int, matter: int) -> float:
        """Probability that the unit loses points worth a matter."""
        away = self.lost[unit, matter] - self.worthwhile_points
        return float(ndtr(away / max(self.error[unit, matter], 1e-9)))


def _source(
    name: str,
    says: str,
    figure: float,
    n: int | None,
    direction: str,
    strength: float | None,
) -> dict[str, object]:
    return {
        "source": name,
        "says": says,
        "figure": rounded(figure),
        "n": n,
        "direction": direction,
        "strength": None if strength is None else rounded(strength),
    }


def trainees_told(
    lift: FloatArray, low: FloatArray, high: FloatArray, teaches: NDArray[np.bool_]
) -> tuple[str, ...]:
    """By competency, what those gained who took the best course in it, JSON.

    Parameters
    ----------
    lift, low, high : (n_courses,) float64
        NaN = not known.
    teaches : (n_courses, n_competencies) bool
    """
    told = []
    for column in teaches.T:
        at = np.flatnonzero(column & np.isfinite(lift))
        if not len(at):
            told.append("null")
            continue
        best = at[np.argmax(low[at])]
        says = "improved" if low[best] > 0 else ("worse" if high[best] < 0 else "not_shown")
        figures = {"lift": lift[best], "low": low[best], "high": high[best]}
        values = {name: rounded(value) for name, value in figures.items()}
        told.append(json.dumps({"says": says, "courses": len(at), **values}, sort_keys=True))
    return tuple(told)


def rounded(value: float) -> float | None:
    """Two decimals; None for what is not known."""
    return None if math.isnan(value) else round(float(value), 2)
