"""What is true of each course of a simulated organisation, from its folder ``truth``."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ptml.simulate.living import completion_log_odds_of
from ptml.simulate.transfer import probability

# Takers of the last quarters have no outcome yet.
_OUTCOME_QUARTERS = 2


def course_truth(data: Path, later_from: str) -> pd.DataFrame:
    """What each course did to those who took it.

    Parameters
    ----------
    data : Path
        Folder of the organisation. Its true lifts were written for the quarters whose takers are in
        the estimates, and for the two after them.
    later_from : str
        ISO date from which on takers are the later ones.

    Returns
    -------
    DataFrame
        By ``course_id``: ``effect`` (points on one to whom all is new), ``is_dud``, ``is_harmful``;
        ``lift``, ``earlier`` and ``later``, the mean true lift of takers, with as many courses
        beside it as they took; ``transfer``, the mean true probability of use of completions, with
        ``used_earlier`` and ``used_later`` of those before the last year and in it; ``fades``,
        ``twin_of`` (empty = of none), ``is_old`` and ``is_unused``, as planted.
    """
    truth = data / "truth"
    planted = json.loads((truth / "changes.json").read_text(encoding="utf-8"))
    courses = pd.read_parquet(truth / "courses.parquet").set_index("course_id")
    taken = _takers(data)
    taken = taken[taken["quarter"] <= taken["quarter"].max() - _OUTCOME_QUARTERS]
    is_later = taken["started_on"] >= pd.Timestamp(later_from)
    twins = planted.get("twin_courses", {"course_id": [], "twin_of": []})
    twin_of = dict(zip(twins["course_id"], twins["twin_of"], strict=True))
    found = courses.rename(columns={"does_nothing": "is_dud", "harms": "is_harmful"})
    by_course = taken.groupby("course_id")["lift"].mean()
    return found.assign(
        lift=by_course,
        earlier=taken[~is_later].groupby("course_id")["lift"].mean(),
        later=taken[is_later].groupby("course_id")["lift"].mean(),
        **_used(data),
        fades=found.index == planted.get("fading_course", {}).get("course_id"),
        twin_of=[twin_of.get(course, "") for course in found.index],
        is_unused=found.index.isin(planted.get("unused_courses", {}).get("course_id", [])),
        is_old=found.index.isin(planted.get("old_courses", {}).get("course_id", [])),
    )


def _takers(data: Path) -> pd.DataFrame:
    """Starts with their true lift: ``course_id``, ``quarter``, ``started_on``, ``lift``."""
    truth = data / "truth"
    lifts = pd.read_parquet(truth / "lift_by_quarter.parquet")
    days = np.sort(pd.to_datetime(lifts["as_of"]).unique())
    taken = pd.read_parquet(data / "enrolments.parquet")
    taken = taken.assign(started_on=pd.to_datetime(taken["started_on"]))
    # A truth is as of the second day of its quarter.
    quarter = np.searchsorted(days - np.timedelta64(1, "D"), taken["started_on"], side="right") - 1
    taken = taken.assign(quarter=quarter)
    beside = taken.groupby(["employee_id", "quarter"])["course_id"].transform("size") - 1
    taken = taken.assign(beside=beside)
    lifts = lifts.assign(quarter=np.searchsorted(days, pd.to_datetime(lifts["as_of"])))
    keys = ["employee_id", "course_id", "quarter"]
    found = taken.merge(lifts[[*keys, "lift"]], on=keys)
    motivation = pd.read_parquet(truth / "people.parquet").set_index("employee_id")["motivation"]
    own = motivation.reindex(found["employee_id"]).to_numpy()
    share = _completes(own, found["beside"].to_numpy()) / _completes(own, np.zeros(len(own)))
    return found.assign(lift=found["lift"] * share)


def _completes(motivation: NDArray[np.float64], beside: NDArray[np.float64]) -> NDArray[np.float64]:
    return probability(completion_log_odds_of(motivation, beside))


def _used(data: Path) -> dict[str, "pd.Series[float]"]:
    """Mean true probability of use: of all completions, of the last year's, and of those before."""
    weak = pd.read_parquet(data / "truth" / "transfer.parquet")
    taken = pd.read_parquet(data / "enrolments.parquet")
    both = weak.merge(taken[["enrolment_id", "course_id", "completed_on"]], on="enrolment_id")
    both = both.assign(used=1 - both["p_weak_completion"])
    done = pd.to_datetime(both["completed_on"])
    is_later = done > done.max() - pd.Timedelta(days=365)
    parts = {"transfer": both, "used_earlier": both[~is_later], "used_later": both[is_later]}
    return {name: part.groupby("course_id")["used"].mean() for name, part in parts.items()}
