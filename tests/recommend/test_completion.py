"""The probability of completion: shrunk shares of outcomes that were known."""

from pathlib import Path

import numpy as np

from ptml.recommend.completion import CompletionModel, fit_completion
from ptml.recommend.config import CompletionConfig
from tests.features.small import Row

from .small import DAY, chosen, course_name, everybody, read

CONFIG = CompletionConfig()
PEOPLE = [f"p{n:02d}" for n in range(40)]


def tables(n_ended: int = 40, completed_on: str = "2023-06-01") -> dict[str, list[Row]]:
    """Everybody takes two courses: the first is completed, the second dropped."""
    rows: list[Row] = []
    for n, name in enumerate(PEOPLE[:n_ended]):
        rows.append(chosen(f"a{n}", name, 0, "2023-02-01", completed_on=completed_on))
        rows.append(chosen(f"b{n}", name, 1, "2023-02-01", dropped_on="2023-05-01"))
    return {
        "employees": [{"employee_id": name, "hired_on": "2020-01-01"} for name in PEOPLE],
        "courses": [{"course_id": course_name(n)} for n in range(3)],
        "enrolments": rows,
    }


def test_courses_that_are_completed_more_get_more_and_unseen_ones_the_mean() -> None:
    history, shared = read(**tables())
    found = fit_completion(history, shared, DAY, CONFIG, 0).score(history, everybody(history))
    completed, dropped, unseen = found.mean(axis=0)
    assert completed > 0.8
    assert dropped < 0.2
    np.testing.assert_allclose(unseen, 0.5, atol=0.01)


def test_too_few_ended_enrolments_leave_it_unknown() -> None:
    history, shared = read(**tables(n_ended=5))
    model = fit_completion(history, shared, DAY, CONFIG, 0)
    assert np.isnan(model.score(history, everybody(history))).all()


def test_a_course_left_open_for_too_long_counts_as_not_completed() -> None:
    rows = tables()
    for row in rows["enrolments"]:
        row.pop("dropped_on", None)
    history, shared = read(**rows)
    kept = fit_completion(history, shared, DAY, CompletionConfig(give_up_days=2000), 0)
    given_up = fit_completion(history, shared, DAY, CompletionConfig(give_up_days=200), 0)
    rows_now = everybody(history)
    assert kept.score(history, rows_now)[:, 1].min() > 0.9
    assert given_up.score(history, rows_now)[:, 1].max() < 0.3


def test_who_finishes_what_they_start_is_likelier_to_finish_the_next() -> None:
    rows: list[Row] = []
    for n, name in enumerate(PEOPLE):
        outcome = {"completed_on" if n % 2 else "dropped_on": "2023-05-01"}
        rows += [chosen(f"{name}-{c}", name, c, "2023-02-01", **outcome) for c in range(4)]
    courses = [{"course_id": course_name(n)} for n in range(5)]
    history, shared = read(**{**tables(), "courses": courses, "enrolments": rows})
    found = fit_completion(history, shared, DAY, CONFIG, 0).score(history, everybody(history))
    assert found[1::2, 4].min() > 0.7
    assert found[::2, 4].max() < 0.3


def test_it_is_judged_on_what_ended_in_the_last_days() -> None:
    rows: list[Row] = []
    for n, name in enumerate(PEOPLE):
        for course, end in enumerate(("completed_on", "dropped_on")):
            for place, day in enumerate(("2023-05-20", "2023-11-20")):
                about = {end: day}
                rows.append(chosen(f"{n}-{course}-{place}", name, course, "2023-01-02", **about))
    history, shared = read(**{**tables(), "enrolments": rows})
    model = fit_completion(history, shared, DAY, CONFIG, 0)
    found = {row.name: row for row in model.evidence}
    assert found["completion_auc"].value == 1
    assert found["completion_auc"].payload == {"starts": 80}
    estimated, same = (found[f"completion_brier/{n}"].value for n in ("estimated", "same_for_all"))
    assert estimated is not None
    assert same is not None
    assert estimated < same / 2


def test_an_unknown_share_has_a_note() -> None:
    history, shared = read(**tables(n_ended=5))
    [share] = fit_completion(history, shared, DAY, CONFIG, 0).evidence
    assert share.value is None
    assert "too few" in share.payload["note"]


def test_completions_of_the_future_are_not_known() -> None:
    history, shared = read(**tables(completed_on="2024-06-01"))
    model = fit_completion(history, shared, DAY, CONFIG, 0)
    assert np.isnan(model.score(history, everybody(history))).all()


def test_saved_and_loaded_models_score_alike(tmp_path: Path) -> None:
    for name, n_ended in (("known", 40), ("unknown", 5)):
        history, shared = read(**tables(n_ended))
        model = fit_completion(history, shared, DAY, CONFIG, 0)
        model.save(tmp_path / name)
        rows = everybody(history)
        again = CompletionModel.load(tmp_path / name).score(history, rows)
        np.testing.assert_array_equal(again, model.score(history, rows))
