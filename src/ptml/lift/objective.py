"""What settings of the lift model are searched on, and what the winner is judged on again."""

import numpy as np

from ptml.features.history import History
from ptml.features.shared import Shared
from ptml.lift.config import LiftConfig
from ptml.lift.forward import TimeSplit, time_split
from ptml.lift.forward_loss import FEWEST_STARTS, ForwardLoss, is_enough
from ptml.lift.study import setting_of
from ptml.search.objective import Objective

SEARCHABLE = (
    "controls_per_start",
    "learning_rate",
    "max_pairs",
    "min_leaf_rows",
    "n_folds",
    "n_leaves",
    "n_rounds",
    "n_trees",
    "stage",
)
"""Settings that change what is learnt; the others say what is judged, refused or told."""
# Newest quarters of decision that the search does not see.
UNSEEN_QUARTERS = 2


def lift_objective(
    history: History, shared: Shared, as_of_day: int, config: LiftConfig, seed: int
) -> Objective | None:
    """Fold by halves of the people, forward in time; None where too little is known.

    The search sees decisions up to two quarters before the newest whose outcome is known. The
    winner is judged again on those two, with the people divided otherwise.
    """
    setting = setting_of(history, as_of_day, config)
    if len(setting.panel) == 0:
        return None
    last_seen = int(setting.panel.quarter.max()) - UNSEEN_QUARTERS
    seen = setting.of(np.ones(history.n_employees, dtype=np.bool_), last_seen)
    split = time_split(seen.panel.quarter, seen.grid.reach)
    if split is None or not is_enough(seen, split):
        return None
    newest = TimeSplit(last_seen - setting.grid.reach, last_seen + 1)
    first = ForwardLoss.of(history, shared, seen, split, config, seed)
    again = ForwardLoss.of(history, shared, setting, newest, config, seed + 1)
    return Objective(
        part="lift",
        measure=(
            "how much lower the orthogonal loss is than that of no lift at all, "
            "points squared a start"
        ),
        gain_unit="points squared a start",
        folds=(first, first.turned()),
        unseen=(again, again.turned()) if is_enough(setting, newest) else (),
        untouched="the truth of a simulation",
    )


def too_few() -> str:
    """Why there is no objective."""
    return (
        "quarters to hold back, with "
        f"{FEWEST_STARTS} courses started before them and as many in them"
    )
