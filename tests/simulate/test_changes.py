"""Planted changes: real, dated, told in the truth, and nothing where nothing is planted."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ptml.simulate import SimulationConfig, simulate
from ptml.simulate.changes import (
    BrokenExport,
    Changes,
    FadingCourse,
    LimitedSeats,
    OldCourses,
    PracticeCourses,
    Reorganisation,
    TwinCourses,
    UnitMatters,
    UnitWishes,
    UnusedCourses,
)
from ptml.simulate.exports import export_as_of
from ptml.simulate.planted import planted_truth
from ptml.simulate.planted_courses import (
    planted_codes,
    practice_codes,
    seated_codes,
    with_planted_courses,
)
from ptml.simulate.structure import KINDS, build_structure
from ptml.sources import read_dataset

CHANGE = date(2026, 4, 1)
BROKEN = BrokenExport(on=date(2026, 6, 1), repaired_on=date(2026, 7, 10))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two organisations of one seed: plain, and with everything planted."""
    place = tmp_path_factory.mktemp("changes")
    planted = Changes(
        reorganisation=Reorganisation(on=CHANGE),
        fading_course=FadingCourse(on=date(2026, 8, 1)),
        broken_export=BROKEN,
        lift_truth_quarters=3,
    )
    sizes = {"n_employees": 500, "n_courses": 12, "n_quarters": 8, "seed": 4}
    for name, changes in (("plain", Changes()), ("planted", planted)):
        simulate(SimulationConfig.model_validate({**sizes, "changes": changes}), place / name)
    return place


def _table(place: Path, name: str) -> pd.DataFrame:
    return pd.read_parquet(place / f"{name}.parquet")


def test_what_is_planted_is_told_with_what_was_left_open(made: Path) -> None:
    told = json.loads((made / "planted" / "truth" / "changes.json").read_text("utf-8"))
    assert told["reorganisation"]["on"] == "2026-04-01"
    assert told["fading_course"]["course_id"].startswith("C")
    assert told["broken_export"]["repaired_on"] == "2026-07-10"
    assert not (made / "plain" / "truth" / "changes.json").exists()
    about = json.loads((made / "plain" / "truth" / "about.json").read_text("utf-8"))
    assert "changes" not in about["settings"]


def test_what_came_before_the_change_is_the_same_to_the_last_digit(made: Path) -> None:
    one, other = (_table(made / name / "truth", "transfer_causes") for name in ("plain", "planted"))
    before = [t[t["enrolment_id"].str[1:3].astype(int) < 6] for t in (one, other)]
    assert len(before[0]) > 100
    pd.testing.assert_frame_equal(before[0], before[1], check_exact=True)


def test_exams_answers_roles_and_transfer_change_and_only_then(made: Path) -> None:
    plain, planted = made / "plain", made / "planted"
    exams = {n: _table(made / n, "enrolments") for n in ("plain", "planted")}
    started = {n: pd.to_datetime(t["started_on"]) >= pd.Timestamp(CHANGE) for n, t in exams.items()}
    late = {n: t.loc[started[n], "exam_score"].mean() for n, t in exams.items()}
    early = {n: t.loc[~started[n], "exam_score"].mean() for n, t in exams.items()}
    assert late["planted"] < late["plain"] - 8
    assert abs(early["planted"] - early["plain"]) < 1.5
    terms = _table(planted / "truth", "transfer_causes")
    after = terms["enrolment_id"].str[1:3].astype(int) >= 6
    assert (terms.loc[after, "support"] == 0).all()
    assert (terms.loc[~after, "support"] != 0).any()
    moved = _table(planted, "assignments"), _table(plain, "assignments")
    on = [(pd.to_datetime(t["valid_from"]) == "2026-04-01").sum() for t in moved]
    assert on[0] > 4 * on[1]


def test_the_fading_course_has_no_true_lift_left(made: Path) -> None:
    told = json.loads((made / "planted" / "truth" / "changes.json").read_text("utf-8"))
    lift = _table(made / "planted" / "truth", "lift")
    of_course = lift["course_id"] == told["fading_course"]["course_id"]
    assert (lift.loc[of_course, "lift"] == 0).all()
    assert (lift.loc[~of_course, "lift"] != 0).any()
    earlier = _table(made / "planted" / "truth", "lift_by_quarter")
    assert earlier["as_of"].nunique() == 3


