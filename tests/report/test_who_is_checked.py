"""The choice of who is checked, in plain words."""

from typing import Any

from ptml.report.findings import Findings
from ptml.report.who_is_checked import who_is_checked

from .published import evidence


def _row(name: str, value: float | None, low: float, high: float, **payload: Any) -> dict[str, Any]:
    return {
        "model": "transfer",
        "kind": "metric",
        "name": name,
        "value": value,
        "low": low,
        "high": high,
        "payload": payload,
    }


ROWS = [
    _row("label_coverage", 0.74, 0, 1, no_check=4800, absent=46, role_changed=261),
    _row("checked_auc", 0.63, 0.62, 0.64),
    _row("weak_share_as_checked", 0.31, 0.30, 0.32),
    _row("weak_share_reweighted", 0.33, 0.31, 0.35),
    _row("weak_share_within_factor", 0.33, 0.28, 0.39, gamma=2.0),
    _row("weak_share_worst_case", None, 0.23, 0.49),
    {
        "model": "transfer",
        "kind": "curve",
        "name": "checked_differences",
        "payload": {
            "feature": ["manager_support_last", "manager_support_mean", "exam_points"],
            "family": ["manager", "manager", "learning"],
            "before": [0.41, 0.38, 0.02],
            "after": [0.04, 0.03, 0.01],
        },
    },
]


def _said(rows: list[dict[str, Any]]) -> str:
    found = who_is_checked(Findings.read(evidence(rows)))
    assert found is not None
    return " ".join(found.said).replace("\u202f", " ")


def test_it_says_who_was_checked_and_what_the_others_leave_open() -> None:
    said = _said(ROWS)
    assert said.startswith(
        "Checked: 74 % of completed trainings. Of the others, 4,800 were not checked, 46 were "
        "followed by a long absence and 261 by a change of role."
    )
    assert "which is which 63 % of the time (62 % to 64 %)" in said
    assert "As checked, 31 % stayed unused; " in said
    assert "unchecked ones that look like it, 33 % (31 % to 35 %)" in said
    assert "a factor of up to 2, between 28 % and 39 %" in said
    assert said.endswith("whatever the unchecked did, between 23 % and 49 %.")


def test_no_feature_is_named_and_what_is_alike_is_left_out() -> None:
    said = _said(ROWS)
    assert "differ most in the manager's support (by up to 0.41" in said
    assert "_" not in said
    assert "exam" not in said


def test_where_all_look_alike_it_says_so() -> None:
    alike = {**ROWS[-1], "payload": {k: v[2:] for k, v in ROWS[-1]["payload"].items()}}
    said = _said([*ROWS[:-1], alike])
    assert "look alike in all that is seen" in said


def test_a_coin_toss_is_called_one() -> None:
    said = _said([_row("checked_auc", 0.51, 0.49, 0.53)])
    assert "nothing speaks against checks at random" in said


def test_the_table_has_a_row_for_each_assumption() -> None:
    found = who_is_checked(Findings.read(evidence(ROWS)))
    assert found is not None
    assert [row[1].replace("\u202f", " ") for row in found.shares.rows] == [
        "31 %",
        "33 %",
        "33 %",
        "",
    ]


def test_a_model_that_did_not_look_says_nothing() -> None:
    assert who_is_checked(Findings.read(evidence([_row("label_coverage", 0.7, 0, 1)]))) is None
