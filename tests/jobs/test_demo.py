"""The demo's organisation has what its pages are there to show."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from ptml.decide.path.config import PathConfig
from ptml.jobs import demo
from ptml.jobs.progress import Silent


class OrganisationMade(Exception):
    """Raised in the place of the training, which comes next."""


def test_the_demo_has_practice_courses_short_seats_and_units_that_ask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: Any) -> None:
        raise OrganisationMade

    monkeypatch.setattr(demo, "record_run", stop)
    with pytest.raises(OrganisationMade):
        demo.run_demo(
            tmp_path / "demo", 300, 7, lambda: datetime(2026, 10, 2, tzinfo=UTC), Silent()
        )
    data = tmp_path / "demo" / "data"
    courses = pd.read_parquet(data / "courses.parquet")
    is_practice = (courses["kind"] == "micro") & (courses["hours"] <= PathConfig().practice_hours)
    assert is_practice.sum() >= 6
    assert courses["seats"].notna().sum() == 6
    asked = pd.read_parquet(data / "feedback.parquet", filters=[("kind", "==", "wants_course")])
    assert len(asked) >= 5
