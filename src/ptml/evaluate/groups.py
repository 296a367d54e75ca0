"""Groups of protected attributes: who is in which, and which of them may be told.

For audits only; no feature and no table of single people ever holds a group.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ptml.contracts.inputs import PROTECTED_PREFIX

Codes = NDArray[np.int64]

SMALLEST_GROUP = 20
MOST_GROUPS = 12
UNKNOWN = "unknown"
_N_BANDS = 4


@dataclass(frozen=True, eq=False)
class Grouping:
    """The groups of one attribute.

    Attributes
    ----------
    attribute : str
        Without its prefix.
    code : (n_people,) int64
        Position in `labels`; -1 = unknown, or not to be told (`tellable`).
    labels : tuple of str
    hidden : tuple of str
        Groups that are not told: too few people, or needed to cover for one of too few.
    """

    attribute: str
    code: Codes
    labels: tuple[str, ...]
    hidden: tuple[str, ...] = ()


def groupings(
    protected: pd.DataFrame,
    employee_id: NDArray[np.object_],
    n_bands: int = _N_BANDS,
) -> Iterator[Grouping]:
    """Sort people into the groups of every protected attribute.

    Parameters
    ----------
    protected : DataFrame
        ``employee_id`` and the ``protected_*`` columns.
    employee_id : (n_people,) object
        Whose groups are asked for, each once.
    n_bands : int
        Bands of equally many people into which an attribute of more than 12 numbers is cut.
    """
    of_people = protected.set_index("employee_id").reindex(employee_id)
    for column in sorted(map(str, of_people)):
        if column.startswith(PROTECTED_PREFIX):
            yield _grouping(column.removeprefix(PROTECTED_PREFIX), of_people[column], n_bands)


def tellable(grouping: Grouping, min_people: int) -> Grouping:
    """Leave out groups of too few people so that none can be worked out from the totals.

    The totals of a stage are published. So what is hidden holds two groups and `min_people`
    together at the least: the smallest other group is hidden too (complementary suppression), or,
    where only two would be left to compare, what is hidden is counted with the smaller of them. An
    attribute that is not known is the group "unknown".

    Parameters
    ----------
    min_people : int
        People below which a group is not told.

    Examples
    --------
    >>> code = np.repeat([0, 1, 2], [30, 40, 3])
    >>> told = tellable(Grouping("gender", code, ("f", "m", "x")), 20)
    >>> told.labels, told.hidden
    (('f (with groups of too few)', 'm'), ('x',))
    """
    code, labels = _with_unknown(grouping)
    people = np.bincount(code, minlength=len(labels))
    hidden = (people > 0) & (people < min_people)
    shown = people >= min_people
    names = list(labels)
    # As many people as that are two groups at the least, each of them being smaller.
    while hidden.any() and people[hidden].sum() < min_people:
        if not shown.any():
            break
        smallest = int(np.argmin(np.where(shown, people, people.sum() + 1)))
        if shown.sum() <= 2:
            code = np.where(hidden[code], smallest, code)
            names[smallest] += " (with groups of too few)"
            break
        shown[smallest], hidden[smallest] = False, True
    kept = np.flatnonzero(shown)
    position = np.full(len(labels), -1, dtype=np.int64)
    position[kept] = np.arange(len(kept))
    return Grouping(
        grouping.attribute,
        position[code],
        tuple(names[k] for k in kept),
        tuple(labels[k] for k in np.flatnonzero(hidden)),
    )


def _with_unknown(grouping: Grouping) -> tuple[Codes, tuple[str, ...]]:
    labels = grouping.labels
    if not (grouping.code < 0).any():
        return grouping.code, labels
    if UNKNOWN not in labels:
        labels = (*labels, UNKNOWN)
    return np.where(grouping.code < 0, labels.index(UNKNOWN), grouping.code), labels


def _grouping(attribute: str, column: pd.Series, n_bands: int) -> Grouping:
    known = column.dropna().astype(str)
    numbers = pd.to_numeric(known, errors="coerce")
    if known.nunique() > MOST_GROUPS and numbers.notna().all():
        return _banded(attribute, numbers, column, n_bands)
    code, labels = pd.factorize(known, sort=True)
    return Grouping(attribute, _over_all(code, column), tuple(map(str, labels)))


def _banded(attribute: str, numbers: pd.Series, column: pd.Series, n_bands: int) -> Grouping:
    """Bands of the distribution in their order, named by their ends."""
    ends = np.unique(np.quantile(numbers, np.linspace(0, 1, n_bands + 1), method="lower"))
    found = np.clip(np.searchsorted(ends, numbers, side="right") - 1, 0, len(ends) - 2)
    band, code = np.unique(found, return_inverse=True)
    least, most = (numbers.groupby(found).agg(of) for of in ("min", "max"))
    labels = tuple(f"{least[b]:g} to {most[b]:g}" for b in band)
    return Grouping(attribute, _over_all(code, column), labels)


def _over_all(code: NDArray[np.integer], column: pd.Series) -> Codes:
    whole = np.full(len(column), -1, dtype=np.int64)
    whole[np.asarray(column.notna())] = code
    return whole
