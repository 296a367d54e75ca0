"""Learning paths of simulated organisations: the search beside greedy and the old rule, by truth.

Writes docs/benchmarks-paths.md.
"""

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.dataset import Dataset
from ptml.decide.path.config import PathConfig
from ptml.decide.path.in_a_row import lay_path
from ptml.decide.path.library import library_paths
from ptml.decide.path.problem import Problem
from ptml.decide.path.search import best_paths
from ptml.decide.path.steps import PRACTICE
from ptml.decide.path.totals import totals_of
from ptml.evaluate.path_bench.greedy import greedy_paths
from ptml.evaluate.path_bench.judging import LaidWay, figures_of
from ptml.evaluate.path_bench.page import TITLE, page_of
from ptml.features.bucket import bucket_tables
from ptml.features.history import history_of
from ptml.jobs.asked import as_of_asked
from ptml.jobs.bucket import scored_bucket
from ptml.jobs.listing import Known, Lists, known_of, lists_of
from ptml.jobs.models import Models, load_models
from ptml.jobs.paths.offered import Laid, laid_paths
from ptml.jobs.paths.tables import lifts_of
from ptml.jobs.progress import Progress
from ptml.jobs.run_shared import RunShared
from ptml.jobs.settings import Settings
from ptml.jobs.train import run_training
from ptml.jobs.work_folder import check_page
from ptml.simulate import SimulationConfig, simulate
from ptml.simulate.sequences import Standing, standing_of
from ptml.sources import read_dataset

SEEDS = (11, 12, 13, 24, 25, 26, 27, 101, 102, 103)
Figures = dict[str, float]
Positions = NDArray[np.int64]


@dataclass(frozen=True)
class Plan:
    """What is measured.

    Attributes
    ----------
    seeds : sequence of int
        An organisation each.
    employees, courses : int
        Of each.
    checked : int
        People of each whose path is found a second time by the library's solver.
    """

    seeds: Sequence[int] = SEEDS
    employees: int = 2_000
    courses: int = 60
    checked: int = 60


def bench_paths(plan: Plan, page: Path, progress: Progress) -> dict[str, Any]:
    """Measure, and write the page."""
    check_page(page, TITLE)
    measured = []
    for seed in plan.seeds:
        progress.stage(f"Organisation {seed}")
        with tempfile.TemporaryDirectory(prefix="ptml-bench-paths-") as folder:
            measured.append(_measure(seed, plan, Path(folder), progress))
    lines = page_of(measured, list(plan.seeds), plan.employees, plan.courses)
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return {"figures": measured, "sentences": [*lines, "", f"Written to {page}."]}


def _measure(seed: int, plan: Plan, folder: Path, progress: Progress) -> dict[str, Figures]:
    config = SimulationConfig(n_employees=plan.employees, n_courses=plan.courses, seed=seed)
    data, models = folder / "data", folder / "models"
    simulate(config, data)
    settings = _settings()
    run_training(str(data), models, None, settings, ["recommend", "lift"], False, progress)
    trained = load_models(models, ("recommend", "lift"), [])
    truth = standing_of(config)
    with read_dataset(str(data)) as dataset:
        found = measure_paths(dataset, trained, truth, _without_goals(settings), plan.checked)
        with_goals = measure_paths(dataset, trained, truth, settings, 0)
    return {**found, "exact, goals": with_goals["exact"]}


def _settings() -> Settings:
    # What people like only decides between courses of like gain: it is learnt in short.
    return Settings.model_validate({"recommend": {"trials": 1}, "ranker": {"enabled": False}})


def _without_goals(settings: Settings) -> Settings:
    # Goals make other gaps count more than performance alone does: their price stands apart.
    goals = settings.goals.model_copy(update={"strength": 0.0})
    return settings.model_copy(update={"goals": goals})


