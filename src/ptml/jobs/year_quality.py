"""How good trainings were in a month, against the truth that only a simulation knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ptml.evaluate.lift_truth import captured_gain
from ptml.features.history import load_history
from ptml.features.shared import shared_averages
from ptml.jobs.asked import epoch_day, models_asked
from ptml.jobs.bucket import ScoredBucket, score_people
from ptml.jobs.models import load_models
from ptml.jobs.settings import Settings
from ptml.sources import read_dataset

N_DRAWS = 200
MIN_CASES = 20
"""Cases of a month below which its figure is unknown."""
TOP = 5
MEASURES = ("warnings", "recommend", "lift")

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Answers:
    """What one training says as of a day: by pair, the best liked of each, by completion."""

    lift: pd.DataFrame
    shown: pd.DataFrame
    warned: pd.DataFrame


def answers(
    data: Path, trainings: Mapping[str, Path], day: date, settings: Settings
) -> dict[str, Answers]:
    """Let every training answer on the same data as of a day; read once."""
    with read_dataset(str(data), settings.source.memory_limit) as dataset:
        names = models_asked(dataset, [])
        history, shared = load_history(dataset), shared_averages(dataset)
        return {
            name: _answers(
                score_people(
                    history, shared, load_models(folder, names, []), epoch_day(day), settings
                )
            )
            for name, folder in trainings.items()
        }


def _answers(scored: ScoredBucket) -> Answers:
    history = scored.history
    people = history.employees.ids[scored.rows.employee]
    courses = history.courses.ids
    lift = pd.DataFrame(
        {
            "employee_id": people[scored.row],
            "course_id": courses[scored.course],
            "lift": scored.lift.lift.astype(np.float64),
        }
    )
    liked = lift[["employee_id", "course_id"]].assign(preference=scored.preference)
    # By preference alone: the published rank asks what helps, not what people choose by themselves.
    liked = liked.dropna().sort_values(
        ["employee_id", "preference", "course_id"], ascending=[True, False, True]
    )
    shown = liked.groupby("employee_id").head(TOP)[["employee_id", "course_id"]]
    warned = pd.DataFrame({"enrolment_id": [], "p_weak": []})
    if scored.warnings is not None:
        cases = scored.warnings.completions
        first = cases.stage == 0
        ids = history.enrolments.enrolment_id[cases.enrolment[first]]
        warned = pd.DataFrame({"enrolment_id": ids, "p_weak": scored.warnings.p_weak[first]})
    return Answers(lift, shown, warned)


@dataclass(frozen=True)
class Truth:
    """What is true of a simulated organisation, read once."""

    data: Path
    enrolments: pd.DataFrame
    transfer: pd.DataFrame
    lift: pd.DataFrame

    @classmethod
    def of(cls, data: Path) -> "Truth":
        """Read it."""
        taken = pd.read_parquet(data / "enrolments.parquet")
        for column in ("started_on", "completed_on"):
            taken[column] = pd.to_datetime(taken[column])
        return cls(
            data,
            taken,
            pd.read_parquet(data / "truth" / "transfer.parquet"),
            pd.read_parquet(data / "truth" / "lift_by_quarter.parquet"),
        )

    def warnings(self, warned: pd.DataFrame, day: date, until: date) -> pd.DataFrame:
        """One row a completion of the month: ``employee_id`` and the squared ``miss``."""
        cases = warned.merge(self.transfer, on="enrolment_id").merge(
            self.enrolments[["enrolment_id", "employee_id", "completed_on"]], on="enrolment_id"
        )
        cases = cases[cases["completed_on"].between(*_span(day, until))]
        miss = (cases["p_weak"] - cases["p_weak_completion"]) ** 2
        return cases[["enrolment_id", "employee_id"]].assign(miss=miss)

    def starts(self, shown: pd.DataFrame, day: date, until: date) -> pd.DataFrame:
        """One row a course chosen in the month: ``employee_id`` and whether it was a ``hit``."""
        taken = self.enrolments
        chosen = taken["started_on"].between(*_span(day, until))
        chosen &= taken["assigned_by"] == "self"
        cases = taken.loc[chosen, ["enrolment_id", "employee_id", "course_id"]]
        cases = cases.merge(shown.assign(hit=1.0), on=["employee_id", "course_id"], how="left")
        return cases.assign(hit=cases["hit"].fillna(0.0))

    def lifts(self, lift: pd.DataFrame, day: date) -> pd.DataFrame:
        """Every pair with its true lift as of the quarter's first day."""
        known = pd.to_datetime(self.lift["as_of"]).dt.date
        quarter = max(d for d in known.unique() if d <= day.replace(day=2))
        truth = self.lift.loc[known == quarter, ["employee_id", "course_id", "lift"]]
        keys = ["employee_id", "course_id"]
        return lift.merge(truth.rename(columns={"lift": "truth"}), on=keys)


