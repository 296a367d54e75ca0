"""Sizes follow from rates; a run of one's own stands for ours."""

import json
from pathlib import Path

import pytest

from ptml.errors import UsageError
from ptml.jobs.spark.sizing import MEASURED, UTILISATION, sizing


def test_cores_follow_from_the_time_of_a_learner() -> None:
    found = sizing(10_000_000, 2.0, 0.05, 5_000, None)["figures"]
    hours = 10_000_000 * MEASURED.task_seconds / 3600 / UTILISATION
    assert found["core_hours"] == pytest.approx(hours)
    assert found["cores"] == -(-hours // 2)
    assert found["tasks"] == 2_000
    assert found["cost"] == pytest.approx(hours * 0.05)


def test_what_does_not_fit_is_said() -> None:
    few = sizing(1_000_000, 1.0, 0.05, 1_000, None)["sentences"]
    many = sizing(100_000_000, 1.0, 0.05, 1_000, None)["sentences"]
    assert len(many) == len(few) + 2
    assert "driver alone" in many[-2]
    assert "sums by unit" in many[-1]


def test_a_run_of_ones_own_stands_for_ours(tmp_path: Path) -> None:
    run = tmp_path / "run.json"
    told = {"people": 100, "task_seconds": 360.0, "shuffle_bytes": 100_000, "kept_bytes": 1}
    run.write_text(json.dumps({"engine": told}))
    found = sizing(1_000_000, 1.0, 1.0, 5_000, run)["figures"]
    assert found["core_hours"] == pytest.approx(1_000 / UTILISATION)
    assert found["shuffle_gb"] == pytest.approx(1.0)


@pytest.mark.parametrize("text", ["{}", "no json", '{"engine": {"people": 0}}'])
def test_a_file_without_a_run_is_refused(tmp_path: Path, text: str) -> None:
    run = tmp_path / "run.json"
    run.write_text(text)
    with pytest.raises(UsageError, match="--run"):
        sizing(1_000, 1.0, 1.0, 5_000, run)
