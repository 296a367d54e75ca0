"""Whether courses still bring what they did: change of score after a start, quarter by quarter.

A measure that stands at the same bias in every quarter (who takes a course and why), so that its
*change* says something: the residual of the change of score, of all that is the same for
everybody of the quarter and of where the person came from, is regressed on what was started, as the
forward checks of the lift model do it with its own residuals. One period after the quarter is
enough; the lift itself needs two.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from ptml.features.days import date_of
from ptml.features.history import History
from ptml.features.outcomes import period_scores, quarter_starts, starts_by_quarter
from ptml.intervals import Z_95
from ptml.monitor.config import MonitorConfig
from ptml.monitor.finding import Finding, NotJudged

Doubles = NDArray[np.float64]
_FEWEST, _LEAST_QUARTERS = 12, 3


@dataclass(frozen=True, eq=False)
class CourseEffects:
    """Points after starting each course beyond those who did not, (n_quarters, n_courses) each.

    NaN where fewer than twelve people started.
    """

    quarter_day: NDArray[np.int32]
    effect: Doubles
    error: Doubles
    starts: Doubles


def course_effects(history: History, as_of: int) -> CourseEffects | None:
    """Measure every quarter whose next one has a score by ``as_of``; None = too little is known."""
    periods = period_scores(history, as_of)
    quarters = quarter_starts(periods)
    n = len(quarters) - 1
    if n < _LEAST_QUARTERS + 2:
        return None
    place = np.searchsorted(quarters, periods.start, side="right") - 1
    score = np.full((history.n_employees, n), np.nan)
    for q in range(n):
        of = periods.score[:, place == q].astype(np.float64)
        known = np.isfinite(of)
        score[:, q] = np.where(
            known.any(axis=1),
            np.where(known, of, 0).sum(axis=1) / np.maximum(known.sum(1), 1),
            np.nan,
        )
    starts = starts_by_quarter(history, quarters, as_of)
    shape = (n, history.n_courses)
    effect, error, count = (np.full(shape, np.nan) for _ in range(3))
    for q in range(2, n - 1):
        began = np.zeros((history.n_employees, history.n_courses))
        of_quarter = starts.quarter == q
        began[starts.employee[of_quarter], starts.course[of_quarter]] = 1
        effect[q], error[q], count[q] = _of_quarter(score[:, q - 2 : q + 2], began)
    return CourseEffects(quarters[:-1], effect, error, count)


def _of_quarter(score: Doubles, began: Doubles) -> tuple[Doubles, Doubles, Doubles]:
    """Least squares of the change of score on starts beside where people came from."""
    rows = np.isfinite(score[:, [0, 1, 3]]).all(axis=1)
    base, last, after = score[rows, 0], score[rows, 1], score[rows, 3]
    x, count = began[rows], began[rows].sum(axis=0)
    used = np.flatnonzero(count >= _FEWEST)
    nothing = np.full(began.shape[1], np.nan)
    if len(used) == 0 or len(base) < 5 * (len(used) + 3):
        return nothing, nothing.copy(), count
    design = np.column_stack([np.ones(len(base)), base, last, x[:, used]])
    inverse = np.linalg.pinv(design.T @ design)
    beta = inverse @ design.T @ after
    left = after - design @ beta
    # Residuals differ in size between people (HC1, MacKinnon & White 1985).
    meat = (design * (left**2)[:, None]).T @ design * len(left) / (len(left) - design.shape[1])
    spread = np.sqrt(np.diag(inverse @ meat @ inverse))
    effect, error = nothing, nothing.copy()
    effect[used], error[used] = beta[3:], spread[3:]
    return effect, error, count


def look_at_courses(
    found: CourseEffects | None, names: NDArray[np.object_], config: MonitorConfig
) -> Iterator[Finding | NotJudged]:
    """Hold the newest quarter that can be read against those before, all courses and each."""
    if found is None:
        yield NotJudged("lift", "what courses bring", "too few quarters of performance")
        return
    readable = np.flatnonzero(np.isfinite(found.effect).any(axis=1))
    if len(readable) <= _LEAST_QUARTERS:
        yield NotJudged("lift", "what courses bring", "too few quarters with enough starts")
        return
    newest, before = int(readable[-1]), readable[:-1]
    mean, error = _pooled(found)
    yield _held(
        "all courses",
        newest,
        mean[before],
        error[before],
        float(mean[newest]),
        float(error[newest]),
        found,
        config,
    )
    for c in np.flatnonzero(np.isfinite(found.effect[newest])):
        kept = before[np.isfinite(found.effect[before, c])]
        if len(kept) < _LEAST_QUARTERS:
            continue
        yield _held(
            f"course {names[c]}", newest, found.effect[kept, c], found.error[kept, c],
            found.effect[newest, c], found.error[newest, c], found, config,
        )  # fmt: skip


def _pooled(found: CourseEffects) -> tuple[Doubles, Doubles]:
    weight = np.where(np.isfinite(found.effect), found.starts, 0.0)
    total = np.maximum(weight.sum(axis=1), 1e-9)
    mean = (weight * np.nan_to_num(found.effect)).sum(axis=1) / total
    error = np.sqrt(((weight * np.nan_to_num(found.error)) ** 2).sum(axis=1)) / total
    return mean, error


def _held(
    who: str,
    newest: int,
    past: Doubles,
    past_error: Doubles,
    now: float,
    now_error: float,
    found: CourseEffects,
    config: MonitorConfig,
) -> Finding:
    weight = 1 / np.maximum(past_error, 1e-6) ** 2
    mean = float((weight * past).sum() / weight.sum())
    # Quarters differ by more than their errors tell (DerSimonian & Laird 1986).
    q = float((weight * (past - mean) ** 2).sum())
    room = weight.sum() - (weight**2).sum() / weight.sum()
    between = max((q - (len(past) - 1)) / max(room, 1e-9), 0.0)
    error = float(np.sqrt(now_error**2 + 1 / weight.sum() + between))
    z = (now - mean) / max(error, 1e-9)
    day = date_of(int(found.quarter_day[newest]))
    return Finding(
        "lift",
        f"{who}: points after starting",
        float(2 * stats.t.sf(abs(z), max(len(past) - 1, 3) + 8)),
        mean - now >= config.min_fade_points,
        "action",
        f"{now:+.1f} points for starts in the quarter from {day}, give or take {Z_95 * error:.1f}",
        f"{mean:+.1f}, by {len(past)} quarters before",
        "Ask what changed about the course (content, trainer, work). Its lift is known for sure "
        "two periods after the quarter.",
        since=day,
    )
