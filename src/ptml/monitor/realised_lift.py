"""Whether starts bring the lift that was foretold: overall, in its order, and course by course."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from ptml.intervals import Z_95
from ptml.lift.moments import summed_squares
from ptml.monitor.config import MonitorConfig
from ptml.monitor.finding import Finding, NotJudged

Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]

# Takers of a course below whom its gap is not told, and of all courses together.
_FEWEST, _FEWEST_OF_ALL = 12, 60
# An order that is half lost is worth a call.
_LEAST_SLOPE_LOST = 0.5
_TRAIN = "Train again on newer data; if it stays, ask what changed about how learning is used."
_ASK = "Ask what changed about the course: content, trainer, or the work that it prepares for."


@dataclass(frozen=True, eq=False)
class Realised:
    """Takers and weighted controls whose outcome is new, and the lift foretold, (p,) each.

    Attributes
    ----------
    person, team, course : int64
        Codes; ``team`` is the team of a quarter.
    is_taker : bool
    weight : float64
        Of takers positive, of controls negative: minus what they stand for.
    y : float64
        Outcome without all other courses, less its expectation, points.
    lift, error : float64
        Foretold lift and its standard error, points.
    since, until : date
        First and last day of the starts.
    foretold_by : str
        Who foretold it, in words.
    """

    person: NDArray[np.int64]
    team: NDArray[np.int64]
    course: NDArray[np.int64]
    is_taker: Bools
    weight: Doubles
    y: Doubles
    lift: Doubles
    error: Doubles
    since: date
    until: date
    foretold_by: str

    @property
    def starts(self) -> str:
        """The starts in words."""
        return f"starts from {self.since} to {self.until}"


@dataclass(frozen=True, eq=False)
class Gaps:
    """Observed and foretold lift by course, points, (n_courses,) each; NaN = too few takers.

    Attributes
    ----------
    error : float64
        Standard error of observed less foretold, that of the forecast counted.
    takers : float64
    """

    observed: Doubles
    foretold: Doubles
    error: Doubles
    takers: Doubles

    @property
    def lost(self) -> Doubles:
        """Observed less foretold."""
        return self.observed - self.foretold


def shrunken(value: Doubles, error: Doubles) -> tuple[Doubles, Doubles]:
    """Values pulled to their mean, and what is left unsure of each (empirical Bayes).

    Notes
    -----
    The variance between them is that of DerSimonian & Laird (1986); the posterior that of Morris
    (1983) without its corrections: values are few where courses are few.

    >>> mean, error = shrunken(np.array([0.0, 0.1, -0.1, 6.0]), np.array([1.0, 1.0, 1.0, 1.0]))
    >>> bool(4 < mean[3] < 6 and error[3] < 1)
    True
    """
    weight = 1 / np.maximum(error, 1e-6) ** 2
    mean = float((weight * value).sum() / weight.sum())
    excess = float((weight * (value - mean) ** 2).sum()) - (len(value) - 1)
    room = float(weight.sum() - (weight**2).sum() / weight.sum())
    between = max(excess / max(room, 1e-9), 0.0) if len(value) > 1 else 0.0
    kept = between / (between + error**2)
    return mean + kept * (value - mean), np.sqrt(kept * error**2 + (1 - kept) ** 2 / weight.sum())


def gaps_by_course(found: Realised, n_courses: int) -> Gaps:
    """Compare each course's takers with their controls and with what was foretold."""
    observed, foretold, error, takers = (np.full(n_courses, np.nan) for _ in range(4))
    for c in np.unique(found.course):
        rows = found.course == c
        own = found.weight[rows] * found.is_taker[rows]
        takers[c] = own.sum()
        if np.count_nonzero(own) < _FEWEST:
            continue
        observed[c] = (found.weight * found.y)[rows].sum() / takers[c]
        foretold[c] = (own * found.lift[rows]).sum() / takers[c]
        by_forecast = (own * found.error[rows]).sum() / takers[c]
        score = _score(found, found.lift + observed[c] - foretold[c], rows)
        error[c] = np.hypot(_error(found, score, rows) / takers[c], by_forecast)
    return Gaps(observed, foretold, error, takers)


def look_at_lift(
    found: Realised, names: NDArray[np.object_], config: MonitorConfig
) -> Iterator[Finding | NotJudged]:
    """Test the level of all lifts, their order, and each course."""
    n_takers = int(np.count_nonzero(found.weight[found.is_taker]))
    if n_takers < _FEWEST_OF_ALL:
        why = f"{n_takers} {found.starts} have an outcome; {_FEWEST_OF_ALL} are needed"
        yield NotJudged("lift", "realised lift", why)
        return
    gaps = gaps_by_course(found, len(names))
    told = np.flatnonzero(np.isfinite(gaps.error))
    yield _overall(found, gaps, told, names, config)
    if (slope := _slope(found)) is not None:
        yield slope
    yield from _courses(found, gaps, told, names, config)


def look_at_courses_lift(
    found: Realised, names: NDArray[np.object_], config: MonitorConfig
) -> Iterator[Finding]:
    """Test each course over a longer time: a small loss takes more starts to be sure of."""
    gaps = gaps_by_course(found, len(names))
    told = np.flatnonzero(np.isfinite(gaps.error))
    yield from _courses(found, gaps, told, names, config, f", {found.starts}")


