"""The diagnosis against the truth of simulated organisations: old rules and new in one run."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ptml.contracts.as_of import as_of_range
from ptml.contracts.outputs import PERFORMANCE_STATES
from ptml.decide.causes import CAUSES
from ptml.decide.diagnosis.everybody import Diagnosed
from ptml.decide.diagnosis.pool import DiagnosisPool, codes
from ptml.decide.diagnosis.surroundings import surroundings
from ptml.decide.diagnosis.trainable import trainable
from ptml.decide.diagnosis.trouble import trouble_of_units
from ptml.decide.needs import NeedTotals, needs_of
from ptml.evaluate.needs_truth import (
    Latents,
    calibration,
    found_of,
    of_units,
    true_causes,
    true_losses,
)
from ptml.features.history import load_history
from ptml.features.shared import shared_averages
from ptml.features.standing import standing
from ptml.jobs.asked import epoch_day
from ptml.jobs.bench_needs_page import page_of
from ptml.jobs.diagnosed import Everybody, diagnosed
from ptml.jobs.diagnosing import add_to_pool
from ptml.jobs.progress import Progress
from ptml.jobs.settings import Settings
from ptml.simulate import SimulationConfig, simulate
from ptml.simulate.changes import Changes, UnitMatters, UnitWishes
from ptml.sources import read_dataset

NAMED = ("capability", "motivation", "environment")
_BELOW, _UNCLEAR = PERFORMANCE_STATES.index("below"), CAUSES.index("unclear")
_DAYS_A_QUARTER = 91.0


@dataclass(frozen=True, eq=False)
class Said:
    """What was said of rows and what is true, (n,) each; `strength` of what the new way says."""

    true: NDArray[np.int64]
    old: NDArray[np.int64]
    new: NDArray[np.int64]
    strength: NDArray[np.float64]


def bench_needs(
    employees: int, seeds: Sequence[int], page: Path | None, progress: Progress
) -> dict[str, Any]:
    """Simulate, diagnose by both, and count; the page holds figures alone.

    Parameters
    ----------
    page : Path, optional
        Where the tables go.
    """
    found = []
    with tempfile.TemporaryDirectory(prefix="ptml-bench-") as scratch:
        for seed in seeds:
            data = Path(scratch) / str(seed)
            progress.stage(f"Organisation {seed}")
            planted = Changes(unit_matters=UnitMatters(), unit_wishes=UnitWishes())
            simulate(SimulationConfig(n_employees=employees, seed=seed, changes=planted), data)
            found.append(_of_organisation(data))
    figures = {
        "people": _figures([one["people"] for one in found]),
        "units": _figures([one["units"] for one in found]),
        "planted": _figures([one["planted"] for one in found]),
        "kept_away": _kept_away([one["kept_away"] for one in found]),
        "wishes": _verdicts(pd.concat([one["wishes"] for one in found])),
    }
    lines = page_of(figures, employees, seeds)
    if page is not None:
        page.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return {"figures": figures, "sentences": lines}


def _of_organisation(data: Path) -> dict[str, Any]:
    settings = Settings()
    with read_dataset(str(data)) as dataset:
        day = as_of_range(dataset)[1]
        history, shared = load_history(dataset), shared_averages(dataset)
        wishes = diagnosed(dataset, history, shared, day, settings)["wishes"].to_pandas()
    everybody = Everybody.of(history, shared, day, settings)
    pool = DiagnosisPool()
    add_to_pool(pool, everybody, settings)
    table = pool.lists["diagnosis"]
    n_units = len(history.units)
    around = surroundings(shared, history.incidents, n_units, epoch_day(day))
    found = Diagnosed.of(table, around, settings.diagnosis)
    if found is None:
        raise AssertionError("the organisation is large enough")
    latents, matter = _truth(data, everybody)
    lost = true_losses(latents, n_units)
    people, share = found.below, settings.diagnosis.main_share
    said = Said(
        true=true_causes(lost, share)[people],
        old=codes(table, "rule_cause")[people],
        new=found.verdict.cause,
        strength=found.verdict.strength,
    )
    units, new, strength = _units(everybody, found, settings)
    least = settings.diagnosis.worthwhile_points
    unit_truth = true_causes(of_units(lost, latents.unit, n_units), share, least)
    large = np.bincount(latents.unit[latents.unit >= 0], minlength=n_units) >= 5
    at = np.flatnonzero(large)
    wanted = np.array([CAUSES.index(m) if m in CAUSES else _UNCLEAR for m in matter])
    state, trouble = codes(table, "state"), trouble_of_units(around, settings.diagnosis)
    may = trainable(codes(table, "unit"), state, trouble, settings.diagnosis)
    return {
        "people": said,
        "units": Said(unit_truth[at], units[at], new[at], strength[at]),
        "planted": Said(wanted[at], units[at], new[at], strength[at]),
        "kept_away": (latents.trouble, ~may, state),
        "wishes": _wishes(data, wishes, settings),
    }


def _wishes(data: Path, said: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """What units asked for: what is truly lacking, what was planted, and the verdict."""
    asked = pd.read_parquet(data / "truth" / "wishes.parquet")
    units = pd.read_parquet(data / "truth" / "units.parquet")[["org_unit_id", "matter"]]
    told = said[said["kind"] == "course"].rename(columns={"subject_id": "course_id"})
    found = asked.merge(told[["org_unit_id", "course_id", "verdict"]]).merge(units)
    is_lacking = found["gap_levels"] >= settings.causes.gap_levels
    return found.assign(is_lacking=is_lacking)


def _units(
    everybody: Everybody, found: Diagnosed, settings: Settings
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Cause of each unit by thresholds, by the model, and its strength."""
    history = everybody.history
    totals = NeedTotals(len(history.units), len(history.competencies))
    unit = standing(history, everybody.rows).unit
    portraits = everybody.portraits
    totals.add(unit, everybody.signals, portraits.weighted_gap, portraits.importance)
    old = np.full(len(history.units), _UNCLEAR, dtype=np.int64)
    for need in needs_of(totals, settings.needs, settings.causes):
        if need.competency < 0:
            old[need.unit] = CAUSES.index(need.cause)
    return old, found.unit_verdict.cause, found.unit_verdict.strength


