"""EBM, CatBoost and XGBoost on the folds of the benchmark of early warning."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from ptml.evaluate.warning_bench.methods import PEER_NAMES, Folds, Predicted, calibrated
from ptml.jobs.bench_lift_public import run_peer

PEER_SCRIPT = Path("bench/peers-warning/run.py")


def peers_predicted(
    folds: Sequence[Folds], python: Path, work: Path, told: Callable[[str], None]
) -> dict[str, list[Predicted]]:
    """Calibrated probabilities by peer and fold; peers that broke are left out, and told.

    Parameters
    ----------
    python : Path
        Of the environment of the peers.
    work : Path
        Scratch folder.
    """
    for k, fold in enumerate(folds):
        write_fold(fold, work / "tasks" / f"{k}.npz")
    found = {}
    for method, words in PEER_NAMES.items():
        told(words)
        problem = run_peer(python, method, work / "tasks", work / method, PEER_SCRIPT)
        if problem is not None:
            told(f"{words} {problem}")
            continue
        found[method] = [_read(work / method / f"{k}.npy", fold) for k, fold in enumerate(folds)]
    return found


def write_fold(fold: Folds, path: Path) -> None:
    """Write what a peer may see."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(
        path,
        x_train=fold.x_train,
        y_train=fold.y_train,
        x_calibrate=fold.x_calibrate,
        y_calibrate=fold.y_calibrate,
        x_test=fold.x_test,
    )


def _read(path: Path, fold: Folds) -> Predicted:
    p_weak = np.load(path, allow_pickle=False)
    calibrate, test = np.split(p_weak, [len(fold.x_calibrate)])
    return calibrated(fold, calibrate, test)
