"""Public sets, in reduced size: known answers are met where the data are at hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ptml.errors import UsageError
from ptml.evaluate.lift_public import acic, hillstrom, ihdp, lalonde
from ptml.evaluate.lift_public.task import Task, encode, run_ptml
from ptml.lift.learners.binary import BinaryConfig
from ptml.lift.learners.gate import GateConfig, judge_study
from ptml.lift.learners.gaussian import GaussianConfig
from ptml.lift.learners.outcomes import OutcomeConfig

DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data"
OUTCOME = OutcomeConfig(
    n_trees=60, process=GaussianConfig(max_iterations=10, max_tuning_rows=200, max_rows=500)
)
TREES = OutcomeConfig(n_trees=60, max_process_rows=0)
SMALL = BinaryConfig(n_folds=3, outcome=OUTCOME)


def _folder(name: str) -> Path:
    if not (DATA / name).is_dir():
        pytest.skip(f"public data are not here: ../shared/data/{name}")
    return DATA / name


def _first(task: Task, n: int) -> Task:
    """The task with fewer rows to learn from."""
    fields = {**task.__dict__, "x_train": task.x_train[:n], "a": task.a[:n], "y": task.y[:n]}
    return Task(**fields)


def test_ihdp_beats_its_own_constant() -> None:
    row = run_ptml(next(ihdp.tasks(_folder("ihdp"), replicates=[4])), config=SMALL)
    assert row["metric"] == "sqrt_pehe"
    assert row["value"] < 0.7 * row["of_constant"]


def test_acic_without_variation_is_told_as_one_number() -> None:
    task = _first(next(acic.tasks(_folder("acic2016"), settings=[2])), 2500)
    row = run_ptml(task, config=SMALL.model_copy(update={"outcome": TREES}))
    assert task.truth_test is not None
    assert task.truth_test.std() < 1e-9
    assert row["constant"]
    assert row["value"] < 0.1


def test_hillstrom_holds_half_of_the_customers_out() -> None:
    task = next(hillstrom.tasks(_folder("hillstrom")))
    assert len(task.x_train) == pytest.approx(len(task.x_test), abs=1)
    assert task.score(np.ones(len(task.x_test))) == 0
    # Women's clothes bought before: known to part the women's e-mail's effect.
    assert task.score(task.x_test[:, hillstrom.COVARIATES.index("womens")].astype(float)) > 0.03


def test_lalonde_experiment_passes_and_covers_the_others_are_refused() -> None:
    config = GateConfig(n_folds=3, outcome=TREES)
    judged = 0
    for sample in lalonde.samples(_folder("lalonde")):
        if sample.treated != "nsw_dw":
            continue
        keep = np.arange(len(sample.a)) % 4 == 0
        keep |= sample.a | sample.is_experimental
        result = judge_study(
            sample.x[keep],
            sample.a[keep],
            sample.y[keep],
            np.random.default_rng(0),
            sample.before[keep],
            config,
        )
        judged += 1
        assert result.passes == sample.is_experimental
        if result.on_treated is not None:
            low, high = result.on_treated.interval()
            assert low < lalonde.EXPERIMENTAL_EFFECT_USD["nsw_dw"] < high
        else:
            assert "placebo_outcome" in result.refused_by
    assert judged == 3


def test_missing_data_are_named_in_one_line(tmp_path: Path) -> None:
    for module in (ihdp, acic, hillstrom):
        with pytest.raises(UsageError, match="is not there; the public"):
            next(module.tasks(tmp_path))
    with pytest.raises(UsageError, match="is not there; the public"):
        next(lalonde.samples(tmp_path))


def test_categories_become_codes() -> None:
    frame = pd.DataFrame({"age": [30, 40], "channel": ["web", "phone"]})
    x, categorical = encode(frame)
    assert x.tolist() == [[30, 1], [40, 0]]
    assert categorical == (1,)


def test_a_prediction_of_a_peer_is_scored_like_ours() -> None:
    task = Task(
        name="tiny",
        x_train=np.zeros((2, 1), np.float32),
        a=np.array([True, False]),
        y=np.zeros(2),
        x_test=np.zeros((2, 1), np.float32),
        truth_test=np.array([1.0, 3.0]),
        categorical=(),
        metric="sqrt_pehe_over_sd",
        sd=2.0,
    )
    assert task.score(np.array([1.0, 1.0])) == pytest.approx(np.sqrt(2) / 2)
