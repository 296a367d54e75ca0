"""Who gets something of a budget, by group of each protected attribute: an audit, never a lever."""

import numpy as np
import pandas as pd
import pyarrow as pa

from ptml.contracts.dataset import Dataset
from ptml.contracts.evidence import Evidence
from ptml.evaluate.groups import SMALLEST_GROUP, groupings, tellable


def allocation_evidence(allocations: pa.Table, ids: pa.Array, dataset: Dataset) -> list[Evidence]:
    """Impact ratios of what is bought beside mandatory courses; none where nothing is.

    Parameters
    ----------
    ids : pyarrow.Array
        Of everybody who was planned for.
    """
    chosen = allocations.filter(np.logical_not(allocations["mandatory"].to_numpy()))
    if not len(chosen):
        return []
    people = np.array(ids.to_pylist(), dtype=object)
    served = np.isin(people, chosen["employee_id"].to_pylist())
    protected = dataset.query("SELECT * FROM protected_attributes")
    return impact_ratios(served, people, protected)


def impact_ratios(
    served: "np.ndarray[tuple[int], np.dtype[np.bool_]]",
    people: "np.ndarray[tuple[int], np.dtype[np.object_]]",
    protected: pd.DataFrame,
) -> list[Evidence]:
    """Least share of a group's people who get a course over the largest, by attribute.

    Groups under 20 people, and those that would give them away, are not looked at.

    Parameters
    ----------
    served : (n,) bool
    people : (n,) object
        Ids.
    protected : DataFrame
        ``employee_id`` and the ``protected_*`` columns.
    """
    found = []
    for of in groupings(protected, people):
        told = tellable(of, SMALLEST_GROUP)
        at = np.flatnonzero(told.code >= 0)
        n = np.bincount(told.code[at], minlength=len(told.labels))
        got = np.bincount(told.code[at], served[at], len(told.labels))
        shares = (got / np.maximum(n, 1))[n >= SMALLEST_GROUP]
        if len(shares) < 2 or not shares.max():
            continue
        name = f"allocated/{of.attribute}/impact_ratio"
        payload = {"of": "people with a course that is not mandatory", "groups": len(shares)}
        found.append(
            Evidence(
                "recommend", "metric", name, float(shares.min() / shares.max()), payload=payload
            )
        )
    return found
