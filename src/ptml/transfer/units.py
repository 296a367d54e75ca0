"""Team before person: which units are flagged in the place of their people.

Decided once, when the model is trained, from outcomes known then, and saved with the model: a run
scores people bucket by bucket, and a unit's people lie in several buckets.
"""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from ptml.contracts.ids import IdMap
from ptml.intervals import wilson_interval
from ptml.transfer.outcomes import Outcomes
from ptml.transfer.unit_config import UnitConfig
from ptml.transfer.unit_effects import UnitEffects, unit_effects
from ptml.transfer.variance import TAIL, VarianceParts, variance_parts

Doubles = NDArray[np.float64]
Counts = NDArray[np.int32]
Bools = NDArray[np.bool_]

Z = float(-ndtri(TAIL))
_FILE, _IDS = "unit_records.npz", "unit_ids.json"


@dataclass(frozen=True, eq=False)
class Units:
    """The record of each unit as of training, (n_units,) each.

    Attributes
    ----------
    ids : IdMap
        What the codes of units stand for.
    checked, weak, people : int32
        Completions with a known outcome, weak ones among them, and people behind them.
    usual : float64
        Share of weak ones that is usual for the unit's courses; NaN = none was checked.
    share_low, share_high : float64
        90 % interval of the unit's share of weak ones.
    effect, low, high : float64
        What the unit adds to the log-odds, 0 for the company's mean, with a 90 % interval; NaN =
        not judged.
    flagged : bool
        The unit is flagged, and its people are not.
    """

    ids: IdMap
    checked: Counts
    weak: Counts
    people: Counts
    usual: Doubles
    share_low: Doubles
    share_high: Doubles
    effect: Doubles
    low: Doubles
    high: Doubles
    flagged: Bools

    def __len__(self) -> int:
        return len(self.checked)

    @classmethod
    def unknown(cls, ids: IdMap) -> Self:
        """Nothing is known of any unit, and none is flagged."""
        n = len(ids)
        none, empty = np.zeros(n, dtype=np.int32), np.full(n, np.nan)
        is_none = np.zeros(n, dtype=np.bool_)
        return cls(ids, none, none, none, empty, empty, empty, empty, empty, empty, is_none)

    def are_flagged(self, unit: NDArray[np.int32]) -> Bools:
        """Whether the unit of each code is flagged, (n,) bool; a code below 0 is not."""
        return np.append(self.flagged, False)[unit]

    def save(self, folder: Path) -> None:
        """Write the records and what their codes stand for."""
        np.savez_compressed(folder / _FILE, **{n: getattr(self, n) for n in _COLUMNS})
        self.ids.save(folder / _IDS)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote."""
        with np.load(folder / _FILE, allow_pickle=False) as file:
            return cls(IdMap.load(folder / _IDS), *(file[name] for name in _COLUMNS))


_COLUMNS = tuple(field.name for field in fields(Units) if field.name != "ids")


def judged_units(
    outcomes: Outcomes, ids: IdMap, config: UnitConfig, rng: np.random.Generator
) -> tuple[Units, VarianceParts | None]:
    """Estimate what lies with units and with people, and which units are flagged.

    A unit is flagged where, with 95 % certainty, it adds `min_effect` to the log-odds or more, and
    no less than the spread of people within units: of what sets its cases apart from the company,
    the unit then explains as much as the person.

    Returns
    -------
    units : Units
    parts : VarianceParts or None
        None where units or people are too few, and no unit is judged.
    """
    n = len(ids)
    first = np.unique(outcomes.unit.astype(np.int64) << 32 | outcomes.person, return_index=True)[1]
    checked = np.bincount(outcomes.unit, minlength=n).astype(np.int32)
    people = np.bincount(outcomes.unit[first], minlength=n).astype(np.int32)
    is_large = (checked >= config.min_checked) & (people >= config.min_people)
    repeated = (np.diff(first, append=len(outcomes)) > 1).sum()
    if is_large.sum() < config.min_units or repeated < config.min_repeated:
        return Units.unknown(ids), None
    parts = variance_parts(outcomes, config.n_draws, rng)
    found = unit_effects(outcomes, parts, n)
    weak = np.bincount(outcomes.unit, outcomes.weak, minlength=n)
    with np.errstate(invalid="ignore", divide="ignore"):
        usual = np.bincount(outcomes.unit, outcomes.usual, minlength=n) / checked
        share_low, share_high = wilson_interval(weak / checked, found.independent)
    low = found.effect - Z * found.error
    units = Units(
        ids=ids,
        checked=checked,
        weak=weak.astype(np.int32),
        people=people,
        usual=usual,
        share_low=share_low,
        share_high=share_high,
        effect=found.effect,
        low=low,
        high=found.effect + Z * found.error,
        flagged=is_large & (low >= config.min_effect) & _outweighs(found, parts),
    )
    return units, parts


def _outweighs(found: UnitEffects, parts: VarianceParts) -> Bools:
    """Whether the unit's part is surely as large as the spread of people within units."""
    spread = parts.person_sd
    error_of_spread = (spread.high - spread.low) / (2 * Z)
    error = np.sqrt(found.error**2 + error_of_spread**2)
    return np.asarray(found.effect - spread.value >= Z * error)
