"""Train, calibrate and test by day of completion, with the label's window as the gap between."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.transfer.config import WarningConfig
from ptml.transfer.labels import Labels

Bools = NDArray[np.bool_]

# A short history is not given away to folds: no fold takes more than this share of it.
LARGEST_TEST_SHARE = 0.25
LARGEST_CALIBRATION_SHARE = 0.2


@dataclass(frozen=True)
class Days:
    """Half-open span of days of completion."""

    start: int
    end: int

    def holds(self, day: NDArray[np.int32]) -> Bools:
        """Whether each day lies in the span, (n,) bool."""
        return (day >= self.start) & (day < self.end)


@dataclass(frozen=True)
class Split:
    """Spans of completion; the labels of an earlier one are known before a later one starts."""

    train: Days
    calibrate: Days
    test: Days


def time_split(labels: Labels, as_of_day: int, config: WarningConfig, *, has_test: bool) -> Split:
    """Lay the spans back from the newest known label.

    Parameters
    ----------
    has_test : bool
        False for the model that is used: its newest labels calibrate, and none are held out.
    """
    completed = labels.completed[labels.known_at(as_of_day)]
    first = int(completed.min(initial=as_of_day))
    end = int(completed.max(initial=first - 1)) + 1
    gap = config.label.window_days
    n_test = _at_most(config.test_days, LARGEST_TEST_SHARE, end - first) if has_test else 0
    test = Days(end - n_test, end)
    calibrate_end = test.start - gap if has_test else end
    n_calibrate = _at_most(config.calibration_days, LARGEST_CALIBRATION_SHARE, end - first)
    calibrate = Days(calibrate_end - n_calibrate, calibrate_end)
    return Split(Days(first, calibrate.start - gap), calibrate, test)


def forward_steps(split: Split, n_steps: int, gap_days: int) -> tuple[tuple[Days, Days], ...]:
    """Spans to learn from and spans after them to hold out, newest first.

    The first holds out the split's calibration span, each further one the span before it, as long
    as there is time before it.

    Parameters
    ----------
    gap_days : int
        Between the two spans of a step: as long as the label's window.
    """
    first, length = split.train.start, split.calibrate.end - split.calibrate.start
    starts = [split.calibrate.start - k * length for k in range(n_steps)]
    return tuple(
        (Days(first, start - gap_days), Days(start, start + length))
        for start in starts
        if start - gap_days > first
    )


def _at_most(days: int, share: float, span: int) -> int:
    return min(days, int(share * span))
