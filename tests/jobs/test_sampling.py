"""A sample of people is the same every time, and lies within a larger one."""

from pathlib import Path

import pandas as pd
import pytest
from pydantic import ValidationError

from ptml.features.history import load_history
from ptml.jobs.bench_sampling import against_truth, table
from ptml.jobs.sampling import people_sampled, sampling_sentences
from ptml.jobs.settings import TrainingConfig
from ptml.jobs.year_quality import Answers
from ptml.sources import read_dataset


def test_everybody_is_no_sample() -> None:
    assert people_sampled(1.0) is None
    assert sampling_sentences(1.0, 10, 10) == []


@pytest.mark.parametrize("share", [0.0, 1.5])
def test_a_share_is_above_nothing_and_at_most_all(share: float) -> None:
    with pytest.raises(ValidationError):
        TrainingConfig(sample_share=share)


def test_a_smaller_sample_lies_within_a_larger_one(organisation: Path) -> None:
    with read_dataset(organisation) as dataset:
        half, fifth = (
            set(load_history(dataset, people_sampled(share)).employees.ids) for share in (0.5, 0.2)
        )
    assert fifth < half
    assert 0.4 * 600 < len(half) < 0.6 * 600


def test_a_training_says_whom_it_learnt_from() -> None:
    [told] = sampling_sentences(0.1, 61, 600)
    assert "61 of 600 people" in told


def test_answers_are_held_against_the_truth(tmp_path: Path) -> None:
    (tmp_path / "truth").mkdir()
    keys = {"employee_id": ["a", "a"], "course_id": ["x", "y"]}
    pd.DataFrame({**keys, "lift": [1.0, 3.0]}).to_parquet(tmp_path / "truth" / "lift.parquet")
    weak = pd.DataFrame({"enrolment_id": ["1", "2", "3"], "weak": [True, False, None]})
    weak.to_parquet(tmp_path / "truth" / "transfer.parquet")
    said = Answers(
        lift=pd.DataFrame({**keys, "lift": [2.0, 3.0]}),
        shown=pd.DataFrame(),
        warned=pd.DataFrame({"enrolment_id": ["1", "2", "3"], "p_weak": [0.9, 0.1, 0.5]}),
    )
    found = against_truth(said, tmp_path)
    assert found["captured"] == 1.0
    assert found["lift_rmse"] == pytest.approx(0.5**0.5)
    assert found["warning_auc"] == 1.0


def test_the_table_has_a_row_a_share() -> None:
    row = {"sampled": 600, "ndcg_at_10": 0.2, "captured": 0.5, "lift_rmse": 1.0, "warning_auc": 0.8}
    lines = table([{"share": 1.0, **row}, {"share": 0.1, **row, "sampled": 60}])
    assert [line.split(" | ")[0] for line in lines[2:]] == ["| 100%", "| 10%"]
