"""How evenly two trainings treat the groups of a protected attribute, and which does it less so.

An audit: who is in which group reaches no feature and no score.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.evaluate.groups import SMALLEST_GROUP, Grouping, tellable
from ptml.evaluate.window.config import PromotionConfig
from ptml.evaluate.window.resampling import Pair, Resamples, Value, paired

FloatArray = NDArray[np.float64]

# Below this a rate is that of a handful of people.
_FEWEST_CASES = 5


@dataclass(frozen=True)
class Evenness:
    """One group against all others by both trainings.

    Attributes
    ----------
    measure, attribute, group : str
    pair : Pair or None
        Lower over higher of the two rates: 1 = even. None = too few to tell.
    passed : bool or None
        None = not judged.
    """

    measure: str
    attribute: str
    group: str
    n_people: int
    pair: Pair | None
    passed: bool | None


def evenness(
    measure: str,
    values: tuple[FloatArray | None, FloatArray],
    person: NDArray[np.int32],
    grouping: Grouping,
    config: PromotionConfig,
    resamples: Resamples,
    *,
    four_fifths: bool,
) -> Iterator[Evenness]:
    """Compare each group's mean with that of all others whose group is known.

    Parameters
    ----------
    values : champion's or None, challenger's, (m,) each
        A value a case, 0 or more; without a champion the challenger stands alone.
    person : (m,) int32
        Whose case it is: a position in the grouping.
    four_fifths : bool
        Whether a ratio that is clearly below four fifths fails where it is not shown to be as even
        as the champion's. Not for what outcomes may explain.
    """
    known = np.flatnonzero(grouping.code >= 0)
    if len(known) == 0:
        return
    told = tellable(grouping, SMALLEST_GROUP)
    code = told.code[person]
    for k, label in enumerate(told.labels):
        inside, outside = code == k, (code >= 0) & (code != k)
        n_people = int((told.code == k).sum())
        if min(_hits(values[1], inside), _hits(values[1], outside)) < _FEWEST_CASES:
            yield Evenness(measure, told.attribute, label, n_people, None, None)
            continue
        later = _ratio(values[1], inside, outside)
        first = later if values[0] is None else _ratio(values[0], inside, outside)
        pair = paired(first, later, person, resamples, is_loss=False)
        passed = _passed(pair, config, four_fifths=four_fifths, alone=values[0] is None)
        yield Evenness(measure, told.attribute, label, n_people, pair, passed)


def _hits(values: FloatArray, rows: NDArray[np.bool_]) -> int:
    return int((values[rows] > 0).sum())


def _ratio(values: FloatArray, inside: NDArray[np.bool_], outside: NDArray[np.bool_]) -> Value:
    def ratio(weight: FloatArray) -> float:
        rates = [
            float((weight * values)[rows].sum()) / max(float(weight[rows].sum()), 1e-9)
            for rows in (inside, outside)
        ]
        return min(rates) / max(rates) if max(rates) > 0 else float("nan")

    return ratio


def _passed(pair: Pair, config: PromotionConfig, *, four_fifths: bool, alone: bool) -> bool | None:
    if not np.isfinite(pair.challenger.high) or not np.isfinite(pair.gain.high):
        return None
    if pair.gain.high < -config.evenness_margin:
        return False
    uneven = four_fifths and pair.challenger.high < config.least_evenness
    no_worse = not alone and pair.gain.low > -config.evenness_margin
    return not uneven or no_worse
