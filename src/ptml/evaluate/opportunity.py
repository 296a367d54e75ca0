"""What is offered to whom, by group of each protected attribute: an audit, never a feature.

Equal opportunity is looked at where it is given: in the offer, whatever people then make of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numba import njit
from numpy.typing import NDArray

from ptml.contracts.evidence import Evidence
from ptml.evaluate.groups import SMALLEST_GROUP, Codes, groupings

Doubles = NDArray[np.float64]

MEASURES = ("expected_gain", "full_list", "advanced_share", "hours")
"""Mean expected gain of a list (points), share with a full list, share of advanced and leadership
courses in it, hours offered."""

_N_RESAMPLES = 200
_INTERVAL = (2.5, 97.5)


@dataclass(frozen=True, eq=False)
class Offers:
    """What each person of a bucket is offered, (n,) each.

    Attributes
    ----------
    employee_id : object
    values : (n, len(MEASURES)) float64
        NaN where it has no meaning: the gain of a list that is empty.
    """

    employee_id: NDArray[np.object_]
    values: Doubles


def opportunity_evidence(
    offers: list[Offers], protected: pd.DataFrame, rng: np.random.Generator
) -> list[Evidence]:
    """Compare each group of each attribute with everybody else whose group is known.

    Parameters
    ----------
    offers : list of Offers
        A bucket at a time, in any order.
    protected : DataFrame
        ``employee_id`` and the ``protected_*`` columns.

    Returns
    -------
    list of Evidence
        ``offered/ATTRIBUTE/GROUP/MEASURE``: the group's mean less that of the others, with the 95 %
        interval of a Poisson bootstrap over people (Chamandy et al. 2012); both means and the
        numbers of people in the payload. Nothing of groups under 20 people, nor of a group of which
        fewer than 20 others are known.
    """
    if not offers:
        return []
    # By id, so that neither buckets nor their order change what is drawn.
    people, values = joined(offers)
    order = np.argsort(people)
    people, values = people[order], values[order]
    return [
        row
        for of in groupings(protected, people)
        for row in _compared(of.attribute, of.code, of.labels, values, rng)
    ]


def joined(offers: Sequence[Offers]) -> tuple[NDArray[np.object_], Doubles]:
    """Ids and values of all offers, one below the other."""
    people = np.concatenate([np.zeros(0, dtype=object), *(part.employee_id for part in offers)])
    values = np.concatenate([np.zeros((0, len(MEASURES))), *(part.values for part in offers)])
    return people, values


def _compared(
    attribute: str, code: Codes, labels: Sequence[str], values: Doubles, rng: np.random.Generator
) -> Iterator[Evidence]:
    kept = code >= 0
    code, values = code[kept], values[kept]
    n_people, n_others = _known(code, values, len(labels))
    means, others = _means(code, values, np.ones(len(code)), len(labels))
    drawn = np.stack([_resampled(code, values, len(labels), rng) for _ in range(_N_RESAMPLES)])
    for group, label in enumerate(labels):
        for k, measure in enumerate(MEASURES):
            if min(n_people[group, k], n_others[group, k]) < SMALLEST_GROUP:
                continue
            low, high = np.nanpercentile(drawn[:, group, k], _INTERVAL)
            payload: Mapping[str, object] = {
                "of": "offers",
                "people": int(n_people[group, k]),
                "group_mean": float(means[group, k]),
                "others": int(n_others[group, k]),
                "others_mean": float(others[group, k]),
            }
            yield Evidence(
                "recommend",
                "metric",
                f"offered/{attribute}/{label}/{measure}",
                float(means[group, k] - others[group, k]),
                float(low),
                float(high),
                payload=payload,
            )


def _known(code: Codes, values: Doubles, n_groups: int) -> tuple[Codes, Codes]:
    """People of each group and of all others of whom each measure is known."""
    known = np.isfinite(values)
    columns = [np.bincount(code[of], minlength=n_groups) for of in known.T]
    in_group = np.stack(columns, axis=1)
    return in_group, in_group.sum(axis=0) - in_group


def _resampled(code: Codes, values: Doubles, n_groups: int, rng: np.random.Generator) -> Doubles:
    weight = rng.poisson(1.0, len(code)).astype(np.float64)
    means, others = _means(code, values, weight, n_groups)
    return means - others


def _means(code: Codes, values: Doubles, weight: Doubles, n_groups: int) -> tuple[Doubles, Doubles]:
    """Mean of each measure in each group and in all others, (n_groups, n_measures) each."""
    total, n = np.zeros((2, n_groups, values.shape[1]))
    rows = (np.require(code, np.int64, ("C", "W")), np.require(values, requirements=("C", "W")))
    _add_up(*rows, weight, total, n)
    with np.errstate(invalid="ignore", divide="ignore"):
        return total / n, (total.sum(axis=0) - total) / (n.sum(axis=0) - n)


@njit(cache=True)  # type: ignore[untyped-decorator]
def _add_up(
    code: NDArray[np.int64], values: Doubles, weight: Doubles, total: Doubles, n: Doubles
) -> None:
    """Weighted sums of what is known, and weights; in the order of the people."""
    for i in range(len(code)):
        group = code[i]
        for k in range(values.shape[1]):
            if np.isfinite(values[i, k]):
                total[group, k] += values[i, k] * weight[i]
                n[group, k] += weight[i]
