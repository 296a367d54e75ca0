"""Selection: chosen on validation, judged on the newest window, never worse than popularity."""

import numpy as np
import pytest

from ptml.contracts.evidence import Evidence
from ptml.recommend.config import PreferenceConfig
from ptml.recommend.moments import Background
from ptml.recommend.peers import PEERS
from ptml.recommend.selection import Selected, select
from tests.features.small import Row, assignment

from .small import CHOSEN, DAY, chosen, course_name, read, tasteful

CONFIG = PreferenceConfig(trials=1, regularization=0.1, iterations=5, ridge=5.0)
N_PEOPLE, N_COURSES = 240, 40


def selected(
    tables: dict[str, list[Row]], day: int = DAY, config: PreferenceConfig = CONFIG
) -> Selected:
    return select(Background(*read(**tables), config, 0), day)


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
    found = selected(tasteful())
    figures = values(found.evidence)
    assert found.peer is not None
    assert check_of(found.evidence).verdict == "pass"
    assert figures["ndcg_at_10/chosen"] > figures["ndcg_at_10/popularity_in_role"] + 0.1
    assert figures["ndcg_at_10/popularity_in_role"] > figures["ndcg_at_10/popularity"]
    ways = {"place", "chosen", *PEERS}
    for metric in ("ndcg_at_10", "recall_at_20"):
        assert {f"{metric}/{way}" for way in ways} <= set(figures)


def test_own_choices_that_say_nothing_do_not_count() -> None:
    found = selected(tasteless())
    figures = values(found.evidence)
    assert found.peer is None
    assert check_of(found.evidence).verdict == "fail"
    assert "did not beat" in check_of(found.evidence).payload["note"]
    assert figures["ndcg_at_10/chosen"] == figures["ndcg_at_10/popularity_in_role"]


def test_settings_are_tuned_on_windows_before_the_held_out_one() -> None:
    config = CONFIG.model_copy(update={"trials": 3})
    found = selected(tasteful(), config=config)
    figures = values(found.evidence)
    [about] = [row.payload for row in found.evidence if row.name == "selection"]
    assert about["windows"] > 1
    assert about["chosen_on_validation"] in {"ptml", "place"} | {
        f"{peer}_in_place" for peer in ("bm25", "cosine", "ease", "als")
    }
    best = figures[f"tuned/{about['chosen_on_validation']}"]
    assert best >= max(figures["tuned/ptml"], figures["tuned/place"])
    assert found == selected(tasteful(), config=config)


def test_what_happens_in_the_held_out_days_chooses_nothing() -> None:
    config = CONFIG.model_copy(update={"trials": 3})
    tables = tasteful()
    other = [
        {**row, "course_id": course_name(39)} if row["enrolled_on"] > "2023-11-01" else row
        for row in tables["enrolments"]
    ]
    changed = selected({**tables, "enrolments": other}, config=config)
    tuned = selected(tables, config=config)

    def settings(found: Selected) -> list[Evidence]:
        return [row for row in found.evidence if row.name.startswith("tuned/")]

    assert settings(changed) == settings(tuned)
    assert values(changed.evidence)["ndcg_at_10/chosen"] != pytest.approx(
        values(tuned.evidence)["ndcg_at_10/chosen"]
    )


def test_intervals_hold_their_figures() -> None:
    rows = [row for row in selected(tasteful()).evidence if row.kind != "setting"]
    for row in rows:
        assert row.value is not None
        assert row.low is not None
        assert row.high is not None
        assert row.low <= row.value <= row.high


def test_few_people_in_the_last_days_widen_the_window() -> None:
    tables = tasteful()
    early = [row for row in tables["enrolments"] if row["enrolled_on"] < "2023-11-01"]
    tables = {**tables, "enrolments": [*early, chosen("z", "p000", 39, "2023-09-15")]}
    not_needed = CONFIG.model_copy(update={"min_held_out": 1})
    for config, n_people in ((CONFIG, N_PEOPLE), (not_needed, 1)):
        metrics = [
            row
            for row in selected(tables, config=config).evidence
            if row.name == "ndcg_at_10/chosen"
        ]
        assert {row.payload["people"] for row in metrics} == {n_people}


def test_days_without_choices_before_the_date_are_not_the_held_out_ones() -> None:
    assert selected(tasteful(), DAY + 1000).evidence == selected(tasteful()).evidence


def test_too_few_people_are_not_judged_and_the_note_says_how_many() -> None:
    found = selected(tasteful(n_people=8))
    assert found.peer is None
    assert check_of(found.evidence).verdict == "not_judged"
    assert "8 people" in check_of(found.evidence).payload["note"]


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
        return values(selected({**wider, "courses": courses}).evidence)["ndcg_at_10/popularity"]

    expected = values(selected(tables).evidence)["ndcg_at_10/popularity"]
    assert popularity(closed) == pytest.approx(expected, abs=0.01)
    assert popularity({}) < expected - 0.01


def test_ways_are_compared_on_some_where_there_are_many() -> None:
    found = selected(tasteful(), config=CONFIG.model_copy(update={"max_people": 60}))
    metrics = [row for row in found.evidence if row.name == "ndcg_at_10/chosen"]
    assert [row.payload["people"] for row in metrics] == [60]


def test_groups_are_reported_apart() -> None:
    tables = tasteful()
    names = [f"fresh_{n}" for n in range(60)]
    fresh = [
        chosen(f"{name}-first", name, n % 20, "2023-11-20") for n, name in enumerate(names[:30])
    ]
    short = [
        chosen(f"{name}-{k}", name, (n + 7 * k) % 20, day)
        for n, name in enumerate(names[30:])
        for k, day in enumerate(("2023-05-01", "2023-11-21"))
    ]
    opened = course_name(40)
    new = [
        chosen(f"p{n:03d}-new", f"p{n:03d}", 40, "2023-08-25" if n < 40 else "2023-11-25")
        for n in range(0, 160, 2)
    ]
    found = selected(
        {
            **tables,
            "employees": [
                *tables["employees"],
                *({"employee_id": name, "hired_on": "2020-01-01"} for name in names),
            ],
            "assignments": [
                *tables["assignments"],
                *(assignment(name, role_id="r0") for name in names),
            ],
            "courses": [*tables["courses"], {"course_id": opened, "opened_on": "2023-08-20"}],
            "enrolments": [*tables["enrolments"], *fresh, *short, *new],
        }
    )
    people = {row.name: row.payload["people"] for row in found.evidence if "_of_" in row.name}
    for way in ("chosen", "popularity_in_role"):
        assert people[f"ndcg_at_10_of_new_hire/{way}"] == 30
        assert people[f"ndcg_at_10_of_short_history/{way}"] == 30
        assert people[f"ndcg_at_10_of_warm/{way}"] == N_PEOPLE
        assert people[f"ndcg_at_10_of_new_course/{way}"] == 60
