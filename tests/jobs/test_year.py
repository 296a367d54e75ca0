"""A shortened year, lived through for real: what the tools say is what the page tells."""

import json
from pathlib import Path
from typing import Any

import pytest

from ptml.errors import UsageError
from ptml.jobs.progress import Silent
from ptml.jobs.year import run_year
from ptml.jobs.year_calendar import plan
from ptml.registry import Registry
from tests.conftest import SETTINGS


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """Two months in which the export breaks before the second retrain."""
    out = tmp_path_factory.mktemp("year") / "out"
    planted = plan(drift=2, broken=2)
    told = run_year(
        *(out, 400, 7, Silent()),
        n_months=2,
        changes=planted,
        settings=SETTINGS,
        only=("recommend",),
    )
    return out, told["year"]


def test_a_promotion_that_learnt_from_a_broken_export_is_taken_back(
    lived: tuple[Path, dict[str, Any]],
) -> None:
    out, year = lived
    first, second = year["months"]
    assert first["promoted"]
    assert second["promoted"]
    assert [look["day"] for look in second["looks"] if look["rolled_back"]] == ["2026-01-07"]
    assert second["in_use"] == first["in_use"]
    moves = [move["what"] for move in Registry(out / "registry").moves()]
    assert moves[-2:] == ["promote", "rollback"]
    assert all(move["who"] == "demo-year" for move in Registry(out / "registry").moves())


def test_looks_are_weekly_and_quiet_before_anything_happens(
    lived: tuple[Path, dict[str, Any]],
) -> None:
    first, second = lived[1]["months"]
    assert [len(month["looks"]) for month in (first, second)] == [5, 4]
    assert not any(look["action_needed"] for look in first["looks"])
    assert all(look["advice"] == "fix_data" for look in second["looks"])


def test_the_page_tells_it_and_its_links_lead_somewhere(
    lived: tuple[Path, dict[str, Any]],
) -> None:
    out, year = lived
    page = (out / "year.html").read_text("utf-8")
    assert "2 retrains: 2 promoted, 0 refused, 1 rolled back" in page
    linked = [month["page"] for month in year["months"]]
    linked += [look["page"] for month in year["months"] for look in month["looks"]]
    assert all(f'href="{link}"' in page and (out / link).exists() for link in linked)
    assert json.loads((out / "year.json").read_text("utf-8"))["planted"]["broken_export"]


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="something else than a demo year"):
        run_year(tmp_path, 400, 7, Silent())
    assert (tmp_path / "mine.txt").exists()
