"""Needs: the mean gap of units in each competency, and whether training is the matter at all."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ptml.decide.causes import CAUSES, CauseConfig, Signals
from ptml.decide.diagnosis.cells import Cells, cells_by_evidence, cells_by_rule
from ptml.decide.diagnosis.unit_evidence import UnitEvidence, rounded
from ptml.decide.diagnosis.wishes import UnitNeeds
from ptml.decide.unit_signs import NeedsConfig as NeedsConfig
from ptml.decide.unit_signs import UnitFigures, UnitSigns, unit_signs
from ptml.features.windows import whole

FloatArray = NDArray[np.float64]
CountArray = NDArray[np.int64]
IntArray = NDArray[np.int32]

SIGNALS = ("incident_hours", "opportunity", "motivation", "gap", "score")

# Sums are kept as whole numbers of this: they do not depend on how people are cut into buckets.
_UNIT = 2.0**-20
_UNCLEAR = "unclear"
# Assessed levels of a few people may agree by chance: they are apart by this at least.
_LEAST_SPREAD = 0.3


@dataclass
class NeedTotals:
    """Sums over people by unit, added bucket by bucket; all but counts in 2**-20.

    Attributes
    ----------
    target_points : float
        Performance score on target.
    people : (n_units,) int64
        Number of people.
    sums, known : (len(SIGNALS), n_units) int64
        Sum of each signal, and number of people of whom it is known.
    squares, below : (n_units,) int64
        Sum of squared scores, and number of people below target.
    gap, importance, asked : (n_units, n_competencies) int64
        Sums of gap x importance and of importance, and number of people, where the role requires
        the competency and the level is known.
    gap_squares : (n_units, n_competencies) int64
        Sum of squared gaps of the same people, levels squared.
    """

    n_units: int
    n_competencies: int
    target_points: float = 100.0
    people: CountArray = field(init=False)
    sums: CountArray = field(init=False)
    known: CountArray = field(init=False)
    squares: CountArray = field(init=False)
    below: CountArray = field(init=False)
    gap: CountArray = field(init=False)
    importance: CountArray = field(init=False)
    asked: CountArray = field(init=False)
    gap_squares: CountArray = field(init=False)

    def __post_init__(self) -> None:
        by_unit, by_cell = self.n_units, (self.n_units, self.n_competencies)
        self.people, self.squares, self.below = (np.zeros(by_unit, np.int64) for _ in range(3))
        self.sums, self.known = (np.zeros((len(SIGNALS), by_unit), np.int64) for _ in range(2))
        self.gap, self.importance, self.asked, self.gap_squares = (
            np.zeros(by_cell, np.int64) for _ in range(4)
        )

    def add(
        self,
        unit: IntArray,
        signals: Signals,
        weighted_gap: NDArray[np.float32],
        importance: NDArray[np.float32] | None = None,
    ) -> None:
        """Add people.

        Parameters
        ----------
        unit : (n,) int32
            -1 = none: left out.
        signals : Signals
        weighted_gap : (n, n_competencies) float32
            Gap x importance; NaN = unknown.
        importance : (n, n_competencies) float32, optional
            0 where the role does not require the competency; without it each gap that is there
            counts as required, with an importance of 1.
        """
        placed = np.flatnonzero(unit >= 0)
        at = unit[placed]
        self.people += np.bincount(at, minlength=self.n_units)
        for k, name in enumerate(SIGNALS):
            value = getattr(signals, name)[placed]
            told = np.isfinite(value)
            self.known[k] += np.bincount(at[told], minlength=self.n_units)
            self.sums[k] += _added(at[told], value[told], self.n_units)
        score = signals.score[placed]
        self.below += np.bincount(at[score < self.target_points], minlength=self.n_units)
        self.squares += _added(at, np.nan_to_num(score) ** 2, self.n_units)
        self._add_gaps(at, weighted_gap[placed], None if importance is None else importance[placed])

    def _add_gaps(
        self,
        at: IntArray,
        weighted_gap: NDArray[np.float32],
        importance: NDArray[np.float32] | None,
    ) -> None:
        weight = (weighted_gap > 0).astype(np.float32) if importance is None else importance
        person, competency = np.nonzero((weight > 0) & np.isfinite(weighted_gap))
        weighted, weight = weighted_gap[person, competency], weight[person, competency]
        level = (weighted / weight).astype(np.float64)
        cell = at[person].astype(np.int64) * self.n_competencies + competency
        # Where these people are, and nowhere else: there are few of them, and many cells.
        for sums, values in (
            (self.gap, whole(weighted)),
            (self.importance, whole(weight)),
            (self.asked, np.ones(len(cell), np.int64)),
            (self.gap_squares, whole(level**2)),
        ):
            np.add.at(sums.reshape(-1), cell, values)

    def figures(self, min_people: int) -> UnitFigures:
        """What the sums come to; a figure of fewer than `min_people` is NaN."""
        means = self.sums * _UNIT / np.maximum(self.known, 1)
        hours, opportunity, motivation, gap, score = np.where(
            self.known >= min_people, means, np.nan
        )
        n = self.known[SIGNALS.index("score")]
        is_told = n >= max(min_people, 2)
        square = np.maximum(self.squares * _UNIT - n * np.nan_to_num(score) ** 2, 0)
        freedom = np.maximum(n - 1, 1)
        return UnitFigures(
            incident_hours_per_head=hours / np.maximum(self.people, 1),
            opportunity=opportunity,
            motivation=motivation,
            gap_levels=gap,
            score=score,
            score_spread=np.where(is_told, np.sqrt(square / freedom), np.nan),
            share_below_target=np.where(n >= min_people, self.below / np.maximum(n, 1), np.nan),
            usual_spread=np.full(self.n_units, _pooled(square[is_told], freedom[is_told])),
        )


def _pooled(square: FloatArray, freedom: CountArray) -> float:
    return float(np.sqrt(square.sum() / freedom.sum())) if len(square) else float("nan")


def _added(at: NDArray[np.integer], values: NDArray[np.floating], n: int) -> CountArray:
    # Whole numbers of this size are exact in float64, in which bincount adds.
    return np.bincount(at, whole(values), minlength=n).astype(np.int64)


@dataclass(frozen=True)
class Need:
    """One unit and competency (-1 = the unit as such); `evidence` is a JSON object.

    `strength` is None where the rules of thresholds decided, or nothing is told.
    """

    unit: int
    competency: int
    gap: float | None
    people: int
    cause: str
    evidence: str
    strength: float | None = None


def needs_of(
    totals: NeedTotals,
    config: NeedsConfig,
    causes: CauseConfig,
    evidence: UnitEvidence | None = None,
) -> list[Need]:
    """All units with people, each followed by the competencies that their roles require.

    The gap of a unit and competency is the mean of gap x importance over the people of whom it is
    required; that of a unit is its people's mean gap, by importance, in levels. Where these are
    fewer than `min_people` there is no gap, the cause is ``unclear``, and no figure is told.

    Parameters
    ----------
    evidence : UnitEvidence, optional
        The diagnosis of the units; without it the rules of thresholds decide.
    """
    figures = totals.figures(config.min_people)
    signs = unit_signs(figures, config, causes)
    units = _units(totals, figures, signs, config, evidence)
    cells = cell_causes(totals, config, causes, evidence)
    told = _cells(totals, signs, cells, config)
    return [need for unit in units for need in (unit, *told[unit.unit])]


def cell_causes(
    totals: NeedTotals,
    config: NeedsConfig,
    causes: CauseConfig,
    evidence: UnitEvidence | None,
) -> Cells:
    """The cause in each unit and competency."""
    figures = totals.figures(config.min_people)
    levels = totals.gap / np.maximum(totals.importance, 1)
    if evidence is None:
        signs = unit_signs(figures, config, causes)
        return cells_by_rule(levels, levels >= causes.gap_levels, signs)
    n = totals.asked
    spread = np.maximum(totals.gap_squares * _UNIT / np.maximum(n, 1) - levels**2, 0)
    error = np.sqrt(np.maximum(spread, _LEAST_SPREAD**2) / np.maximum(n, 1))
    away = (config.target_points - figures.score) / np.maximum(
        figures.score_spread / np.sqrt(np.maximum(totals.known[SIGNALS.index("score")], 1)), 1e-9
    )
    return cells_by_evidence(levels, error, away, evidence, causes.gap_levels)


def unit_needs(
    totals: NeedTotals,
    config: NeedsConfig,
    causes: CauseConfig,
    evidence: UnitEvidence | None = None,
) -> UnitNeeds:
    """What the data show of each unit, for whoever compares; as `needs_of`."""
    signs = unit_signs(totals.figures(config.min_people), config, causes)
    nothing = np.full(totals.n_units, np.nan)
    is_told = totals.asked >= config.min_people
    return UnitNeeds(
        people=totals.people,
        cause=signs.cause if evidence is None else evidence.cause,
        strength=nothing if evidence is None else evidence.strength,
        cells=cell_causes(totals, config, causes, evidence),
        gap=np.where(is_told, totals.gap * _UNIT / np.maximum(totals.asked, 1), np.nan),
    )


def _units(
    totals: NeedTotals,
    figures: UnitFigures,
    signs: UnitSigns,
    config: NeedsConfig,
    evidence: UnitEvidence | None,
) -> list[Need]:
    """The need of each unit as such."""
    cause = signs.cause if evidence is None else evidence.cause
    needs = []
    for unit in np.flatnonzero(totals.people).tolist():
        n = int(totals.people[unit])
        if n < config.min_people:
            needs.append(_too_small(unit, -1, n, config))
            continue
        told: dict[str, object] = {k: rounded(values[unit]) for k, values in vars(figures).items()}
        if evidence is not None:
            told |= evidence.told(unit, figures, config.min_people)
        gap = figures.gap_levels[unit]
        needs.append(
            Need(
                unit,
                -1,
                None if np.isnan(gap) else float(gap),
                n,
                CAUSES[cause[unit]],
                _json({"people": n, **told}),
                None if evidence is None else float(evidence.strength[unit]),
            )
        )
    return needs


def _cells(
    totals: NeedTotals, signs: UnitSigns, cells: Cells, config: NeedsConfig
) -> list[list[Need]]:
    """The needs of each unit by competency."""
    needs: list[list[Need]] = [[] for _ in range(totals.n_units)]
    # Lists, and the text put together: there are many cells, and each number of an array is slow.
    units, competencies = np.nonzero(totals.asked)
    people, summed = totals.asked[units, competencies], totals.gap[units, competencies]
    spread = np.sqrt(
        np.maximum(
            totals.gap_squares[units, competencies] * _UNIT / people
            - cells.levels[units, competencies] ** 2,
            0,
        )
    )
    signs_of = np.stack([signs.low_performance, signs.environment, signs.motivation], axis=1)
    words = [[json.dumps(sign) for sign in of] for of in signs_of.tolist()]
    columns = (cells.levels, cells.cause, cells.strength)
    for unit, competency, n, gap, apart, level, code, strength in zip(
        *(of.tolist() for of in (units, competencies, people, summed * _UNIT / people, spread)),
        *(of[units, competencies].tolist() for of in columns),
        strict=True,
    ):
        if n < config.min_people:
            needs[unit].append(_too_small(unit, competency, n, config))
            continue
        low, around, wish = words[unit]
        # As `_json` has it, names in their order.
        text = (
            f'{{"environment": {around}, "gap_levels": {_number(level)}, "gap_spread":'
            f' {_number(apart)}, "low_performance": {low}, "motivation": {wish},'
            f' "past_trainees": {cells.trainees[competency]}, "people": {n}}}'
        )
        known = None if strength != strength else strength
        needs[unit].append(Need(unit, competency, gap, n, CAUSES[code], text, known))
    return needs


def _number(value: float) -> str:
    found = rounded(value)
    return "null" if found is None else repr(found)


def _too_small(unit: int, competency: int, n: int, config: NeedsConfig) -> Need:
    note = f"fewer than {config.min_people} people: no figures"
    return Need(unit, competency, None, n, _UNCLEAR, _json({"people": n, "note": note}))


def _json(told: Mapping[str, object]) -> str:
    return json.dumps(told, sort_keys=True)
