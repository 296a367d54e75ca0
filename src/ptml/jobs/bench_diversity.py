"""What diversity costs: lists of one simulated organisation at several settings of the knob."""

import tempfile
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ptml.jobs.progress import Progress, Silent
from ptml.jobs.score import run_scoring
from ptml.jobs.settings import Settings
from ptml.jobs.train import run_training
from ptml.publish import read_run
from ptml.simulate import SimulationConfig, simulate

KNOBS = (0.0, 0.1, 0.2, 0.3, 0.5, 0.7)
_LISTS = ("coverage", "exposure_gini", "intra_list_diversity")
_TOP_K = 5


def bench_diversity(
    employees: int,
    seed: int,
    now: Callable[[], datetime],
    progress: Progress,
    knobs: Sequence[float] = KNOBS,
) -> dict[str, Any]:
    """Measure gain, accuracy and variety of the first five places for each setting."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        data, models = place / "data", place / "models"
        progress.stage("Simulating and training")
        simulate(SimulationConfig(n_employees=employees, seed=seed), data)
        only = ["recommend", "lift"]
        run_training(str(data), models, None, Settings(seed=seed), only, False, Silent())
        truth = pd.read_parquet(data / "truth" / "lift.parquet")
        rows = []
        progress.stage("Scoring")
        for step, knob in enumerate(knobs):
            out = place / f"out-{step}"
            settings = Settings.model_validate(
                {
                    "seed": seed,
                    "rank": {"top_k": _TOP_K, "diversity": knob},
                    "explore": {"share": 0},
                }
            )
            run_scoring(str(data), models, str(out), None, settings, only, now, Silent())
            rows.append({"diversity": knob, **_measured(out, truth)})
            progress.step(step + 1, len(knobs))
    header = " ".join(f"{name:>20}" for name in rows[0])
    lines = [" ".join(f"{value:>20.3f}" for value in row.values()) for row in rows]
    return {"rows": rows, "sentences": [header, *lines]}


def _measured(out: Path, truth: pd.DataFrame) -> dict[str, float]:
    run = read_run(str(out))
    evidence = run.tables["evidence"].set_index("name")["value"]
    listed = run.tables["recommendations"][["employee_id", "course_id", "rank", "score"]]
    captured, ndcg = against_oracle(listed, truth)
    return {
        "oracle_gain": captured,
        "ndcg_at_5": ndcg,
        "expected_gain": float(listed["score"].mean()),
        **{name: float(evidence[name]) for name in _LISTS},
    }


def against_oracle(listed: pd.DataFrame, truth: pd.DataFrame) -> tuple[float, float]:
    """Share of the oracle's gain in the lists, and NDCG with the true lift as the gain.

    Parameters
    ----------
    listed : DataFrame
        ``employee_id, course_id, rank``.
    truth : DataFrame
        ``employee_id, course_id, lift``: of every eligible pair of some people.

    Returns
    -------
    captured, ndcg : float
        ``(lists - random) / (oracle - random)`` of the mean true lift of a list, the oracle having
        the truly best courses and random any, in lists as long as ours; and the mean over people of
        ``sum max(lift, 0) / log2(rank + 1)`` over that of the oracle.
    """
    length = listed.groupby("employee_id").size()
    own = truth[truth["employee_id"].isin(length.index)]
    own = own.sort_values(["employee_id", "lift"], ascending=[True, False], kind="stable")
    position = own.groupby("employee_id").cumcount().to_numpy() + 1
    kept = position <= length.reindex(own["employee_id"]).to_numpy()
    best = own[kept].assign(rank=position[kept])
    found = listed.merge(own, on=["employee_id", "course_id"])
    gain, most = (_of_lists(frame, discount=False) for frame in (found, best))
    random = own.groupby("employee_id")["lift"].mean() * length.reindex(most.index)
    gain = gain.reindex(most.index).fillna(0)
    captured = float((gain - random).sum() / (most - random).sum())
    ours, ideal = (_of_lists(frame, discount=True) for frame in (found, best))
    ratio = (ours.reindex(ideal.index).fillna(0) / ideal)[ideal > 0]
    return captured, float(ratio.mean())


def _of_lists(frame: pd.DataFrame, discount: bool) -> pd.Series:
    value = frame["lift"].to_numpy(dtype=np.float64)
    if discount:
        value = np.maximum(value, 0) / np.log2(frame["rank"].to_numpy(dtype=np.float64) + 1)
    return pd.Series(value).groupby(frame["employee_id"].to_numpy()).sum()
