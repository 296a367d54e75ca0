"""Results by KPI: of which unit, of which period, and which way is good."""

from ptml.contracts.ids import IdMap
from ptml.features.history import load_history
from ptml.features.kpi_results import KpiResults, kpi_results, lower_is_better

from .small import Row, assignment, dataset_of, day_of, quarter_result

KPIS: list[Row] = [{"kpi_id": "sales"}, {"kpi_id": "errors", "higher_is_better": False}]
PLACES: list[Row] = [
    assignment(valid_from="2025-01-01", valid_to="2026-05-01", org_unit_id="north"),
    assignment(valid_from="2026-05-01", org_unit_id="south"),
]


def read(*results: Row, day: str = "2026-10-01", since: str = "2026-01-01") -> KpiResults:
    given = {"performance": list(results), "kpis": KPIS, "assignments": PLACES}
    with dataset_of(**given) as dataset:
        rows, kpis = dataset.arrow("FROM performance"), dataset.arrow("FROM kpis")
        history = load_history(dataset)
    lower = lower_is_better(kpis)
    asked = IdMap.of(["errors", "sales"])
    return kpi_results(rows, lower, history, asked, day_of(since), day_of(day))


def test_a_result_belongs_to_the_unit_of_the_last_day_of_its_period() -> None:
    found = read(
        quarter_result("2026-01-01", "2026-03-31", 90.0),
        quarter_result("2026-04-01", "2026-06-30", 110.0),
    )
    assert found.unit.tolist() == [0, 1]
    assert found.reached.tolist() == [0.9, 1.1]


def test_of_some_kpis_less_is_better() -> None:
    found = read(quarter_result("2026-01-01", "2026-03-31", 80.0, kpi_id="errors"))
    assert found.reached.tolist() == [1.25]


def test_a_period_that_is_not_over_or_began_too_early_is_not_read() -> None:
    one = quarter_result("2026-01-01", "2026-03-31", 90.0)
    assert len(read(one, day="2026-03-31")) == 0
    assert len(read(one, day="2026-04-01")) == 1
    assert len(read(one, since="2026-01-02")) == 0
