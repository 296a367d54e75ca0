"""A budget of a real run: published, planned again from what was published, refused in words."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from ptml.decide.budget.config import BudgetConfig
from ptml.errors import UsageError
from ptml.jobs.budget.audit import impact_ratios
from ptml.jobs.budget.published import published_facts
from ptml.jobs.budget.what_if import WhatIf, run_what_if
from ptml.jobs.progress import Silent
from ptml.jobs.score import run_scoring
from ptml.jobs.settings import Settings
from ptml.publish import PublishedRun, read_run
from tests.conftest import SETTINGS, at_noon

MONEY = 400_000.0
BUDGET = {
    "money": MONEY,
    "hours_per_person": 60.0,
    "hours_per_head": 30.0,
    "curve": [0.9],
    "minima": [{"group": "segment", "name": "core", "people_share": 0.05}],
}


@pytest.fixture(scope="module")
def run(organisation: Path, models: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    out = str(tmp_path_factory.mktemp("budget") / "out")
    settings = Settings.model_validate({**SETTINGS.model_dump(), "budget": BUDGET})
    run_scoring(str(organisation), models, out, None, settings, [], at_noon, Silent())
    return out


@pytest.mark.parametrize(
    ("table", "column"), [("budget_units", "competency_weights"), ("budget_courses", "teaches")]
)
@pytest.mark.parametrize("is_there", [True, False])
def test_a_run_of_before_has_no_weights_and_is_not_planned_from(
    run: str, table: str, column: str, is_there: bool
) -> None:
    published = read_run(run)

    def before(name: str) -> pa.Table:
        found = published.arrow(name)
        if name != table:
            return found
        found = found.drop_columns([column])
        return found.append_column(column, pa.nulls(len(found))) if is_there else found

    with pytest.raises(UsageError, match="an earlier version published it"):
        published_facts(PublishedRun.of(published.about, before))


def test_a_plan_is_published_with_its_proof(run: str) -> None:
    tables = read_run(run).tables
    plans = tables["budget_plans"].set_index("plan")
    chosen, bought = plans.loc["chosen"], tables["allocations"]
    assert chosen["status"] == "found"
    assert 0 <= chosen["gap"] < 0.01
    assert chosen["spent"] + chosen["mandatory_spent"] <= MONEY
    assert bought["cost"].sum() == pytest.approx(chosen["spent"] + chosen["mandatory_spent"])
    assert chosen["mandatory_seats"] == bought["mandatory"].sum() == len(tables["mandatory_due"])
    free = bought[~bought["mandatory"]]
    assert free["lift"].sum() == pytest.approx(chosen["lift"])
    assert (free["lift"] > 0).all()
    hours = bought.groupby("employee_id")["hours"].sum()
    assert hours.max() <= 60
    courses = tables["budget_courses"].set_index("course_id")["mandatory"]
    assert courses[bought["course_id"]].tolist() == bought["mandatory"].tolist()
    assert not bought[["employee_id", "course_id"]].duplicated().any()
    away = tables["budget_people"].set_index("employee_id")["trainable"]
    assert away[free["employee_id"]].all()
    assert {"money", "group_people"} <= set(tables["shadow_prices"]["what"])
    names = tables["evidence"]["name"]
    assert names.str.startswith("allocated/").any()


def test_planned_again_from_published_tables_it_is_the_same(run: str, tmp_path: Path) -> None:
    plan, curve = tmp_path / "plan.csv", tmp_path / "curve.png"
    found = run_what_if(run, WhatIf((), curve, plan), None, Silent())
    was = read_run(run).tables
    told = pd.DataFrame(found["plans"][0]).set_index("plan")
    then = was["budget_plans"].set_index("plan")
    assert told["objective"].to_dict() == then["objective"].to_dict()
    again = pd.read_csv(plan)
    columns = ["employee_id", "course_id", "reason"]
    assert again[columns].to_numpy().tolist() == was["allocations"][columns].to_numpy().tolist()
    assert curve.read_bytes().startswith(b"\x89PNG")
    assert found["exit_code"] == 0
    assert "points" in found["sentences"][0]


def test_more_money_never_buys_less(run: str) -> None:
    budgets = (350_000.0, 500_000.0)
    config = BudgetConfig(curve=())
    less, more = run_what_if(run, WhatIf(budgets), config, Silent())["plans"]
    assert less[0]["objective"] <= more[0]["objective"] <= more[0]["bound"]


def test_a_budget_that_cannot_be_met_is_said_and_ends_with_3(
    run: str, call: Callable[..., tuple[int, str, str]]
) -> None:
    code, told, _ = call("budget", "--out", run, "--money", "10")
    assert code == 3
    assert "nothing is bought" in told
    assert "Mandatory courses that are due cost" in told


def test_without_a_budget_there_is_a_way_out(
    published: Path, call: Callable[..., tuple[int, str, str]]
) -> None:
    code, _, error = call("budget", "--out", published)
    assert code == 2
    assert "--money" in error
    code, _, error = call("budget", "--out", published, "--money", "-1")
    assert code == 2


def test_an_impact_ratio_is_of_groups_large_enough_to_tell() -> None:
    people = np.array([f"e{k:03}" for k in range(85)], dtype=object)
    group = ["a"] * 40 + ["b"] * 40 + ["c"] * 5
    protected = pd.DataFrame({"employee_id": people, "protected_gender": group})
    served = np.arange(85) % 4 == 0
    served[:20] = True
    [found] = impact_ratios(served, people, protected)
    assert found.name == "allocated/gender/impact_ratio"
    assert found.value is not None
    assert 0 < found.value < 0.5
    assert impact_ratios(np.zeros(85, dtype=bool), people, protected) == []
