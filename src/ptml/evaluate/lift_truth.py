"""Hold published lifts against the planted truth of a simulated organisation.

The main figure is the share of the oracle's gain that choosing one course a person captures,

    (gain - random) / (oracle - random)

where ``gain`` is the mean true lift of the chosen courses, ``random`` that of an eligible course
drawn at random and ``oracle`` that of the truly best eligible course.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ptml.features.history import History
from ptml.features.outcomes import period_scores, starts_by_quarter
from ptml.lift.panel import quarter_grid


@dataclass(frozen=True)
class LiftAgainstTruth:
    """Figures of one organisation; every gain in points of performance.

    Attributes
    ----------
    captured : dict of str to float
        Share of the oracle's gain of ``ptml``, ``difference_of_means`` and ``gap_alone``.
    bias : dict of str to float
        Mean estimate less mean truth, over the pairs that have an estimate.
    coverage : float
        Share of true lifts inside the published 90 % interval.
    slope : float
        Slope of truth on estimate; 1 = calibrated, below 1 = too spread out.
    answered : float
        Share of eligible pairs with an estimate.
    """

    captured: dict[str, float]
    bias: dict[str, float]
    coverage: float
    slope: float
    answered: float
    n_people: int


def captured_gain(pairs: pd.DataFrame, score: str) -> float:
    """Share of the oracle's gain of choosing by column ``score``.

    Parameters
    ----------
    pairs : DataFrame
        One row an eligible employee x course: ``employee_id``, ``course_id``, ``truth`` and
        ``score``; a missing score is never chosen, and who has none gets a random course.

    Examples
    --------
    >>> pairs = pd.DataFrame({
    ...     "employee_id": ["a", "a", "b", "b"], "course_id": ["x", "y", "x", "y"],
    ...     "truth": [0.0, 2.0, 1.0, 3.0], "guess": [1.0, 2.0, 5.0, 4.0]})
    >>> captured_gain(pairs, "guess")
    0.0
    >>> captured_gain(pairs, "truth")
    1.0
    """
    by_person = pairs.groupby("employee_id", sort=True)["truth"]
    oracle, random = by_person.max(), by_person.mean()
    known = pairs.dropna(subset=[score]).sort_values(
        ["employee_id", score, "course_id"], ascending=[True, False, True]
    )
    chosen = known.drop_duplicates("employee_id").set_index("employee_id")["truth"]
    gain = chosen.reindex(oracle.index).fillna(random)
    available = float((oracle - random).sum())
    return float((gain - random).sum()) / available if available > 0 else float("nan")


def against_truth(
    lift: pd.DataFrame, truth: pd.DataFrame, gap: pd.DataFrame, naive: pd.DataFrame
) -> LiftAgainstTruth:
    """Compare the published ``lift`` table with the truth and with two simpler rules.

    Parameters
    ----------
    lift : DataFrame
        The contract's ``lift`` table.
    truth : DataFrame
        ``employee_id``, ``course_id``, ``lift``: the truth of every eligible pair.
    gap : DataFrame
        ``employee_id``, ``course_id``, ``gap_closed``.
    naive : DataFrame
        ``course_id``, ``difference``: takers' mean change less everybody else's, points.
    """
    keys = ["employee_id", "course_id"]
    pairs = lift[[*keys, "lift", "lift_low", "lift_high", "status"]].merge(
        truth[[*keys, "lift"]].rename(columns={"lift": "truth"}), on=keys
    )
    pairs = pairs.merge(gap[[*keys, "gap_closed"]], on=keys, how="left")
    pairs = pairs.merge(naive[["course_id", "difference"]], on="course_id", how="left")
    known = pairs[pairs["status"] == "ok"]
    inside = (known["truth"] >= known["lift_low"]) & (known["truth"] <= known["lift_high"])
    spread = float(known["lift"].var())
    slope = float(known["lift"].cov(known["truth"]) / spread) if spread > 0 else float("nan")
    naive_known = pairs.dropna(subset=["difference"])
    return LiftAgainstTruth(
        captured={
            "ptml": captured_gain(pairs, "lift"),
            "difference_of_means": captured_gain(pairs, "difference"),
            "gap_alone": captured_gain(pairs, "gap_closed"),
        },
        bias={
            "ptml": float((known["lift"] - known["truth"]).mean()),
            "difference_of_means": float((naive_known["difference"] - naive_known["truth"]).mean()),
        },
        coverage=float(np.mean(inside)) if len(known) else float("nan"),
        slope=slope,
        answered=len(known) / max(len(pairs), 1),
        n_people=int(pairs["employee_id"].nunique()),
    )


def difference_of_means(history: History, as_of_day: int) -> pd.DataFrame:
    """What a before-and-after table would say of each course.

    The mean change of the score, from the quarter before to the two periods after, of those who
    started the course less that of everybody else in the same quarter.

    Returns
    -------
    DataFrame
        ``course_id``, ``difference`` (points); a course that nobody started has none.
    """
    grid = quarter_grid(period_scores(history, as_of_day))
    starts = starts_by_quarter(history, grid.starts, as_of_day)
    total = np.zeros(history.n_courses)
    n = np.zeros(history.n_courses)
    for quarter in range(1, grid.n_quarters):
        change = grid.outcome(quarter) - grid.base(quarter, (1,))
        known = np.isfinite(change)
        here = starts.quarter == quarter
        employee, course = starts.employee[here], starts.course[here]
        kept = known[employee]
        others = known.copy()
        others[employee] = False
        if not others.any():
            continue
        difference = change[employee[kept]] - change[others].mean()
        total += np.bincount(course[kept], difference, minlength=history.n_courses)
        n += np.bincount(course[kept], minlength=history.n_courses)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(n > 0, total / n, np.nan)
    return pd.DataFrame({"course_id": history.courses.ids, "difference": mean})