def test_an_export_holds_what_was_known_before_its_day(made: Path, tmp_path: Path) -> None:
    day = date(2026, 5, 11)
    export_as_of(made / "planted", day, tmp_path / "export")
    with read_dataset(str(tmp_path / "export")) as dataset:
        assert dataset.rejected.num_rows == 0
    taken = _table(tmp_path / "export", "enrolments")
    for column in ("enrolled_on", "started_on", "completed_on", "dropped_on"):
        assert pd.to_datetime(taken[column]).max() < pd.Timestamp(day)
    running = taken["completed_on"].isna() & taken["dropped_on"].isna()
    assert taken.loc[running, ["exam_score", "satisfaction"]].isna().all().all()
    assert (taken.loc[running, ["progress", "minutes"]] == 0).all().all()
    evidence = _table(tmp_path / "export", "transfer_evidence")
    assert evidence["score"].isna().equals(evidence["done_on"].isna())
    assert pd.to_datetime(_table(tmp_path / "export", "performance")["period_end"]).max() < (
        pd.Timestamp(day)
    )


@pytest.mark.parametrize(
    ("day", "is_broken"),
    [(date(2026, 5, 31), False), (date(2026, 6, 1), True), (date(2026, 7, 10), False)],
)
def test_an_export_is_broken_on_its_days_and_right_again_when_repaired(
    made: Path, tmp_path: Path, day: date, is_broken: bool
) -> None:
    export_as_of(made / "planted", day, tmp_path / "sound")
    export_as_of(made / "planted", day, tmp_path / "given", BROKEN)
    sound, given = (_table(tmp_path / n, "performance")["value"] for n in ("sound", "given"))
    wrong = ~np.isclose(given, sound)
    assert bool(wrong.any()) is is_broken
    assert wrong.mean() < 0.5
    rows = [len(_table(tmp_path / n, "transfer_evidence")) for n in ("sound", "given")]
    assert (rows[1] < 0.6 * rows[0]) is is_broken


def test_units_that_lack_skill_or_motive_are_told_and_nothing_else_moves(tmp_path: Path) -> None:
    sizes = {"n_employees": 500, "n_courses": 8, "n_quarters": 4, "seed": 4}
    matters = Changes(
        unit_matters=UnitMatters(unskilled_share=0.3, unmotivated_share=0.3),
        unit_wishes=UnitWishes(),
    )
    for name, changes in (("plain", Changes()), ("planted", matters)):
        config = SimulationConfig.model_validate({**sizes, "changes": changes})
        simulate(config, tmp_path / name)
    units = _table(tmp_path / "planted" / "truth", "units")
    assert set(units["matter"]) == {"environment", "capability", "motivation", "none"} & set(
        units["matter"]
    )
    assert {"capability", "motivation"} <= set(units["matter"])
    plain, planted = (_table(tmp_path / name / "truth", "people") for name in ("plain", "planted"))
    lacks = planted["ability"] - plain["ability"]
    assert sorted(set(lacks.round(6))) == [-1.2, 0.0]
    assert (planted["support"] == plain["support"]).all()
    assert "matter" not in _table(tmp_path / "plain" / "truth", "units")


def test_units_ask_for_what_they_lack_most_or_least(tmp_path: Path) -> None:
    config = SimulationConfig(
        n_employees=500,
        n_courses=12,
        n_quarters=4,
        seed=4,
        changes=Changes(unit_wishes=UnitWishes()),
    )
    simulate(config, tmp_path / "made")
    feedback, truth = (
        _table(tmp_path / "made", "feedback"),
        _table(tmp_path / "made" / "truth", "wishes"),
    )
    asked = feedback[feedback["kind"] == "wants_course"]
    assert set(asked["subject_id"]) == set(truth["course_id"])
    assert truth["gap_levels"].min() < 0.5 < truth["gap_levels"].max()
    assert len(asked) > 5 * len(truth)