def measure_paths(
    dataset: Dataset, models: Models, truth: Standing, settings: Settings, checked: int
) -> dict[str, Figures]:
    """Figures of each way to lay paths, and of the search as such, by name."""
    shared = RunShared.of(dataset, as_of_asked(dataset, None), settings)
    history = history_of(bucket_tables(dataset), shared.company, None)
    known = known_of(history, shared.sums, shared.epoch_day, settings)
    lists = lists_of(known, models, shared.epoch_day, settings)
    laid = laid_paths(known, scored_bucket(known, lists, None, settings), models, shared)
    ids = history.employees.ids[known.asked.rows.employee]
    place = np.array([int(str(name)[1:]) for name in ids])
    judge = _Judge(known, lists, laid, truth, place, settings.path)
    ways = {name: figures_of(way) for name, way in judge.ways().items()}
    return {**ways, "search": _search_figures(laid, settings.path, checked)}


@dataclass(frozen=True, eq=False)
class _Judge:
    """What ways to lay paths are judged by."""

    known: Known
    lists: Lists
    laid: Laid
    truth: Standing
    place: Positions
    config: PathConfig

    def ways(self) -> dict[str, LaidWay]:
        """Each way by name: of people whom a course can help."""
        plans = self.laid.plans
        problem, solution = plans.problem, plans.solution
        taken = solution.order >= 0
        weeks = np.take_along_axis(problem.weeks, np.maximum(solution.order, 0), axis=1)
        exact = _courses(problem, solution.order, plans.offers.course)
        best = self._way(exact, np.where(taken, solution.starts + weeks, 0))
        greedy = _courses(problem, greedy_paths(problem, self.config), plans.offers.course)
        rules = (problem.begins, float(self.config.spacing_weeks))
        return {
            "exact": replace(best, **self._told()),
            "exact, lifts added up": replace(best, told=self._added_up(exact)),
            "greedy": self._way(greedy, self._ends(greedy, *rules)),
            "in a row": self._way(*self._in_a_row()),
            "in a row, same rules": self._way(*self._first_that_fit(*rules)),
        }

    def _way(self, course: Positions, ends: NDArray[np.float64]) -> LaidWay:
        at = np.flatnonzero(self.laid.plans.people.trainable)
        everybody = np.full((len(self.truth.people), course.shape[1]), -1, dtype=np.int64)
        everybody[self.place] = course
        lift = self.truth.lifts(everybody)[self.place]
        spent = np.where(course >= 0, self._hours(course), 0.0).sum(axis=1)[at]
        in_use = np.maximum(1 - ends / self.config.horizon_weeks, 0)
        nothing = np.full(len(at), np.nan)
        over_time = (lift * in_use).sum(axis=1)[at]
        return LaidWay(lift.sum(axis=1)[at], spent, over_time, nothing, nothing, nothing)

    def _hours(self, course: Positions) -> NDArray[np.float64]:
        hours = self.known.asked.history.catalogue.hours[np.maximum(course, 0)]
        return np.nan_to_num(hours).astype(np.float64)

    def _ends(
        self, course: Positions, begins: NDArray[np.float64], spacing: float
    ) -> NDArray[np.float64]:
        """Week of the end of each step, one after the other; courses that open later aside."""
        weeks = np.where(course >= 0, self._hours(course) / self.config.hours_per_week, 0.0)
        return begins[:, None] + np.cumsum(weeks + spacing, axis=1) - spacing

    def _told(self) -> dict[str, NDArray[np.float64]]:
        steps = self.laid.plans.steps
        lifts = lifts_of(self.laid)
        kept = (steps.part != PRACTICE) & (steps.offer >= 0)
        n = len(self.place)
        lift, low, high = (
            np.where(kept, part, np.nan) for part in (lifts.lift, lifts.low, lifts.high)
        )
        totals = totals_of(steps, lift, low, high, n, self.config)
        # Whose steps are not all known is not told, and no yardstick.
        whole = np.bincount(steps.row[kept & np.isnan(lifts.lift)], minlength=n) == 0
        at = np.flatnonzero(self.laid.plans.people.trainable)
        told = {"told": totals.lift, "low": totals.low, "high": totals.high}
        return {name: np.where(whole, value, np.nan)[at] for name, value in told.items()}

    def _added_up(self, course: Positions) -> NDArray[np.float64]:
        offers, lift = self.laid.plans.offers, self.laid.lift
        by_pair = np.full((len(self.place), self.known.reason.shape[1]), np.nan)
        by_pair[offers.row, offers.course] = lift
        alone = np.take_along_axis(by_pair, np.maximum(course, 0), axis=1)
        taken = course >= 0
        total = np.where(taken, alone, 0.0).sum(axis=1)
        at = np.flatnonzero(self.laid.plans.people.trainable)
        return np.where(taken.any(axis=1), total, np.nan)[at]

    def _in_a_row(self) -> tuple[Positions, NDArray[np.float64]]:
        """The old rule: the first recommendations; with the week of each one's end."""
        ranking = self.lists.shown.ranking
        hours = self.known.asked.history.catalogue.hours[ranking.course].astype(np.float64)
        row, rank = ranking.row.astype(np.int64), ranking.rank.astype(np.int64)
        pair, step, begin, weeks = lay_path(row, rank, hours, self.config)
        course = np.full((len(self.place), self.config.max_steps), -1, dtype=np.int64)
        ends = np.zeros(course.shape)
        course[row[pair], step - 1] = ranking.course[pair]
        ends[row[pair], step - 1] = begin + weeks
        return course, ends

    def _first_that_fit(
        self, begins: NDArray[np.float64], spacing: float
    ) -> tuple[Positions, NDArray[np.float64]]:
        """The first recommendations that fit, after what is required and with weeks between."""
        ranking, most = self.lists.shown.ranking, self.config.max_steps
        n, free = len(self.place), begins.copy()
        listed = np.full((n, int(ranking.rank.max(initial=1))), -1, dtype=np.int64)
        listed[ranking.row, ranking.rank - 1] = ranking.course
        course, ends = np.full((n, most), -1, dtype=np.int64), np.zeros((n, most))
        n_taken, people = np.zeros(n, dtype=np.int64), np.arange(n)
        for own in listed.T:
            through = free + self._hours(own) / self.config.hours_per_week
            fits = (own >= 0) & (through <= self.config.horizon_weeks) & (n_taken < most)
            at = people[fits]
            course[at, n_taken[fits]], ends[at, n_taken[fits]] = own[fits], through[fits]
            n_taken[fits] += 1
            free = np.where(fits, through + spacing, free)
        return course, ends


