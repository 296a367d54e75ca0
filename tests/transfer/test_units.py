"""Which units are flagged in the place of their people."""

from pathlib import Path

import numpy as np
import pytest

from ptml.transfer.outcomes import Outcomes
from ptml.transfer.unit_config import UnitConfig
from ptml.transfer.unit_evidence import unit_evidence
from ptml.transfer.units import Units, judged_units

from .planted import Planted

CONFIG = UnitConfig(n_draws=100)


def judged(planted: Planted, n: int = 15) -> list[tuple[Units, np.ndarray]]:
    rng = np.random.default_rng(11)
    found = []
    for _ in range(n):
        outcomes, effect = planted.draw(rng)
        found.append((judged_units(outcomes, planted.ids, CONFIG, rng)[0], effect))
    return found


def test_units_that_differ_more_than_people_are_flagged_for_what_is_true_of_them() -> None:
    found = judged(Planted(1.2, 0.3))
    flagged = np.concatenate([units.flagged for units, _ in found])
    effect = np.concatenate([effect for _, effect in found])
    assert flagged.mean() > 0.1
    assert (effect[flagged] > 0.3).mean() > 0.95
    assert effect[flagged].min() > 0


@pytest.mark.parametrize(("unit_sd", "person_sd"), [(0.3, 1.2), (0.0, 0.0), (0.0, 1.0)])
def test_no_unit_is_flagged_where_people_or_nothing_differ(
    unit_sd: float, person_sd: float
) -> None:
    found = judged(Planted(unit_sd, person_sd))
    assert np.mean([units.flagged for units, _ in found]) < 0.05


def test_a_bad_unit_is_not_flagged_where_its_people_differ_more_than_it_does() -> None:
    found = judged(Planted(0.9, 1.6))
    is_bad = np.concatenate([units.low >= CONFIG.min_effect for units, _ in found])
    flagged = np.concatenate([units.flagged for units, _ in found])
    assert is_bad.mean() > 0.05
    assert flagged.mean() < 0.01


def test_effects_lie_in_their_intervals_as_often_as_they_say() -> None:
    found = judged(Planted(1.0, 1.0))
    held = [(u.low <= e - e.mean()) & (e - e.mean() <= u.high) for u, e in found]
    assert 0.84 <= np.mean(held) <= 0.96


def test_few_outcomes_stay_near_the_mean_of_all() -> None:
    rng = np.random.default_rng(1)
    many, _ = Planted(1.0, 0.5).draw(rng)
    few = Outcomes(
        np.append(many.unit, 40).astype(np.int32),
        np.append(many.person, 999).astype(np.int32),
        np.append(many.weak, True),
        np.append(many.usual, 0.3),
    )
    units, _ = judged_units(few, Planted(1, 1, n_units=41).ids, CONFIG, rng)
    all_weak = int(np.argmax(units.weak / units.checked))
    assert (all_weak, units.checked[40]) == (40, 1)
    assert 0 < units.effect[40] < 0.7
    assert not units.flagged[40]


def test_a_unit_of_four_people_is_never_flagged() -> None:
    found = judged(Planted(2.0, 0.0, n_people=4, n_each=20), 3)
    assert not any(units.flagged.any() for units, _ in found)


def test_too_few_units_to_compare_are_not_judged() -> None:
    rng = np.random.default_rng(1)
    planted = Planted(1.5, 0.1, n_units=9)
    units, parts = judged_units(planted.draw(rng)[0], planted.ids, CONFIG, rng)
    assert parts is None
    assert np.isnan(units.effect).all()
    assert not units.flagged.any()
    told = unit_evidence(units, parts, CONFIG)[0]
    assert (told.name, told.verdict) == ("units_judged", "not_judged")
    assert "too few units" in told.payload["note"]


def test_nobody_checked_twice_leaves_the_person_unknown_and_no_unit_flagged() -> None:
    rng = np.random.default_rng(1)
    planted = Planted(2.0, 0.1, n_each=1, n_people=40)
    units, parts = judged_units(planted.draw(rng)[0], planted.ids, CONFIG, rng)
    assert parts is None
    assert not units.flagged.any()


def test_a_person_of_no_unit_or_of_one_that_is_new_is_not_held_back() -> None:
    (units, _), *_ = judged(Planted(1.2, 0.3), 1)
    assert not units.are_flagged(np.array([-1], np.int32))[0]
    flagged = np.flatnonzero(units.flagged).astype(np.int32)
    assert units.are_flagged(flagged).all()


def test_what_is_saved_is_what_is_read(tmp_path: Path) -> None:
    (units, _), *_ = judged(Planted(1.2, 0.3), 1)
    units.save(tmp_path)
    read = Units.load(tmp_path)
    assert read.ids == units.ids
    np.testing.assert_array_equal(read.flagged, units.flagged)
    np.testing.assert_array_equal(read.high, units.high)


def test_shares_are_evidence_with_intervals_of_nine_in_ten() -> None:
    rng = np.random.default_rng(4)
    planted = Planted(1.2, 0.3)
    units, parts = judged_units(planted.draw(rng)[0], planted.ids, CONFIG, rng)
    rows = {row.name: row for row in unit_evidence(units, parts, CONFIG)}
    share = rows["unit_share"]
    assert (share.low or 0) < (share.value or 0) < (share.high or 0)
    assert share.payload["level"] == 0.9
    assert rows["units_flagged"].payload["flagged"] == int(units.flagged.sum())
