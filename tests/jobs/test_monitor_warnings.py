"""What was promised of reviewed flags: by the models in use, as the reviewer saw it."""

from datetime import date
from typing import cast

import duckdb
import pandas as pd

from ptml.contracts.dataset import Dataset
from ptml.jobs.monitor_warnings import reviewed_flags

TRAINED, DAY = date(2026, 3, 3), date(2026, 9, 1)


class Tables:
    """The two tables that are asked, as a dataset would hold them."""

    def __init__(self, flags: list[tuple[str, str, date, str, float]]) -> None:
        self.connection = duckdb.connect()
        named = ["enrolment_id", "stage", "flagged_on", "arm", "p_weak"]
        self.connection.register("flags", pd.DataFrame(flags, columns=named))
        actions = pd.DataFrame({"enrolment_id": ["a", "a"], "decided_on": [date(2026, 5, 1)] * 2})
        self.connection.register("warning_actions", actions)

    def query(self, sql: str, params: list[date]) -> pd.DataFrame:
        return self.connection.execute(sql, params).df()


def promised(*flags: tuple[str, str, date, str, float]) -> list[float]:
    dataset = cast(Dataset, Tables(list(flags)))
    return [float(p) for p in reviewed_flags(dataset, TRAINED, DAY)["p"]]


def test_the_newest_flag_before_the_decision_is_what_was_promised() -> None:
    first = ("a", "completion", date(2026, 3, 10), "flag", 0.9)
    second = ("a", "day_30", date(2026, 4, 9), "flag", 0.5)
    later = ("a", "day_30", date(2026, 5, 9), "flag", 0.8)
    assert promised(first, second, later) == [0.5]


def test_flags_of_earlier_models_promise_nothing_now() -> None:
    assert promised(("a", "completion", date(2026, 3, 2), "flag", 0.9)) == []


def test_flags_nobody_reviewed_or_that_were_held_back_do_not_count() -> None:
    held = ("a", "completion", date(2026, 4, 9), "hold_out", 0.9)
    assert promised(held, ("b", "completion", date(2026, 4, 9), "flag", 0.9)) == []
