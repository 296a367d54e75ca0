"""Examples by time: what was known before the decision day, and what was chosen after the gap."""

import numpy as np
import pytest

from ptml.features.history import History
from ptml.features.shared import Shared
from ptml.recommend.ranker.config import RankerConfig
from ptml.recommend.ranker.training import (
    Block,
    blocks,
    choosers,
    decision_days,
    examples_at,
    examples_of,
)
from tests.features.small import Row, assignment, day_of
from tests.recommend.ranker.small import first_stage, read
from tests.recommend.small import chosen, course_name

CONFIG = RankerConfig(min_groups=1)
DECISION = day_of("2023-06-01")


def tables(*extra: Row) -> dict[str, list[Row]]:
    """ann chose c00 before the day, c01 in the gap, c02 in the window, c03 after it."""
    return {
        "employees": [{"employee_id": name, "hired_on": "2020-01-01"} for name in ("ann", "bob")],
        "assignments": [assignment("ann"), assignment("bob")],
        "courses": [
            *({"course_id": course_name(n)} for n in range(6)),
            {"course_id": course_name(6), "opened_on": "2023-06-05"},
        ],
        "enrolments": [
            chosen("a0", "ann", 0, "2023-05-31"),
            chosen("a1", "ann", 1, "2023-06-07"),
            chosen("a2", "ann", 2, "2023-06-08"),
            chosen("a3", "ann", 3, "2023-09-06"),
            chosen("a4", "ann", 4, "2023-07-01", assigned_by="manager"),
            chosen("a6", "ann", 6, "2023-07-02"),
            chosen("b3", "bob", 3, "2023-06-02"),
            *extra,
        ],
    }


def block_of(history: History, shared: Shared) -> Block:
    first = first_stage(history, shared).fit(DECISION)
    people = np.arange(history.n_employees, dtype=np.int32)
    [found] = blocks(history, shared, first, people, DECISION, CONFIG)
    return found


def test_windows_end_where_the_next_decision_day_may_learn_from() -> None:
    days = decision_days(999, RankerConfig(n_days=4, window_days=90, gap_days=7))
    assert days == [612, 709, 806, 903]
    assert days[-1] + 7 + 90 == 1000


def test_only_own_choices_between_gap_and_end_of_window_are_labels() -> None:
    history, shared = read(tables())
    block = block_of(history, shared)
    labelled = block.candidates.course[block.label]
    assert labelled.tolist() == [2]
    assert choosers(history, DECISION, CONFIG).tolist() == [0]


def test_what_was_taken_in_the_gap_is_neither_chosen_nor_passed_over() -> None:
    history, shared = read(tables())
    block = block_of(history, shared)
    of_ann = block.candidates.course[block.candidates.row == 0].tolist()
    # Without c00 (taken), c01 (in the gap) and c06 (not open yet).
    assert of_ann == [2, 3, 4, 5]
    assert not block.offered[0, 1]
    of_bob = block.candidates.course[block.candidates.row == 1].tolist()
    assert of_bob == [0, 1, 2, 4, 5]


def test_a_group_is_a_person_with_a_chosen_candidate() -> None:
    history, shared = read(tables())
    found = examples_of(block_of(history, shared))
    assert found.sizes.tolist() == [4]
    assert found.label.tolist() == [True, False, False, False]


@pytest.mark.parametrize("later", ["2023-06-01", "2023-08-01", "2024-02-01"])
def test_features_do_not_see_the_decision_day_or_later(later: str) -> None:
    known = block_of(*read(tables()))
    extra = [chosen(f"x{n}", "bob", n, later) for n in (0, 5)]
    with_later = block_of(*read(tables(*extra)))
    seen = [block.matrix.values[block.candidates.row == 0] for block in (known, with_later)]
    np.testing.assert_array_equal(seen[0], seen[1])


def test_what_was_known_the_day_before_is_seen() -> None:
    known = block_of(*read(tables()))
    earlier = block_of(*read(tables(chosen("x", "bob", 5, "2023-05-31"))))
    of_ann, of_ann_too = known.candidates.row == 0, earlier.candidates.row == 0
    assert not np.array_equal(
        known.matrix.values[of_ann], earlier.matrix.values[of_ann_too], equal_nan=True
    )


def test_a_sample_is_seeded_and_no_larger_than_asked_for() -> None:
    names = [f"p{n}" for n in range(9)]
    history, shared = read(
        {
            **tables(),
            "employees": [{"employee_id": name, "hired_on": "2020-01-01"} for name in names],
            "assignments": [assignment(name) for name in names],
            "enrolments": [
                row
                for n, name in enumerate(names)
                for row in (
                    chosen(f"{name}-a", name, n % 3, f"2023-01-0{n + 1}"),
                    chosen(f"{name}-b", name, 3 + n % 3, "2023-07-01"),
                )
            ],
        }
    )
    first = first_stage(history, shared)

    def sampled(seed: int) -> np.ndarray:
        found = examples_at(
            history,
            shared,
            first.fit,
            DECISION,
            4,
            CONFIG,
            np.random.default_rng(seed),
        )
        assert found is not None
        assert len(found.sizes) == 4
        return found.x

    np.testing.assert_array_equal(sampled(1), sampled(1))
    assert not np.array_equal(sampled(1), sampled(2), equal_nan=True)
