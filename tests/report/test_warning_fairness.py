"""Warnings by group as a reader meets them."""

from typing import Any

from ptml.report.findings import Findings
from ptml.report.page import render_report
from ptml.report.warning_fairness import TOO_FEW, WarningFairness, warning_fairness
from ptml.report.wording import percent
from tests.report.published import evidence, full_run


def row(
    name: str,
    value: float | None = None,
    low: float | None = None,
    high: float | None = None,
    verdict: str | None = None,
    **payload: Any,
) -> dict[str, Any]:
    return {
        "model": "transfer",
        "kind": "check" if verdict else "metric",
        "name": name,
        "value": value,
        "low": low,
        "high": high,
        "bound": 0.8 if verdict else None,
        "verdict": verdict,
        "payload": payload,
    }


GROUP = "group/completion/gender/<b>f</b>"
ROWS = [
    row(f"{GROUP}/weak_share", 0.3, 0.25, 0.35, people=120, cases=200),
    row(f"{GROUP}/flag_rate", 0.1, 0.05, 0.15, people=120, cases=200),
    row(f"{GROUP}/false_negative_rate", note="too few"),
    row(f"{GROUP}/calibration_gap", 0.02, -0.01, 0.05, people=120, cases=200),
    row("groups_hidden/completion/gender", 2.0, groups=["x", "unknown"], min_people=20),
    row(
        "flag_ratio/completion/gender",
        0.5,
        0.4,
        0.6,
        "fail",
        note="Clearly uneven.",
        lowest="<b>f</b>",
        highest="m",
        rates=[0.1, 0.2],
        at_same_outcomes=[0.55, 0.45, 0.66],
    ),
    row("flag_ratio/day_30/gender", 0.9, 0.7, 1.1, "not_judged", note="Too few cases."),
    row("not_flagged_ratio/completion/gender", 0.89, 0.85, 0.93),
    row("calibrated_for_all/completion/gender", 0.02, 0.01, 0.03, "pass", group="m"),
    row("proxy_auc/gender/f", 0.71, 0.65, 0.77),
    row("proxies_found/gender", 1.0, features=130),
    row("proxy_feature/gender/f/manager_support_level", 0.7, 0.6, 0.8, topic="manager_support"),
    row("flag_gap/completion/gender/f", -0.1, -0.15, -0.05),
    row("through_topic/completion/gender/f/manager_support", -0.08, -0.12, -0.04),
    row("through_topic/completion/gender/f/workload", 0.0, 0.0, 0.0),
]


def fairness(rows: list[dict[str, Any]]) -> WarningFairness:
    return warning_fairness(Findings.read(evidence(rows)))


def test_groups_stand_with_people_intervals_and_what_is_too_few() -> None:
    (title, table), (_, truth) = fairness(ROWS).groups
    assert title == "Flags by group, at completion"
    told = dict(zip(table.head, table.rows[0], strict=True))
    assert told["Group"] == "gender: <b>f</b>"
    assert told["People"] == "120"
    assert told["Flagged"] == f"{percent(0.1)} ({percent(0.05)} to {percent(0.15)})"
    assert told["Missed"] == TOO_FEW
    assert truth.rows[0][2].startswith("+2.0")
    assert table.rows[1][:2] == ("gender: x and unknown", TOO_FEW)


def test_ratio_is_told_in_both_directions_with_its_verdict() -> None:
    found = fairness(ROWS)
    ratio = found.checks[0]
    assert (ratio.name, ratio.verdict) == ("Flagged alike: gender (at completion)", "fail")
    assert f"{percent(0.1)} of <b>f</b>, {percent(0.2)} of m." in ratio.question
    assert "0.55" in ratio.question
    assert "0.89" in ratio.question
    assert ratio.bound == "at least 0.80"
    assert found.lead[0].startswith("Flags are clearly uneven")
    assert "gender (after 30 days)" in found.lead[1]


def test_proxies_are_named_by_topic_never_by_feature() -> None:
    found = fairness(ROWS)
    assert found.proxies.rows[0][2] == "manager support"
    assert [cells[1] for cells in found.paths.rows] == ["manager support"]
    assert found.paths.rows[0][2].startswith("\u22128.0")
    page = render_report({**full_run(12), "evidence": evidence(ROWS)})
    assert "manager_support_level" not in page


def test_page_shows_the_section_once_and_escaped() -> None:
    page = render_report({**full_run(12), "evidence": evidence(ROWS)})
    assert page.count("Warnings by group") == 1
    assert page.count("Flagged alike: gender (at completion)") == 1
    assert "&lt;b&gt;f&lt;/b&gt;" in page
    assert "<b>f</b>" not in page
    assert "Flag ratio" not in page
    assert "Also published" not in page


def test_a_run_without_protected_columns_says_so() -> None:
    found = fairness([row("auc/completion", 0.8, 0.7, 0.9)])
    assert "were not compared" in found.lead[0]
    assert (found.checks, found.groups, found.proxies.rows, found.paths.rows) == ((), (), (), ())
