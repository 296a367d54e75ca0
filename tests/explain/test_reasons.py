"""Why a completion is at risk, in one sentence a family."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ptml.explain.reasons import reasons_json
from ptml.explain.words import words_in
from ptml.transfer.blocking import UNIT_MATTERS
from ptml.transfer.model import WarningScores
from ptml.transfer.topics import FAMILIES

from .scores import NAMES, cases, scores


def reasons(made: WarningScores) -> list[list[dict[str, Any]]]:
    return [json.loads(text) for text in reasons_json(cases(made))]


def reason(made: WarningScores, family: str) -> dict[str, Any]:
    return next(item for item in reasons(made)[0] if item["family"] == family)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.lists(st.floats(-0.8, 0.8), min_size=len(NAMES), max_size=len(NAMES)),
        min_size=1,
        max_size=4,
    )
)
def test_every_family_once_and_shares_add_up_to_the_log_odds(drawn: list[list[float]]) -> None:
    made = scores([dict(zip(NAMES, row, strict=True)) for row in drawn])
    for case, base, p in zip(reasons(made), made.base_value, made.p_weak, strict=True):
        assert sorted(item["family"] for item in case) == sorted(FAMILIES)
        total = base + sum(item["share"] for item in case)
        assert total == pytest.approx(np.log(p) - np.log1p(-p), abs=1e-6)


def test_what_raises_the_risk_most_comes_first() -> None:
    made = scores([{"exam_points": 0.4, "course_hours": 1.5, "below_entry_levels": -2.0}])
    shares = [item["share"] for item in reasons(made)[0][:-1]]
    assert shares == sorted(shares, reverse=True)
    assert reasons(made)[0][0]["family"] == "course"


def test_what_was_seen_since_comes_last_however_much_it_weighs() -> None:
    made = scores([{"exam_points": 0.4, "practice_tasks_done": 2.5, "manager_checkins_done": 0.5}])
    told = reasons(made)[0]
    assert told[0]["family"] == "readiness"
    assert (told[-1]["family"], told[-1]["part"]) == ("since", "seen")
    assert told[-1]["share"] == pytest.approx(3.0)


def test_sentence_names_what_was_seen_and_what_goes_with_it() -> None:
    told = reason(scores([{"practice_tasks_done": 1.2}]), "since")
    assert told["code"] == "no_practice"
    assert told["text_key"] == "no_practice.none_done.raises"
    assert told["values"] == {"due": 2, "day": 30}
    assert told["text"] == (
        "No practice task of 2 due was handed in 30 days after the course: in such cases what was "
        "learnt stays unused more often."
    )


@pytest.mark.parametrize(
    ("share", "key", "words"),
    [
        (0.8, "not_learned.below.raises", "stays unused more often"),
        (-0.8, "not_learned.below.lowers", "is used more often"),
        (0.001, "not_learned.below.neutral", "makes no clear difference"),
    ],
)
def test_sentence_follows_the_direction_of_the_share(share: float, key: str, words: str) -> None:
    told = reason(scores([{"exam_points": share}]), "readiness")
    assert told["text_key"] == key
    assert words in told["text"]
    assert told["text"].startswith("Exam score 55, 17 points below what is usual on this course")


def test_leading_topic_speaks_for_the_direction_of_its_family() -> None:
    made = scores([{"worst_incident_hours": 0.9, "opportunity_last": -2.0}])
    told = reason(made, "practice")
    assert told["share"] == pytest.approx(-1.1)
    assert told["code"] == "no_opportunity"
    assert told["text_key"].endswith(".lowers")


def test_reason_under_its_noise_is_not_told_as_one() -> None:
    made = scores([{"exam_points": 0.4, "motivation_last": 0.9}], noise=0.5)
    told = {item["family"]: item for item in reasons(made)[0]}
    assert told["motivation"]["clear"]
    assert not told["readiness"]["clear"]
    assert told["readiness"]["text_key"] == "not_learned.below.neutral"
    assert told["readiness"]["share"] == pytest.approx(0.4)
    assert (told["readiness"]["part"], told["practice"]["part"]) == ("trainee", "environment")


@pytest.mark.parametrize(
    ("seen", "key"),
    [
        ({"practice_tasks_due": 0.0}, "no_practice.none_due"),
        ({"practice_tasks_done": 1.0}, "no_practice.some_done"),
        ({"days_after_completion": 0.0}, "no_practice.none_done_yet"),
        ({"practice_tasks_done": 1.0, "days_after_completion": 0.0}, "no_practice.some_done_yet"),
    ],
)
def test_sentence_depends_on_what_was_seen(seen: dict[str, float], key: str) -> None:
    told = reason(scores([{"practice_tasks_done": 1.0}], [seen]), "since")
    assert told["text_key"] == f"{key}.raises"


def test_unknown_value_is_said_as_unknown_and_never_as_a_number() -> None:
    unknown = {"exam_above_usual_points": np.nan, "exam_points": np.nan}
    told = reason(scores([{"exam_points": 0.5}], [unknown]), "readiness")
    assert told["text_key"] == "not_learned.unknown.raises"
    assert told["values"] == {}
    half = {"exam_above_usual_points": np.nan}
    told = reason(scores([{"exam_points": 0.5}], [half]), "readiness")
    assert told["text_key"] == "not_learned.usual.raises"


def test_feature_without_a_topic_counts_to_the_family_it_came_with() -> None:
    told = reason(scores([{"something_new": 0.7}]), "readiness")
    assert told["share"] == pytest.approx(0.7)
    assert told["text_key"] == "person.record.raises"


def test_raw_feature_names_are_never_shown() -> None:
    made = scores([{name: 0.3} for name in NAMES])
    for case in reasons(made):
        for item in case:
            assert "_" not in item["text"]


@pytest.mark.parametrize("obstacle", ["incident", "opportunity", "unit"])
def test_what_stands_in_the_way_is_said_first_and_is_the_matter_of_the_unit(obstacle: str) -> None:
    made = scores([{"exam_points": 3.0}], unit_matter=[UNIT_MATTERS.index(obstacle)])
    first = reasons(made)[0][0]
    assert first["family"] == "practice"
    assert first["code"] == f"blocked_by_{obstacle}"
    assert "matter of the unit" in first["text"]
    assert first["share"] == 0
    assert not made.flagged[0]


def test_reasons_are_said_in_the_language_that_is_asked_for() -> None:
    asked = replace(cases(scores([{"exam_points": 0.8}])), words=words_in("zh-Hans"))
    told = json.loads(reasons_json(asked)[0])[0]
    assert told["text_key"] == "not_learned.below.raises"
    assert told["text"] == (
        "考试成绩 55 分，比本课程的一般成绩低 17 分：在这类情况下，所学较常没有用到工作上。"
    )


def test_no_cases_give_no_reasons() -> None:
    assert reasons(scores([])) == []
