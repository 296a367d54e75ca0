"""The early warning's classifier on OULAD, by day: learnt from 2013, asked about 2014."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.evaluate.classification import (
    Interval,
    average_precision,
    clustered_interval,
    expected_calibration_error,
)
from ptml.evaluate.oulad import OuladCases
from ptml.separation import auc
from ptml.transfer.calibration import sigmoid
from ptml.transfer.config import WarningConfig
from ptml.transfer.learner import Fold, Learner


@dataclass(frozen=True, eq=False)
class OuladResult:
    """What was said of the students of 2014.

    Attributes
    ----------
    p_weak : (n,) float64
        Probability to fail or withdraw, by the test rows of the cases.
    auc, average_precision, ece : Interval
        95 %, students resampled.
    """

    p_weak: NDArray[np.float64]
    auc: Interval
    average_precision: Interval
    ece: Interval


def warn_oulad(cases: OuladCases, seed: int, config: WarningConfig | None = None) -> OuladResult:
    """Fit on 2013, each presentation held out once to calibrate, and score 2014."""
    config = config or WarningConfig()
    found = Learner(cases.names, config, seed).fit(cases.train, _folds(cases), is_joint=False)
    test = cases.test
    p_weak = sigmoid(found.classifier.log_odds(test.x, test.stage, config.num_threads))
    rng = np.random.default_rng(seed)
    intervals = [
        clustered_interval(metric, test.weak, p_weak, cases.test_student, rng)
        for metric in (auc, average_precision, expected_calibration_error)
    ]
    return OuladResult(p_weak, *intervals)


def _folds(cases: OuladCases) -> tuple[Fold, ...]:
    # The year has two runs at the most of a module: time alone leaves one fold, and no new module.
    presentation = cases.train_presentation
    held = [presentation == name for name in np.unique(presentation)]
    return tuple(Fold(~mask, mask) for mask in held)
