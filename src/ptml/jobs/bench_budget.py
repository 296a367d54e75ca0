"""What budgets buy in truth: plans beside rules, where the lifts are known."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import t as student_t

from ptml.decide.budget.config import BudgetConfig
from ptml.decide.budget.facts import Facts
from ptml.decide.budget.greedy import bought_in_order, most_lift_per_money
from ptml.decide.budget.prepare import Prepared, prepare
from ptml.decide.budget.solve import solve
from ptml.jobs.budget.published import published_facts
from ptml.jobs.progress import Progress, Silent
from ptml.jobs.score import run_scoring
from ptml.jobs.settings import Settings
from ptml.jobs.train import run_training
from ptml.publish import read_run
from ptml.simulate import SimulationConfig, simulate

SEEDS = (11, 12, 13, 24, 25, 26, 27)
SHARES = (0.05, 0.1, 0.2, 0.4, 0.8)
"""Budgets, as parts of what the best course by lift of everybody would cost."""
_OWN = "plan, lower ends"
_SHORT_SEATS = 0.03

Positions = NDArray[np.int64]
Doubles = NDArray[np.float64]


@dataclass(frozen=True)
class Plan:
    """What is measured."""

    seeds: tuple[int, ...] = SEEDS
    employees: int = 2_000
    courses: int = 60
    keep: Path | None = None


def bench_budget(plan: Plan, now: Callable[[], datetime], progress: Progress) -> dict[str, Any]:
    """True lift that several budgets buy, by how they are spent; seeds side by side."""
    rows = []
    with tempfile.TemporaryDirectory(prefix="ptml-bench-") as scratch:
        for step, seed in enumerate(plan.seeds):
            progress.stage(f"Organisation {seed}")
            place = (plan.keep or Path(scratch)) / str(seed)
            data, out = _made(place, seed, plan, now)
            rows += [{"seed": seed, **row} for row in measured(data, out, seed)]
            progress.step(step + 1, len(plan.seeds))
    frame = pd.DataFrame(rows)
    sentences = [
        line
        for name, own in frame.groupby("seats", sort=False)
        for line in (f"--- seats: {name}", *told(own))
    ]
    return {"rows": rows, "sentences": sentences}


def _made(place: Path, seed: int, plan: Plan, now: Callable[[], datetime]) -> tuple[Path, str]:
    data, models, out = place / "data", place / "models", str(place / "out")
    if not (data / "truth" / "about.json").exists():
        simulate(
            SimulationConfig(n_employees=plan.employees, n_courses=plan.courses, seed=seed), data
        )
    settings = Settings(seed=seed)
    if not (models / "manifest.json").exists():
        run_training(str(data), models, None, settings, ["recommend", "lift"], False, Silent())
    run_scoring(str(data), models, out, None, settings, ["recommend", "lift"], now, Silent())
    return data, out


def measured(data: Path, out: str, seed: int) -> list[dict[str, Any]]:
    """True lift bought by each way of spending each budget."""
    run = read_run(out)
    ids, facts = published_facts(run)
    people = ids.to_pylist()
    truth = _truth(data, people, facts)
    score = _score(run.tables["recommendations"], people, facts)
    everybody = _best_cost(facts)
    rows = []
    for seats, of in (("as many as wanted", facts), ("for 3 % of people a course", _short(facts))):
        ways = _ways(of, truth, score, seed)
        for share in SHARES:
            for name, spend in ways.items():
                lifts, n, spent = spend(share * everybody)
                row = {"seats": seats, "share": share, "way": name, "lift": lifts}
                rows.append({**row, "courses": n, "spent": spent})
    return rows


def _short(facts: Facts) -> Facts:
    """The same with few seats in every course."""
    courses = facts.courses
    seats = np.full(len(courses), int(np.ceil(_SHORT_SEATS * len(facts.people))))
    nothing = np.zeros_like(courses.seats_taken)
    return replace(facts, courses=replace(courses, seats=seats, seats_taken=nothing))


def _truth(data: Path, people: Sequence[str], facts: Facts) -> Doubles:
    """True lift of each offer of the facts; NaN where the simulation does not tell."""
    told = pd.read_parquet(data / "truth" / "lift.parquet")
    n = len(facts.courses)
    person = pd.Index(people).get_indexer(pd.Index(told["employee_id"]))
    course = pd.Index(facts.courses.ids).get_indexer(pd.Index(told["course_id"]))
    known = pd.Series(told["lift"].to_numpy(), index=person * n + course)
    key = np.repeat(np.arange(len(people)), np.diff(facts.offers.start)) * n + facts.offers.course
    return known[~known.index.duplicated()].reindex(key).to_numpy(dtype=np.float64)


def _score(listed: pd.DataFrame, people: Sequence[str], facts: Facts) -> Doubles:
    """What the first recommendation of each person is ranked by, by offer; else below all."""
    n = len(facts.courses)
    first = listed[listed["rank"] == 1]
    person = pd.Index(people).get_indexer(pd.Index(first["employee_id"]))
    course = pd.Index(facts.courses.ids).get_indexer(pd.Index(first["course_id"]))
    known = pd.Series(first["score"].to_numpy(), index=person * n + course)
    key = np.repeat(np.arange(len(people)), np.diff(facts.offers.start)) * n + facts.offers.course
    return known.reindex(key).fillna(-np.inf).to_numpy(dtype=np.float64)


def _best_cost(facts: Facts) -> float:
    """What it costs to give everybody the course of most lift."""
    offers = facts.offers
    person = np.repeat(np.arange(len(facts.people)), np.diff(offers.start))
    order = np.lexsort((-offers.lift, person))
    first = order[np.concatenate([[True], np.diff(person[order]) > 0])] if len(order) else order
    return float(np.nansum(facts.courses.cost[offers.course[first]]))


def _ways(
    facts: Facts, truth: Doubles, score: Doubles, seed: int
) -> dict[str, Callable[[float], tuple[float, float, float]]]:
    """Each way of spending: from money to true lift, courses and money spent."""
    one = BudgetConfig(mandatory="apart", courses_per_person=1, goals=False, candidates=200)
    surely = one.model_copy(update={"by_lower_bound": True})
    likely = one.model_copy(update={"by_lower_bound": False})
    known = replace(
        facts, offers=replace(facts.offers, lift=np.nan_to_num(truth, nan=-1).astype(np.float32))
    )

    def spent(
        config: BudgetConfig, choose: Callable[[Prepared], Positions], of: Facts = facts
    ) -> Callable[[float], tuple[float, float, float]]:
        def spend(money: float) -> tuple[float, float, float]:
            ready = prepare(of, config, money)
            chosen = choose(ready)
            cost = ready.problem.cost[ready.problem.course[chosen]].sum() / 100
            return float(np.nansum(truth[ready.pair[chosen]])), len(chosen), float(cost)

        return spend

    def planned(ready: Prepared) -> Positions:
        return solve(ready.problem).chosen

    def by_rate(ready: Prepared) -> Positions:
        return most_lift_per_money(ready.problem)

    def by_score(ready: Prepared) -> Positions:
        order = np.argsort(-score[ready.pair], kind="stable")
        return bought_in_order(ready.problem, order[score[ready.pair[order]] > -np.inf])

    def drawn(ready: Prepared) -> Positions:
        rng = np.random.default_rng([seed, draws.pop()])
        return bought_in_order(ready.problem, rng.permutation(ready.problem.n_pairs))

    draws = list(range(100))
    return {
        _OWN: spent(surely, planned),
        "plan, estimates": spent(likely, planned),
        "most lift per money, lower ends": spent(surely, by_rate),
        "most lift per money, estimates": spent(likely, by_rate),
        "top n by score": spent(likely, by_score),
        "random": spent(likely, drawn),
        "plan by the truth of these offers": spent(likely, planned, known),
    }


def told(frame: pd.DataFrame) -> list[str]:
    """Tables of the true lift that is bought, by part of the budget that would serve everybody."""
    lines = ["true lift bought, points; mean over organisations (90 % interval of the mean)"]
    wide = frame.pivot_table(index=["way", "seed"], columns="share", values="lift")
    head = "".join(f"{f'{100 * share:g} %':>22}" for share in wide.columns)
    lines.append(f"{'':<34}{head}")
    for way in frame["way"].drop_duplicates():
        cells = [_cell(wide.loc[way][share].to_numpy()) for share in wide.columns]
        lines.append(f"{way:<34}" + "".join(f"{cell:>22}" for cell in cells))
    lines.append(f"{_OWN} over each way, in the same organisation")
    for way in frame["way"].drop_duplicates():
        ratio = wide.loc[_OWN] / wide.loc[way]
        cells = [_cell(ratio[share].to_numpy(), 3) for share in wide.columns]
        lines.append(f"{way:<34}" + "".join(f"{cell:>22}" for cell in cells))
    return lines


def _cell(values: Doubles, decimals: int = 0) -> str:
    mean = float(np.mean(values))
    if len(values) < 2:
        return f"{mean:.{decimals}f}"
    error = float(np.std(values, ddof=1)) / np.sqrt(len(values))
    far = float(student_t.ppf(0.95, len(values) - 1)) * error
    low, high = mean - far, mean + far
    return f"{mean:.{decimals}f} ({low:.{decimals}f}-{high:.{decimals}f})"
