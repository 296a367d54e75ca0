"""The fingerprint depends on what was kept, and on nothing else."""

from collections.abc import Callable

import pandas as pd
import pytest

from ptml.contracts.dataset import Dataset, dataset_from_frames

Frames = dict[str, pd.DataFrame]


def _fingerprint(frames: Frames) -> str:
    with dataset_from_frames(frames) as dataset:
        return dataset.fingerprint


def test_the_order_of_rows_and_columns_does_not_matter(organisation: Frames) -> None:
    shuffled = {
        name: frame.sample(frac=1, random_state=5)[list(frame)[::-1]]
        for name, frame in organisation.items()
    }
    assert _fingerprint(shuffled) == _fingerprint(organisation)


def test_typed_values_and_text_are_the_same(a_tables: Frames) -> None:
    before = _fingerprint(a_tables)
    enrolments = a_tables["enrolments"]
    for column in ("enrolled_on", "started_on", "completed_on", "dropped_on"):
        enrolments[column] = pd.to_datetime(enrolments[column])
    enrolments["minutes"] = enrolments["minutes"].astype(float)
    assert _fingerprint(a_tables) == before


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [("enrolments", "minutes", "91"), ("enrolments", "minutes", ""), ("courses", "hours", "2.51")],
)
def test_one_changed_value_shows(a_tables: Frames, table: str, column: str, value: str) -> None:
    before = _fingerprint(a_tables)
    a_tables[table].loc[4, column] = value
    assert _fingerprint(a_tables) != before


def test_values_cannot_slip_from_one_column_into_the_next(a_tables: Frames) -> None:
    a_tables["courses"].loc[0, ["title", "language"]] = ["ab", "c"]
    before = _fingerprint(a_tables)
    a_tables["courses"].loc[0, ["title", "language"]] = ["a", "bc"]
    assert _fingerprint(a_tables) != before


def test_a_row_set_aside_is_not_in_it(a_tables: Frames, checked: Callable[..., Dataset]) -> None:
    broken = checked(("enrolments", 4, "minutes", "-1"), tables=tuple(a_tables))
    a_tables["enrolments"] = a_tables["enrolments"].drop(index=3)
    assert _fingerprint(a_tables) == broken.fingerprint


def test_a_repeated_row_shows(organisation: Frames) -> None:
    before = _fingerprint(organisation)
    feedback = organisation["feedback"]
    organisation["feedback"] = pd.concat([feedback, feedback.head(2)])
    assert _fingerprint(organisation) != before


def test_protected_values_are_not_in_it(a_tables: Frames) -> None:
    before = _fingerprint(a_tables)
    a_tables["employees"]["protected_gender"] = "f"
    assert _fingerprint(a_tables) == before


def test_a_missing_table_is_not_an_empty_one(organisation: Frames) -> None:
    organisation["absences"] = organisation["absences"].head(0)
    before = _fingerprint(organisation)
    del organisation["absences"]
    assert _fingerprint(organisation) != before
