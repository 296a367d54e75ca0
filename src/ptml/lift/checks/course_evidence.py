"""What the takers of each course alone say of it, and the earlier ones against the later ones.

The shown lift of a course leans on what courses have in common: it is the better guess, but its
error is that of a guess around what is usual. Who asks of many courses which of them harm, do
nothing or fade needs what each course's own takers say, with an error that means what it says.
"""

from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.evidence import Evidence
from ptml.contracts.ids import IdMap
from ptml.lift.checks.rows import rounded
from ptml.lift.learning import Learnt
from ptml.lift.own_takers import OwnTakers, own_takers, usual_shape
from ptml.lift.pooled import pooled_effect

FloatArray = NDArray[np.float64]

NAME = "course_evidence"
# Later takers are those of the newest half of the quarters, of a year at the most.
MOST_LATER_QUARTERS = 4
_FIRST_DAY = date(1970, 1, 1)


def course_evidence(courses: IdMap, learnt: Learnt, chosen: NDArray[np.bool_]) -> Evidence:
    """Takers less weighted controls of each course, in points, with clustered standard errors.

    Parameters
    ----------
    chosen : (n_courses,) bool
        Courses that are told of.

    Returns
    -------
    Evidence
        ``lift`` with ``error``, of `takers`; ``earlier`` and ``later`` with theirs, by whether a
        taker decided before ``since``. ``common_error`` is what all courses share of the error of
        their level: it is in no difference between courses or takers, and not in the other errors.
    """
    quarter = learnt.study.quarter
    cut = later_from(quarter[learnt.compared.evidence.contrast.is_taker])
    everybody, earlier, later = (
        _of(learnt, part) for part in (quarter >= 0, quarter < cut, quarter >= cut)
    )
    # How the two designs differ on a course is the same for all of its takers.
    apart = learnt.second.apart
    own = np.sqrt(np.maximum(apart.error**2 - apart.difference.error**2, 0.0))
    error = np.hypot(everybody.error, own)
    kept = np.flatnonzero(chosen)
    columns = {
        "takers": everybody.size,
        "lift": everybody.lift,
        "error": error,
        "earlier": earlier.lift,
        "earlier_error": earlier.error,
        "later": later.lift,
        "later_error": later.error,
    }
    starts = learnt.study.setting.grid.starts
    payload = {
        "course_id": [str(c) for c in courses.ids[kept]],
        **{name: rounded(values[kept]) for name, values in columns.items()},
        "common_error": round(common_error(learnt, error, everybody.size), 4),
        "since": (_FIRST_DAY + timedelta(days=int(starts[cut]))).isoformat(),
    }
    return Evidence("lift", "curve", NAME, payload=payload)


def later_from(quarter: NDArray[np.integer]) -> int:
    """First quarter of the later takers, of the quarters in which anybody decided.

    >>> later_from(np.array([4, 4, 5, 6, 7, 8, 9])), later_from(np.arange(20))
    (7, 16)
    """
    known = np.unique(quarter)
    return int(known[-min((len(known) + 1) // 2, MOST_LATER_QUARTERS)])


def common_error(learnt: Learnt, error: FloatArray, size: FloatArray) -> float:
    """What of the error of the mean lift does not come from the courses one by one, points.

    Parameters
    ----------
    error, size : (n_courses,) float64
        Of each course; NaN without takers.
    """
    compared = learnt.compared
    mean = pooled_effect(compared.evidence, compared.evidence.contrast, compared.y)
    level = np.hypot(learnt.second.apart.difference.error, learnt.growth.error)
    alone = float(np.nansum((size * error) ** 2)) / max(float(size.sum()), 1e-9) ** 2
    return float(np.hypot(level, np.sqrt(max(mean.error**2 - alone, 0.0))))


def _of(learnt: Learnt, part: NDArray[np.bool_]) -> OwnTakers:
    """The courses by some of the pairs (p,) of the contrast."""
    compared = learnt.compared
    evidence = compared.evidence.only(part)
    z = evidence.z[evidence.contrast.pair].astype(np.float64)
    usual = z @ learnt.effects.hierarchy.common[: z.shape[1]]
    shape = usual_shape(usual, evidence.contrast.is_taker)
    return own_takers(evidence, evidence.contrast, compared.y, shape)
