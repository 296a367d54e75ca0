"""What goes with becoming proficient sooner: two designs that give nobody time in advance.

landmark       people still learning on day 90 are sorted by what they did before, and followed
               from that day on; what they do later does not move them
time_varying   a month counts as one with a course only where the course was started before it
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.stats import norm

from ptml.contracts.teams import FACTOR_FINDINGS
from ptml.decide.cell_sums import CellSums
from ptml.decide.proficiency.config import ProficiencyConfig
from ptml.decide.proficiency.exposures import Exposures, exposures_of
from ptml.decide.proficiency.spells import MONTH_DAYS, PROFICIENT, Spells
from ptml.features.history import History
from ptml.features.windows import Window, expand
from ptml.intervals import Z_90

Positions = NDArray[np.int64]
Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]

ANYBODY = -1
"""In the place of a factor: everybody at risk, with it or without."""
LANDMARK, TIME_VARYING = 0, 1
_KEYS = ("design", "scheme", "stratum", "month", "factor")
# Courses completed so far by which people with and without support are compared: 0, 1, 2 or more.
_N_BANDS = 3


def factor_sums() -> CellSums:
    """People at risk and events by design, stratum, month and factor."""
    return CellSums(_KEYS, ("people", "at_risk", "events"))


@dataclass(frozen=True, eq=False)
class _Months:
    """Months at risk of spells, m of them, sorted by spell, then month.

    Attributes
    ----------
    spell, month : int64
    since : int64
        Day on which the month begins.
    event : bool
        Whether the person becomes proficient in it.
    """

    spell: Positions
    month: Positions
    since: Positions
    event: Bools

    @classmethod
    def of(cls, spells: Spells, since: Positions, longest: int) -> "_Months":
        """Cut the time from a day on into months; those before the entry are left out."""
        needed = np.ceil((spells.stop - since) / MONTH_DAYS).astype(np.int64)
        is_over = (spells.ended == PROFICIENT) & (needed <= longest)
        count = np.clip(needed, 0, longest)
        spell, month = expand(Window(np.ones(len(count), np.int64), count + 1))
        begins = since[spell] + np.floor((month - 1) * MONTH_DAYS).astype(np.int64)
        event = is_over[spell] & (month == count[spell])
        seen = begins >= spells.entry[spell]
        return cls(spell[seen], month[seen], begins[seen], event[seen])

    def of_spells(self, spell: Positions) -> Window:
        """Months of each spell."""
        first, end = (
            np.searchsorted(self.spell, spell, side).astype(np.int64) for side in ("left", "right")
        )
        return Window(first, end)


def factor_cells(history: History, spells: Spells, day: int, config: ProficiencyConfig) -> pa.Table:
    """Rows for `factor_sums` of a bucket's beginnings."""
    found = exposures_of(history, spells, day)
    origin = spells.origin.astype(np.int64)
    landmark = origin + config.landmark_days
    in_time = np.flatnonzero((spells.entry <= landmark) & (spells.stop > landmark))
    late = _Months.of(spells, landmark, config.longest_months)
    late = _Months(*(of[np.isin(late.spell, in_time)] for of in vars(late).values()))
    whole = _Months.of(spells, origin, config.longest_months)
    early = found.take(found.day < landmark[found.spell])
    return pa.concat_tables(
        [
            _cells(history, spells, LANDMARK, late, landmark[late.spell], early),
            _cells(history, spells, TIME_VARYING, whole, whole.since, found),
        ]
    )


