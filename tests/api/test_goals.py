"""Goals of units and people as frames."""

from collections.abc import Iterator

import pytest

import ptml
from ptml.api.frames import FRAMES


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ptml.Company]:
    place = tmp_path_factory.mktemp("company") / "data"
    with ptml.load(ptml.make_company(place, n_employees=150, seed=4)) as opened:
        yield opened


@pytest.fixture(scope="module")
def goals(company: ptml.Company) -> ptml.Goals:
    return ptml.Goals(company)


def test_weights_of_a_unit_average_one_and_come_from_its_goals(goals: ptml.Goals) -> None:
    weights = goals.weights()
    assert weights.dtypes.astype(str).to_dict() == _kinds("competency_weights")
    assert weights.groupby("org_unit_id")["weight"].mean().to_list() == pytest.approx(
        [1.0] * weights["org_unit_id"].nunique()
    )
    assert weights["sources"].str.contains("kpi_id").any()


def test_every_goal_in_force_has_what_was_reached_so_far(goals: ptml.Goals) -> None:
    found = goals.attainment()
    assert found.dtypes.astype(str).to_dict() == _kinds("goal_attainment")
    assert found.loc[found["phase"] == "next", "attainment"].isna().all()
    assert found["attainment"].notna().any()


def test_what_serves_nothing_is_listed(goals: ptml.Goals) -> None:
    found = goals.alignment()
    assert found.dtypes.astype(str).to_dict() == _kinds("alignment")


def test_plans_name_courses_where_a_list_is_given(company: ptml.Company, goals: ptml.Goals) -> None:
    plans = goals.plans()
    assert plans.dtypes.astype(str).to_dict() == _kinds("development_plans")
    assert set(plans["courses"]) == {"[]"}
    listed = company.tables["employees"][["employee_id"]].merge(
        company.tables["courses"][["course_id"]], how="cross"
    )
    named = goals.plans(listed.assign(rank=1))
    assert (named["courses"] != "[]").any()
    assert (named["no_course"].isna() == (named["courses"] != "[]")).all()


def _kinds(name: str) -> dict[str, str]:
    return {column.name: column.dtype for column in FRAMES[name].columns}
