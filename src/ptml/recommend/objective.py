"""What settings of the first stage are searched on, and what the winner is judged on again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ptml.features.days import date_of
from ptml.features.history import History
from ptml.features.shared import Shared
from ptml.recommend.config import PreferenceConfig
from ptml.recommend.moments import Background, Moment, moments_before
from ptml.recommend.own import OwnPeer
from ptml.recommend.tuning import K_NDCG, judge
from ptml.search.gain import Gain
from ptml.search.objective import Objective

FloatArray = NDArray[np.float64]

SEARCHABLE = (
    "factor_share",
    "half_life_days",
    "max_ahead",
    "max_back",
    "max_following",
    "placing_choices",
    "recency_power",
    "ridge",
)
"""Settings that change what is learnt; the others say what is judged, or are the same for all."""


@dataclass(frozen=True, eq=False)
class WindowRanking:
    """NDCG@10 of a window of choices by what was learnt before it."""

    moment: Moment
    config: PreferenceConfig

    @property
    def name(self) -> str:
        """The window and its people."""
        first, last = date_of(self.moment.first_day), date_of(self.moment.last_day)
        return f"choices from {first} to {last}, {len(self.moment.fold.people):,} people"

    def judge(self, settings: Mapping[str, Any], seed: int) -> FloatArray:
        """NDCG@10 of each person, (n,)."""
        return judge(OwnPeer(self.config), settings, self.moment.fold, seed)

    def gain(self, values: FloatArray, rival: FloatArray) -> Gain:
        """Mean difference over people."""
        apart = values - rival
        return Gain(float(apart.mean()), float(apart.std() / np.sqrt(len(apart))))

    def level(self, values: FloatArray) -> float:
        """Mean over people."""
        return float(values.mean())


def preference_objective(
    history: History,
    shared: Shared,
    as_of_day: int,
    config: PreferenceConfig,
    seed: int,
    n_windows: int,
) -> Objective | None:
    """Fold by windows of choices, oldest and so cheapest first; None where choices are too few.

    Of the windows before the test, which a training reports on and nothing here looks at, the
    newest is what the winner is judged on again; the search sees those before it.
    """
    wider = config.model_copy(update={"n_folds": n_windows + 1})
    validation, test = moments_before(Background(history, shared, wider, seed), as_of_day)
    if test is None or len(validation) < 2:
        return None
    *folds, unseen = (WindowRanking(moment, config) for moment in reversed(validation))
    days = f"{date_of(test.first_day)} to {date_of(test.last_day)}"
    return Objective(
        part="recommend",
        measure=f"NDCG@{K_NDCG}, mean over people",
        gain_unit=f"NDCG@{K_NDCG}",
        folds=tuple(folds),
        unseen=(unseen,),
        untouched=f"choices from {days}, which a training reports on",
    )


def too_few(config: PreferenceConfig) -> str:
    """Why there is no objective."""
    return (
        "three windows of choices, one after the other, with "
        f"{config.min_held_out} people each who chose something new"
    )
