"""Cases drawn from a known rule, and a classifier learnt from them."""

import numpy as np

from ptml.transfer.calibration import sigmoid
from ptml.transfer.classifier import Cases
from ptml.transfer.config import TreeConfig, WarningConfig
from ptml.transfer.learner import Fitted, Fold, Learner

NAMES = ("exam_points", "motivation_last", "days_after_completion", "course_hours")
CONFIG = WarningConfig(trees=TreeConfig(n_trees=40, min_rows_in_leaf=10, learning_rate=0.06))


def drawn_cases(n: int, seed: int) -> Cases:
    """Cases in which low motivation makes weak, and an unknown exam occurs."""
    rng = np.random.default_rng(seed)
    stage = (np.arange(n) % 2).astype(np.uint8)
    x = rng.normal(size=(n, 4)).astype(np.float32)
    x[:, 2] = 30 * stage
    x[rng.random(n) < 0.2, 0] = np.nan
    log_odds = -1.5 * x[:, 1] - 0.5 * np.nan_to_num(x[:, 0]) * stage
    return Cases(x, rng.random(n) < sigmoid(log_odds.astype(np.float64)), stage)


def folds_of(n: int) -> tuple[Fold, ...]:
    """Two steps forward: the last and the last but one fifth, each after all before it."""
    position = np.arange(n)
    return tuple(
        Fold(position < n * k // 5, (position >= n * k // 5) & (position < n * (k + 1) // 5))
        for k in (4, 3)
    )


def learnt(cases: Cases, *, is_joint: bool = False, config: WarningConfig = CONFIG) -> Fitted:
    """Fit on cases with the folds above."""
    return Learner(NAMES, config, 3).fit(cases, folds_of(len(cases)), is_joint=is_joint)
