import numpy as np
import polars as pl
import pytest

from ptml.decide.path.config import OverlapConfig
from ptml.decide.path.content import Content
from ptml.decide.path.overlap import holding, shares_left
from ptml.errors import UsageError
from ptml.simulate import SimulationConfig, simulate
from ptml.simulate.living import completion_log_odds
from ptml.simulate.sequences import Standing, standing_of
from ptml.simulate.transfer import probability

SMALL = SimulationConfig(n_employees=100, n_quarters=6, n_courses=30, seed=21)


@pytest.fixture(scope="module")
def stands() -> Standing:
    return standing_of(SMALL)


def course_pairs(stands: Standing) -> np.ndarray:
    """For each person two courses that teach the same competency and may be started, or -1."""
    courses = stands.structure.courses
    may = stands.may_start() & ~courses.mandatory & (courses.effect > 0)
    found = np.full((len(stands.people), 2), -1, dtype=np.int64)
    for person, row in enumerate(may):
        some = np.flatnonzero(row)
        meet = np.triu((courses.weight[some] @ courses.weight[some].T) > 0, 1)
        if meet.any():
            found[person] = some[list(np.argwhere(meet)[person % meet.sum()])]
    return found


def test_one_course_brings_what_the_published_truth_says(tmp_path, stands: Standing) -> None:  # type: ignore[no-untyped-def]
    simulate(SMALL, tmp_path / "org")
    truth = pl.read_parquet(tmp_path / "org" / "truth" / "lift.parquet")
    person = truth["employee_id"].str.slice(1).cast(pl.Int64).to_numpy()
    course = truth["course_id"].str.slice(1).cast(pl.Int64).to_numpy() - 1
    first = np.unique(person, return_index=True)[1]
    one = np.full((len(stands.people), 1), -1, dtype=np.int64)
    one[person[first], 0] = course[first]
    found = stands.lifts(one)[person[first], 0]
    assert found == pytest.approx(truth["lift"].to_numpy()[first], abs=1e-12)


def test_the_first_of_two_brings_what_it_brings_alone(stands: Standing) -> None:
    both = course_pairs(stands)
    assert stands.lifts(both)[:, 0] == pytest.approx(stands.lifts(both[:, :1])[:, 0])


def test_of_two_that_teach_the_same_the_second_brings_less(stands: Standing) -> None:
    both = course_pairs(stands)
    second, alone = stands.lifts(both)[:, 1], stands.lifts(both[:, 1:])[:, 0]
    assert (second <= alone + 1e-9).all()
    assert second.sum() < 0.95 * alone.sum()


def test_a_course_that_needs_another_brings_something_only_after_it(stands: Standing) -> None:
    courses, life = stands.structure.courses, stands.life
    for course in np.flatnonzero((courses.requires >= 0) & (courses.effect > 0)):
        first = int(courses.requires[course])
        missing = ~life.done[:, first] & (life.taken_in[:, first] > SMALL.n_quarters)
        if missing.any():
            break
    alone = np.where(missing, course, -1)[:, None]
    after = np.stack([np.where(missing, first, -1), np.where(missing, course, -1)], axis=1)
    assert stands.lifts(alone).sum() == 0
    assert stands.lifts(after)[:, 1].sum() > 0


def test_an_organisation_of_many_chunks_is_refused() -> None:
    with pytest.raises(UsageError, match="one chunk"):
        standing_of(SimulationConfig(n_employees=200, chunk_employees=100))


def test_overlap_counted_once_is_nearer_to_the_truth_than_lifts_added_up(
    stands: Standing,
) -> None:
    courses, both = stands.structure.courses, course_pairs(stands)
    who = np.flatnonzero(both[:, 0] >= 0)
    pair = both[who]
    second, alone = stands.lifts(both)[who, 1], stands.lifts(both[:, 1:])[who, 0]
    role = stands.people.role[who, -1]
    config = OverlapConfig()
    person, course = np.repeat(np.arange(len(who)), 2), pair.reshape(-1)
    low, high = courses.from_level[course], courses.to_level[course]
    own = stands.life.level[who][person]
    importance = stands.structure.importance[role][person]
    weight, start = courses.weight[course], np.maximum(own, low)
    content = Content(
        competency=np.where(weight > 0, np.arange(weight.shape[1]), -1).astype(np.int32),
        start=start,
        end=high,
        wanted=np.minimum(high, stands.structure.required[role][person]),
        reached=np.where(low - own > config.entry_reach_levels, start, high),
        new=(1 - config.required_share) * weight,
        needed=config.required_share * weight * importance,
    )
    chance = probability(completion_log_odds(stands.people, who, np.zeros(len(who))))
    hold = holding(np.repeat(chance, 2), config.holds)
    told = alone * shares_left(content, person, hold)[1::2]
    assert abs(told.mean() - second.mean()) < 0.3 * abs(alone.mean() - second.mean())
    assert np.sqrt(((told - second) ** 2).mean()) < 0.8 * np.sqrt(((alone - second) ** 2).mean())
