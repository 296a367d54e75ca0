"""What the page says of the time to proficiency: a median only where it is seen, no effects."""

from typing import Any

import pandas as pd

from ptml.report.absence import Absent
from ptml.report.proficiency_view import ProficiencyView, proficiency_view
from ptml.report.published import PublishedTables


def _curve(dimension: str, group: str, median: float | None, n_months: int = 4) -> pd.DataFrame:
    shares = [0.0, 0.2, 0.5, 0.6][:n_months]
    return pd.DataFrame(
        {
            "dimension": dimension,
            "group_id": group,
            "month": range(n_months),
            "people": 40,
            "at_risk": 40,
            "proficient": 0,
            "reached": shares,
            "reached_low": [s * 0.8 for s in shares],
            "reached_high": [s * 1.2 for s in shares],
            "reached_if_stayed": shares,
            "reached_if_stayed_low": shares,
            "reached_if_stayed_high": shares,
            "left": 0.0,
            "median_months": median,
            "median_low": 2.0,
            "median_high": None,
        }
    )


FACTORS = pd.DataFrame(
    [
        ("landmark", "course", "c1", 30, 90, 1.6, 1.2, 2.1, 0.001, "sooner"),
        ("landmark", "mentor_meeting", None, 40, 80, 1.1, 0.8, 1.5, 0.6, "not_told_apart"),
        ("landmark", "course", "c2", *[None] * 6, "too_few"),
    ],
    columns=[
        *("design", "factor", "course_id", "people_with", "people_without"),
        *("ratio", "ratio_low", "ratio_high", "p_value", "finding"),
    ],
)
SPREAD = pd.DataFrame(
    {
        "period_start": pd.to_datetime(["2026-01-01", "2026-04-01"]),
        "period_end": pd.to_datetime(["2026-03-31", "2026-06-30"]),
        "units": 12,
        "people": 200,
        "mean": 100.0,
        **{name: [2.0, 3.0] for name in ("between_sd", "between_sd_low", "between_sd_high")},
        "within_sd": 8.0,
        **{
            name: [0.06, 0.12]
            for name in ("share_between", "share_between_low", "share_between_high")
        },
    }
)


def _view(median: float | None = 2.0, **tables: Any) -> ProficiencyView | Absent:
    curves = pd.concat([_curve("all", "all", median), _curve("job_family", "Sales", None)])
    given = {"proficiency_curves": curves, "proficiency_factors": FACTORS, "team_spread": SPREAD}
    return proficiency_view(PublishedTables({**given, **tables}))


def test_the_median_is_told_with_its_interval() -> None:
    found = _view()
    assert isinstance(found, ProficiencyView)
    assert found.title.endswith("half of those who stay are proficient after 2 months (2 or more).")
    assert found.curve is not None
    assert found.curve.title.startswith("60\u202f% of all who began")


def test_a_median_that_is_not_seen_yet_is_not_made_up() -> None:
    found = _view(median=None)
    assert isinstance(found, ProficiencyView)
    assert "later than can be seen yet (and not within 2 months)" in found.title


def test_what_is_named_is_said_to_be_no_reason() -> None:
    found = _view()
    assert isinstance(found, ProficiencyView)
    assert len(found.named) == 1
    assert "that it is the reason is not shown" in found.named[0]
    assert found.factors is not None
    assert [row[0] for row in found.factors.numbers.rows] == ["c1", "Mentor meeting"]
    assert found.left_out[0].startswith("1 course or kind of support")


def test_the_spread_of_teams_is_told_over_time() -> None:
    found = _view()
    assert isinstance(found, ProficiencyView)
    assert found.spread is not None
    assert "6\u202f% of the differences" in found.spread.title
    assert "12\u202f% in the last" in found.spread.title


def test_without_anything_the_page_says_what_it_needs() -> None:
    found = _view(proficiency_curves=pd.DataFrame(), team_spread=pd.DataFrame())
    assert isinstance(found, Absent)
    assert "hired_on" in found.why[0]