def _courses(problem: Problem, order: Positions, course: NDArray[np.int32]) -> Positions:
    offer = np.take_along_axis(problem.offer, np.maximum(order, 0), axis=1)
    return np.where(order >= 0, course[np.maximum(offer, 0)], -1).astype(np.int64)


def _search_figures(laid: Laid, config: PathConfig, checked: int) -> Figures:
    problem = laid.plans.problem
    begun = time.process_time()
    found = best_paths(problem, config)
    spent = time.process_time() - begun
    some = np.flatnonzero((found.value > 0) & found.is_optimal)[:checked]
    begun = time.process_time()
    library = library_paths(problem.take(some), config)
    by_library = time.process_time() - begun
    gap = np.maximum(found.bound - found.value, 0) / np.maximum(np.abs(found.bound), 1e-9)
    greedy = greedy_paths(problem, config)
    same = (greedy == found.order[:, : greedy.shape[1]]).all(axis=1)
    return {
        "proven": float(found.is_optimal.mean()),
        "largest_gap": float(gap.max(initial=0)),
        "nodes": float(np.median(found.nodes)),
        "nodes_99": float(np.quantile(found.nodes, 0.99)),
        "milliseconds": 1000 * spent / len(problem),
        "library_milliseconds": 1000 * by_library / max(len(some), 1),
        "checked": float(len(some)),
        "largest_difference": float(np.abs(library.value - found.value[some]).max(initial=0)),
        "greedy_is_best": float(same.mean()),
    }
