"""How much more, or less, courses count by the goals of a person's unit."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from ptml.decide.path.config import PathConfig
from ptml.decide.path.offers import Offers, People
from ptml.decide.path.overlap import slot_worth
from ptml.features.catalogue import Catalogue

Bools = NDArray[np.bool_]
Codes = NDArray[np.int32]
Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]
Positions = NDArray[np.int64]


def goal_factor(
    offers: Offers, people: People, catalogue: Catalogue, config: PathConfig
) -> Doubles:
    """How much more, or less, than its points each course counts by the goals of the unit."""
    factor = np.ones(len(offers))
    if people.weights is None:
        return factor
    portraits = people.portraits
    _weigh_by_goals(
        *(offers.row, offers.course, catalogue.taught, catalogue.weight),
        *(catalogue.from_level, catalogue.to_level, portraits.level, portraits.importance),
        *(portraits.required, people.weights, config.overlap.required_share, factor),
    )
    return factor


@njit(cache=True)  # type: ignore[untyped-decorator]
def _weigh_by_goals(
    row: Codes,
    course: Codes,
    taught: Codes,
    weight: Floats,
    from_level: Floats,
    to_level: Floats,
    level: Floats,
    importance: Floats,
    required: Floats,
    weights: Doubles,
    required_share: float,
    factor: Doubles,
) -> None:
    """Worth of each offer's content with goals over that without, as `content_of` has it."""
    for j in range(len(row)):
        i, c = row[j], course[j]
        plain, aimed = 0.0, 0.0
        for k in taught[c]:
            if k < 0:
                break
            entry, w, m = from_level[c, k], float(weight[c, k]), float(importance[i, k])
            start = entry if not level[i, k] > entry else level[i, k]
            wanted = min(to_level[c, k], required[i, k]) if m > 0 else -1.0
            new, needed = (1 - required_share) * w, required_share * w * m
            worth = slot_worth(start, to_level[c, k], wanted, new, needed)
            plain += worth
            aimed += worth * weights[i, k]
        if plain > 0:
            factor[j] = aimed / plain
