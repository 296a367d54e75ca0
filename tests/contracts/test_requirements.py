"""What a data set is good for."""

from collections.abc import Callable

import pandas as pd
import pytest

from ptml.contracts.dataset import Dataset, dataset_from_frames
from ptml.contracts.requirements import Capability, missing_for, require, supports
from ptml.errors import DataError

Frames = dict[str, pd.DataFrame]
Checked = Callable[..., Dataset]
_A = ("employees", "courses", "enrolments")


def test_the_a_tables_alone_recommend_and_nothing_else(checked: Checked) -> None:
    dataset = checked(tables=_A)
    assert [capability for capability in Capability if supports(dataset, capability)] == [
        Capability.recommend
    ]


def test_a_whole_organisation_supports_all_and_misses_nothing(checked: Checked) -> None:
    dataset = checked()
    assert all(supports(dataset, capability) for capability in Capability)
    assert missing_for(dataset) == []


def test_each_missing_table_and_column_is_named_once(organisation: Frames) -> None:
    del organisation["absences"]
    organisation["courses"] = organisation["courses"].drop(columns="cost")
    with dataset_from_frames(organisation) as dataset:
        assert missing_for(dataset) == [
            "column cost of courses is missing: no return on cost and no allocation of a budget",
            "table absences is missing: weak transfer during a long absence cannot be told from any"
            " other",
        ]


def test_lift_without_performance_is_refused(checked: Checked) -> None:
    dataset = checked(tables=_A)
    with pytest.raises(
        DataError,
        match="not enough for lift: table performance is missing: no lift",
    ):
        require(dataset, Capability.lift)


def test_a_table_without_rows_is_as_good_as_none(organisation: Frames) -> None:
    organisation["performance"] = organisation["performance"].head(0)
    with dataset_from_frames(organisation) as dataset:
        assert missing_for(dataset, Capability.lift) == [
            "table performance has no rows: no lift: there is no result at work to compare"
        ]


def test_warnings_need_their_columns_too(organisation: Frames) -> None:
    organisation["transfer_evidence"] = organisation["transfer_evidence"].drop(columns="score")
    organisation["enrolments"] = organisation["enrolments"].drop(columns="completed_on")
    with dataset_from_frames(organisation) as dataset, pytest.raises(DataError) as raised:
        require(dataset, Capability.warnings)
    assert "column completed_on of enrolments is missing" in str(raised.value)
    assert "column score of transfer_evidence is missing" in str(raised.value)


def test_what_is_there_is_required_in_silence(checked: Checked) -> None:
    require(checked(), Capability.portraits)
