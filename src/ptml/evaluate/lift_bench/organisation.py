"""Every method on one organisation, on the same data, held against its true lifts."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ptml.errors import UsageError
from ptml.evaluate.lift_bench.judging import judge
from ptml.evaluate.lift_bench.meta_learners import meta_learner
from ptml.evaluate.lift_bench.pooled import PooledPanel, covariates, pooled_panel
from ptml.evaluate.lift_bench.rules import takers_changes
from ptml.evaluate.lift_truth import difference_of_means
from ptml.features.capability import Capability, capability
from ptml.features.history import History, load_history
from ptml.features.outcomes import period_scores
from ptml.features.pairs import pair_features
from ptml.features.people import person_features
from ptml.features.rows import Rows
from ptml.features.shared import Shared, shared_averages
from ptml.lift.config import LiftConfig
from ptml.lift.fitting import fit_lift
from ptml.lift.panel import quarter_grid
from ptml.lift.refusal import OK
from ptml.sources import read_dataset

Columns = dict[str, NDArray[np.floating]]
Figures = dict[str, float | None]


@dataclass(frozen=True)
class Organisation:
    """What is known of an organisation as of the day of its truth, and the pairs to judge.

    Attributes
    ----------
    truth : DataFrame
        ``employee_id``, ``course_id``, ``lift``: every pair that could be started.
    rows : Rows
        The people of the truth.
    row, course : (m,) int32
        Of each pair.
    """

    history: History
    shared: Shared
    day: int
    truth: pd.DataFrame
    rows: Rows
    row: NDArray[np.int32]
    course: NDArray[np.int32]

    @cached_property
    def portraits(self) -> Capability:
        """Portraits of the rows."""
        return capability(self.history, self.shared, self.rows)

    @cached_property
    def panel(self) -> PooledPanel:
        """What the meta-learners learn from."""
        return pooled_panel(self.history, self.shared, self.day, np.random.default_rng(0))

    @cached_property
    def x_pairs(self) -> NDArray[np.float32]:
        """The pairs in the columns of `panel`."""
        grid = quarter_grid(period_scores(self.history, self.day))
        employee, day = self.rows.employee[self.row], self.rows.day[self.row]
        return covariates(self.history, self.shared, grid, employee, day, self.course)[0]


def load_organisation(data: Path) -> Organisation:
    """Read an organisation with its truth.

    Raises
    ------
    UsageError
        Where there is no truth.
    """
    path = data / "truth" / "lift.parquet"
    if not path.is_file():
        raise UsageError(f"{path} is not there; only an organisation with its truth can be judged")
    truth = pd.read_parquet(path)
    day = (pd.Timestamp(truth["as_of"].iloc[0]) - pd.Timestamp("1970-01-01")).days
    with read_dataset(str(data)) as dataset:
        history, shared = load_history(dataset), shared_averages(dataset)
    people, row = np.unique(history.employees.codes(truth["employee_id"]), return_inverse=True)
    return Organisation(
        history=history,
        shared=shared,
        day=day,
        truth=truth,
        rows=Rows.at(people.astype(np.int32), day),
        row=row.astype(np.int32),
        course=history.courses.codes(truth["course_id"]).astype(np.int32),
    )


def _ptml(organisation: Organisation, config: LiftConfig, seed: int) -> Columns:
    o = organisation
    model = fit_lift(o.history, o.shared, o.day, config, seed)
    people = person_features(o.history, o.shared, o.rows, o.portraits)
    pairs = pair_features(o.history, o.shared, o.rows, o.portraits, o.row, o.course)
    found = model.predict(o.history, o.rows, people, pairs, o.row, o.course)
    lift = np.where(found.status == OK, found.lift, np.nan)
    return {"score": lift, "lift": lift, "low": found.low, "high": found.high}


def _of_courses(organisation: Organisation, by_course: NDArray[np.float64]) -> Columns:
    lift = by_course[organisation.course]
    return {"score": lift, "lift": lift}


def _difference(organisation: Organisation, config: LiftConfig, seed: int) -> Columns:
    found = difference_of_means(organisation.history, organisation.day)
    return _of_courses(organisation, found["difference"].to_numpy(np.float64))


def _before_after(organisation: Organisation, config: LiftConfig, seed: int) -> Columns:
    return _of_courses(organisation, takers_changes(organisation.history, organisation.day)[0])


def _gap(organisation: Organisation, config: LiftConfig, seed: int) -> Columns:
    o = organisation
    pairs = pair_features(o.history, o.shared, o.rows, o.portraits, o.row, o.course)
    return {"score": pairs.column("gap_closed")}


def _meta(kind: str) -> Callable[[Organisation, LiftConfig, int], Columns]:
    def predict(organisation: Organisation, config: LiftConfig, seed: int) -> Columns:
        panel = organisation.panel
        lift = meta_learner(
            kind,
            panel.x,
            panel.a,
            panel.y,
            organisation.x_pairs,
            panel.categorical,
            seed,
            config.num_threads,
        )
        return {"score": lift, "lift": lift}

    return predict


METHODS: dict[str, tuple[str, Callable[[Organisation, LiftConfig, int], Columns]]] = {
    "ptml": ("ptml", _ptml),
    "difference_of_means": ("difference of means", _difference),
    "before_after": ("before and after of takers", _before_after),
    "gap_alone": ("gap alone", _gap),
    "s_learner": ("S-learner, LightGBM", _meta("s")),
    "t_learner": ("T-learner, LightGBM", _meta("t")),
    "x_learner": ("X-learner, LightGBM", _meta("x")),
}
"""Key: name in the tables, and how its estimates come about."""


def measure_organisation(
    organisation: Organisation,
    config: LiftConfig,
    seed: int,
    clock: Callable[[], float],
    told: Callable[[str], None] = lambda method: None,
) -> dict[str, Figures]:
    """Figures (`judge`) and ``seconds`` of every method on one organisation.

    Parameters
    ----------
    clock : callable
        Seconds, only differences of which matter.
    told : callable
        Told the name of each method as it begins.
    """
    pairs = judged_pairs(organisation)
    told("features")
    # What methods share is worked out before any clock runs.
    _ = organisation.portraits, organisation.panel, organisation.x_pairs
    figures: dict[str, Figures] = {}
    for key, (name, estimate) in METHODS.items():
        told(name)
        begun = clock()
        columns = estimate(organisation, config, seed)
        seconds = clock() - begun
        figures[key] = {**judge(pairs.assign(**columns)), "seconds": seconds}
    return figures


def judged_pairs(organisation: Organisation) -> pd.DataFrame:
    """Pairs of the truth as `ptml.evaluate.lift_bench.judging.judge` takes them."""
    o = organisation
    n_takers = takers_changes(o.history, o.day)[1]
    is_known = np.isfinite(period_scores(o.history, o.day).score)
    has_score = np.asarray(is_known.any(axis=1))
    return pd.DataFrame(
        {
            "employee_id": o.truth["employee_id"],
            "course_id": o.truth["course_id"],
            "truth": o.truth["lift"],
            "n_takers": n_takers[o.course],
            "has_history": has_score[o.rows.employee[o.row]],
        }
    )
