"""Preference: learnt from choices alone, the same after saving, and silent about the future."""

from pathlib import Path

import numpy as np
import pytest

from ptml.features.history import History
from ptml.features.rows import Rows
from ptml.features.shared import Shared
from ptml.recommend.choices import choices_before
from ptml.recommend.config import PreferenceConfig
from ptml.recommend.preference import Preference, PreferenceModel, fit_preference
from tests.features.small import Row, day_of, enrolment

from .small import COURSES_PER_TASTE, DAY, TASTES, chosen, everybody, read, tasteful

CONFIG = PreferenceConfig(regularization=0.1, iterations=5, ridge=5.0)
IN_ROLE_0 = slice(0, 2 * COURSES_PER_TASTE)
Fitted = tuple[History, Shared, PreferenceModel]


@pytest.fixture(scope="module")
def fitted() -> Fitted:
    history, shared = read(**tasteful())
    return history, shared, fit_preference(history, shared, DAY, CONFIG, 0)


def scores(history: History, model: PreferenceModel, *names: str) -> Preference:
    return model.score(history, Rows.at(history.employees.codes(names), DAY))


def test_a_taste_that_popularity_in_the_role_cannot_see_is_found(fitted: Fitted) -> None:
    history, _, model = fitted
    found = scores(history, model, "p000", "p001").score
    own = found.reshape(2, TASTES, COURSES_PER_TASTE).mean(axis=2)
    assert own.argmax(axis=1).tolist() == [0, 1]
    assert model.taste.is_personal
    assert {row.verdict for row in model.evidence if row.kind == "check"} == {"pass"}


def test_scores_lie_between_0_and_1(fitted: Fitted) -> None:
    history, _, model = fitted
    found = model.score(history, everybody(history))
    assert found.score.dtype == np.float32
    assert found.score.shape == (history.n_employees, history.n_courses)
    assert found.score.min() >= 0
    assert found.score.max() <= 1


def test_people_without_choices_get_what_their_role_chooses(fitted: Fitted) -> None:
    history, _, model = fitted
    found = scores(history, model, "new_1", "new_2", "p000")
    assert found.warm.tolist() == [False, False, True]
    of_role, of_none = found.score[:2]
    assert of_role[IN_ROLE_0].min() > of_role[IN_ROLE_0.stop :].max()
    assert of_none[IN_ROLE_0.stop :].max() > of_role[IN_ROLE_0.stop :].max()
    assert len(np.unique(of_role)) > 1


