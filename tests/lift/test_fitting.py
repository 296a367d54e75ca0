"""The whole of it on planted lifts: what is found, what is refused, and what it says of itself."""

from pathlib import Path

import numpy as np
import pytest

from ptml.contracts.evidence import Evidence
from ptml.errors import DataError
from ptml.features.capability import capability
from ptml.features.matrix import FeatureMatrix
from ptml.features.pairs import pair_features
from ptml.features.people import person_features
from ptml.features.rows import Rows
from ptml.lift.config import LiftConfig
from ptml.lift.estimate import LiftEstimate
from ptml.lift.fitting import fit_lift
from ptml.lift.model import LiftModel
from ptml.lift.refusal import INSEPARABLE, NO_HISTORY, OK, PLACEBO_FAILED, STATUSES, TOO_FEW
from tests.lift.planted import LIFTS, NEWCOMER, RARE, RISING, TWIN, Planted, planted

CONFIG = LiftConfig(n_trees=40, n_folds=2, num_threads=1)


@pytest.fixture(scope="module")
def world() -> Planted:
    """The planted organisation."""
    return planted()


@pytest.fixture(scope="module")
def model(world: Planted) -> LiftModel:
    """The lift model fitted on it."""
    return fit_lift(world.history, world.shared, world.as_of_day, CONFIG, 3)


def _ask(world: Planted, model: LiftModel, person: int, course: int) -> LiftEstimate:
    rows = Rows.at([person], world.as_of_day)
    one = np.zeros(1, dtype=np.int32)
    people, pairs = _features(world, rows, one, one + np.int32(course))
    return model.predict(world.history, rows, people, pairs, one, one + np.int32(course))


def _features(
    world: Planted, rows: Rows, row: np.ndarray, course: np.ndarray
) -> tuple[FeatureMatrix, FeatureMatrix]:
    history, shared = world.history, world.shared
    portraits = capability(history, shared, rows)
    return (
        person_features(history, shared, rows, portraits),
        pair_features(history, shared, rows, portraits, row, course),
    )


def _found(model: LiftModel, name: str) -> Evidence:
    return next(row for row in model.evidence if row.name == name)


def _of_course(model: LiftModel, course: int) -> dict[str, object]:
    rows = _found(model, "course_lift").payload
    at = rows["course_id"].index(f"c{course:02d}")
    return {name: rows[name][at] for name in ("lift", "low", "high", "status")}


def test_planted_lifts_are_found_though_the_weak_are_sent(model: LiftModel) -> None:
    shown = [_of_course(model, c) for c in range(len(LIFTS))]
    lifts = np.array([float(str(row["lift"])) for row in shown])
    assert np.mean(lifts - LIFTS) == pytest.approx(0, abs=0.5)
    assert np.corrcoef(lifts, LIFTS)[0, 1] > 0.9
    inside = [
        float(str(row["low"])) <= lift <= float(str(row["high"]))
        for row, lift in zip(shown, LIFTS, strict=True)
    ]
    assert np.mean(inside) >= 0.8


def test_who_was_rising_before_the_course_is_no_proof_of_it(model: LiftModel) -> None:
    assert _of_course(model, RISING)["status"] == "placebo_failed"
    assert _of_course(model, RISING)["lift"] is None


def test_courses_always_taken_together_cannot_be_told_apart(model: LiftModel) -> None:
    assert _of_course(model, TWIN)["status"] == "inseparable"


def test_refusals_of_a_course_reach_every_person(world: Planted, model: LiftModel) -> None:
    for course, status in ((RISING, PLACEBO_FAILED), (TWIN, INSEPARABLE)):
        asked = _ask(world, model, 5, course)
        assert asked.status[0] == status
        assert np.isnan(asked.lift[0])


def test_a_rare_course_gets_a_wide_interval_where_others_say_what_courses_do(
    world: Planted, model: LiftModel
) -> None:
    rare = _ask(world, model, 700, RARE)
    free = [c for c in range(len(LIFTS)) if _ask(world, model, 700, c).status[0] == OK]
    widths = [float(e.high[0] - e.low[0]) for e in (_ask(world, model, 700, c) for c in free)]
    assert rare.status[0] == OK
    assert float(rare.high[0] - rare.low[0]) > max(widths)


