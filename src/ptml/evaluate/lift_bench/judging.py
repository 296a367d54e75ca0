"""Figures of one method on one organisation whose true lifts are known."""

import numpy as np
import pandas as pd

from ptml.evaluate.lift_truth import captured_gain

KNOWABLE_TAKERS = 30
"""From as many takers with a known outcome on, a refusal counts as wrong."""
UNKNOWABLE_TAKERS = 10
"""Below as many takers with a known outcome, a refusal counts as right."""
FIGURES = (
    "bias",
    "rmse",
    "captured",
    "captured_budget",
    "coverage",
    "width",
    "slope",
    "answered",
    "refused_right",
    "refused_wrong",
)


def judge(pairs: pd.DataFrame) -> dict[str, float | None]:
    """Figures of one method; None where a method does not have one.

    Parameters
    ----------
    pairs : DataFrame
        One row an employee x course that could be started: ``employee_id``, ``course_id``,
        ``truth``; ``n_takers`` (with a known outcome) of the course; ``has_history`` (a score of
        the person is known); ``score`` (what the method ranks by; NaN = refused); optionally
        ``lift`` (points), with ``low`` and ``high`` of its 90 % interval.

    Returns
    -------
    dict
        ``bias``: mean of ``lift - truth`` over answered pairs; ``rmse`` over the same; ``captured``
        and ``captured_budget``: `ptml.evaluate.lift_truth.captured_gain` and `budget_gain`;
        ``coverage`` and mean ``width`` of the intervals; ``slope`` of truth on lift; ``answered``,
        ``refused_right`` and ``refused_wrong``: shares of all pairs. A refusal is right for a
        course with fewer than 10 takers or a person without history, wrong for one with at least 30
        takers and a person with history, and neither in between.
    """
    answered = pairs["score"].notna()
    scarce = (pairs["n_takers"] < UNKNOWABLE_TAKERS) | ~pairs["has_history"]
    plenty = (pairs["n_takers"] >= KNOWABLE_TAKERS) & pairs["has_history"]
    found: dict[str, float | None] = dict.fromkeys(FIGURES)
    found |= {
        "captured": captured_gain(pairs, "score"),
        "captured_budget": budget_gain(pairs, "score"),
        "answered": float(answered.mean()),
        "refused_right": float((~answered & scarce).mean()),
        "refused_wrong": float((~answered & plenty).mean()),
    }
    known = pairs[answered]
    if "lift" in pairs and len(known):
        error = known["lift"] - known["truth"]
        spread = float(known["lift"].var())
        slope = float(known["lift"].cov(known["truth"])) / spread if spread > 0 else None
        found |= {
            "bias": float(error.mean()),
            "rmse": float(np.sqrt((error**2).mean())),
            "slope": slope,
        }
    if "low" in pairs and len(known):
        inside = known["truth"].between(known["low"], known["high"])
        found |= {
            "coverage": float(inside.mean()),
            "width": float((known["high"] - known["low"]).mean()),
        }
    return found


def budget_gain(pairs: pd.DataFrame, score: str) -> float:
    """Share of the oracle's gain of a budget of one course each for half of the people.

    ``(gain - random) / (oracle - random)``: each person's best course by ``score``, given to the
    half of the people where that score is largest; ``oracle`` does so by the truth, ``random``
    gives half of the people, drawn by lot, an eligible course drawn by lot. Who has no score comes
    last and gets a course by lot.

    Examples
    --------
    >>> pairs = pd.DataFrame({
    ...     "employee_id": ["a", "a", "b", "b"], "course_id": ["x", "y", "x", "y"],
    ...     "truth": [0.0, 2.0, 1.0, 3.0], "guess": [1.0, 5.0, 2.0, 4.0]})
    >>> budget_gain(pairs, "truth")
    1.0
    >>> round(budget_gain(pairs, "guess"), 3)
    0.333
    """
    by_person = pairs.groupby("employee_id", sort=True)["truth"]
    best, average = by_person.max(), by_person.mean()
    n_places = max(len(best) // 2, 1)
    share = n_places / len(best)
    known = pairs.dropna(subset=[score]).sort_values(
        ["employee_id", score, "course_id"], ascending=[True, False, True]
    )
    chosen = known.drop_duplicates("employee_id").set_index("employee_id")
    ranked = chosen.sort_values(score, ascending=False, kind="stable").index[:n_places]
    gain = float(chosen.loc[ranked, "truth"].sum())
    if len(ranked) < n_places:
        gain += (n_places - len(ranked)) * float(average.drop(chosen.index).mean())
    oracle = float(best.nlargest(n_places).sum())
    random = share * float(average.sum())
    return (gain - random) / (oracle - random) if oracle > random else float("nan")