def _cells(
    history: History,
    spells: Spells,
    design: int,
    months: _Months,
    known: Positions,
    exposures: Exposures,
) -> pa.Table:
    """Rows of one design; `known` is the day by which courses completed so far are counted."""
    n_courses = history.n_courses
    family = _families(history, spells)[months.spell]
    completed = history.timelines.completed.count(
        spells.employee[months.spell], spells.origin[months.spell], known.astype(np.int32)
    )
    band = np.minimum(completed, _N_BANDS - 1).astype(np.int64)
    strata = np.stack([family, family * _N_BANDS + band])
    which, row = expand(months.of_spells(exposures.spell))
    after = exposures.day[which] < months.since[row]
    which, row = which[after], row[after]
    scheme = (exposures.factor[which] > n_courses).astype(np.int64)
    everybody, at = np.full(len(months.spell), ANYBODY), np.arange(len(months.spell))
    rows = np.concatenate([at, at, row])
    schemes = np.concatenate([np.zeros_like(at), np.ones_like(at), scheme])
    return pa.table(
        {
            "design": np.full(len(rows), design),
            "scheme": schemes,
            "stratum": strata[schemes, rows],
            "month": months.month[rows],
            "factor": np.concatenate([everybody, everybody, exposures.factor[which]]),
            "people": np.concatenate(
                [_is_first(months.spell), _is_first(months.spell), _is_first(which)]
            ).astype(np.int64),
            "at_risk": np.ones(len(rows), np.int64),
            "events": months.event[rows].astype(np.int64),
        }
    )


def _is_first(values: Positions) -> Bools:
    return np.append(True, values[1:] != values[:-1])[: len(values)]


def _families(history: History, spells: Spells) -> Positions:
    families = history.organisation.role_family
    if not len(families):
        return np.zeros(len(spells), dtype=np.int64)
    return np.where(spells.role >= 0, families[np.maximum(spells.role, 0)] + 1, 0).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Factors:
    """One entry a design and factor that somebody met, (f,) each; NaN = too few.

    Attributes
    ----------
    design, factor : int64
        Factor as in `Exposures`.
    people_with, people_without, reached_with, reached_without : int64
        People at risk with and without it, and who of them became proficient.
    ratio, low, high : float64
        How many times as fast people with it become proficient, with a 90 % interval.
    p, q : float64
        Probability of so much by chance, and false discovery rate of all that is named up to it.
    finding : int64
        Position in ``FACTOR_FINDINGS``.
    """

    design: Positions
    factor: Positions
    people_with: Positions
    people_without: Positions
    reached_with: Positions
    reached_without: Positions
    ratio: Doubles
    low: Doubles
    high: Doubles
    p: Doubles
    q: Doubles
    finding: Positions


def factors_of(sums: pa.Table, config: ProficiencyConfig) -> Factors:
    r"""Compare people with and without each factor, within strata and months.

    Notes
    -----
    In stratum and month :math:`i`, with :math:`a_i` events among :math:`m_i` people with the factor
    and :math:`b_i` among :math:`n_i` without, :math:`N_i = m_i + n_i`, the ratio is that of Mantel
    and Haenszel, :math:`\sum a_i n_i / N_i \big/ \sum b_i m_i / N_i`, its variance that of
    Greenland and Robins (1985). With a month short against the time that it takes, this is the
    ratio of hazards of a stratified Cox model.
    """
    columns = {name: sums[name].to_numpy() for name in sums.column_names}
    compared = _Compared.of(columns)
    is_enough = compared.is_enough(config)
    top, bottom = (np.where(is_enough, of, 1.0) for of in (compared.top, compared.bottom))
    log_ratio = np.log(top / bottom)
    error = np.sqrt(np.where(is_enough, compared.spread, 1.0) / (top * bottom))
    p = np.where(is_enough, 2 * norm.sf(np.abs(log_ratio) / error), np.nan)
    q = np.full(len(p), np.nan)
    for design in (LANDMARK, TIME_VARYING):
        tested = (compared.design == design) & is_enough
        q[tested] = false_discovery_rates(p[tested])
    ratio, low, high = (
        np.where(is_enough, np.exp(log_ratio + side * Z_90 * error), np.nan)
        for side in (0.0, -1.0, 1.0)
    )
    is_named = q <= config.false_discovery
    finding = np.select(
        [~is_enough, is_named & (log_ratio > 0), is_named],
        [FACTOR_FINDINGS.index(word) for word in ("too_few", "sooner", "later")],
        default=FACTOR_FINDINGS.index("not_told_apart"),
    ).astype(np.int64)
    return Factors(
        design=compared.design,
        factor=compared.factor,
        people_with=compared.people,
        people_without=compared.others,
        reached_with=compared.reached,
        reached_without=compared.others_reached,
        ratio=ratio,
        low=low,
        high=high,
        p=p,
        q=q,
        finding=finding,
    )