def test_a_rare_course_is_refused_where_too_few_others_are_known(world: Planted) -> None:
    strict = CONFIG.model_copy(update={"min_known_courses": 60})
    model = fit_lift(world.history, world.shared, world.as_of_day, strict, 3)
    assert _ask(world, model, 700, RARE).status[0] == TOO_FEW


def test_a_model_of_another_version_is_refused_with_the_way_out(
    model: LiftModel, tmp_path: Path
) -> None:
    model.save(tmp_path)
    path = tmp_path / "model.json"
    path.write_text(path.read_text().replace('"format": 2', '"format": 1'))
    with pytest.raises(DataError, match="train it again"):
        LiftModel.load(tmp_path)


def test_nothing_is_said_of_somebody_never_measured(world: Planted, model: LiftModel) -> None:
    assert _ask(world, model, NEWCOMER, 1).status[0] == NO_HISTORY


def test_parts_add_up_to_the_lift_that_is_shown(world: Planted, model: LiftModel) -> None:
    rows = Rows.at(np.arange(200, dtype=np.int32), world.as_of_day)
    row, course = (part.ravel().astype(np.int32) for part in np.mgrid[0:200, 0:N_SHOWN])
    people, pairs = _features(world, rows, row, course)
    shown = model.predict(world.history, rows, people, pairs, row, course)
    parts = model.parts(world.history, people, pairs, row, course)
    assert parts is not None
    known = shown.status == OK
    assert np.abs(parts.lift - shown.lift)[known].max() < 1e-6


def test_the_model_brings_its_checks(model: LiftModel) -> None:
    verdicts = {row.name: row.verdict for row in model.evidence if row.kind == "check"}
    assert set(verdicts) == {
        "overlap",
        "balance",
        "placebo_two_quarters_before",
        "permuted_treatment",
        "designs_agree",
        "hidden_confounder",
        "beats_constant",
        "beats_zero",
        "rate_autoc",
        "qini",
        "forward_in_time",
        "plausible_size",
    }
    for name in ("overlap", "balance", "permuted_treatment", "beats_zero", "beats_constant"):
        assert verdicts[name] == "pass", name


def test_it_says_what_the_boosted_stage_colleagues_and_growth_add(model: LiftModel) -> None:
    for name in ("boosted_r_slope", "boosted_dr_slope", "spillover", "growth_of_takers"):
        row = _found(model, name)
        assert row.kind == "metric"
        assert row.payload["note"]


def test_settings_are_searched_forward_in_time_and_kept_where_none_is_better(
    world: Planted,
) -> None:
    searching = CONFIG.model_copy(update={"tuning_trials": 2, "n_trees": 20})
    found = _found(fit_lift(world.history, world.shared, world.as_of_day, searching, 3), "tuning")
    assert found.payload["trials"] == 2
    assert found.payload["losses"][0] == 0
    assert found.value is not None
    assert found.low is not None
    assert found.payload["used"] is (found.low > 0)
    assert ("within noise" in found.payload["note"]) is (found.low <= 0)


def test_same_input_and_seed_same_answers_also_after_saving(
    world: Planted, model: LiftModel, tmp_path: Path
) -> None:
    again = fit_lift(world.history, world.shared, world.as_of_day, CONFIG, 3)
    model.save(tmp_path / "one")
    again.save(tmp_path / "two")
    for file in sorted((tmp_path / "one").iterdir()):
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes(), file.name
    loaded = LiftModel.load(tmp_path / "one")
    for person, course in ((5, 1), (6, RARE), (NEWCOMER, 2)):
        before, after = (_ask(world, m, person, course) for m in (model, loaded))
        for name, value in vars(before).items():
            np.testing.assert_array_equal(value, getattr(after, name))


def test_statuses_are_those_of_the_contract() -> None:
    from ptml.contracts.outputs import LIFT_STATUSES

    assert STATUSES == LIFT_STATUSES


N_SHOWN = len(LIFTS)
