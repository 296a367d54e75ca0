"""Alerts of course health on simulated organisations with planted duds, harm and fading."""

import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from ptml.decide.health.alerts import CourseFigures
from ptml.decide.health.config import HealthConfig
from ptml.evaluate.health_bench.judging import KINDS, Count, added, judge
from ptml.evaluate.health_bench.page import RULE_NAMES, Page, page_of, share
from ptml.evaluate.health_bench.rules import RULES
from ptml.evaluate.health_bench.truth import course_truth
from ptml.features.days import date_of
from ptml.features.history import load_history
from ptml.features.shared import shared_averages
from ptml.intervals import Z_90
from ptml.jobs.asked import as_of_asked, epoch_day
from ptml.jobs.course_health import company_figures
from ptml.jobs.progress import Progress
from ptml.lift.checks.course_evidence import NAME as OWN_TAKERS
from ptml.lift.config import LiftConfig
from ptml.lift.fitting import fit_lift
from ptml.lift.model import LiftModel
from ptml.simulate import SimulationConfig, simulate
from ptml.simulate.changes import (
    Changes,
    FadingCourse,
    OldCourses,
    TwinCourses,
    UnusedCourses,
)
from ptml.sources import read_dataset
from ptml.transfer.config import LabelConfig

# None of them was looked at before the rules were as they are.
SEEDS = tuple(range(111, 123))
CONFIG = HealthConfig()
# A year before the last day of the simulated quarters.
_FADES_ON = date(2025, 10, 1)
# Quarters whose takers are in the estimates, and the two of their outcomes.
_TRUTH_QUARTERS = 9


@dataclass(frozen=True)
class Plan:
    """What is measured."""

    seeds: Sequence[int] = SEEDS
    employees: int = 4_000
    courses: int = 60
    threads: int = 1


def bench_health(plan: Plan, page: Path, progress: Progress, keep: Path | None) -> dict[str, Any]:
    """Measure, and write the page.

    Parameters
    ----------
    keep : Path, optional
        Folder of what was measured before: a seed that is there is not measured again.
    """
    found = []
    for step, seed in enumerate(plan.seeds):
        progress.stage(f"Organisation {seed}")
        found.append(_kept(plan, seed, keep))
        progress.step(step + 1, len(plan.seeds))
    counts = {
        rule: added([{k: Count(**one["counts"][rule][k]) for k in KINDS} for one in found])
        for rule in RULES
    }
    told = Page(
        command="ptml bench health",
        seeds=tuple(plan.seeds),
        n_employees=plan.employees,
        n_courses=plan.courses,
        config=CONFIG,
        counts=counts,
        coverage=float(np.mean([inside for one in found for inside in one["covered"]])),
        width=float(np.mean([width for one in found for width in one["widths"]])),
        harm_z=float(np.mean([z for one in found for z in one["harm_z"]] or [np.nan])),
        n_intervals=sum(len(one["covered"]) for one in found),
    )
    page.write_text(page_of(told), encoding="utf-8")
    return {"counts": _plain(counts), "page": str(page), "sentences": _sentences(counts, page)}


def _kept(plan: Plan, seed: int, keep: Path | None) -> dict[str, Any]:
    name = f"health-{seed}-{plan.employees}-{plan.courses}.json"
    if keep is not None and (keep / name).is_file():
        found: dict[str, Any] = json.loads((keep / name).read_text(encoding="utf-8"))
        return found
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        model = _organisation(plan, seed, data)
        found = measured(data, model)
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        (keep / name).write_text(json.dumps(found), encoding="utf-8")
    return found


def _organisation(plan: Plan, seed: int, data: Path) -> LiftModel:
    """Simulate, and learn the lifts as of the day after the last quarter."""
    planted = Changes(
        fading_course=FadingCourse(on=_FADES_ON),
        twin_courses=TwinCourses(),
        old_courses=OldCourses(),
        unused_courses=UnusedCourses(),
        lift_truth_quarters=_TRUTH_QUARTERS,
    )
    config = SimulationConfig(
        n_employees=plan.employees, n_courses=plan.courses, seed=seed, changes=planted
    )
    simulate(config, data)
    with read_dataset(str(data)) as dataset:
        history, shared = load_history(dataset), shared_averages(dataset)
        day = epoch_day(as_of_asked(dataset, None))
    lift = LiftConfig(num_threads=plan.threads)
    return fit_lift(history, shared, day, lift, seed)


def measured(data: Path, model: LiftModel) -> dict[str, Any]:
    """Counts by rule and kind on one organisation, and what its intervals hold; JSON-ready."""
    with read_dataset(str(data)) as dataset:
        day = date_of(model.as_of_day)
        figures, courses = company_figures(dataset, day, model, CONFIG, LabelConfig())
    truth = course_truth(data, _since(model))
    counts = {
        rule: judge(raised(figures, CONFIG), courses, figures.twins.other, truth, CONFIG)
        for rule, raised in RULES.items()
    }
    lift, harmful = (truth.reindex(courses)[name].to_numpy() for name in ("lift", "is_harmful"))
    return {"counts": _plain(counts), **_held(figures, lift.astype(float), harmful.astype(bool))}


def _since(model: LiftModel) -> str:
    told = next(row.payload for row in model.evidence if row.name == OWN_TAKERS)
    return str(told["since"])


def _held(
    figures: CourseFigures, truth: "np.ndarray[Any, Any]", harmful: "np.ndarray[Any, Any]"
) -> dict[str, Any]:
    own = figures.evidence
    known = np.isfinite(own.lift) & np.isfinite(truth)
    half = Z_90 * own.whole_error
    z = (own.lift / own.whole_error)[known & harmful]
    return {
        "covered": (np.abs(own.lift - truth) <= half)[known].tolist(),
        "widths": (2 * half)[known].tolist(),
        "harm_z": z.tolist(),
    }


def _plain(counts: Mapping[str, Mapping[str, Count]]) -> dict[str, dict[str, dict[str, int]]]:
    return {
        rule: {kind: dict(vars(count)) for kind, count in by_kind.items()}
        for rule, by_kind in counts.items()
    }


def _sentences(counts: Mapping[str, Mapping[str, Count]], page: Path) -> list[str]:
    lines = [
        f"{RULE_NAMES[rule]}, {kind}: false {share(c.false, c.named)};"
        f" found {share(c.found, c.wanted)}"
        for kind in KINDS
        for rule, by_kind in counts.items()
        for c in [by_kind[kind]]
    ]
    return [*lines, f"The table is in {page}."]
