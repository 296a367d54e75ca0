"""Parts of a preference in JSON: they add up to the digit, and the leading one is said."""

import json
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from ptml.explain.preference import MOST_NAMED, leading_past, preference_reasons
from ptml.recommend.parts import PreferenceParts, parts_of

IDS = ["c0", 'c"1', "c2", "c3", "c4", "c5"]
TITLES = ["Python", 'The "hard" sell', "SQL", "First aid", "Law", "Writing"]


def reasons(parts: PreferenceParts) -> list[dict[str, Any]]:
    return [json.loads(text) for text in preference_reasons(parts, IDS, TITLES).to_pylist()]


def parts(cold: list[float], past: list[float]) -> PreferenceParts:
    return parts_of(np.array([cold]), csr_matrix(np.array([past])), 40)


def added_up(values: dict[str, Any]) -> float:
    single = ("base", "popularity", "role", "unit", "grade", "gap", "other")
    return sum(values[name] for name in single) + sum(
        item["contribution"] for item in values["past"]
    )


def test_numbers_add_up_to_the_preference() -> None:
    rng = np.random.default_rng(0)
    cold = rng.normal(0.01, 0.02, (500, 5))
    past = csr_matrix(rng.normal(0, 0.02, (500, 6)) * (rng.random((500, 6)) < 0.5))
    found = parts_of(cold, past, 40)
    for reason, preference in zip(reasons(found), found.preference, strict=True):
        assert added_up(reason["values"]) == pytest.approx(preference, abs=1e-6)
        assert reason["values"]["preference"] == pytest.approx(preference, abs=1e-6)
        assert len(reason["values"]["past"]) <= MOST_NAMED


def test_the_largest_past_courses_are_named_and_the_rest_is_one_number() -> None:
    found = leading_past(csr_matrix(np.array([[0.01, -0.5, 0.2, 0.3, 0.02, 0.0]])))
    assert found.course.tolist() == [[1, 3, 2]]
    assert found.contribution.tolist() == [[-0.5, 0.3, 0.2]]
    assert found.rest == pytest.approx([0.03])


@pytest.mark.parametrize(
    ("cold", "past", "key", "says"),
    [
        ([0.02, 0, 0, 0, 0], [0, 0.05, 0, 0, 0, 0], "past", 'having chosen The "hard" sell'),
        ([0.02, 0.04, 0, 0, 0], [0.0] * 6, "role", "for the role"),
        ([0.02, 0, 0.04, 0, 0], [0.0] * 6, "unit", "colleagues in the unit"),
        ([0.02, 0, 0, 0.04, 0], [0.0] * 6, "grade", "for the grade"),
        ([0.02, 0, 0, 0, 0.04], [0.0] * 6, "gap", "gap that it closes"),
        ([0.02, 0, 0, 0, 0], [0.0] * 6, "popularity", "popular with everybody"),
        ([0.0, -0.01, 0, 0, 0], [0, -0.05, 0, 0, 0, 0], "none", "nothing that is known"),
    ],
)
def test_the_leading_part_is_said_in_words(
    cold: list[float], past: list[float], key: str, says: str
) -> None:
    (reason,) = reasons(parts(cold, past))
    assert reason["code"] == "preference"
    assert reason["text_key"] == f"preference.{key}"
    assert says in reason["text"]


def test_past_courses_go_by_their_ids() -> None:
    (reason,) = reasons(parts([0.02, 0, 0, 0, 0], [0, 0.05, 0, 0, 0, 0]))
    assert [item["course_id"] for item in reason["values"]["past"]] == ['c"1']


def test_no_pairs_give_no_reasons() -> None:
    assert reasons(parts_of(np.zeros((0, 5)), csr_matrix((0, 6)), 40)) == []
