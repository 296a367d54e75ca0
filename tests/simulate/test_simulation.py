"""The simulated organisation: lawful tables, a truth apart, and a dial for each trap."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ptml.errors import UsageError
from ptml.simulate import SimulationConfig, simulate
from ptml.sources import read_dataset

SMALL = {"n_employees": 1000, "n_courses": 20, "n_quarters": 8, "seed": 4}
Tables = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Tables]:
    """Tables and truth of an organisation with some dials turned, each made once."""

    @cache
    def make(**dials: Any) -> Tables:
        out = tmp_path_factory.mktemp("made") / "data"
        simulate(SimulationConfig.model_validate({**SMALL, **dials}), out)
        tables = {path.stem: pd.read_parquet(path) for path in out.glob("*.parquet")}
        truth = {f"truth_{p.stem}": pd.read_parquet(p) for p in out.glob("truth/*.parquet")}
        return tables | truth

    return make


def _scores(tables: Tables) -> pd.DataFrame:
    performance = tables["performance"].merge(tables["kpis"], on="kpi_id")
    ratio = performance["value"] / performance["target"]
    attained = np.where(performance["higher_is_better"], ratio, 1 / ratio)
    performance = performance.assign(score=100 * attained)
    return performance.groupby(["employee_id", "period_start"])["score"].mean().reset_index()


def test_tables_keep_the_contract_and_the_truth_is_apart(tmp_path: Path) -> None:
    out = tmp_path / "data"
    simulate(SimulationConfig(n_employees=300, n_courses=8, seed=2), out)
    with read_dataset(str(out)) as dataset:
        assert dataset.rejected.num_rows == 0
        assert set(dataset.columns) == {path.stem for path in out.glob("*.parquet")}
    assert (out / "truth" / "lift.parquet").exists()


def test_same_seed_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("a", 2), ("b", 2), ("c", 3)):
        simulate(SimulationConfig(n_employees=200, n_courses=8, seed=seed), tmp_path / name)
    for file in (tmp_path / "a").rglob("*.parquet"):
        other = tmp_path / "b" / file.relative_to(tmp_path / "a")
        assert file.read_bytes() == other.read_bytes(), file.name
    one, third = ((tmp_path / n / "performance.parquet").read_bytes() for n in "ac")
    assert one != third


def test_csv_holds_what_parquet_holds(tmp_path: Path) -> None:
    prints = []
    for kind in ("parquet", "csv"):
        config = SimulationConfig.model_validate(
            {"n_employees": 120, "n_courses": 8, "seed": 2, "file_format": kind}
        )
        simulate(config, tmp_path / kind)
        with read_dataset(str(tmp_path / kind)) as dataset:
            prints.append(dataset.fingerprint)
    assert prints[0] == prints[1]


def test_chunks_make_one_organisation(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    config = SimulationConfig(n_employees=300, n_courses=8, chunk_employees=100, seed=2)
    simulate(config, tmp_path / "data", lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]
    employees = pd.read_parquet(tmp_path / "data" / "employees.parquet")
    assert employees["employee_id"].is_unique
    assert len(employees) == 300


def test_a_folder_that_is_not_empty_is_refused(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("mine")
    with pytest.raises(UsageError, match="not empty"):
        simulate(SimulationConfig(n_employees=50), tmp_path)
    assert (tmp_path / "kept").read_text() == "mine"


def test_the_weak_are_sent(made: Callable[..., Tables]) -> None:
    def gap(**dials: Any) -> float:
        tables = made(**dials)
        scores = _scores(tables)
        starts = tables["enrolments"]
        sent = starts[starts["assigned_by"] == "manager"].copy()
        quarter = pd.to_datetime(sent["started_on"]).dt.to_period("Q").dt.start_time
        sent["period_start"] = (quarter - pd.DateOffset(months=3)).dt.date
        mine = sent.merge(scores, on=["employee_id", "period_start"])["score"].mean()
        return float(mine - scores["score"].mean())

    assert gap() < -3
    assert abs(gap(remedial_assignment=0)) < 1.5


def test_the_keen_take_more(made: Callable[..., Tables]) -> None:
    def slope(**dials: Any) -> float:
        tables = made(**dials)
        chosen = tables["enrolments"][tables["enrolments"]["assigned_by"] != "mandatory"]
        n = chosen.groupby("employee_id").size()
        people = tables["truth_people"].set_index("employee_id")
        return float(n.reindex(people.index).fillna(0).corr(people["keenness"]))

    assert slope(remedial_assignment=0) > 0.2
    assert abs(slope(remedial_assignment=0, keenness=0)) < 0.1


@pytest.mark.parametrize(
    ("dial", "column"), [("motivation_dependence", "motivation"), ("support_dependence", "support")]
)
def test_lift_depends_on_the_person(made: Callable[..., Tables], dial: str, column: str) -> None:
    quiet = {"personal_failure": 0, "manager_failure": 0, "remedial_assignment": 0, "keenness": 0}

    def link(**dials: Any) -> float:
        tables = made(**quiet, **dials)
        lift = tables["truth_lift"].groupby("employee_id")["lift"].mean()
        people = tables["truth_people"].set_index("employee_id")
        return float(lift.corr(people[column]))

    assert link() > link(**{dial: 0}) + 0.1


def test_courses_that_do_nothing_and_one_that_harms(made: Callable[..., Tables]) -> None:
    courses = made()["truth_courses"]
    assert courses["does_nothing"].sum() == round(0.2 * (20 - 3))
    assert courses["harms"].sum() == 1
    lift = made()["truth_lift"].groupby("course_id")["lift"].mean()
    harmful = courses.loc[courses["harms"], "course_id"].iloc[0]
    assert harmful not in lift.index or lift[harmful] < 0
    none = made(null_course_share=0, harmful_courses=0)["truth_courses"]
    assert not none["does_nothing"].any()
    assert not none["harms"].any()


def test_prerequisites_are_completed_first(made: Callable[..., Tables]) -> None:
    tables = made(prerequisite_share=0.8)
    enrolments = tables["enrolments"]
    both = enrolments.merge(tables["prerequisites"], on="course_id").merge(
        enrolments[["employee_id", "course_id", "completed_on"]],
        left_on=["employee_id", "requires_course_id"],
        right_on=["employee_id", "course_id"],
        how="left",
        suffixes=("", "_before"),
    )
    assert len(both) > 20
    assert both["completed_on_before"].notna().mean() > 0.95
    assert len(made(prerequisite_share=0)["prerequisites"]) == 0


def test_mandatory_courses_are_assigned_to_all(made: Callable[..., Tables]) -> None:
    enrolments = made()["enrolments"]
    assigned = enrolments[enrolments["assigned_by"] == "mandatory"]
    assert assigned["course_id"].nunique() == 3
    assert "mandatory" not in set(made(mandatory_courses=0)["enrolments"]["assigned_by"])


@pytest.mark.parametrize(
    ("dial", "column"), [("personal_failure", "motivation"), ("manager_failure", "support")]
)
def test_transfer_fails_for_people_and_managers(
    made: Callable[..., Tables], dial: str, column: str
) -> None:
    def link(**dials: Any) -> float:
        tables = made(**dials)
        owner = tables["enrolments"][["enrolment_id", "employee_id"]]
        cases = tables["truth_transfer"].merge(owner, on="enrolment_id")
        cases = cases.merge(tables["truth_people"], on="employee_id")
        return float(cases["p_weak_completion"].corr(cases[column]))

    assert link() < -0.3
    assert abs(link(**{dial: 0})) < 0.25


def test_machines_and_not_skill_trouble_some_units(made: Callable[..., Tables]) -> None:
    tables = made(machine_trouble_share=0.3)
    trouble = tables["truth_units"].set_index("org_unit_id")["cause"] == "environment"
    hours = tables["incidents"].groupby("org_unit_id")["hours_lost"].sum()
    hours = hours.reindex(trouble.index).fillna(0)
    assert hours[trouble].mean() > 5 * hours[~trouble].mean()
    none = made(machine_trouble_share=0)["truth_units"]
    assert set(none["cause"]) == {"capability"}


def test_people_join_leave_and_move(made: Callable[..., Tables]) -> None:
    tables = made()
    first = pd.Timestamp(tables["performance"]["period_start"].min())
    assert (pd.to_datetime(tables["employees"]["hired_on"]) >= first).mean() > 0.03
    assert tables["employees"]["left_on"].notna().mean() > 0.03
    assert tables["assignments"]["employee_id"].duplicated().mean() > 0.03
    still = made(turnover_per_year=0, moves_per_year=0)
    assert still["employees"]["left_on"].isna().all()
    assert still["assignments"]["employee_id"].is_unique


def test_assessments_are_missing(made: Callable[..., Tables]) -> None:
    some = len(made()["assessments"])
    every = len(made(assessment_missing_share=0)["assessments"])
    assert some == pytest.approx(0.7 * every, rel=0.05)


def test_effects_fade(made: Callable[..., Tables]) -> None:
    stays = made(fade_half_life_quarters=0)["truth_lift"]["lift"].abs().mean()
    fades = made(fade_half_life_quarters=1)["truth_lift"]["lift"].abs().mean()
    assert fades < 0.9 * stays


def test_lift_depends_on_the_gap(made: Callable[..., Tables]) -> None:
    def spread(**dials: Any) -> float:
        lift = made(motivation_dependence=0, support_dependence=0, **dials)["truth_lift"]
        by_course = lift.groupby("course_id")["lift"]
        return float((by_course.std() / by_course.mean().abs()).median())

    assert spread() > spread(gap_dependence=0) + 0.2


def test_scores_dip_before_training(made: Callable[..., Tables]) -> None:
    deep = _scores(made(dip_points=12.0))["score"].std()
    flat = _scores(made(dip_points=0))["score"].std()
    assert deep > flat + 0.3


def test_the_keen_do_better_anyway(made: Callable[..., Tables]) -> None:
    def growth(points: float) -> float:
        tables = made(keen_growth_points=points, effect_points=0)
        scores = _scores(tables)
        first, last = scores["period_start"].min(), scores["period_start"].max()
        wide = scores.pivot(index="employee_id", columns="period_start", values="score")
        people = tables["truth_people"].set_index("employee_id")
        change = (wide[last] - wide[first]).dropna()
        return float(change.corr(people["keenness"].reindex(change.index)))

    assert growth(2.0) > growth(0.0) + 0.2


def _checks(tables: Tables) -> pd.DataFrame:
    """Every completion with its truth, and whether its use was to be checked."""
    evidence = tables["transfer_evidence"]
    due = evidence.loc[evidence["kind"] == "behaviour_check", "enrolment_id"]
    done = tables["enrolments"].dropna(subset=["completed_on"])
    cases = tables["truth_transfer"].merge(
        done[["enrolment_id", "employee_id", "completed_on"]], on="enrolment_id"
    )
    cases = cases.merge(tables["truth_people"], on="employee_id")
    return cases.assign(is_checked=cases["enrolment_id"].isin(due))


def test_those_who_are_checked_are_not_like_the_others(made: Callable[..., Tables]) -> None:
    def apart(**dials: Any) -> tuple[float, float]:
        cases = _checks(made(**dials))
        checked, others = cases[cases["is_checked"]], cases[~cases["is_checked"]]
        support = checked["support"].mean() - others["support"].mean()
        return float(support), float(checked["weak"].mean() - others["weak"].mean())

    support, weak = apart()
    assert support > 0.25
    assert weak < -0.08
    support, weak = apart(check_selection=0)
    assert abs(support) < 0.1
    assert abs(weak) < 0.05


def test_selection_moves_checks_and_nothing_else(made: Callable[..., Tables]) -> None:
    some, none = made(), made(check_selection=0)
    share = _checks(some)["is_checked"].mean()
    assert share == _checks(none)["is_checked"].mean()
    assert share == pytest.approx(0.75, abs=0.02)
    for name in set(some) - {"transfer_evidence"}:
        pd.testing.assert_frame_equal(some[name], none[name])


def test_the_terms_of_weak_transfer_add_up_to_its_true_log_odds(
    made: Callable[..., Tables],
) -> None:
    tables = made(weak_base_log_odds=-3.0, personal_failure=0.0)
    truth, causes = tables["truth_transfer"], tables["truth_transfer_causes"]
    assert list(causes["enrolment_id"]) == list(truth["enrolment_id"])
    terms = causes.drop(columns="enrolment_id")
    assert list(terms) == ["base", "motivation", "support", "opportunity", "trouble", "new"]
    p = truth["p_weak_completion"]
    np.testing.assert_allclose(terms.sum(axis=1), np.log(p / (1 - p)), atol=1e-9)
    assert (terms["base"] == -3.0).all()
    assert (terms["motivation"] == 0).all()
    assert terms["support"].std() > 0.5
    assert (terms["trouble"] >= 0).all()


def test_a_lower_base_makes_weak_transfer_rarer(made: Callable[..., Tables]) -> None:
    rare, usual = made(weak_base_log_odds=-3.0), made()
    assert rare["truth_transfer"]["weak"].mean() < 0.6 * usual["truth_transfer"]["weak"].mean()