def _overall(
    found: Realised,
    gaps: Gaps,
    told: NDArray[np.intp],
    names: NDArray[np.object_],
    config: MonitorConfig,
) -> Finding:
    own = found.weight * found.is_taker
    size = float(own.sum())
    observed = float((found.weight * found.y).sum()) / size
    foretold = float((own * found.lift).sum()) / size
    everything = np.ones(len(own), dtype=np.bool_)
    seen = _error(found, _score(found, found.lift + observed - foretold, everything), everything)
    # What the forecast is unsure of differs by course.
    by_course = np.bincount(found.course, own * found.error)
    error = float(np.hypot(seen, np.sqrt((by_course**2).sum()))) / size
    gap = observed - foretold
    return Finding(
        "lift",
        "all courses: lift that starts brought",
        float(2 * stats.t.sf(abs(gap) / max(error, 1e-9), _degrees(found, everything))),
        abs(gap) >= config.min_fade_points,
        "action",
        f"{observed:+.1f} points a start, by {found.starts}; "
        f"beside the forecast {_interval(gap, error)}",
        f"{foretold:+.1f}, {found.foretold_by}",
        _TRAIN,
        since=found.since,
        drawn=_drawn(gaps, told, names),
    )


def _slope(found: Realised) -> Finding | None:
    """Slope of observed on foretold lift beside a free level, as `calibration_slope` has it."""
    own = found.weight * found.is_taker
    apart = found.lift - float((own * found.lift).sum()) / float(own.sum())
    spread = float((own * apart**2).sum())
    if spread <= 1e-6 * float(own.sum()):
        return None
    slope = float((found.weight * apart * found.y).sum()) / spread
    level = float((found.weight * found.y).sum()) / float(own.sum())
    everything = np.ones(len(own), dtype=np.bool_)
    score = apart * _score(found, level + slope * apart, everything)
    by_course = np.bincount(found.course, own * apart * found.error)
    squares = _error(found, score, everything) ** 2 + float((by_course**2).sum())
    error = float(np.sqrt(squares)) / spread
    tail = float(stats.t.sf((1 - slope) / max(error, 1e-9), _degrees(found, everything)))
    return Finding(
        "lift",
        "all courses: whether those foretold to bring more do",
        tail,
        1 - slope >= _LEAST_SLOPE_LOST,
        "action",
        f"a point more foretold was {slope:.2f} points more seen "
        f"({slope - Z_95 * error:.2f} to {slope + Z_95 * error:.2f})",
        "1 point more",
        _TRAIN,
        since=found.since,
    )


def _courses(
    found: Realised,
    gaps: Gaps,
    told: NDArray[np.intp],
    names: NDArray[np.object_],
    config: MonitorConfig,
    when: str = "",
) -> Iterator[Finding]:
    if len(told) == 0:
        return
    gap, error = gaps.lost[told], gaps.error[told]
    likely, unsure = shrunken(gap, error)
    for k, c in enumerate(told):
        tail = stats.t.cdf(gap[k] / max(error[k], 1e-9), _degrees(found, found.course == c))
        yield Finding(
            "lift",
            f"course {names[c]}: lift that starts brought{when}",
            float(tail),
            bool(-likely[k] >= config.min_fade_points),
            "action",
            f"{gaps.observed[c]:+.1f} points a start, by {gaps.takers[c]:.0f} starts; beside the "
            f"forecast {_interval(gap[k], error[k])}, most likely "
            f"{_interval(likely[k], unsure[k])}",
            f"{gaps.foretold[c]:+.1f}",
            _ASK,
            since=found.since,
        )


def _score(found: Realised, level: Doubles, rows: Bools) -> Doubles:
    score = found.weight * (found.y - np.where(found.is_taker, level, 0.0))
    return np.asarray(score[rows])


def _error(found: Realised, score: Doubles, rows: Bools) -> float:
    """Standard error of a sum, clustered by person and by team (Cameron et al. 2011)."""
    by_person = summed_squares(score, found.person[rows])
    by_team = summed_squares(score, found.team[rows])
    own = float((score**2).sum())
    n = int(np.count_nonzero(found.is_taker[rows]))
    squares: float = max(by_person + by_team - own, by_person, own)
    return float(np.sqrt(squares * n / max(n - 1, 1)))


def _degrees(found: Realised, rows: Bools) -> int:
    return max(len(np.unique(found.team[rows & found.is_taker])) - 1, 3)


def _interval(value: float, error: float) -> str:
    return f"{value:+.1f} ({value - Z_95 * error:+.1f} to {value + Z_95 * error:+.1f})"


def _drawn(
    gaps: Gaps, told: NDArray[np.intp], names: NDArray[np.object_]
) -> dict[str, list[float] | list[str]]:
    half = Z_95 * gaps.error
    drawn = {
        "foretold": gaps.foretold,
        "observed": gaps.observed,
        "low": gaps.observed - half,
        "high": gaps.observed + half,
    }
    points = {name: [round(float(v), 2) for v in values[told]] for name, values in drawn.items()}
    return {**points, "names": [str(v) for v in names[told]]}
