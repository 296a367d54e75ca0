from typing import Any

from ptml.report.findings import Findings
from ptml.report.list_variety import list_variety
from ptml.report.page import render_report
from ptml.report.wording import percent
from tests.report.published import evidence, full_run


def finding(
    name: str, value: float, low: float | None = None, high: float | None = None
) -> dict[str, Any]:
    payload = {"group_mean": 2.0, "others_mean": 2.5, "people": 40, "others": 60}
    return {
        "model": "recommend",
        "kind": "metric",
        "name": name,
        "value": value,
        "low": low,
        "high": high,
        "payload": payload,
    }


ROWS = [
    finding("coverage", 0.75),
    finding("novelty", 3.25),
    finding("offered/gender/<b>f</b>/expected_gain", -0.5, -0.8, -0.2),
    finding("offered/gender/m/hours", 1.0, -2.0, 4.0),
]


def test_lists_are_described_and_only_clear_differences_are_named() -> None:
    found = list_variety(Findings.read(evidence(ROWS)))
    assert [row[1] for row in found.lists.rows] == [percent(0.75), "3.25"]
    ((group, what, own, others, difference),) = found.groups.rows
    assert (group, what) == ("gender: <b>f</b>", "expected gain of a list, points")
    assert (own, others) == ("2.00", "2.50")
    assert "95" in difference
    assert found.lead.startswith("In 1 of 2 comparisons")


def test_a_run_without_such_evidence_has_nothing_to_say() -> None:
    found = list_variety(Findings.read(evidence([])))
    assert (found.lists.rows, found.groups.rows, found.lead) == ((), (), "")


def test_groups_stand_on_the_page_escaped() -> None:
    page = render_report({**full_run(12), "evidence": evidence(ROWS)})
    assert "gender: &lt;b&gt;f&lt;/b&gt;" in page
    assert "<b>f</b>" not in page
    assert "Who is offered what" in page
