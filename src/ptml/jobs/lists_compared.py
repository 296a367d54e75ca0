"""Two trainings on the same people and date: whose list changes, who is flagged, how evenly."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.dataset import Dataset
from ptml.contracts.outputs import SEGMENTS
from ptml.decide.rank import Ranking
from ptml.decide.segments import segment_of
from ptml.evaluate.window.churn import Tops
from ptml.features.days import NEVER
from ptml.features.history import bucket_histories
from ptml.features.shared import shared_averages
from ptml.features.standing import standing
from ptml.jobs.asked import epoch_day
from ptml.jobs.bucket import ScoredBucket, score_people
from ptml.jobs.models import Models
from ptml.jobs.progress import Progress
from ptml.jobs.settings import Settings

FloatArray = NDArray[np.float64]
Objects = NDArray[np.object_]

_TENURE_DAYS = (365, 3 * 365)
_TENURE = ("under a year", "1 to 3 years", "over 3 years")


@dataclass(frozen=True, eq=False)
class OneList:
    """What a training gives to everybody on the date, people in one order.

    Attributes
    ----------
    tops : (n, k) int64
        Codes of the first courses; -1 = the list is shorter.
    n_offered : (n,) float64
        Courses of the list.
    gain : (n,) float64
        Mean expected gain of the list, points; 0 for an empty one.
    flags : dict of (enrolment, stage) to (employee, flagged)
    p_weak : (m,) float64
        Of the open completions.
    lift : (p,) float64
        Of the pairs that were looked at; NaN = refused.
    preference : (p,) float64
    """

    tops: NDArray[np.int64]
    n_offered: FloatArray
    gain: FloatArray
    flags: dict[tuple[str, int], tuple[str, bool]]
    p_weak: FloatArray
    lift: FloatArray
    preference: FloatArray


@dataclass(frozen=True, eq=False)
class ListsCompared:
    """Everybody who is employed on the date, by the champion (None = there is none) and challenger.

    Attributes
    ----------
    people : (n,) object
        Employee ids, sorted.
    groups : dict of str to (n,) object
        What people are grouped by.
    courses : tuple of str
        Title, or id, of each code.
    """

    people: Objects
    groups: dict[str, Objects]
    courses: tuple[str, ...]
    champion: OneList | None
    challenger: OneList

    def tops(self) -> Tops | None:
        """The heads of both lists."""
        if self.champion is None:
            return None
        return Tops(self.champion.tops, self.challenger.tops)


@dataclass
class _Gathered:
    """Pieces of one training's lists, a bucket each."""

    tops: list[NDArray[np.int64]] = field(default_factory=list)
    n_offered: list[FloatArray] = field(default_factory=list)
    gain: list[FloatArray] = field(default_factory=list)
    flags: dict[tuple[str, int], tuple[str, bool]] = field(default_factory=dict)
    p_weak: list[FloatArray] = field(default_factory=list)
    lift: list[FloatArray] = field(default_factory=list)
    preference: list[FloatArray] = field(default_factory=list)

    def add(self, scored: ScoredBucket, k: int) -> None:
        n, shown = len(scored.rows), scored.ranking
        length = np.bincount(shown.row, minlength=n).astype(np.float64)
        gain = np.bincount(shown.row, shown.score, n) / np.maximum(length, 1)
        self.tops.append(_tops(shown, n, k))
        self.n_offered.append(length)
        self.gain.append(gain)
        self.lift.append(scored.lift.lift.astype(np.float64))
        self.preference.append(scored.preference.astype(np.float64))
        self.flags |= dict(_flags(scored))
        if scored.warnings is not None:
            self.p_weak.append(scored.warnings.p_weak)

    def sorted(self, order: NDArray[np.int64]) -> OneList:
        return OneList(
            np.concatenate(self.tops)[order],
            np.concatenate(self.n_offered)[order],
            np.concatenate(self.gain)[order],
            self.flags,
            np.concatenate([np.zeros(0), *self.p_weak]),
            np.concatenate(self.lift),
            np.concatenate(self.preference),
        )


def compare_lists(
    dataset: Dataset,
    champion: Models | None,
    challenger: Models,
    day: date,
    settings: Settings,
    progress: Progress,
) -> ListsCompared:
    """Score everybody by both trainings, bucket by bucket, without places that are drawn by lot."""
    plain = settings.explore.model_copy(update={"share": 0.0})
    settings = settings.model_copy(update={"explore": plain})
    shared, k = shared_averages(dataset), settings.promotion.list_length
    trainings = [one for one in (champion, challenger) if one is not None]
    found = [_Gathered() for _ in trainings]
    people: list[Objects] = []
    groups: list[dict[str, Objects]] = []
    for bucket, history in bucket_histories(dataset, settings.scoring.bucket_employees):
        for models, gathered in zip(trainings, found, strict=True):
            scored = score_people(history, shared, models, epoch_day(day), settings)
            gathered.add(scored, k)
        people.append(history.employees.ids[scored.rows.employee])
        groups.append(_groups(scored, settings))
        progress.step(bucket.index + 1, bucket.count)
    ids = np.concatenate(people)
    order = np.argsort(ids)
    lists = [gathered.sorted(order) for gathered in found]
    catalogue = history.catalogue.title.tolist()
    names = zip(catalogue, history.courses.ids.tolist(), strict=True)
    return ListsCompared(
        people=ids[order],
        groups={by: np.concatenate([part[by] for part in groups])[order] for by in groups[0]},
        courses=tuple(str(title) or str(code) for title, code in names),
        champion=lists[0] if champion is not None else None,
        challenger=lists[-1],
    )


def _tops(shown: Ranking, n: int, k: int) -> NDArray[np.int64]:
    tops = np.full((n, k), -1, dtype=np.int64)
    head = shown.rank <= k
    tops[shown.row[head], shown.rank[head] - 1] = shown.course[head]
    return tops


def _flags(scored: ScoredBucket) -> Iterator[tuple[tuple[str, int], tuple[str, bool]]]:
    if scored.warnings is None:
        return
    history, cases = scored.history, scored.warnings.completions
    enrolment = history.enrolments.enrolment_id[cases.enrolment].tolist()
    employee = history.employees.ids[history.enrolments.employee[cases.enrolment]].tolist()
    columns = (enrolment, cases.stage.tolist(), employee, scored.warnings.flagged.tolist())
    for one, stage, person, flagged in zip(*columns, strict=True):
        yield (str(one), stage), (str(person), flagged)


def _groups(scored: ScoredBucket, settings: Settings) -> dict[str, Objects]:
    history, rows = scored.history, scored.rows
    now = standing(history, rows)
    hired = history.hired[rows.employee]
    tenure = np.searchsorted(_TENURE_DAYS, rows.day.astype(np.int64) - hired, "right")
    segment = segment_of(scored.people, settings.segments, scored.leads, scored.signals.gap)
    return {
        "unit": _named(now.unit, history.units.ids),
        "role": _named(now.role, history.roles.ids),
        "grade": _numbered(now.grade),
        "segment": np.array(SEGMENTS, dtype=object)[segment],
        "tenure": _named(np.where(hired != NEVER, tenure, -1), np.array(_TENURE, dtype=object)),
    }


def _named(code: NDArray[Any], ids: Objects) -> Objects:
    # The last place is that of -1.
    return np.append(ids, np.array([None], dtype=object))[code]


def _numbered(grade: NDArray[Any]) -> Objects:
    return np.array([f"{one:02d}" if one > 0 else None for one in grade.tolist()], dtype=object)
