"""The label: was what a completed course taught used at work, as the contract says it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.learning import EVIDENCE_KINDS
from ptml.features.days import NEVER
from ptml.features.history import History
from ptml.transfer.absence import days_absent
from ptml.transfer.blocking import any_of, is_blocked, stays_within
from ptml.transfer.config import LabelConfig

Codes = NDArray[np.int32]
Days = NDArray[np.int32]
Bools = NDArray[np.bool_]

BEHAVIOUR_CHECK = EVIDENCE_KINDS.index("behaviour_check")
REASONS_UNKNOWN = ("", "no_check", "absent", "role_changed", "helped")
"""Why an outcome is unknown, by `Labels.reason`; empty = it is known."""
_HELPED = REASONS_UNKNOWN.index("helped")


@dataclass(frozen=True, eq=False)
class Labels:
    """Outcome of every completed enrolment, (n,) each, in the order of the enrolment log.

    Attributes
    ----------
    enrolment : int32
        Position in `History.enrolments`.
    employee : int32
    completed : int32
        Day of completion.
    known_from : int32
        The first as-of day on which the window is closed: the label is nobody's before it.
    mean_score : float32
        Mean behaviour check, 0-1; NaN = no check counts.
    first_check : int32
        Day of the first check that counts; `NEVER` = none.
    reason : uint8
        Position in `REASONS_UNKNOWN`.
    blocked : bool
        Something in the window kept the person from using it: the unit's matter.
    weak : bool
        False where the outcome is unknown.
    """

    enrolment: Codes
    employee: Codes
    completed: Days
    known_from: Days
    mean_score: NDArray[np.float32]
    first_check: Days
    reason: NDArray[np.uint8]
    blocked: Bools
    weak: Bools

    def __len__(self) -> int:
        return len(self.enrolment)

    @property
    def last_unknown(self) -> Days:
        """The day before `known_from`: a row sees the days before its own, (n,) int32."""
        return (self.known_from - 1).astype(np.int32)

    def known_at(self, as_of_day: int) -> Bools:
        """Whether the outcome may be learnt from as of a day, (n,) bool."""
        return (self.reason == 0) & (self.known_from <= as_of_day)

    def without_helped(self, is_helped: Bools) -> "Labels":
        """Outcomes of those who were helped on a warning become unknown.

        What would have come without the help is not known, and that is what a warning is about: to
        learn from them would teach the model that such cases end well by themselves.

        Parameters
        ----------
        is_helped : (n,) bool
        """
        is_lost = is_helped & (self.reason == 0)
        reason = np.where(is_lost, _HELPED, self.reason).astype(np.uint8)
        return replace(self, reason=reason, weak=self.weak & ~is_lost)

    def counts_at(self, as_of_day: int) -> Mapping[str, int]:
        """Number of completions with a closed window by outcome: known, or why not."""
        closed = self.known_from <= as_of_day
        names = ("known", *REASONS_UNKNOWN[1:])
        return {name: int((self.reason[closed] == k).sum()) for k, name in enumerate(names)}


def transfer_labels(history: History, config: LabelConfig) -> Labels:
    """Work out the outcome of every completed enrolment.

    Transfer is weak when the mean score of the behaviour checks due in the window is below
    `weak_below`; a check due and not done when the window closes counts 0, one without a due day
    belongs where it was done. The outcome is unknown without such a check, with an absence longer
    than `max_absence_days` in the window, or when the role changed (or ended) in it.
    """
    log = history.enrolments
    enrolment = np.flatnonzero(log.completed != NEVER).astype(np.int32)
    employee, start = log.employee[enrolment], log.completed[enrolment]
    end = (start + config.window_days).astype(np.int32)
    mean_score, first_check = _checks(history, enrolment, end)
    reason = np.select(
        [
            np.isnan(mean_score),
            days_absent(history, employee, start, end) > config.max_absence_days,
            _role_changed(history, employee, start, end),
        ],
        [1, 2, 3],
        0,
    ).astype(np.uint8)
    return Labels(
        enrolment=enrolment,
        employee=employee,
        completed=start,
        known_from=(end + 1).astype(np.int32),
        mean_score=mean_score,
        first_check=first_check,
        reason=reason,
        blocked=is_blocked(history, enrolment, start, end, config),
        weak=(reason == 0) & (mean_score < config.weak_below),
    )


def _checks(history: History, enrolment: Codes, end: Days) -> tuple[NDArray[np.float32], Days]:
    """Mean score of the checks that count, and the day of the first, (n,) each."""
    log = history.evidence
    n = len(history.enrolments)
    window_end = np.zeros(n, dtype=np.int32)
    window_end[enrolment] = end
    check_day = np.where(log.due != NEVER, log.due, log.done)
    completed = history.enrolments.completed[log.enrolment]
    closes = window_end[log.enrolment]
    counts = (log.kind == BEHAVIOUR_CHECK) & (completed != NEVER)
    counts &= (check_day >= completed) & (check_day <= closes)
    is_done = log.done <= closes
    # Done and not scored says nothing either way.
    counts &= ~(is_done & np.isnan(log.score))
    score = np.where(is_done, log.score, 0).astype(np.float64)
    total = np.bincount(log.enrolment[counts], score[counts], minlength=n)
    number = np.bincount(log.enrolment[counts], minlength=n)
    mean = np.where(number > 0, total / np.maximum(number, 1), np.nan)
    first = np.full(n, NEVER, dtype=np.int32)
    np.minimum.at(first, log.enrolment[counts], check_day[counts].astype(np.int32))
    return mean[enrolment].astype(np.float32), first[enrolment]


def _role_changed(history: History, employee: Codes, start: Days, end: Days) -> Bools:
    lines, log = history.timelines, history.assignments
    at_start = lines.assignment_on(employee, start)
    stays = stays_within(history, employee, start, end)
    has_role = at_start >= 0
    role = np.where(has_role, log.role[np.maximum(at_start, 0)] if len(log) else -1, -1)
    differs = has_role[stays.query] & (log.role[stays.row] != role[stays.query])
    ended = has_role & (lines.assignment_on(employee, end) < 0)
    left = history.left[employee] <= end
    return any_of(stays.query[differs], len(employee)) | ended | left
