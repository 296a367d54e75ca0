"""How much of weak transfer lies with the unit, with the person in it, and with neither.

An outcome is taken to be weak where a normal variable, the sum of a unit's part, a person's part
and a rest, falls below the course's own bound: the latent variable form of the variance partition
(Goldstein, Browne & Rasbash 2002, method D; Snijders & Bosker 2012, ch. 17). Two outcomes of one
person correlate by the unit's and the person's share together, two outcomes of different people of
one unit by the unit's share alone (tetrachoric correlations). Both are fitted by moments: the sum
over pairs of ``(y_i - p_i)(y_j - p_j)`` is set to what it is expected to be, a power series of the
correlation (Mehler) whose terms are sums over pairs of a product, and so need one pass.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri, stdtrit

from ptml.transfer.outcomes import Outcomes

Doubles = NDArray[np.float64]

# Terms of the series; at a correlation of 0.9 what is left out is below 1e-3.
N_TERMS = 24
MAX_CORRELATION = 0.95
# The logistic distribution function is nearest to the normal one on this scale (Camilli 1994).
LOGIT_A_PROBIT = 1.702
TAIL = 0.05
_STEPS = 40


@dataclass(frozen=True, eq=False)
class PairSums:
    """Sums over pairs of outcomes, a row a unit.

    Attributes
    ----------
    between, within : (n_units, 1 + N_TERMS) float64
        Over pairs of different people, and over pairs of one person: the observed product first,
        then the terms of what is expected.
    """

    between: Doubles
    within: Doubles

    @classmethod
    def of(cls, outcomes: Outcomes) -> Self:
        """Add up; outcomes are sorted by unit and person."""
        unit, first_of_unit = np.unique(outcomes.unit, return_index=True)
        key = outcomes.unit.astype(np.int64) << 32 | outcomes.person
        first_of_person = np.unique(key, return_index=True)[1]
        terms = np.column_stack([outcomes.weak - outcomes.usual, _terms(ndtri(outcomes.usual))])
        of_unit, n_of_unit = _pairs(terms, first_of_unit)
        of_person, n_of_person = _pairs(terms, first_of_person)
        owner = np.searchsorted(unit, outcomes.unit[first_of_person])
        starts = np.searchsorted(owner, np.arange(len(unit)))
        between = of_unit - np.add.reduceat(of_person, starts, axis=0)
        # A person, and a unit, counts by its outcomes and not by its pairs.
        weighed = of_person / np.maximum(n_of_person - 1, 1)[:, None]
        return cls(between / n_of_unit[:, None], np.add.reduceat(weighed, starts, axis=0))

    def correlations(self, times: Doubles) -> tuple[Doubles, Doubles]:
        """Correlation of different people of a unit, and of one person, (k,) each.

        Parameters
        ----------
        times : (k, n_units) float64
            How often each unit counts.
        """
        return _correlation(times @ self.between), _correlation(times @ self.within)


@dataclass(frozen=True)
class Figure:
    """A figure with its 90 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class VarianceParts:
    """The variance of weak transfer that the course leaves open, on the latent scale.

    Attributes
    ----------
    unit_share, person_share, rest_share : Figure
        Of that variance, 0-1; they sum to 1.
    unit_to_person : Figure
        Variance of units over that of people in them; infinite where people do not differ.
    unit_sd, person_sd : Figure
        Spread of units, and of people within units, log-odds.
    n_units : int
    """

    unit_share: Figure
    person_share: Figure
    rest_share: Figure
    unit_to_person: Figure
    unit_sd: Figure
    person_sd: Figure
    n_units: int


def variance_parts(outcomes: Outcomes, n_draws: int, rng: np.random.Generator) -> VarianceParts:
    """Split the variance, with 90 % intervals from drawing whole units with replacement.

    Percentiles of the draws, further out the fewer the units (Hesterberg 2015, expanded
    percentiles).
    """
    sums = PairSums.of(outcomes)
    n_units = len(sums.between)
    drawn = rng.multinomial(n_units, np.full(n_units, 1 / n_units), n_draws).astype(np.float64)
    unit, same = sums.correlations(np.concatenate([np.ones((1, n_units)), drawn]))
    # Courses take up the mean of the units at hand, as a sample's mean does that of its rows.
    unit = np.minimum(unit * n_units / max(n_units - 1, 1), MAX_CORRELATION)
    person = np.maximum(same - unit, 0.0)
    rest = 1 - unit - person
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(unit > 0, unit / person, 0.0)
    unit_sd, person_sd = (LOGIT_A_PROBIT * np.sqrt(part / rest) for part in (unit, person))
    return VarianceParts(
        unit_share=_figure(unit, n_units),
        person_share=_figure(person, n_units),
        rest_share=_figure(rest, n_units),
        unit_to_person=_figure(ratio, n_units),
        unit_sd=_figure(unit_sd, n_units),
        person_sd=_figure(person_sd, n_units),
        n_units=n_units,
    )


def _figure(values: Doubles, n_units: int) -> Figure:
    stretch = np.sqrt(n_units / max(n_units - 1, 1))
    tail = float(ndtr(stretch * stdtrit(max(n_units - 1, 1), TAIL)))
    low, high = np.quantile(values[1:], (tail, 1 - tail), method="nearest")
    return Figure(float(values[0]), float(low), float(high))


def _terms(bound: Doubles) -> Doubles:
    """Factors of each outcome whose products are the terms of a pair's covariance, (n, N_TERMS).

    ``phi(h) He_{k-1}(h) / sqrt(k!)``, by the recurrence of Hermite's polynomials.
    """
    terms = np.empty((len(bound), N_TERMS))
    density = np.exp(-0.5 * bound**2) / np.sqrt(2 * np.pi)
    before, now = np.zeros(len(bound)), density
    for k in range(1, N_TERMS + 1):
        terms[:, k - 1] = now
        before, now = now, (bound * now - before * (k - 1) / np.sqrt(k)) / np.sqrt(k + 1)
    return terms


def _pairs(values: Doubles, first: NDArray[np.intp]) -> tuple[Doubles, NDArray[np.intp]]:
    """Sum of products over the pairs of each group, and how many rows a group has."""
    total = np.add.reduceat(values, first, axis=0)
    squares = np.add.reduceat(values**2, first, axis=0)
    return (total**2 - squares) / 2, np.diff(first, append=len(values))


def _correlation(sums: Doubles) -> Doubles:
    """The correlation at which the series gives the observed sum, by bisection, (k,)."""
    observed, terms = sums[:, 0], sums[:, 1:]
    low, high = np.zeros(len(sums)), np.full(len(sums), MAX_CORRELATION)
    for _ in range(_STEPS):
        middle = (low + high) / 2
        powers = middle[:, None] ** np.arange(1, N_TERMS + 1)
        is_below = (terms * powers).sum(axis=1) < observed
        low, high = np.where(is_below, middle, low), np.where(is_below, high, middle)
    return np.where(observed > 0, low, 0.0)
