"""The lift of each course by itself: what it is, and whether it is plausible at all."""

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.evidence import Evidence
from ptml.contracts.ids import IdMap
from ptml.intervals import Z_90
from ptml.lift.checks.rows import check, rounded
from ptml.lift.effects import Effects
from ptml.lift.fitted import Reach
from ptml.lift.refusal import STATUSES

FloatArray = NDArray[np.float64]

# Training reaches d = .6 at every level of evaluation (Arthur et al. 2003): more wants a look.
LARGEST_D = 0.6


def mean_lifts(effects: Effects, reach: Reach) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Lift of each course's average taker with its 90 % interval, (n_courses,) each."""
    mean, variance = effects.of_average_takers()
    half = Z_90 * np.sqrt(variance)
    return mean, mean - half - reach.low[:-1], mean + half + reach.high[:-1]


def course_lift(
    courses: IdMap,
    title: NDArray[np.object_],
    takers: NDArray[np.integer],
    effects: Effects,
    reach: Reach,
    status: NDArray[np.uint8],
    chosen: NDArray[np.bool_],
) -> Evidence:
    """Mean lift of each course over its takers, with a 90 % interval; None where refused."""
    mean, low, high = mean_lifts(effects, reach)
    kept = np.flatnonzero(chosen)
    known = status[:-1] == 0
    hidden = [np.where(known, v, np.nan)[kept] for v in (mean, low, high)]
    payload = {
        "course_id": [str(v) for v in courses.ids[kept]],
        "title": [str(v) for v in title[kept]],
        **{
            name: rounded(values)
            for name, values in zip(("lift", "low", "high"), hidden, strict=True)
        },
        "takers": [int(n) for n in takers[kept]],
        "status": [STATUSES[k] for k in status[kept]],
    }
    return Evidence("lift", "curve", "course_lift", payload=payload)


def plausibility(
    courses: IdMap,
    takers: NDArray[np.integer],
    effects: Effects,
    reach: Reach,
    score_spread: float,
) -> Evidence:
    """Largest lift of a course in standard deviations of the score between people."""
    mean, low, high = mean_lifts(effects, reach)
    # What the interval leaves open is no claim: the end that is nearer to 0 counts.
    sure = np.where(mean > 0, np.maximum(low, 0), np.minimum(high, 0))
    d = np.where(takers > 0, sure, 0.0) / max(score_spread, 1e-9)
    largest = int(np.argmax(np.abs(d))) if len(d) else 0
    suspects = [str(courses.ids[c]) for c in np.flatnonzero(np.abs(d) > LARGEST_D)]
    return check(
        "plausible_size",
        float(np.abs(d[largest])) if len(d) else 0.0,
        LARGEST_D,
        not suspects,
        "Largest lift of a course that its interval leaves no doubt of, in standard deviations of "
        "the score; training hardly ever does more, so a human should look at what does.",
        drawn={"courses": suspects},
    )