@dataclass(frozen=True, eq=False)
class _Compared:
    """Sums over strata and months by design and factor, (f,) each.

    Attributes
    ----------
    top, bottom : float64
        Of the ratio of Mantel and Haenszel.
    spread : float64
        Greenland's and Robins's variance times ``top x bottom``.
    """

    design: Positions
    factor: Positions
    people: Positions
    others: Positions
    reached: Positions
    others_reached: Positions
    top: Doubles
    bottom: Doubles
    spread: Doubles

    @classmethod
    def of(cls, columns: dict[str, Positions]) -> "_Compared":
        """Add up the cells of `factor_sums`."""
        cell, everybody, with_it = _matched(columns)
        own = {name: values[with_it] for name, values in columns.items()}
        a, m = own["events"], own["at_risk"]
        total, at_risk = (columns[name][everybody][cell] for name in ("events", "at_risk"))
        b, n = total - a, at_risk - m
        width = int(own["factor"].max(initial=0)) + 1
        told, where = np.unique(own["design"] * width + own["factor"], return_inverse=True)

        def added(values: NDArray[np.number]) -> Doubles:
            return np.bincount(where, values, minlength=len(told)).astype(np.float64)

        design = told // width
        people, reached = (added(own[name]).astype(np.int64) for name in ("people", "events"))
        everyone, all_reached = (
            _of_designs(columns, everybody, name)[design] for name in ("people", "events")
        )
        return cls(
            design=design,
            factor=told % width,
            people=people,
            others=everyone - people,
            reached=reached,
            others_reached=all_reached - reached,
            top=added(a * n / at_risk),
            bottom=added(b * m / at_risk),
            spread=added((total * m * n - a * b * at_risk) / at_risk**2),
        )

    def is_enough(self, config: ProficiencyConfig) -> Bools:
        """Whether there are people and events enough on both sides."""
        enough: Bools = np.minimum(self.people, self.others) >= config.min_exposed
        enough &= np.minimum(self.reached, self.others_reached) >= config.min_events
        return enough & (self.top > 0) & (self.bottom > 0) & (self.spread > 0)


def _of_designs(columns: dict[str, Positions], everybody: Positions, name: str) -> Positions:
    """Sum over everybody of each design, once, (2,)."""
    once = everybody[columns["scheme"][everybody] == 0]
    sums = np.bincount(columns["design"][once], columns[name][once], minlength=2)
    return sums.astype(np.int64)


def _matched(columns: dict[str, Positions]) -> tuple[Positions, Positions, Positions]:
    """For each row with a factor, the row of everybody in its stratum and month."""
    parts = [columns[name] for name in _KEYS[:-1]]
    key = np.zeros(len(parts[0]), dtype=np.int64)
    for part in parts:
        key = key * (part.max(initial=0) + 1) + part
    is_everybody = columns["factor"] == ANYBODY
    everybody, with_it = np.flatnonzero(is_everybody), np.flatnonzero(~is_everybody)
    order = np.argsort(key[everybody], kind="stable")
    everybody = everybody[order]
    return np.searchsorted(key[everybody], key[with_it]), everybody, with_it


def false_discovery_rates(p: Doubles) -> Doubles:
    """The rate of Benjamini and Hochberg (1995) at which each would just be named, (k,).

    Examples
    --------
    >>> false_discovery_rates(np.array([0.01, 0.04, 0.03, 0.5])).round(3).tolist()
    [0.04, 0.053, 0.053, 0.5]
    """
    n = len(p)
    order = np.argsort(p, kind="stable")
    steps = p[order] * n / np.arange(1, n + 1)
    rates = np.minimum.accumulate(steps[::-1])[::-1]
    found = np.empty(n)
    found[order] = np.minimum(rates, 1.0)
    return found
