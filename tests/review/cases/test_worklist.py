"""The list's queries walk an index, however many cases there are."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine

from ptml.review.access import Role, Viewer
from ptml.review.cases.asked import Asked
from ptml.review.cases.worklist import listed, week_of
from tests.review.conftest import Site

TODAY = date(2026, 10, 5)
ALL = Viewer("a", "Ada", Role.reviewer, None, None, "en", "c", "s")
ONE_SITE = Viewer("a", "Ada", Role.reviewer, None, frozenset({"site-a"}), "en", "c", "s")


def plans(engine: Engine, connection: Connection, viewer: Viewer, asked: Asked) -> list[str]:
    """How SQLite would answer every question that the list asks."""
    asked_for: list[tuple[str, Any]] = []

    def keep(_conn: object, _cursor: object, sql: str, values: Any, *_rest: object) -> None:
        asked_for.append((sql, values))

    event.listen(engine, "before_cursor_execute", keep)
    listed(connection, viewer, asked, week_of(connection, viewer, TODAY, 25), 25)
    event.remove(engine, "before_cursor_execute", keep)
    found = []
    for sql, values in asked_for:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)
        found += [str(row[3]) for row in rows]
    return found


@pytest.mark.parametrize("viewer", [ALL, ONE_SITE])
@pytest.mark.parametrize(
    "asked",
    [
        Asked(),
        Asked(shown="open"),
        Asked(shown="open", page=3),
        Asked(shown="open", words="data"),
        Asked(shown="open", course="c1", reason="motivation", stage="completion"),
        Asked(shown="open", mine=True),
        Asked(shown="acted"),
        Asked(shown="closed"),
        Asked(shown="all"),
        Asked(shown="all", words="e01"),
        Asked(shown="all", words="e01 data", course="c1"),
    ],
)
def test_no_question_of_the_list_reads_every_case(site: Site, viewer: Viewer, asked: Asked) -> None:
    with site.database.read() as connection:
        found = plans(site.database.engine, connection, viewer, asked)
    assert found
    assert [step for step in found if step.startswith("SCAN cases")] == []


@pytest.mark.parametrize("viewer", [ALL, ONE_SITE])
def test_what_waits_is_walked_in_its_order_and_not_sorted(site: Site, viewer: Viewer) -> None:
    with site.database.read() as connection:
        found = plans(site.database.engine, connection, viewer, Asked(shown="open"))
    assert [step for step in found if "FOR ORDER BY" in step] == []
    assert any("cases_by_priority" in step for step in found)
