"""OULAD: ptml's classifier, a plain LightGBM and peers on the same students."""

import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from lightgbm import LGBMClassifier
from numpy.typing import NDArray

import ptml.transfer
from ptml.evaluate import oulad, oulad_features, oulad_records, oulad_warning
from ptml.evaluate.oulad import OULAD_DAYS, OuladCases, oulad_cases
from ptml.evaluate.oulad_warning import warn_oulad
from ptml.evaluate.warning_bench import methods
from ptml.evaluate.warning_bench import oulad as judges
from ptml.evaluate.warning_bench.methods import (
    PEER_NAMES,
    SKLEARN_NAMES,
    Folds,
    sklearn_predicted,
)
from ptml.evaluate.warning_bench.oulad import OuladFigures, Students, judge_oulad
from ptml.jobs.bench_lift_public import kept
from ptml.jobs.bench_warning_peers import peers_predicted
from ptml.jobs.progress import Progress
from ptml.jobs.source_hash import source_hash
from ptml.transfer.config import WarningConfig

Bools = NDArray[np.bool_]
Doubles = NDArray[np.float64]

_SEED = 0
# Of the newer presentations of 2013, every fourth student calibrates: those nearest to 2014, and
# enough is left to learn from.
_NEWER = "2013J"
_CALIBRATION_SHARE = 0.25
# Knuth's multiplicative hash: who calibrates hangs on the student alone.
_HASH = np.uint64(2654435761)
_HASH_SPAN = np.uint64(2**32)


@dataclass(frozen=True)
class OuladPlan:
    """What is measured on OULAD.

    Attributes
    ----------
    data : Path
        Folder with its Parquet files; left out where it is not there.
    peers_python : Path or None
        Python of the environment of the peers; None = they are left out.
    days : tuple of int
        Of the presentations, at which a warning is asked for.
    """

    data: Path
    peers_python: Path | None = None
    days: tuple[int, ...] = OULAD_DAYS


@dataclass(frozen=True)
class OuladResults:
    """What was found, and a line for each thing that was not there or broke."""

    figures: list[OuladFigures]
    left_out: list[str]


def measure_oulad(
    plan: OuladPlan, work: Path, config: WarningConfig, progress: Progress
) -> OuladResults:
    """Run everybody on each day; what ``work`` holds of the same source is not done again."""
    if not plan.data.is_dir():
        return OuladResults([], [f"OULAD: {plan.data} is not there"])
    parts = (oulad, oulad_features, oulad_records, oulad_warning, judges, methods)
    model = source_hash(ptml.transfer, *parts)
    # With and without peers are two results: neither stands for the other.
    suffix = "" if plan.peers_python is None else "-peers"
    figures = []
    for day in plan.days:

        def told(words: str, day: int = day) -> None:
            progress.stage(f"OULAD, day {day}: {words}")

        def measure(day: int = day, told: Callable[[str], None] = told) -> dict[str, Any]:
            return asdict(_measured(plan, day, config, told))

        figures.append(OuladFigures(**kept(work / f"{day}{suffix}.json", model, measure)))
    return OuladResults(figures, _broken(plan, figures))


def calibration_rows(cases: OuladCases) -> tuple[Bools, Bools]:
    """Rows of 2013 that are learnt from, and those that calibrate; no student is in both.

    Returns
    -------
    train, calibrate : (n,) bool
    """
    hashed = (cases.train_student.astype(np.uint64) * _HASH) % _HASH_SPAN
    chosen = hashed / float(_HASH_SPAN) < _CALIBRATION_SHARE
    newer = np.char.endswith(cases.train_presentation, _NEWER)
    calibrate = chosen & newer
    students = np.unique(cases.train_student[calibrate])
    return ~np.isin(cases.train_student, students), calibrate


def _measured(
    plan: OuladPlan, day: int, config: WarningConfig, told: Callable[[str], None]
) -> OuladFigures:
    told("reading it")
    cases = oulad_cases(plan.data, day)
    train, calibrate = calibration_rows(cases)
    folds = Folds(
        cases.train.x[train],
        cases.train.weak[train],
        cases.train.x[calibrate],
        cases.train.weak[calibrate],
        np.zeros(int(calibrate.sum()), dtype=np.bool_),
        cases.test.x,
    )
    told("ptml")
    said = {"ptml": warn_oulad(cases, _SEED, config).p_weak, "plain": _plain(cases, config)}
    for method, words in SKLEARN_NAMES.items():
        told(words)
        said[method] = sklearn_predicted(method, folds, _SEED, config.num_threads).test
    if plan.peers_python is not None:
        with tempfile.TemporaryDirectory(prefix="ptml-bench-") as scratch:
            found = peers_predicted([folds], plan.peers_python, Path(scratch), told)
        said |= {method: predicted[0].test for method, predicted in found.items()}
    told("intervals")
    return judge_oulad(day, len(cases.train), _students(cases), said, _SEED)


def _plain(cases: OuladCases, config: WarningConfig) -> Doubles:
    """LightGBM as it comes, on all rows of 2013."""
    model = LGBMClassifier(
        random_state=_SEED, n_jobs=config.num_threads, deterministic=True, verbose=-1
    )
    model.fit(cases.train.x, cases.train.weak)
    # The booster itself: the wrapper warns about columns without names.
    return np.asarray(
        model.booster_.predict(cases.test.x, num_threads=config.num_threads), dtype=np.float64
    )


def _students(cases: OuladCases) -> Students:
    groups = {
        str(name): cases.groups[name].replace("", "unknown").to_numpy(dtype=object)
        for name in cases.groups
    }
    return Students(cases.test.weak, cases.test_student, groups)


def _broken(plan: OuladPlan, figures: list[OuladFigures]) -> list[str]:
    if plan.peers_python is None:
        return []
    return [
        f"{name} on OULAD, day {one.day}: it broke"
        for one in figures
        for method, name in PEER_NAMES.items()
        if method not in one.methods
    ]