def test_saved_and_loaded_models_score_alike_without_pickle(
    fitted: Fitted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise AssertionError("pickle was touched")

    history, _, model = fitted
    for name in ("load", "loads", "dump", "dumps"):
        monkeypatch.setattr(f"pickle.{name}", refused)
    model.save(tmp_path)
    again = PreferenceModel.load(tmp_path)
    rows = everybody(history)
    np.testing.assert_array_equal(
        again.score(history, rows).score, model.score(history, rows).score
    )
    assert again.evidence == model.evidence
    assert (again.fingerprint, again.as_of_day, again.seed) == (history.fingerprint, DAY, 0)
    assert {path.suffix for path in tmp_path.rglob("*") if path.is_file()} == {".npz", ".json"}


def test_the_same_seed_writes_the_same_bytes(fitted: Fitted, tmp_path: Path) -> None:
    history, shared, model = fitted
    model.save(tmp_path / "one")
    fit_preference(history, shared, DAY, CONFIG, 0).save(tmp_path / "two")
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert files == ["model.json", "preference.npz"]
    for name in files:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_rows_of_the_future_change_nothing(fitted: Fitted) -> None:
    history, _, model = fitted
    tables = tasteful()
    later = [chosen(f"later-{n}", f"p{n:03d}", 39 - n, "2024-01-01") for n in range(30)]
    wider, shared = read(**{**tables, "enrolments": tables["enrolments"] + later})
    again = fit_preference(wider, shared, DAY, CONFIG, 0)
    np.testing.assert_array_equal(
        again.score(wider, everybody(wider)).score, model.score(history, everybody(history)).score
    )
    assert again.evidence == model.evidence


@pytest.mark.parametrize("assigned_by", ["mandatory", "manager"])
def test_what_was_assigned_is_not_liked(fitted: Fitted, assigned_by: str) -> None:
    history, _, model = fitted
    tables = tasteful()
    sent = [
        chosen(f"sent-{n}", f"p{n:03d}", 39 - n % 2, "2023-05-05", assigned_by=assigned_by)
        for n in range(0, 240, 2)
    ]
    wider, shared = read(**{**tables, "enrolments": tables["enrolments"] + sent})
    again = fit_preference(wider, shared, DAY, CONFIG, 0)
    new = scores(wider, again, "new_1", "new_2")
    np.testing.assert_array_equal(new.score, scores(history, model, "new_1", "new_2").score)
    assert not new.warm.any()


def test_a_person_who_came_after_training_scores_like_one_who_was_there(fitted: Fitted) -> None:
    _, _, model = fitted
    tables = tasteful()
    copied = [
        {**row, "enrolment_id": f"twin-{n}", "employee_id": "new_1"}
        for n, row in enumerate(row for row in tables["enrolments"] if row["employee_id"] == "p000")
    ]
    wider, _ = read(**{**tables, "enrolments": tables["enrolments"] + copied})
    twin, known = scores(wider, model, "new_1", "p000").score
    np.testing.assert_allclose(twin, known, atol=1e-6)


def test_a_course_that_was_unknown_at_training_scores_0(fitted: Fitted) -> None:
    _, _, model = fitted
    tables = tasteful()
    wider, _ = read(**{**tables, "courses": [*tables["courses"], {"course_id": "zz_new"}]})
    found = model.score(wider, everybody(wider)).score
    assert (found[:, wider.courses.codes(["zz_new"])[0]] == 0).all()
    assert found[:, :-1].max() > 0


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
    history, shared = read(employees=ANN, courses=SQL, **POOR[case])
    model = fit_preference(history, shared, DAY, CONFIG, 0)
    model.save(tmp_path)
    found = PreferenceModel.load(tmp_path).score(history, everybody(history))
    assert found.score.shape == (1, 1)
    assert np.isfinite(found.score).all()
    assert {row.verdict for row in model.evidence if row.kind == "check"} == {"not_judged"}


@pytest.mark.parametrize("case", sorted(NOTHING_CHOSEN))
def test_where_nobody_chose_anything_preference_is_unknown(case: str, tmp_path: Path) -> None:
    history, shared = read(employees=ANN, courses=SQL, **NOTHING_CHOSEN[case])
    model = fit_preference(history, shared, DAY, CONFIG, 0)
    model.save(tmp_path)
    found = PreferenceModel.load(tmp_path).score(history, everybody(history))
    assert np.isnan(found.score).all()
    assert not found.warm.any()
    [check] = [row for row in model.evidence if row.kind == "check"]
    assert "nobody chose" in check.payload["note"]


def test_rows_of_several_days_see_each_its_own_past(fitted: Fitted) -> None:
    history, _, model = fitted
    early = day_of("2023-02-01")
    code = history.employees.codes(["p000", "p000", "new_1"])
    found = model.score(history, Rows(code, np.array([early, DAY, DAY], np.int32)))
    for row, day in enumerate((early, DAY, DAY)):
        alone = model.score(history, Rows.at(code[row : row + 1], day))
        np.testing.assert_array_equal(found.score[row], alone.score[0])
        assert found.warm[row] == alone.warm[0]
    assert not np.array_equal(found.score[0], found.score[1])


def test_preference_keeps_the_order_of_the_expected_shares(fitted: Fitted) -> None:
    history, _, model = fitted
    n = history.n_courses
    choices = choices_before(history, DAY)
    recent = choices.recent_matrix(history.n_employees, n, CONFIG.recency_power)[:20]
    role = np.zeros(20, np.int32)
    shares = model.taste.shares(recent, role)
    found = model.score_choices(recent, role)
    assert (shares < 0).any()
    for share, preference in zip(shares, found, strict=True):
        order = np.argsort(share, kind="stable")
        assert (np.diff(preference[order]) >= 0).all()
        assert preference[share >= 1 / n] == pytest.approx(
            share[share >= 1 / n] * n / (1 + share[share >= 1 / n] * n), abs=2e-3
        )


def test_nobody_to_score_gives_no_rows(fitted: Fitted) -> None:
    history, _, model = fitted
    assert scores(history, model).score.shape == (0, history.n_courses)
