"""Protected groups of monitoring are those of the other pages, and few are not told."""

from typing import cast

import numpy as np
import pandas as pd

from ptml.contracts.dataset import Dataset
from ptml.evaluate.groups import groupings
from ptml.jobs.monitor_models import _groups


class Protected:
    def __init__(self, n: int) -> None:
        self.frame = pd.DataFrame(
            {
                "employee_id": [f"E{k}" for k in range(n)],
                "protected_birth_year": 1960 + np.arange(n) % 40,
                "protected_gender": np.where(
                    np.arange(n) < 3, "x", np.where(np.arange(n) % 2, "f", "m")
                ),
            }
        )

    def query(self, _: str) -> pd.DataFrame:
        return self.frame


def test_the_profile_counts_the_bands_of_the_other_pages() -> None:
    tables = Protected(200)
    found = _groups(cast(Dataset, tables))
    ids = tables.frame["employee_id"].to_numpy(dtype=object)
    (of_age, _) = groupings(tables.frame, ids)
    assert tuple(found["birth_year"]) == of_age.labels
    assert sum(found["birth_year"].values()) == 200


def test_a_group_of_few_cannot_be_worked_out() -> None:
    found = _groups(cast(Dataset, Protected(200)))["gender"]
    assert "x" not in found
    assert all(n >= 20 for n in found.values())
