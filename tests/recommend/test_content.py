"""Course space: what is alike lies near, and what is unknown says nothing."""

import numpy as np
import pytest

from ptml.recommend.content import MOST_NEIGHBOURS, CourseSpace, course_space
from tests.features.small import Row, enrolment, loaded


def space(courses: list[Row], competencies: list[Row] | None = None) -> CourseSpace:
    names = sorted({str(row["competency_id"]) for row in competencies or []})
    history, _ = loaded(
        courses=courses,
        competencies=[{"competency_id": name, "name": name} for name in names],
        course_competencies=competencies or [],
        enrolments=[enrolment("first", "2020-01-02", course_id=courses[0]["course_id"])],
    )
    return course_space(history.catalogue)


def teaching(course_id: str, competency_id: str, low: float, high: float) -> Row:
    return {
        "course_id": course_id,
        "competency_id": competency_id,
        "from_level": low,
        "to_level": high,
    }


def test_courses_of_one_competency_are_nearer_than_others() -> None:
    courses: list[Row] = [{"course_id": name} for name in ("a", "b", "c")]
    found = space(
        courses,
        [teaching("a", "sql", 1, 2), teaching("b", "sql", 1, 2), teaching("c", "law", 1, 2)],
    )
    assert found.alike[0, 1] == 1
    assert found.alike[0, 2] < 0.5


def test_levels_far_apart_are_less_alike() -> None:
    courses: list[Row] = [{"course_id": name} for name in ("a", "b", "c")]
    taught = [("a", 0.0, 1.0), ("b", 0.5, 1.5), ("c", 4.0, 5.0)]
    found = space(courses, [teaching(name, "sql", low, high) for name, low, high in taught])
    assert found.alike[0, 1] > found.alike[0, 2]


@pytest.mark.parametrize(
    ("titles"),
    [
        ("Negotiating with suppliers", "Negotiation with a supplier", "First aid"),
        ("与供应商谈判", "供应商谈判技巧", "急救基础"),
    ],
)
def test_titles_that_share_words_are_alike_in_any_script(titles: tuple[str, str, str]) -> None:
    found = space([{"course_id": str(n), "title": title} for n, title in enumerate(titles)])
    assert found.alike[0, 1] > 0.3
    assert found.alike[0, 1] > 2 * found.alike[0, 2]


def test_courses_of_which_nothing_is_known_are_like_none() -> None:
    found = space([{"course_id": "a"}, {"course_id": "b"}])
    assert not found.alike.any()
    assert found.neighbours(np.ones(2, np.bool_)).nnz == 0


def test_neighbours_are_known_courses_and_never_the_course_itself() -> None:
    n = 3 * MOST_NEIGHBOURS
    found = CourseSpace(np.full((n, n), 0.9, dtype=np.float32))
    known = np.arange(n) % 2 == 0
    weights = found.neighbours(known)
    assert (np.diff(weights.indptr) <= MOST_NEIGHBOURS).all()
    assert known[weights.indices].all()
    assert not weights.diagonal().any()
    np.testing.assert_allclose(np.asarray(weights.sum(axis=1)).ravel(), 1)


def test_the_nearest_weigh_most() -> None:
    alike = np.array([[1, 0.8, 0.4], [0.8, 1, 0], [0.4, 0, 1]], dtype=np.float32)
    weights = CourseSpace(alike).neighbours(np.ones(3, np.bool_)).toarray()
    assert weights[0, 1] == pytest.approx(0.8**3 / (0.8**3 + 0.4**3))
