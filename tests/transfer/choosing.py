"""Completions whose outcomes are missing for a reason that is known."""

import numpy as np

from ptml.features.matrix import FeatureMatrix
from ptml.transfer.calibration import sigmoid
from ptml.transfer.checked import Checked, examine, fit_selection
from ptml.transfer.closed_cases import ClosedCases
from ptml.transfer.config import CheckedConfig

NAMES = ("manager_support_last", "exam_points", "course_hours")
CONFIG = CheckedConfig()


def chosen_cases(
    n: int = 6000, seen: float = 1.0, hidden: float = 0.0, seed: int = 2
) -> tuple[ClosedCases, np.ndarray]:
    """Three completions a person, and whether each was weak, known or not.

    Parameters
    ----------
    seen : float
        Log-odds of being checked by support, which makes weak transfer rarer.
    hidden : float
        Log-odds that weak transfer itself takes from being checked.
    """
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, len(NAMES))).astype(np.float32)
    x[rng.random(n) < 0.1, 1] = np.nan
    weak = rng.random(n) < sigmoid(-0.8 - 1.0 * x[:, 0].astype(np.float64))
    checked = rng.random(n) < sigmoid(1.0 + seen * x[:, 0].astype(np.float64) - hidden * weak)
    cases = ClosedCases(
        features=FeatureMatrix(NAMES, x, ("manager", "learning", "course")),
        employee=(np.arange(n) // 3).astype(np.int32),
        completed=np.full(n, 20_000, dtype=np.int32),
        is_known=checked,
        weak=weak & checked,
    )
    return cases, weak


def examined(cases: ClosedCases, config: CheckedConfig = CONFIG) -> Checked:
    """What the choice looks like."""
    return examine(cases, fit_selection(cases, config, 1), config, 1)
