"""A performance score is the same in SQL and in NumPy, to the last bit."""

import duckdb
import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from ptml.features.scores import attainment, period_scores_sql, weighted_scores

_ROWS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.floats(-1e3, 1e9) | st.just(0.0),
        st.floats(1e-3, 1e9),
        st.sampled_from([0.0, 0.3, 1.0, 7e5, 1e6, 1e300]),
        st.booleans(),
    ),
    min_size=1,
    max_size=20,
)


def _in_sql(frame: pd.DataFrame) -> list[float]:
    with duckdb.connect() as connection:
        connection.register("performance", frame.assign(period_start=0, period_end=0))
        kpis = pd.DataFrame({"kpi_id": [True, False], "higher_is_better": [True, False]})
        connection.register("kpis", kpis)
        found = connection.execute(f"{period_scores_sql()} ORDER BY employee_id").fetchall()
    return [score for *_, score in found]


@settings(max_examples=40, deadline=None)
@given(_ROWS)
def test_both_ways_give_the_same_score(rows: list[tuple[int, float, float, float, bool]]) -> None:
    names = ["employee_id", "value", "target", "weight", "kpi_id"]
    frame = pd.DataFrame(rows, columns=names).sort_values("employee_id", kind="stable")
    first = np.flatnonzero(np.diff(frame["employee_id"], prepend=-1))
    reached = attainment(
        frame["value"].to_numpy(), frame["target"].to_numpy(), frame["kpi_id"].to_numpy()
    )
    found = weighted_scores(reached, frame["weight"].to_numpy(), first)
    assert found[np.isfinite(found)].tolist() == _in_sql(frame)


def test_many_rows_of_the_largest_weight_do_not_overflow() -> None:
    n = 40_000
    found = weighted_scores(np.full(n, 2.0), np.full(n, 1e6), np.array([0]))
    assert found.tolist() == [200.0]
