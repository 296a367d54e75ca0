"""Who counts as helped because of a warning."""

from datetime import date
from typing import cast

import duckdb
import pandas as pd
import pytest

from ptml.contracts.dataset import Dataset
from ptml.jobs.helped import helped_before

DAY = date(2026, 9, 1)
EARLIER, LATER = date(2026, 5, 1), date(2026, 9, 1)


class Tables:
    """The table that is asked, as a dataset would hold it."""

    def __init__(self, row: tuple[str, str, date, date | None]) -> None:
        self.connection = duckdb.connect()
        decision, code, decided, done = row
        self.connection.execute(
            "CREATE TABLE warning_actions AS SELECT 'a' AS enrolment_id, $1 AS decision,"
            " $2 AS code, $3::DATE AS decided_on, $4::DATE AS done_on",
            [decision, code, decided, done],
        )

    def query(self, sql: str, params: list[date]) -> pd.DataFrame:
        return self.connection.execute(sql, params).df()


@pytest.mark.parametrize(
    ("row", "counts"),
    [
        (("accept", "book_mentor", EARLIER, None), True),
        (("accept", "none", EARLIER, EARLIER), True),
        (("accept", "none", EARLIER, None), False),
        (("accept", "none", EARLIER, LATER), False),
        (("accept", "book_mentor", LATER, None), False),
        (("dismiss", "none", EARLIER, None), False),
        (("postpone", "none", EARLIER, None), False),
    ],
    ids=[
        "help was agreed",
        "help was given",
        "only accepted",
        "given later",
        "decided later",
        "dismissed",
        "postponed",
    ],
)
def test_who_was_helped(row: tuple[str, str, date, date | None], counts: bool) -> None:
    assert ("a" in helped_before(cast(Dataset, Tables(row)), DAY)) == counts