def _truth(data: Path, everybody: Everybody) -> tuple[Latents, NDArray[np.object_]]:
    history, rows = everybody.history, everybody.rows
    ids = history.employees.ids[rows.employee]
    people = (
        pd.read_parquet(data / "truth" / "people.parquet").set_index("employee_id").reindex(ids)
    )
    units = pd.read_parquet(data / "truth" / "units.parquet").set_index("org_unit_id")
    matter = units["matter"].reindex(history.units.ids).fillna("none").to_numpy(dtype=object)
    unit = standing(history, rows).unit.astype(np.int64)
    quarters = everybody.people.column("tenure_days").astype(np.float64) / _DAYS_A_QUARTER
    ramp = np.where(quarters < 12, -4.0 * 0.6 ** np.nan_to_num(quarters), 0.0)
    troubled = matter == "environment"
    latents = {
        name: people[name].to_numpy(np.float64)
        for name in ("ability", "motivation", "keenness", "support")
    }
    score = everybody.people.column("score_mean_4_periods").astype(np.float64)
    trouble = np.where(unit >= 0, troubled[np.maximum(unit, 0)], False)
    return Latents(newness=ramp, trouble=trouble, unit=unit, score=score, **latents), matter


def _figures(all_said: Sequence[Said]) -> dict[str, Any]:
    """Counts over all organisations."""
    true, old, new, strength = (
        np.concatenate([getattr(said, name) for said in all_said])
        for name in ("true", "old", "new", "strength")
    )
    causes = {
        cause: {
            way: _told(found_of(values, true, CAUSES.index(cause)))
            for way, values in (("old", old), ("new", new))
        }
        for cause in NAMED
    }
    named = new != _UNCLEAR
    bins = calibration(strength[named], new[named] == true[named])
    return {
        "rows": len(true),
        "causes": causes,
        "calibration": [vars(one) for one in bins],
        "right": {
            way: float((values == true).mean()) for way, values in (("old", old), ("new", new))
        },
        "said": {
            way: float((values != _UNCLEAR).mean()) for way, values in (("old", old), ("new", new))
        },
    }


def _told(found: Any) -> Mapping[str, float]:
    names = ("truly", "said", "both", "recall", "precision", "false_alarm_rate", "f1")
    return {name: getattr(found, name) for name in names}


def _kept_away(parts: Sequence[tuple[NDArray[Any], ...]]) -> dict[str, float]:
    """Of people who are not above target: kept from courses where machines fail, and elsewhere."""
    trouble, away, state = (np.concatenate(values) for values in zip(*parts, strict=True))
    asked = state != PERFORMANCE_STATES.index("above")
    return {
        "in_trouble": int((trouble & asked).sum()),
        "kept_in_trouble": float(away[trouble & asked].mean()),
        "elsewhere": int((~trouble & asked).sum()),
        "kept_elsewhere": float(away[~trouble & asked].mean()),
    }


def _verdicts(wishes: pd.DataFrame) -> list[dict[str, Any]]:
    """Verdicts on wishes by what is true, counted."""
    troubled = wishes["matter"].isin(["environment", "motivation"])
    kinds = {
        "the unit truly lacks it": ~troubled & wishes["is_lacking"],
        "the unit does not lack it": ~troubled & ~wishes["is_lacking"],
        "machines or motivation are planted": troubled,
    }
    return [
        {"kind": name, "n": int(at.sum()), **wishes.loc[at, "verdict"].value_counts().to_dict()}
        for name, at in kinds.items()
    ]
