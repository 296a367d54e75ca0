"""Whether people are still as those that were learnt from: each feature, at weekly looks.

The same people a week later are no new sample, so chance is not worked out from their number: a
look is held against earlier looks as far apart as it is from training (Rabanser et al. 2019 compare
tests of shift; what is usual between two looks is measured here and not assumed).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ptml.features.days import date_of
from ptml.features.history import History
from ptml.features.people import person_features
from ptml.features.rows import Rows
from ptml.features.shared import Shared
from ptml.monitor.chance import KOLMOGOROV_MEAN, KOLMOGOROV_SD, above_past
from ptml.monitor.config import MonitorConfig
from ptml.monitor.distance import bin_edges, binned, jensen_shannon, largest_gap, stability_index
from ptml.monitor.finding import Family, Finding, NotJudged

Doubles = NDArray[np.float64]

N_WEEKS, _N_BINS, WEEK = 104, 20, 7
_SEASONS = (13, 26, 52)
_LEAST_NULL = 8
# What chance alone gives between two looks at a few hundred people.
_CENTRE, _SPREAD = 0.03, 0.015
_TO_DO = "If the data are sound, train again on newer data."


@dataclass(frozen=True, eq=False)
class FeatureLooks:
    """Counts of each feature in its bins at several looks.

    Attributes
    ----------
    names : tuple of str
    day : (n_looks,) int32
        Days since 1970-01-01, falling.
    edges : (n_features, n_edges) float64
        Padded with infinity.
    counts : (n_looks, n_features, n_edges + 2) float64
        The last bin is of unknown values.
    """

    names: tuple[str, ...]
    day: NDArray[np.int32]
    edges: Doubles
    counts: Doubles

    @classmethod
    def counted(
        cls,
        names: tuple[str, ...],
        values: NDArray[np.float32],
        day: NDArray[np.int32],
        days: NDArray[np.int32],
        edges: Doubles | None = None,
    ) -> Self:
        """Count values (n, n_features) of days (n,) at the looks ``days``, falling."""
        edges = _edges(values) if edges is None else edges
        look = np.searchsorted(-days, -day)
        counts = np.zeros((len(days), len(names), edges.shape[1] + 2))
        for k in range(len(days)):
            of_look = values[look == k]
            for f in range(values.shape[1]):
                counts[k, f] = binned(of_look[:, f].astype(np.float64), edges[f])
        return cls(names, days.astype(np.int32), edges, counts)

    def save(self, file: Path) -> None:
        """Write a ``.npz`` file."""
        np.savez_compressed(
            file,
            names=np.array(self.names),
            day=self.day,
            edges=self.edges,
            counts=self.counts.astype(np.float32),
        )

    @classmethod
    def load(cls, file: Path) -> Self:
        """Read what `save` wrote."""
        with np.load(file, allow_pickle=False) as found:
            names = tuple(str(name) for name in found["names"])
            return cls(names, found["day"], found["edges"], found["counts"].astype(np.float64))


def feature_looks(
    history: History,
    shared: Shared,
    days: NDArray[np.int32],
    max_people: int,
    edges: Doubles | None = None,
) -> FeatureLooks:
    """Work out the features of a fixed sample of people as of days, and count them in bins."""
    step = max(-(-history.n_employees // max_people), 1)
    people = np.arange(0, history.n_employees, step, dtype=np.int32)
    employee = np.tile(people, len(days))
    day = np.repeat(days.astype(np.int32), len(people))
    kept = history.employed(employee, day)
    rows = Rows(employee[kept], day[kept])
    found = person_features(history, shared, rows)
    return FeatureLooks.counted(found.names, found.values, rows.day, days, edges)


def weekly_days(last: int, first: int, n_weeks: int = N_WEEKS) -> NDArray[np.int32]:
    """The days of weekly looks up to ``last``, falling, none before ``first``."""
    days = last - WEEK * np.arange(n_weeks)
    return days[days >= first].astype(np.int32)


def _edges(values: NDArray[np.float32]) -> Doubles:
    edges = np.full((values.shape[1], _N_BINS), np.inf)
    for f in range(values.shape[1]):
        own = bin_edges(values[:, f].astype(np.float64), _N_BINS)
        edges[f, : len(own)] = own
    return edges


def look_at_features(
    now: FeatureLooks,
    reference: FeatureLooks,
    config: MonitorConfig,
    family: Family = "features",
    words: str = "{}",
) -> Iterator[Finding | NotJudged]:
    """Hold the people of a day against those at training and in the same season before.

    Parameters
    ----------
    now : FeatureLooks
        One look, in the bins of the reference.
    reference : FeatureLooks
        Weekly looks up to training.
    words : str
        Subject of a finding, with a place for the name.
    """
    apart = max(int(now.day[0] - reference.day[0]) // WEEK, 1)
    gap = _unlike(now.counts[0], reference.counts, -apart, apart)
    past = [
        _unlike(reference.counts[k], reference.counts, k, apart)
        for k in range(len(reference.day) - max(apart, _SEASONS[0]) - 1)
    ]
    if len(past) < _LEAST_NULL:
        yield NotJudged(family, words.format("all"), "too few earlier looks to know what is usual")
        return
    n, m = float(now.counts[0, 0].sum()), float(reference.counts[0, 0].sum())
    if min(n, m) < config.min_rows:
        yield NotJudged(family, words.format("all"), f"{n:,.0f} rows, and {m:,.0f} at training")
        return
    null = np.stack(past)
    # Few rows are apart by chance: Kolmogorov's law for two samples of such sizes.
    by_chance = np.sqrt((n + m) / (n * m))
    centre, spread = (
        max(usual, law * by_chance)
        for usual, law in ((_CENTRE, KOLMOGOROV_MEAN), (_SPREAD, KOLMOGOROV_SD))
    )
    index = stability_index(now.counts[0], reference.counts[0])
    shannon = jensen_shannon(now.counts[0], reference.counts[0])
    for f, name in enumerate(now.names):
        p = above_past(float(gap[f]), null[:, f], centre, spread)
        largest = float(null[:, f].max())
        yield Finding(
            family,
            words.format(name),
            p,
            bool(gap[f] >= config.min_feature_gap and gap[f] > 1.25 * largest),
            "action",
            f"largest gap {gap[f]:.2f} (stability index {index[f]:.2f}, Jensen-Shannon "
            f"{shannon[f]:.2f})",
            f"at most {largest:.2f} between earlier looks as far apart",
            _TO_DO,
            since=date_of(int(reference.day[0])),
        )


def _unlike(counts: Doubles, looks: Doubles, at: int, apart: int) -> Doubles:
    """Smallest gap of each feature to the look ``apart`` weeks before it and those of its season.

    ``at`` is the place of the look among ``looks``; negative = as many weeks after the first.
    """
    places = [at + apart, *(at + s + d for s in _SEASONS for d in (-1, 0, 1))]
    kept = [p for p in places if max(at, -1) < p < len(looks)]
    return np.asarray(np.min([largest_gap(counts, looks[p]) for p in kept], axis=0))
