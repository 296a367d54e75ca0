"""Which dates a job may be run as of."""

from collections.abc import Callable
from datetime import date

import pandas as pd
import pytest

from ptml.contracts.as_of import as_of_range, check_as_of
from ptml.contracts.dataset import Dataset, dataset_from_frames
from ptml.errors import UsageError

Frames = dict[str, pd.DataFrame]
Checked = Callable[..., Dataset]
_A = ("employees", "courses", "enrolments")


def test_from_the_second_period_to_the_day_after_the_newest_known_date(checked: Checked) -> None:
    dataset = checked(
        ("performance", 4, "period_start", "2024-04-01"),
        ("performance", 4, "period_end", "2024-06-30"),
    )
    # The period that ends on 30 June is known on 1 July, and seen from 2 July on.
    assert as_of_range(dataset) == (date(2024, 4, 1), date(2024, 7, 2))


def test_one_period_is_over_before_anything_can_be_asked(checked: Checked) -> None:
    assert as_of_range(checked())[0] == date(2024, 4, 1)


def test_without_performance_from_the_second_enrolment_date(checked: Checked) -> None:
    dataset = checked(("enrolments", 2, "enrolled_on", "2024-02-01"), tables=_A)
    assert as_of_range(dataset) == (date(2024, 3, 1), date(2024, 3, 11))


def test_one_enrolment_is_enough_for_one_date(a_tables: Frames) -> None:
    tables = {name: frame.head(1) for name, frame in a_tables.items()}
    tables["enrolments"] = tables["enrolments"].drop(columns=["started_on", "completed_on"])
    with dataset_from_frames(tables) as dataset:
        assert as_of_range(dataset) == (date(2024, 3, 2), date(2024, 3, 2))


def test_plans_do_not_reach_further_than_what_has_happened(checked: Checked) -> None:
    dataset = checked(
        ("transfer_evidence", 1, "due_on", "2031-01-01"),
        ("absences", 1, "from_day", "2031-01-01"),
        ("absences", 1, "to_day", "2031-02-01"),
        ("assignments", 1, "valid_from", "2031-01-01"),
    )
    assert as_of_range(dataset)[1] == date(2024, 5, 3)


@pytest.mark.parametrize("day", ["2024-02-29", "2024-03-12", "2031-01-01"])
def test_a_date_outside_the_data_is_refused_with_the_range(checked: Checked, day: str) -> None:
    dataset = checked(("enrolments", 2, "enrolled_on", "2024-02-01"), tables=_A)
    message = rf"--as-of must lie inside the data \(2024-03-01 to 2024-03-11\), got {day}"
    with pytest.raises(UsageError, match=message):
        check_as_of(dataset, date.fromisoformat(day))


def test_both_ends_of_the_range_are_inside(checked: Checked) -> None:
    dataset = checked(("enrolments", 2, "enrolled_on", "2024-02-01"), tables=_A)
    check_as_of(dataset, date(2024, 3, 1))
    check_as_of(dataset, date(2024, 3, 11))