def test_planted_courses_change_themselves_and_nothing_that_was_drawn() -> None:
    sizes = {"n_employees": 100, "n_courses": 30, "seed": 4}
    changes = Changes(
        twin_courses=TwinCourses(), old_courses=OldCourses(), unused_courses=UnusedCourses(n=1)
    )
    config = SimulationConfig.model_validate({**sizes, "changes": changes})
    plain = build_structure(config)
    planted = with_planted_courses(plain)
    dear, cheap, old, unused = planted_codes(plain)
    assert [len(dear), len(cheap), len(old), len(unused)] == [2, 2, 2, 1]
    assert len({*dear, *cheap, *old, *unused}) == 7
    for one, same in zip(planted_codes(planted), (dear, cheap, old, unused), strict=True):
        assert one.tolist() == same.tolist()
    courses = planted.courses
    assert courses.effect[dear].tolist() == courses.effect[cheap].tolist()
    assert (courses.cost[dear] == 2 * courses.cost[cheap]).all()
    assert (courses.to_level[old].max(axis=1) == 1).all()
    others = np.setdiff1d(np.arange(30), [*dear, *cheap, *old])
    for name in ("effect", "cost", "hours", "weight", "to_level", "requires"):
        before, after = (getattr(s.courses, name)[others] for s in (plain, planted))
        assert before.tolist() == after.tolist(), name
    told = planted_truth(planted)
    assert len(told["twin_courses"]["twin_of"]) == 2
    assert len(told["unused_courses"]["course_id"]) == 1


def test_practice_courses_are_short_and_begin_what_a_longer_one_teaches() -> None:
    changes = Changes(twin_courses=TwinCourses(), practice_courses=PracticeCourses(n=3))
    config = SimulationConfig(n_employees=100, n_courses=40, seed=4, changes=changes)
    plain = build_structure(config)
    planted = with_planted_courses(plain)
    units, longer = practice_codes(plain)
    assert [codes.tolist() for codes in practice_codes(planted)] == [
        units.tolist(),
        longer.tolist(),
    ]
    assert len({*units, *longer, *np.concatenate(planted_codes(plain))}) == 3 + 3 + 4
    courses = planted.courses
    assert set(courses.hours[units]) == {1, 2}
    assert {KINDS[kind] for kind in courses.kind[units]} == {"micro"}
    assert (courses.weight[units] == courses.weight[longer]).all()
    teaches = courses.weight[units] > 0
    learnt = (courses.to_level - courses.from_level)[units][teaches]
    assert (learnt == 0.5).all()
    assert (courses.effect[units] == 0.25 * courses.effect[longer]).all()
    assert not np.isin(courses.requires, units).any()
    told = planted_truth(planted)["practice_courses"]
    assert len(told["practice_of"]) == len(told["course_id"]) == 3
    others = np.setdiff1d(np.arange(40), [*units, *np.concatenate(planted_codes(plain))])
    for name in ("effect", "cost", "hours", "weight", "to_level", "kind"):
        before, after = (getattr(s.courses, name)[others] for s in (plain, planted))
        assert before.tolist() == after.tolist(), name


def test_seats_hold_all_who_ever_came_and_few_more_and_nothing_else_moves(tmp_path: Path) -> None:
    sizes = {"n_employees": 500, "n_courses": 30, "n_quarters": 6, "seed": 4}
    # Two chunks: the fullest quarter is that of the whole organisation.
    sizes["chunk_employees"] = 250
    for name, changes in (
        ("plain", Changes()),
        ("planted", Changes(limited_seats=LimitedSeats(n=3, room=0.2))),
    ):
        config = SimulationConfig.model_validate({**sizes, "changes": changes})
        simulate(config, tmp_path / name)
    courses = _table(tmp_path / "planted", "courses")
    seats = courses.set_index("course_id")["seats"].dropna()
    assert len(seats) == 3
    assert "online" not in set(courses.loc[courses["seats"].notna(), "delivery"])
    enrolments = _table(tmp_path / "planted", "enrolments")
    quarter = pd.to_datetime(enrolments["enrolled_on"]).dt.to_period("Q")
    fullest = enrolments.groupby(["course_id", quarter]).size().groupby("course_id").max()
    assert seats.tolist() == np.ceil(fullest[seats.index].to_numpy() * 1.2).tolist()
    told = json.loads((tmp_path / "planted" / "truth" / "changes.json").read_text("utf-8"))
    assert set(told["limited_seats"]["course_id"]) == set(seats.index)
    pd.testing.assert_frame_equal(
        courses.drop(columns="seats"), _table(tmp_path / "plain", "courses"), check_exact=True
    )
    pd.testing.assert_frame_equal(enrolments, _table(tmp_path / "plain", "enrolments"))


def test_practice_courses_never_fill_up() -> None:
    changes = Changes(practice_courses=PracticeCourses(n=9), limited_seats=LimitedSeats(n=99))
    config = SimulationConfig(n_employees=100, n_courses=60, seed=4, changes=changes)
    planted = with_planted_courses(build_structure(config))
    seated = seated_codes(planted)
    assert len(seated) > 3
    assert not np.isin(seated, practice_codes(planted)[0]).any()
    assert (planted.courses.effect[seated] > 0).all()
