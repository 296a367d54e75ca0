import numpy as np
import pytest

from ptml.contracts.outputs import CAUSES
from ptml.decide.diagnosis.config import DiagnosisConfig
from ptml.decide.diagnosis.measures import People
from ptml.decide.diagnosis.parts import (
    MATTERS,
    Losses,
    accounts_of,
    losses_of_people,
    losses_of_units,
)
from ptml.decide.diagnosis.verdict import Verdict, cause_of_losses, verdict

from .organisation import N_UNITS, SIZE, people

CONFIG = DiagnosisConfig()


def causes(found: Verdict) -> list[str]:
    return [CAUSES[code] for code in found.cause]


def diagnosed(everybody: People, at: list[int]) -> Verdict:
    accounts = accounts_of(everybody, N_UNITS, CONFIG)
    assert accounts is not None
    return verdict(losses_of_people(everybody, accounts, CONFIG, np.array(at)), CONFIG)


def units(everybody: People) -> Verdict:
    accounts = accounts_of(everybody, N_UNITS, CONFIG)
    assert accounts is not None
    return verdict(losses_of_units(accounts, CONFIG), CONFIG, CONFIG.worthwhile_points)


def losses(
    expected: list[float], rest: float = 0.0, hidden: tuple[float, ...] = (0, 0, 0, 0)
) -> Losses:
    return Losses(
        np.array([expected]), np.full((1, len(MATTERS)), 0.5), np.array([rest]), np.array(hidden)
    )


@pytest.mark.parametrize(
    ("lost", "cause"),
    [
        ((8, 1, 1, 2), "capability"),
        ((1, 8, 1, 2), "motivation"),
        ((1, 1, 8, 2), "environment"),
        ((4, 4, 1, 1), "mixed"),
        ((2, 1, 1, 8), "unclear"),
        ((-3, -3, 6, -2), "environment"),
        ((-1, -1, -1, -1), "unclear"),
    ],
)
def test_what_takes_half_of_all_that_is_lost_is_the_cause(
    lost: tuple[float, ...], cause: str
) -> None:
    assert CAUSES[cause_of_losses(np.array(lost, dtype=float), 0.5, 0.0)] == cause


def test_too_few_points_are_no_matter() -> None:
    assert CAUSES[cause_of_losses(np.array([2.0, 0, 0, 0]), 0.5, 3.0)] == "unclear"


def test_machines_that_cost_a_unit_its_points_are_its_environment() -> None:
    found = units(people(trouble=(3, 17)))
    named = causes(found)
    assert named[3] == named[17] == "environment"
    assert found.strength[[3, 17]].min() > 0.9
    assert named.count("environment") == 2


def test_a_unit_of_people_without_skill_is_a_matter_of_capability() -> None:
    found = units(people(unskilled=range(5 * SIZE, 6 * SIZE)))
    assert causes(found)[5] == "capability"


def test_a_unit_of_people_without_motive_is_a_matter_of_motivation() -> None:
    found = units(people(unmotivated=range(5 * SIZE, 6 * SIZE)))
    assert causes(found)[5] == "motivation"


def test_one_who_lacks_skill_or_motive_or_sits_in_trouble_is_told_apart() -> None:
    everybody = people(trouble=(3,), unskilled=(100,), unmotivated=(200,))
    skilled = int(np.flatnonzero(everybody.unit == 3)[0])
    everybody.measures[skilled, :3] = (0.1, 0.6, 7.8)
    everybody.measures[skilled, 4] = 4.0
    everybody.score[skilled] = 93.0
    found = diagnosed(everybody, [100, 200, skilled])
    assert causes(found) == ["capability", "motivation", "environment"]
    assert found.first.tolist() == [0, 1, 2]


def test_the_strength_is_the_share_of_readings_and_grows_with_the_loss() -> None:
    strengths = [
        verdict(losses([points, 1.0, 0.5], 0.0, (4, 4, 0, 16)), CONFIG).shares[0, 0]
        for points in (1.0, 4.0, 12.0)
    ]
    assert strengths == sorted(strengths)
    assert strengths[-1] > 0.8
    sure = verdict(losses([9.0, 0.5, 0.5]), CONFIG)
    assert sure.strength.tolist() == [1.0]
    assert sure.shares.sum() == pytest.approx(1.0)


def test_weak_evidence_is_unclear_with_the_best_that_it_has() -> None:
    found = verdict(losses([1.0, 1.0, 0.5], 8.0, (4, 4, 0, 40)), CONFIG)
    assert causes(found) == ["unclear"]
    assert 0 < found.strength[0] < CONFIG.least_strength


def test_even_where_nothing_is_clear_something_is_asked_first() -> None:
    found = verdict(losses([1.0, 2.0, 0.5], 8.0, (4, 4, 0, 40)), CONFIG)
    assert MATTERS[found.first[0]] == "drive"


def test_the_same_evidence_has_the_same_strength() -> None:
    everybody = people(trouble=(3,))
    first, second = (diagnosed(everybody, list(range(60))) for _ in range(2))
    assert (first.shares == second.shares).all()


def test_who_stands_beside_whom_changes_nothing() -> None:
    everybody = people(trouble=(3,))
    alone = diagnosed(everybody, [7])
    assert (alone.shares[0] == diagnosed(everybody, list(range(60))).shares[7]).all()


def test_too_few_people_or_units_tell_nothing() -> None:
    everybody = people()
    few = People(everybody.unit[:50], everybody.score[:50], everybody.measures[:50])
    assert accounts_of(few, N_UNITS, CONFIG) is None
    silent = People(everybody.unit, np.full(len(everybody.unit), np.nan), everybody.measures)
    assert accounts_of(silent, N_UNITS, CONFIG) is None


def test_what_is_not_known_of_a_person_is_as_usual_in_the_unit() -> None:
    table = np.full((3, 9), np.nan)
    table[:2, 4] = (2.0, 4.0)
    few = People(np.array([0, 0, 1]), np.full(3, 100.0), table)
    filled = few.filled(2)
    assert filled[:, 4].tolist() == [-1.0, 1.0, 0.0]
    assert (filled[:, 0] == 0).all()
