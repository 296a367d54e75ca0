from datetime import date
from pathlib import Path

import numpy as np
import pytest

from ptml.publish.answers import BucketAnswers, KeptAnswers
from ptml.publish.pieces import Stamp

STAMP = Stamp(date(2026, 10, 2), "20261002-0123456789abcdef")
SUMS = {
    "needs/gap": np.array([[0.0, 1.5, 0.0], [0.0, 0.0, -2.5]]),
    "goals/people": np.array([0, 0, 7], dtype=np.int64),
    "units/share": np.array([np.nan, 0.0, np.inf]),
    "health/none": np.zeros((2, 3, 4)),
    "health/empty": np.zeros((0, 4), dtype=np.float32),
    "lists/one": np.array(3.0),
}


def test_sums_come_back_as_they_were(tmp_path: Path) -> None:
    BucketAnswers({}, SUMS, {}, 5).save(tmp_path / "bucket", STAMP)
    kept = KeptAnswers.load(tmp_path / "bucket").sums
    assert set(kept) == set(SUMS)
    for name, values in SUMS.items():
        np.testing.assert_array_equal(kept[name], values, strict=True)


@pytest.mark.parametrize("n_units", [1_000, 100_000])
def test_units_whose_people_are_elsewhere_take_no_room(tmp_path: Path, n_units: int) -> None:
    gap = np.zeros((n_units, 30))
    gap[10:20] = 1.0
    BucketAnswers({}, {"needs/gap": gap}, {}, 5).save(tmp_path / "bucket", STAMP)
    assert (tmp_path / "bucket" / "sums.npz").stat().st_size < 10_000
