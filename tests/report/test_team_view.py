"""What the page says of teams: nobody is named, and nothing of small groups."""

import pandas as pd

from ptml.report.absence import Absent
from ptml.report.published import PublishedTables
from ptml.report.team_view import TeamView, team_view

NAMES = (
    *("org_unit_id", "competency_id", "standing", "people", "level", "required", "critical"),
    *("holders", "p_alone", "single_holder", "trend", "trend_low", "trend_high", "trend_people"),
)
PORTRAITS = pd.DataFrame(
    [
        ("north", "sell", "gap", 9, 2.1, 3.0, True, 1, 0.8, True, 0.2, 0.1, 0.3, 8),
        ("north", "fix", "strength", 12, 3.6, 3.0, False, 7, None, False, 0.0, -0.1, 0.1, 9),
        ("south", "sell", "unclear", 6, 2.9, 3.0, True, 0, None, False, None, None, None, None),
        ("tiny", "sell", "too_few", *[None] * 11),
    ],
    columns=NAMES,
)


def _view(portraits: pd.DataFrame) -> TeamView | Absent:
    units = pd.DataFrame({"org_unit_id": ["north"], "name": ["The North"]})
    holders = pd.DataFrame(
        {"org_unit_id": ["north"], "competency_id": ["sell"], "employee_id": ["Secret"]}
    )
    return team_view(
        PublishedTables({"team_portraits": portraits, "units": units, "sole_holders": holders})
    )


def test_strengths_and_gaps_are_counted_and_shaded() -> None:
    found = _view(PORTRAITS)
    assert isinstance(found, TeamView)
    assert found.title.endswith("1 is a strength for sure and 1 a gap.")
    assert [row.unit for row in found.units] == ["The North", "south"]
    cells = dict(zip(found.competencies, found.units[0].cells, strict=True))
    assert (cells["sell"].tone, cells["sell"].step, cells["sell"].text) == ("minus", 8, "−0.9")
    assert (cells["fix"].tone, cells["fix"].step, cells["fix"].text) == ("plus", 0, "+0.6")


def test_what_hangs_on_one_person_is_told_without_the_name() -> None:
    found = _view(PORTRAITS)
    assert isinstance(found, TeamView)
    assert found.singles is not None
    assert found.singles.rows == (("The North", "sell", "9", "80\u202f%"),)
    assert "In 1 of 2 cases" in found.lead[0]
    assert "Secret" not in str(found)


def test_small_groups_are_said_to_be_left_out() -> None:
    found = _view(PORTRAITS)
    assert isinstance(found, TeamView)
    assert "tiny" not in str(found.units)
    assert found.left_out[0].startswith("1 unit and competency with fewer than five people")


def test_a_trend_is_shown_where_it_is_sure() -> None:
    found = _view(PORTRAITS)
    assert isinstance(found, TeamView)
    assert found.trends is not None
    assert [row[:2] for row in found.trends.rows] == [("The North", "sell")]


def test_without_portraits_the_page_says_what_they_need() -> None:
    found = _view(PORTRAITS.iloc[:0])
    assert isinstance(found, Absent)
    assert "role_requirements" in found.why[0]
