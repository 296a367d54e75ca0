"""Goals of the simulated organisation: they differ, run on the day, and leave something to find."""

from pathlib import Path

import pandas as pd
import pytest

from ptml.simulate import SimulationConfig, simulate

DAY = pd.Timestamp("2026-10-02")


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    out: Path = tmp_path_factory.mktemp("goals") / "data"
    simulate(SimulationConfig(n_employees=300, n_quarters=4, n_courses=12, seed=3), out)
    return {path.stem: pd.read_parquet(path) for path in out.glob("*.parquet")}


def test_goals_run_on_the_day_and_come_next(tables: dict[str, pd.DataFrame]) -> None:
    goals = tables["goals"]
    start, end = (pd.to_datetime(goals[f"period_{name}"]) for name in ("start", "end"))
    assert ((start <= DAY) & (end >= DAY)).any()
    assert ((start > DAY) & (start <= DAY + pd.Timedelta(days=92))).any()
    assert not goals.duplicated(["org_unit_id", "kpi_id", "period_start"]).any()


def test_units_are_steered_by_unlike_things(tables: dict[str, pd.DataFrame]) -> None:
    goals = tables["goals"]
    by_unit = goals.groupby("org_unit_id")["kpi_id"]
    assert len({tuple(sorted(kpis)) for _, kpis in by_unit}) > 1
    units = set(tables["org_units"]["org_unit_id"])
    assert set(goals["org_unit_id"]) < units


def test_some_competencies_drive_no_kpi(tables: dict[str, pd.DataFrame]) -> None:
    driving = set(tables["kpi_competencies"]["competency_id"])
    assert {"K23", "K24"}.isdisjoint(driving)
    assert len(driving) == 22
    assert not tables["kpi_competencies"].duplicated(["kpi_id", "competency_id"]).any()


def test_own_goals_were_set_before_the_year_in_which_they_are_open(
    tables: dict[str, pd.DataFrame],
) -> None:
    own = tables["personal_goals"]
    days = pd.to_datetime(own["by_date"]) - pd.to_datetime(own["set_on"])
    assert (days.dt.days > 365).all()
