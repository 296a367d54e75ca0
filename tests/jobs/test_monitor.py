"""Monitoring end to end: exit codes, advice, the page, few tables, and broken sources."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from ptml.jobs.monitor import run_monitoring
from ptml.jobs.progress import Silent
from ptml.jobs.settings import Settings
from ptml.jobs.train import run_training
from ptml.simulate import SimulationConfig, simulate
from tests.conftest import SETTINGS

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Data of 300 people and the recommender of two months before their end."""
    folder = tmp_path_factory.mktemp("company")
    simulate(SimulationConfig(n_employees=300, n_courses=12, seed=5), folder / "data")
    for name in ("exposures", "truth"):
        shutil.rmtree(folder / "data" / name, ignore_errors=True)
    day, models = date(2026, 8, 4), folder / "models"
    run_training(str(folder / "data"), models, day, SETTINGS, ["recommend"], False, Silent())
    return folder / "data", models


def edited(data: Path, to: Path, table: str, edit: Callable[[pd.DataFrame], pd.DataFrame]) -> Path:
    shutil.copytree(data, to)
    frame = edit(pd.read_parquet(data / f"{table}.parquet"))
    frame.to_parquet(to / f"{table}.parquet", index=False)
    return to


def test_nothing_changed_is_exit_code_0_with_a_page(
    company: tuple[Path, Path], tmp_path: Path, call: Call
) -> None:
    data, models = company
    page = tmp_path / "monitor.html"
    code, told, _ = call("monitor", data, "--models", models, "--page", page)
    assert (code, "Nothing to do" in told) == (0, True)
    text = page.read_text(encoding="utf-8")
    assert "Nothing to do" in text
    assert "<script" not in text


def test_rewritten_past_and_wrong_units_are_broken_data(
    company: tuple[Path, Path], tmp_path: Path, call: Call
) -> None:
    data, models = company

    def percent(frame: pd.DataFrame) -> pd.DataFrame:
        third = frame["employee_id"].str[-1].isin(["1", "2", "3"])
        return frame.assign(value=frame["value"].where(~third, 100 * frame["value"]))

    broken = edited(data, tmp_path / "data", "performance", percent)
    code, told, _ = call("monitor", broken, "--models", models)
    assert code == 3
    assert "fix_data" in told
    assert "performance" in told


def test_data_that_cannot_be_read_are_an_alarm(
    company: tuple[Path, Path], tmp_path: Path, call: Call
) -> None:
    data, models = company
    broken = edited(
        data, tmp_path / "data", "enrolments", lambda f: f.drop(columns=["enrolled_on"])
    )
    page = tmp_path / "monitor.html"
    code, told, _ = call("monitor", broken, "--models", models, "--page", page)
    assert (code, "fix_data" in told) == (3, True)
    assert "enrolled_on" in page.read_text(encoding="utf-8")


def test_a_few_tables_are_enough(company: tuple[Path, Path], tmp_path: Path) -> None:
    data, _ = company
    few = tmp_path / "data"
    few.mkdir()
    for name in ("employees", "courses", "enrolments"):
        shutil.copy(data / f"{name}.parquet", few)
    shutil.rmtree(tmp_path / "models", ignore_errors=True)
    run_training(str(few), tmp_path / "models", date(2026, 8, 4), SETTINGS, [], False, Silent())
    found = run_monitoring(str(few), tmp_path / "models", None, None, None, Settings(), Silent())
    assert found["advice"] == "none"
    assert any("no warning model" in item["why"] for item in found["not_judged"])


def test_the_profile_holds_no_person(company: tuple[Path, Path]) -> None:
    data, models = company
    ids = set(pd.read_parquet(data / "employees.parquet")["employee_id"])
    text = (models / "profile" / "profile.json").read_text(encoding="utf-8")
    assert not any(one in text for one in ids)


def test_a_look_before_training_is_refused(company: tuple[Path, Path], call: Call) -> None:
    data, models = company
    code, _, said = call("monitor", data, "--models", models, "--as-of", "2026-05-05")
    assert code == 2
    assert "older models" in said


def test_a_table_that_does_not_come_any_more_is_broken_data(
    company: tuple[Path, Path], tmp_path: Path
) -> None:
    data, models = company
    broken = tmp_path / "data"
    shutil.copytree(data, broken)
    (broken / "performance.parquet").unlink()
    found = run_monitoring(str(broken), models, None, None, None, Settings(), Silent())
    assert (found["advice"], found["action_needed"]) == ("fix_data", True)
    assert "table performance is missing" in {alarm["subject"] for alarm in found["alarms"]}
