"""One organisation: learn to warn as of an earlier day, warn about what was completed later."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ptml.contracts.as_of import as_of_range
from ptml.errors import UsageError
from ptml.evaluate.warning_bench.judging import Cases, Figures, calibration_floor, judge
from ptml.evaluate.warning_bench.methods import (
    SKLEARN_NAMES,
    Folds,
    Predicted,
    sklearn_predicted,
)
from ptml.evaluate.warning_evidence import exam_rule
from ptml.features.history import History, load_history
from ptml.features.shared import Shared, shared_averages
from ptml.sources import read_dataset
from ptml.transfer.cases import labelled_cases
from ptml.transfer.completions import DAYS_TO_MOMENT, STAGES, Completions
from ptml.transfer.config import WarningConfig
from ptml.transfer.fitting import fit_warning
from ptml.transfer.labels import Labels, transfer_labels
from ptml.transfer.model import WarningModel, WarningScores
from ptml.transfer.splits import time_split
from ptml.transfer.threshold import flag_threshold

Bools = NDArray[np.bool_]

LATER_DAYS = 180
"""Days before the end of the data as of which everybody learns."""
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, eq=False)
class Later:
    """A model learnt as of a day, what it says of completions after it, and the truth of these.

    Attributes
    ----------
    day : int
        As of which everybody learnt.
    labels : Labels
        As the whole of the data tells them.
    scores : WarningScores
        m completions after the day, at each stage.
    weak : (m,) bool
    p_true, label : (m,) float64
        As in `Cases`.
    """

    history: History
    shared: Shared
    day: int
    labels: Labels
    model: WarningModel
    scores: WarningScores
    weak: Bools
    p_true: NDArray[np.float64]
    label: NDArray[np.float64]

    def at(self, stage: int) -> Bools:
        """Which rows of the scores are of a stage, (m,) bool."""
        return self.scores.completions.stage == stage

    def cases(self, stage: int) -> Cases:
        """Truth of the completions of a stage."""
        rows = self.at(stage)
        return Cases(
            self.weak[rows], self.p_true[rows], self.label[rows], self.scores.blocked[rows]
        )


def learn_earlier(data: Path, config: WarningConfig, seed: int) -> Later:
    """Read an organisation with its truth; fit `LATER_DAYS` before its end and warn after that.

    Raises
    ------
    UsageError
        Where there is no truth, or the model refuses.
    """
    path = data / "truth" / "transfer.parquet"
    if not path.is_file():
        raise UsageError(f"{path} is not there; only an organisation with its truth can be judged")
    with read_dataset(str(data)) as dataset:
        end = as_of_range(dataset)[1]
        history, shared = load_history(dataset), shared_averages(dataset)
    end_day = (end - _EPOCH).days
    day = (end - timedelta(days=LATER_DAYS) - _EPOCH).days
    model = fit_warning(history, shared, day, config, seed)
    if model.refusal is not None:
        raise UsageError(f"{data}: {model.refusal}; give more employees")
    scores = model.predict(history, shared, _later(history, day, end_day))
    enrolment, stage = scores.completions.enrolment, scores.completions.stage
    truth = pd.read_parquet(path)
    ids = pd.Index(history.enrolments.enrolment_id[enrolment])
    truth = truth.iloc[pd.Index(truth["enrolment_id"]).get_indexer(ids)]
    by_stage = truth[[f"p_weak_{name}" for name in STAGES]].to_numpy(dtype=np.float64)
    labels = transfer_labels(history, config.label)
    return Later(
        history=history,
        shared=shared,
        day=day,
        labels=labels,
        model=model,
        scores=scores,
        weak=truth["weak"].to_numpy(dtype=np.bool_),
        p_true=by_stage[np.arange(len(stage)), stage],
        label=_labels_of(history, labels, end_day)[enrolment],
    )


def folds_of(later: Later) -> list[Folds]:
    """What ptml's trees were fitted and calibrated on, and the later completions, by stage."""
    model, config = later.model, later.model.config
    labels, day = later.labels, later.day
    rng = np.random.default_rng(model.seed)
    labelled = labelled_cases(later.history, later.shared, labels, model.norms, day, config, rng)
    split = time_split(labels, day, config, has_test=False)
    x = labelled.features.select(model.names)
    asked = later.scores.features.select(model.names)
    folds = []
    for stage in range(len(STAGES)):
        here = labelled.stage == stage
        train, calibrate = (here & labelled.within(s) for s in (split.train, split.calibrate))
        folds.append(
            Folds(
                x[train],
                labelled.weak[train],
                x[calibrate],
                labelled.weak[calibrate],
                labelled.blocked[calibrate],
                asked[later.at(stage)],
            )
        )
    return folds


def measure_organisation(
    later: Later, folds: list[Folds], told: Callable[[str], None]
) -> dict[str, dict[str, Figures]]:
    """Figures by stage and method: ptml, scikit-learn's, the exam rule and the oracle.

    Parameters
    ----------
    folds : list
        Of `folds_of`.
    told : callable
        Told what is being done.
    """
    found: dict[str, dict[str, Figures]] = {}
    for stage, name in enumerate(STAGES):
        cases, rows = later.cases(stage), later.at(stage)
        found[name] = {"ptml": judge(cases, later.scores.p_weak[rows], later.scores.flagged[rows])}
        for method, words in SKLEARN_NAMES.items():
            told(f"{words}, {name}")
            predicted = sklearn_predicted(
                method, folds[stage], later.model.seed, later.model.config.num_threads
            )
            found[name][method] = judge_predicted(later, stage, folds[stage], predicted)
        found[name] |= _yardsticks(later, stage, cases)
    return found


def judge_predicted(later: Later, stage: int, folds: Folds, predicted: Predicted) -> Figures:
    """Figures of a rival; it flags as ptml does, by capacity on the calibration fold."""
    config, cases = later.model.config, later.cases(stage)
    bound = flag_threshold(
        predicted.calibrate, folds.blocked_calibrate, config.review_share, config.cost_of_miss
    )
    return judge(cases, predicted.test, (predicted.test >= bound) & ~cases.blocked)


def _yardsticks(later: Later, stage: int, cases: Cases) -> dict[str, Figures]:
    enrolment = later.scores.completions.enrolment[later.at(stage)]
    failed = exam_rule(later.history.enrolments.exam_score[enrolment])
    floor = calibration_floor(cases.p_true, np.random.default_rng(later.model.seed))
    about: Figures = {
        "cases": len(cases),
        "weak_share": float(cases.weak.mean()),
        "known_share": float(np.isfinite(cases.label).mean()),
        "blocked_share": float(cases.blocked.mean()),
        "ece_floor": floor,
    }
    return {
        "exam_below_60": judge(cases, failed, failed > 0, is_probability=False),
        "truth": {**judge(cases, cases.p_true, None), **about},
    }


def _later(history: History, day: int, end_day: int) -> Completions:
    completed = history.enrolments.completed
    last = end_day - max(DAYS_TO_MOMENT)
    there = np.flatnonzero((completed >= day) & (completed <= last))
    return Completions.at_both_stages(there.astype(np.int32))


def _labels_of(history: History, labels: Labels, end_day: int) -> NDArray[np.float64]:
    """Label of every enrolment, (n_enrolments,) float64; NaN = not known."""
    found = np.full(len(history.enrolments), np.nan)
    known = labels.known_at(end_day)
    found[labels.enrolment[known]] = labels.weak[known]
    return found
