"""What learning from a sample of people costs, measured on simulated organisations.

Models are fitted on samples of different shares as of one quarter before the data end, and all are
asked about everybody: for choices of the held-out quarter, and for lifts and warnings whose truth
the simulation knows.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ptml.contracts.artefacts import replace_folder
from ptml.contracts.as_of import as_of_range
from ptml.contracts.dataset import Dataset
from ptml.evaluate.lift_truth import captured_gain
from ptml.evaluate.window.next_choices import ranked_choices
from ptml.features.history import History, load_history
from ptml.features.shared import Shared, shared_averages
from ptml.jobs.asked import epoch_day, models_asked
from ptml.jobs.fitting import Learning, fit_models
from ptml.jobs.models import load_models
from ptml.jobs.progress import Progress
from ptml.jobs.sampling import people_sampled
from ptml.jobs.settings import Settings
from ptml.jobs.year_quality import Answers, answers
from ptml.separation import auc
from ptml.simulate import SimulationConfig, simulate
from ptml.sources import read_dataset

SHARES = (1.0, 0.5, 0.2, 0.1, 0.05)
HELD_OUT_DAYS = 91
MEASURES = ("ndcg_at_10", "captured", "lift_rmse", "warning_auc")


def bench_sampling(
    employees: int,
    seeds: Sequence[int],
    shares: Sequence[float],
    keep: Path,
    progress: Progress,
) -> dict[str, Any]:
    """Fit on samples of organisations and hold what they say of everybody against the truth.

    Parameters
    ----------
    keep : Path
        Folder of organisations, models and figures; what is there is not done again.
    """
    figures = []
    for seed in seeds:
        data = keep / f"organisation-{seed}"
        if not data.exists():
            progress.stage(f"Simulating organisation {seed}")
            simulate(SimulationConfig(n_employees=employees, seed=seed), data)
        figures.extend(_of_organisation(data, seed, shares, keep, progress))
    return {"figures": figures, "sentences": table(figures)}


def _of_organisation(
    data: Path, seed: int, shares: Sequence[float], keep: Path, progress: Progress
) -> list[dict[str, Any]]:
    told = {share: keep / f"figures-{seed}-{share:g}.json" for share in shares}
    missing = [share for share in shares if not told[share].exists()]
    if missing:
        with read_dataset(str(data)) as dataset:
            for share in missing:
                progress.stage(f"Organisation {seed}, learning from {share:.0%}")
                found = _measured(dataset, data, share, keep / f"models-{seed}-{share:g}", progress)
                told[share].write_text(json.dumps({"seed": seed, **found}), encoding="utf-8")
    return [json.loads(path.read_text(encoding="utf-8")) for path in told.values()]


def _measured(
    dataset: Dataset, data: Path, share: float, folder: Path, progress: Progress
) -> dict[str, Any]:
    end = as_of_range(dataset)[1]
    first = end - timedelta(days=HELD_OUT_DAYS)
    settings, names = Settings(), models_asked(dataset, [])
    history, shared = load_history(dataset), shared_averages(dataset)
    sampled = load_history(dataset, people_sampled(share))
    if not folder.exists():
        protected = dataset.query("SELECT * FROM protected_attributes")
        learning = Learning(sampled, shared, epoch_day(first), settings, protected)
        about = {"models": list(names), "as_of": first.isoformat()}
        with replace_folder(folder, about) as fresh:
            fit_models(names, learning, fresh, progress)
    said = answers(data, {"": folder}, end, settings)[""]
    return {
        "share": share,
        "people": len(history.employees),
        "sampled": len(sampled.employees),
        "ndcg_at_10": _ndcg(history, shared, folder, first, end),
        **against_truth(said, data),
    }


def _ndcg(history: History, shared: Shared, folder: Path, first: date, end: date) -> float:
    models = load_models(folder, ("recommend",), [])
    if models.preference is None:
        return float("nan")
    found = ranked_choices(
        history, shared, models.preference, models.ranker, epoch_day(first), epoch_day(end)
    )
    return float(found.ndcg.mean())


def against_truth(said: Answers, data: Path) -> dict[str, float]:
    """Lifts and warnings of everybody against what is true of them.

    Returns
    -------
    dict
        ``captured`` (share of the oracle's gain that the course with the best lift brings),
        ``lift_rmse`` (points), ``lift_answered`` (share of pairs with a lift), ``warning_auc``
        (against the true weak transfer, at completion).
    """
    keys = ["employee_id", "course_id"]
    true = pd.read_parquet(data / "truth" / "lift.parquet")[[*keys, "lift"]]
    pairs = said.lift.merge(true.rename(columns={"lift": "truth"}), on=keys)
    known = pairs.dropna(subset=["lift"])
    weak = pd.read_parquet(data / "truth" / "transfer.parquet")[["enrolment_id", "weak"]]
    cases = said.warned.merge(weak, on="enrolment_id").dropna(subset=["weak"])
    return {
        "captured": captured_gain(pairs, "lift"),
        "lift_rmse": float(np.sqrt(((known["lift"] - known["truth"]) ** 2).mean())),
        "lift_answered": len(known) / max(len(pairs), 1),
        "warning_auc": auc(cases["weak"].to_numpy(bool), cases["p_weak"].to_numpy(np.float64)),
    }


def table(figures: Sequence[Mapping[str, Any]]) -> list[str]:
    """Means over the organisations by share, as a Markdown table."""
    found = pd.DataFrame(list(figures))
    by = found.groupby("share", sort=True)
    lines = [
        "| learnt from | people | NDCG@10 | share of the oracle's gain | lift error, points "
        "| AUC of warnings |",
        "|---|---|---|---|---|---|",
    ]
    for share, rows in reversed(list(by)):
        told = " | ".join(_told(rows[name]) for name in MEASURES)
        lines.append(f"| {share:.0%} | {rows['sampled'].mean():,.0f} | {told} |")
    return lines


def _told(values: "pd.Series[float]") -> str:
    spread = f" ± {values.std():.3f}" if len(values) > 1 else ""
    return f"{values.mean():.3f}{spread}"
