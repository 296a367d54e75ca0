"""Held-out time decides whether own choices count."""

import numpy as np
import pytest

from ptml.contracts.evidence import Evidence
from ptml.recommend.config import PreferenceConfig
from ptml.recommend.held_out import judge
from tests.features.small import Row

from .small import CHOSEN, DAY, chosen, course_name, read, tasteful

CONFIG = PreferenceConfig(regularization=0.1, iterations=5, ridge=5.0)
N_PEOPLE, N_COURSES = 240, 40


def tasteless() -> dict[str, list[Row]]:
    """Everybody chooses at random, course 0 most."""
    rng = np.random.default_rng(1)
    share = np.r_[0.3, np.full(N_COURSES - 1, 0.7 / (N_COURSES - 1))]
    enrolments: list[Row] = []
    for number in range(N_PEOPLE):
        own = rng.choice(N_COURSES, CHOSEN, replace=False, p=share)
        for place, course in enumerate(own):
            day = "2023-11-15" if place == CHOSEN - 1 else f"2023-0{place + 1}-10"
            name = f"p{number:03d}"
            enrolments.append(chosen(f"{name}-{place}", name, int(course), day))
    return {**tasteful(), "enrolments": enrolments}


def check_of(evidence: tuple[Evidence, ...]) -> Evidence:
    [found] = [row for row in evidence if row.kind == "check"]
    return found


def values(evidence: tuple[Evidence, ...]) -> dict[str, float]:
    return {row.name: row.value for row in evidence if row.value is not None}


def test_tastes_beat_popularity_and_count() -> None:
    history, _ = read(**tasteful())
    judged = judge(history, DAY, CONFIG, 0)
    found = values(judged.evidence)
    assert judged.own_choices_win
    assert check_of(judged.evidence).verdict == "pass"
    assert found["ndcg_at_10/chosen"] > found["ndcg_at_10/popularity_in_role"] + 0.1
    assert found["ndcg_at_10/popularity_in_role"] > found["ndcg_at_10/popularity"]
    for metric in ("ndcg_at_10", "recall_at_20"):
        assert {f"{metric}/als", f"{metric}/what_follows"} < set(found)


def test_own_choices_that_say_nothing_do_not_count() -> None:
    history, _ = read(**tasteless())
    judged = judge(history, DAY, CONFIG, 0)
    found = values(judged.evidence)
    assert not judged.own_choices_win
    assert check_of(judged.evidence).verdict == "fail"
    assert "did not beat" in check_of(judged.evidence).payload["note"]
    assert found["ndcg_at_10/chosen"] == found["ndcg_at_10/popularity_in_role"]


def test_intervals_hold_their_figures() -> None:
    history, _ = read(**tasteful())
    for row in judge(history, DAY, CONFIG, 0).evidence:
        assert row.value is not None
        assert row.low is not None
        assert row.high is not None
        assert row.low <= row.value <= row.high


def test_few_people_in_the_last_days_widen_the_window() -> None:
    tables = tasteful()
    early = [row for row in tables["enrolments"] if row["enrolled_on"] < "2023-11-01"]
    history, _ = read(**{**tables, "enrolments": [*early, chosen("z", "p000", 39, "2023-09-15")]})
    widened = judge(history, DAY, CONFIG, 0)
    not_needed = judge(history, DAY, CONFIG.model_copy(update={"min_held_out": 1}), 0)
    for judged, n_people in ((widened, N_PEOPLE), (not_needed, 1)):
        metrics = [row for row in judged.evidence if row.kind == "metric"]
        assert {row.payload["people"] for row in metrics} == {n_people}


def test_days_without_choices_before_the_date_are_not_the_held_out_ones() -> None:
    history, _ = read(**tasteful())
    assert judge(history, DAY + 1000, CONFIG, 0) == judge(history, DAY, CONFIG, 0)


def test_too_few_people_are_not_judged_and_the_note_says_how_many() -> None:
    history, _ = read(**tasteful(n_people=8))
    judged = judge(history, DAY, CONFIG, 0)
    assert not judged.own_choices_win
    assert check_of(judged.evidence).verdict == "not_judged"
    assert "8 people" in check_of(judged.evidence).payload["note"]


@pytest.mark.parametrize("closed", [{"retired_on": "2023-08-01"}, {"opened_on": "2023-12-01"}])
def test_courses_that_are_not_offered_stand_before_none(closed: Row) -> None:
    tables = tasteful()
    names = [f"crowd_{n}" for n in range(N_PEOPLE)]
    crowd = [chosen(name, name, 99, "2023-01-05") for name in names]
    people: list[Row] = [{"employee_id": name, "hired_on": "2020-01-01"} for name in names]
    wider = {
        **tables,
        "employees": [*tables["employees"], *people],
        "enrolments": [*tables["enrolments"], *crowd],
    }

    def popularity(course: Row) -> float:
        courses: list[Row] = [*tables["courses"], {"course_id": course_name(99), **course}]
        history, _ = read(**{**wider, "courses": courses})
        return values(judge(history, DAY, CONFIG, 0).evidence)["ndcg_at_10/popularity"]

    alone, _ = read(**tables)
    expected = values(judge(alone, DAY, CONFIG, 0).evidence)["ndcg_at_10/popularity"]
    assert popularity(closed) == pytest.approx(expected)
    assert popularity({}) < expected


def test_only_some_are_judged_where_there_are_many() -> None:
    history, _ = read(**tasteful())
    judged = judge(history, DAY, CONFIG.model_copy(update={"max_judged": 60}), 0)
    assert {row.payload["people"] for row in judged.evidence if row.kind == "metric"} == {60}
