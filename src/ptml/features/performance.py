"""Features of a person's results: level, trend, spread, dip, and scores by quarters back."""

import numpy as np

from ptml.features.arrays import Floats
from ptml.features.days import DAYS_A_YEAR, quarters_before
from ptml.features.registry import Columns, Feature, Group
from ptml.features.rows import Rows
from ptml.features.view import PersonView
from ptml.features.windows import EventLog, Window

N_QUARTERS_BACK = 6
# Trend and spread look at about two years of quarters, or the last eight months.
N_TREND_PERIODS = 8
N_MEAN_PERIODS = 4


def _columns(view: PersonView) -> Columns:
    log, rows = view.history.timelines.scores, view.rows
    known = log.before(rows.employee, rows.day)
    recent = _latest(known, N_TREND_PERIODS)
    last = log.at("score", known)
    before_last = _without_last(_latest(known, N_MEAN_PERIODS + 1))
    return {
        "score_last": last,
        "score_mean_2_periods": log.mean_of("score", _latest(known, 2)),
        "score_mean_4_periods": log.mean_of("score", _latest(known, N_MEAN_PERIODS)),
        "score_trend_points_a_year": log.slope_of("score", recent) * np.float32(DAYS_A_YEAR),
        "score_volatility_points": log.spread_of("score", recent),
        "score_dip_points": last - log.mean_of("score", before_last),
        "scores_known": known.count,
        "days_since_score": view.since(log.day_at(known)),
        **{
            f"score_{back}_back": score_back(log, rows, back)
            for back in range(1, N_QUARTERS_BACK + 1)
        },
    }


def score_back(log: EventLog, rows: Rows, back: int) -> Floats:
    """Mean score of the periods that ended `back` quarters before the day, (n,) float32.

    The first quarter back holds the periods of which it was known less than three months before
    the day (and before the day itself), the second those known three to six months before.
    """
    after = quarters_before(rows.day, back) + 1
    to_day = quarters_before(rows.day, back - 1) + 1
    return log.mean(
        "score",
        rows.employee,
        after.astype(np.int32),
        np.minimum(to_day, rows.day).astype(np.int32),
    )


def _latest(window: Window, n: int) -> Window:
    return Window(np.maximum(window.first, window.end - n), window.end)


def _without_last(window: Window) -> Window:
    return Window(window.first, np.maximum(window.first, window.end - 1))


PERFORMANCE = Group(
    (
        Feature("score_last", "points", "performance", "Score of the last known period."),
        Feature(
            "score_mean_2_periods", "points", "performance", "Mean of the last two known scores."
        ),
        Feature(
            "score_mean_4_periods", "points", "performance", "Mean of the last four known scores."
        ),
        Feature(
            "score_trend_points_a_year",
            "points a year",
            "performance",
            "Least-squares slope over the last eight known scores.",
        ),
        Feature(
            "score_volatility_points",
            "points",
            "performance",
            "Standard deviation of the last eight known scores.",
        ),
        Feature(
            "score_dip_points",
            "points",
            "performance",
            "Last score less the mean of the four before it.",
        ),
        Feature("scores_known", "periods", "performance", "Number of periods with a known score."),
        Feature("days_since_score", "days", "performance", "Since the last score became known."),
        *(
            Feature(
                f"score_{back}_back",
                "points",
                "performance",
                f"Mean score of the periods that became known in quarter {back} before the day.",
            )
            for back in range(1, N_QUARTERS_BACK + 1)
        ),
    ),
    _columns,
)
