"""Preference: learnt from choices alone, the same after saving, and silent about the future."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ptml.features.capability import capability
from ptml.features.history import History
from ptml.features.rows import Rows
from ptml.features.shared import Shared
from ptml.recommend.choices import choices_before
from ptml.recommend.circumstances import Circumstances
from ptml.recommend.config import PreferenceConfig
from ptml.recommend.parts import PreferenceParts
from ptml.recommend.preference import Preference, PreferenceModel
from ptml.recommend.preference_fit import fit_preference
from tests.features.small import Row, day_of, enrolment

from .small import COURSES_PER_TASTE, DAY, TASTES, chosen, course_name, everybody, read, tasteful

CONFIG = PreferenceConfig(trials=1, regularization=0.1, iterations=5, ridge=5.0)
IN_ROLE_0 = slice(0, 2 * COURSES_PER_TASTE)
Fitted = tuple[History, Shared, PreferenceModel]


def fit(**tables: list[Row]) -> Fitted:
    history, shared = read(**tables)
    return history, shared, fit_preference(history, shared, DAY, CONFIG, 0)


@pytest.fixture(scope="module")
def fitted() -> Fitted:
    return fit(**tasteful())


def score(fitted: Fitted, rows: Rows) -> Preference:
    history, shared, model = fitted
    return model.score(history, rows, capability(history, shared, rows))


def scores(fitted: Fitted, *names: str) -> Preference:
    return score(fitted, Rows.at(fitted[0].employees.codes(names), DAY))


def parts(fitted: Fitted, rows: Rows) -> PreferenceParts:
    """Of every pair."""
    history, shared, model = fitted
    row, course = np.divmod(np.arange(len(rows) * history.n_courses), history.n_courses)
    portraits = capability(history, shared, rows)
    return model.parts(history, rows, portraits, row.astype(np.int32), course.astype(np.int32))


def with_courses(*courses: Row) -> dict[str, list[Row]]:
    """The tasteful organisation with titles that tell the tastes, and more courses."""
    tables = tasteful()
    words = ("welding steel frames", "selling to banks", "writing python code", "first aid at work")
    titled = [
        {**row, "title": f"{words[n // COURSES_PER_TASTE]} {n}"}
        for n, row in enumerate(tables["courses"])
    ]
    return {**tables, "courses": [*titled, *courses]}


def test_a_taste_that_popularity_in_the_role_cannot_see_is_found(fitted: Fitted) -> None:
    found = scores(fitted, "p000", "p001").score
    own = found.reshape(2, TASTES, COURSES_PER_TASTE).mean(axis=2)
    assert own.argmax(axis=1).tolist() == [0, 1]
    assert fitted[2].taste.is_personal
    assert {row.verdict for row in fitted[2].evidence if row.kind == "check"} == {"pass"}


def test_scores_lie_between_0_and_1(fitted: Fitted) -> None:
    history = fitted[0]
    found = score(fitted, everybody(history))
    assert found.score.dtype == np.float32
    assert found.score.shape == (history.n_employees, history.n_courses)
    assert found.score.min() >= 0
    assert found.score.max() <= 1


def test_people_without_choices_get_what_their_role_chooses(fitted: Fitted) -> None:
    found = scores(fitted, "new_1", "new_2", "p000")
    assert found.warm.tolist() == [False, False, True]
    of_role, of_none = found.score[:2]
    assert of_role[IN_ROLE_0].min() > of_role[IN_ROLE_0.stop :].max()
    assert of_none[IN_ROLE_0.stop :].max() > of_role[IN_ROLE_0.stop :].max()
    assert len(np.unique(of_role)) > 1


def test_the_parts_add_up_to_the_preference(fitted: Fitted) -> None:
    rows = everybody(fitted[0])
    found = parts(fitted, rows)
    np.testing.assert_allclose(found.total, found.preference, atol=1e-9)
    np.testing.assert_allclose(found.preference, score(fitted, rows).score.ravel(), atol=1e-6)


def test_what_a_person_chose_speaks_for_courses_of_the_same_taste(fitted: Fitted) -> None:
    history = fitted[0]
    rows = Rows.at(history.employees.codes(["p000", "new_1"]), DAY)
    found = parts(fitted, rows)
    past = found.past.toarray().reshape(2, history.n_courses, history.n_courses)
    own = np.flatnonzero(past[0].any(axis=0))
    assert (own < COURSES_PER_TASTE).all()
    not_chosen = np.setdiff1d(np.arange(COURSES_PER_TASTE), own)
    assert past[0, not_chosen].sum(axis=1).min() > 0
    assert past[0, 3 * COURSES_PER_TASTE :].sum(axis=1).mean() < 0
    assert not past[1].any()


def test_saved_and_loaded_models_score_alike_without_pickle(
    fitted: Fitted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("pickle was touched")

    history, shared, model = fitted
    for name in ("load", "loads", "dump", "dumps"):
        monkeypatch.setattr(f"pickle.{name}", refused)
    model.save(tmp_path)
    again = PreferenceModel.load(tmp_path)
    rows = everybody(history)
    np.testing.assert_array_equal(
        score((history, shared, again), rows).score, score(fitted, rows).score
    )
    assert again.evidence == model.evidence
    assert (again.fingerprint, again.as_of_day, again.seed) == (history.fingerprint, DAY, 0)
    assert {path.suffix for path in tmp_path.rglob("*") if path.is_file()} == {".npz", ".json"}


def test_rows_of_the_future_change_nothing(fitted: Fitted) -> None:
    tables = tasteful()
    later = [chosen(f"later-{n}", f"p{n:03d}", 39 - n, "2024-01-01") for n in range(30)]
    wider = fit(**{**tables, "enrolments": tables["enrolments"] + later})
    np.testing.assert_array_equal(
        score(wider, everybody(wider[0])).score, score(fitted, everybody(fitted[0])).score
    )
    assert wider[2].evidence == fitted[2].evidence


@pytest.mark.parametrize("assigned_by", ["mandatory", "manager"])
def test_what_was_assigned_is_not_liked(fitted: Fitted, assigned_by: str) -> None:
    tables = tasteful()
    sent = [
        chosen(f"sent-{n}", f"p{n:03d}", 39 - n % 2, "2023-05-05", assigned_by=assigned_by)
        for n in range(0, 240, 2)
    ]
    wider = fit(**{**tables, "enrolments": tables["enrolments"] + sent})
    new = scores(wider, "new_1", "new_2")
    np.testing.assert_array_equal(new.score, scores(fitted, "new_1", "new_2").score)
    assert not new.warm.any()


def test_a_person_who_came_after_training_scores_like_one_who_was_there(fitted: Fitted) -> None:
    tables = tasteful()
    copied = [
        {**row, "enrolment_id": f"twin-{n}", "employee_id": "new_1"}
        for n, row in enumerate(row for row in tables["enrolments"] if row["employee_id"] == "p000")
    ]
    wider = read(**{**tables, "enrolments": tables["enrolments"] + copied})
    twin, known = scores((*wider, fitted[2]), "new_1", "p000").score
    np.testing.assert_allclose(twin, known, atol=1e-6)


def test_a_new_course_is_placed_at_the_courses_that_it_is_like() -> None:
    model = fit(**with_courses())[2]
    new: Row = {"course_id": "zz_new", "title": "welding steel bridges"}
    wider = (*read(**with_courses(new)), model)
    found = scores(wider, "p000", "p001", "p002").score
    of_new = found[:, -1]
    assert of_new[0] > 0.5
    assert of_new[0] > 2 * of_new[1:].max()
    assert of_new[0] == pytest.approx(found[0, :COURSES_PER_TASTE].mean(), abs=0.15)
    apart = parts(wider, Rows.at(wider[0].employees.codes(["p000"]), DAY))
    np.testing.assert_allclose(apart.total, found[0], atol=1e-6)


def test_a_new_course_of_which_nothing_is_known_has_an_unknown_preference(fitted: Fitted) -> None:
    tables = tasteful()
    wider = read(**{**tables, "courses": [*tables["courses"], {"course_id": "zz_new"}]})
    found = score((*wider, fitted[2]), everybody(wider[0])).score
    assert np.isnan(found[:, -1]).all()
    np.testing.assert_allclose(
        found[:, :-1], score(fitted, everybody(fitted[0])).score, rtol=1e-5, atol=1e-6
    )


def test_a_new_course_that_a_person_has_chosen_speaks_for_its_neighbours() -> None:
    model = fit(**with_courses())[2]
    new: Row = {"course_id": course_name(99), "title": "welding steel bridges"}
    tables = with_courses(new)
    took = chosen("new-took", "new_2", 99, "2023-12-20")
    wider = read(**{**tables, "enrolments": [*tables["enrolments"], took]})
    before = read(**tables)
    gained = scores((*wider, model), "new_2").score - scores((*before, model), "new_2").score
    alike, others = gained[0, :COURSES_PER_TASTE], gained[0, COURSES_PER_TASTE:-1]
    assert alike.mean() > others.mean() + 0.05


ANN: list[Row] = [{"employee_id": "ann", "hired_on": "2020-01-01"}]
SQL: list[Row] = [{"course_id": "sql"}]
POOR: dict[str, dict[str, list[Row]]] = {
    "one employee and one course": {"enrolments": [enrolment("a", "2020-01-02")]},
    "everybody chose in the last days": {"enrolments": [enrolment("a", "2023-12-02")]},
}
NOTHING_CHOSEN: dict[str, dict[str, list[Row]]] = {
    "all mandatory": {
        "enrolments": [
            enrolment("a", "2020-01-02", assigned_by="mandatory"),
            enrolment("b", "2023-12-02", assigned_by="mandatory"),
        ]
    },
    "nothing before the day": {"enrolments": [enrolment("a", "2024-06-01")]},
}


@pytest.mark.parametrize("case", sorted(POOR))
def test_a_poor_source_is_served_by_popularity(case: str, tmp_path: Path) -> None:
    history, shared, model = fit(employees=ANN, courses=SQL, **POOR[case])
    model.save(tmp_path)
    loaded = (history, shared, PreferenceModel.load(tmp_path))
    found = score(loaded, everybody(history))
    assert found.score.shape == (1, 1)
    assert np.isfinite(found.score).all()
    assert {row.verdict for row in model.evidence if row.kind == "check"} == {"not_judged"}


@pytest.mark.parametrize("case", sorted(NOTHING_CHOSEN))
def test_where_nobody_chose_anything_preference_is_unknown(case: str, tmp_path: Path) -> None:
    history, shared, model = fit(employees=ANN, courses=SQL, **NOTHING_CHOSEN[case])
    model.save(tmp_path)
    found = score((history, shared, PreferenceModel.load(tmp_path)), everybody(history))
    assert np.isnan(found.score).all()
    assert not found.warm.any()
    [check] = [row for row in model.evidence if row.kind == "check"]
    assert "nobody chose" in check.payload["note"]


def test_rows_of_several_days_see_each_its_own_past(fitted: Fitted) -> None:
    early = day_of("2023-02-01")
    code = fitted[0].employees.codes(["p000", "p000", "new_1"])
    found = score(fitted, Rows(code, np.array([early, DAY, DAY], np.int32)))
    for row, day in enumerate((early, DAY, DAY)):
        alone = score(fitted, Rows.at(code[row : row + 1], day))
        np.testing.assert_array_equal(found.score[row], alone.score[0])
        assert found.warm[row] == alone.warm[0]
    assert not np.array_equal(found.score[0], found.score[1])


def test_preference_keeps_the_order_of_the_expected_shares(fitted: Fitted) -> None:
    history, _, model = fitted
    n = history.n_courses
    choices = choices_before(history, DAY)
    recent = choices.recent_matrix(history.n_employees, n, CONFIG.recency_power)[:20]
    none = np.full(20, -1, np.int32)
    where = Circumstances(np.zeros(20, np.int32), none, none)
    shares = model.taste.shares(recent, where)
    found = model.score_choices(recent, where)
    assert (shares < 0).any()
    for share, preference in zip(shares, found, strict=True):
        order = np.argsort(share, kind="stable")
        assert (np.diff(preference[order]) >= 0).all()
        assert preference[share >= 1 / n] == pytest.approx(
            share[share >= 1 / n] * n / (1 + share[share >= 1 / n] * n), abs=2e-3
        )


def test_nobody_to_score_gives_no_rows(fitted: Fitted) -> None:
    assert scores(fitted).score.shape == (0, fitted[0].n_courses)


def test_a_catalogue_is_placed_once_and_again_when_any_course_is_another(fitted: Fitted) -> None:
    model = fitted[2]

    def placed(title: str) -> tuple[object, NDArray[np.float64]]:
        history, _ = read(**with_courses({"course_id": "zz_new", "title": title}))
        found = model.placed(history)
        return found, found[0].toarray()

    once, placing = placed("welding steel bridges")
    assert placed("welding steel bridges")[0] is once
    assert np.any(placed("writing python tests")[1] != placing)
    assert np.array_equal(placed("welding steel bridges")[1], placing)