def _span(day: date, until: date) -> tuple[pd.Timestamp, pd.Timestamp]:
    return pd.Timestamp(day), pd.Timestamp(until) - pd.Timedelta(days=1)


def miss(cases: pd.DataFrame, weight: FloatArray) -> float:
    """Root mean square distance of the foretold from the true probability, points of percent."""
    return float(100 * np.sqrt(np.average(cases["miss"], weights=weight)))


def hit_rate(cases: pd.DataFrame, weight: FloatArray) -> float:
    """Share, in percent, of the courses chosen that were among the first shown."""
    return float(100 * np.average(cases["hit"], weights=weight))


def by_person(cases: pd.DataFrame) -> pd.DataFrame:
    """Gain, random and best gain of each person, whose shares make up `captured_gain`."""
    rows = []
    for person, own in cases.groupby("employee_id", sort=True):
        known = own.dropna(subset=["lift"])
        random, best = own["truth"].mean(), own["truth"].max()
        first = known.nlargest(1, "lift")["truth"]
        gain = float(first.iloc[0]) if len(first) else random
        rows.append((person, gain - random, best - random))
    return pd.DataFrame(rows, columns=["employee_id", "gain", "possible"])


def captured(cases: pd.DataFrame, weight: FloatArray) -> float:
    """Share, in percent, of the possible gain that the course with the best lift brings."""
    return float(100 * (cases["gain"] * weight).sum() / (cases["possible"] * weight).sum())


FIGURES = {"warnings": miss, "recommend": hit_rate, "lift": captured}


def compared(measure: str, cases: Mapping[str, pd.DataFrame], seed: int) -> dict[str, object]:
    """Figure of each policy with its interval, and differences from the first one, paired.

    Returns
    -------
    dict
        ``n`` cases; by policy ``value``, ``low``, ``high`` (90 %), and ``more``, ``more_low``,
        ``more_high``: the first policy's figure less this one's, on the same draws of people.
    """
    figure = FIGURES[measure]
    first = next(iter(cases.values()))
    if len(first) < MIN_CASES:
        return {"n": len(first), "policies": {}}
    people = first["employee_id"].unique()
    rng = np.random.default_rng(seed)
    draws = rng.multinomial(len(people), np.full(len(people), 1 / len(people)), N_DRAWS)
    at = {name: pd.Index(people).get_indexer(own["employee_id"]) for name, own in cases.items()}
    found = {
        name: (
            figure(own, np.ones(len(own))),
            np.array([figure(own, draw[at[name]].astype(np.float64)) for draw in draws]),
        )
        for name, own in cases.items()
    }
    lead, lead_draws = next(iter(found.values()))
    return {"n": len(first), "policies": {k: _told(*v, lead, lead_draws) for k, v in found.items()}}


def _told(value: float, draws: FloatArray, lead: float, lead_draws: FloatArray) -> dict[str, float]:
    low, high = np.quantile(draws, (0.05, 0.95))
    more_low, more_high = np.quantile(lead_draws - draws, (0.05, 0.95))
    return {
        "value": value,
        "low": float(low),
        "high": float(high),
        "more": lead - value,
        "more_low": float(more_low),
        "more_high": float(more_high),
    }


def lift_by_person(cases: pd.DataFrame) -> pd.DataFrame:
    """`by_person`, checked against the definition that the benchmarks use."""
    told = by_person(cases)
    whole = captured_gain(cases, "lift")
    if abs(captured(told, np.ones(len(told))) / 100 - whole) > 1e-6:
        raise AssertionError("two definitions of the captured gain differ")
    return told
