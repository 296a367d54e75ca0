"""OULAD in the benchmark of early warning, on made-up students."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ptml.evaluate.oulad import OuladCases
from ptml.evaluate.warning_bench.methods import SKLEARN_NAMES
from ptml.jobs import bench_warning_oulad as job
from ptml.jobs import bench_warning_peers as peers_job
from ptml.jobs.bench_warning_oulad import OuladPlan, calibration_rows, measure_oulad
from ptml.jobs.progress import Silent
from ptml.transfer.calibration import sigmoid
from ptml.transfer.classifier import Cases
from ptml.transfer.config import TreeConfig, WarningConfig

N = 1600
CONFIG = WarningConfig(trees=TreeConfig(n_trees=20))


def students(seed: int) -> Cases:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(N, 3)).astype(np.float32)
    weak = rng.random(N) < sigmoid(2 * x[:, 0].astype(np.float64))
    return Cases(x, weak, np.zeros(N, dtype=np.uint8))


def cases(folder: Path, day: int) -> OuladCases:
    rng = np.random.default_rng(day)
    return OuladCases(
        train=students(1),
        test=students(2),
        names=("a", "b", "c"),
        # Everybody studies two modules, one in each half of the year.
        train_student=np.arange(N) % (N // 2),
        test_student=np.arange(N),
        train_presentation=np.repeat(np.array(["AAA2013B", "BBB2013J"]), N // 2),
        groups=pd.DataFrame({"gender": rng.choice(["F", "M", ""], N, p=[0.5, 0.49, 0.01])}),
    )


def test_the_newer_presentations_calibrate_and_no_student_is_in_both() -> None:
    given = cases(Path(), 28)
    train, calibrate = calibration_rows(given)
    assert {str(p) for p in given.train_presentation[calibrate]} == {"BBB2013J"}
    assert not set(given.train_student[train]) & set(given.train_student[calibrate])
    assert 0.2 < calibrate.sum() / (N / 2) < 0.3
    again = calibration_rows(cases(Path(), 70))[1]
    assert np.array_equal(calibrate, again)


def test_everybody_is_measured_once_and_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "oulad_cases", cases)
    plan = OuladPlan(tmp_path, None, (28,))
    found = measure_oulad(plan, tmp_path / "work", CONFIG, Silent())
    assert found.left_out == []
    one = found.figures[0]
    assert set(one.methods) == {"ptml", "plain", *SKLEARN_NAMES}
    assert one.methods["ptml"]["auc"][0] > 0.8
    told = {row["group"]: "flag_rate" in row for row in one.groups}
    assert told == {"F": True, "M": True, "unknown": False}
    monkeypatch.setattr(job, "oulad_cases", None)
    again = measure_oulad(plan, tmp_path / "work", CONFIG, Silent())
    assert again.figures[0].methods["ptml"]["auc"][0] == one.methods["ptml"]["auc"][0]


def test_a_peer_that_breaks_and_data_that_are_not_there_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job, "oulad_cases", cases)
    monkeypatch.setattr(peers_job, "run_peer", lambda *_: "failed: no memory")
    found = measure_oulad(
        OuladPlan(tmp_path, Path("python"), (28,)), tmp_path / "work", CONFIG, Silent()
    )
    assert "CatBoost on OULAD, day 28: it broke" in found.left_out
    gone = measure_oulad(OuladPlan(tmp_path / "no"), tmp_path / "work", CONFIG, Silent())
    assert gone.figures == []
    assert gone.left_out == [f"OULAD: {tmp_path / 'no'} is not there"]
