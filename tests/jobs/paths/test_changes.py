from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa

from ptml.jobs.paths.changes import changes_since
from tests.decide.histories import completed, day_of, enrolled, loaded

THEN, NOW = date(2024, 1, 20), date(2024, 3, 1)


def path(**starts: int) -> list[dict[str, Any]]:
    return [
        {"course_id": name, "starts_in_week": week, "running": False, "as_of": THEN}
        for name, week in starts.items()
    ]


def changes(then: list[dict[str, Any]], now: list[dict[str, Any]], *rows: Any) -> dict[str, str]:
    history, _ = loaded(["ann"], enrolments=list(rows) or [enrolled("ann")])
    known: Any = SimpleNamespace(
        asked=SimpleNamespace(
            history=history,
            rows=SimpleNamespace(employee=np.array([0]), day=np.array([day_of(NOW.isoformat())])),
        )
    )
    empty = pa.table({name: pa.array([]) for name in ("course_id", "starts_in_week", "running")})
    before, after = (pa.Table.from_pylist(rows) if rows else empty for rows in (then, now))
    found = changes_since(before, after, known, NOW)
    return {change.course_id: change.change for change in found}


def test_a_step_that_was_completed_since_is_done() -> None:
    assert changes(path(sql=0), path(tact=0), completed("ann")) == {"sql": "done", "tact": "new"}


def test_a_step_that_was_dropped_since_is_dropped() -> None:
    row = enrolled("ann", dropped_on="2024-02-01")
    assert changes(path(sql=0), [], row) == {"sql": "dropped"}


def test_a_step_planned_no_more_is_gone_whatever_was_long_ago() -> None:
    row = enrolled("ann", dropped_on="2024-01-10")
    assert changes(path(sql=0), [], row) == {"sql": "gone"}


def test_a_step_is_kept_by_its_date_and_not_by_its_week() -> None:
    assert changes(path(sql=6), path(sql=0)) == {"sql": "kept"}
    assert changes(path(sql=6), path(sql=3)) == {"sql": "moved"}


def test_a_step_that_has_begun_is_under_way() -> None:
    now = [{**row, "running": True} for row in path(sql=0)]
    assert changes(path(sql=0), now) == {"sql": "running"}
    assert changes([], now) == {"sql": "running"}
