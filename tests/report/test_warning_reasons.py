import json

import pandas as pd
import pytest

from ptml.report.absence import Absent
from ptml.report.published import PublishedTables
from ptml.report.reasons import read_reasons
from ptml.report.warning_reasons import WarningOverview, warning_overview


def _warning(
    enrolment: str, stage: str, p_weak: float, flagged: bool, **shares: float
) -> dict[str, object]:
    reasons = [{"family": family, "share": share} for family, share in shares.items()]
    return {
        "enrolment_id": enrolment,
        "stage": stage,
        "p_weak": p_weak,
        "flagged": flagged,
        "reasons": json.dumps(reasons),
    }


WARNINGS = pd.DataFrame(
    [
        _warning("n1", "completion", 0.8, True, person=1.0),
        _warning("n1", "day_30", 0.2, False, person=-1.0),
        _warning("n2", "completion", 0.3, False, person=1.0),
        _warning("n2", "day_30", 0.9, True, manager=2.0, person=0.5),
        _warning("n3", "completion", 0.6, True, manager=0.3, course=-4.0),
    ]
)


def test_an_enrolment_counts_by_its_last_stage() -> None:
    overview = warning_overview(PublishedTables({"warnings": WARNINGS}))
    assert isinstance(overview, WarningOverview)
    assert overview.title.startswith("2 of 3 completed trainings")
    assert [figure.title for figure in overview.spreads] == [
        "At completion: 2 of 3 flagged",
        "After 30 days: 1 of 2 flagged",
    ]


def test_what_is_held_out_of_the_flags_is_counted_beside_them() -> None:
    drawn = WARNINGS.assign(flagged=[True, False, False, False, True])
    drawn = drawn.assign(arm=["flag", "none", "none", "hold_out", "flag"])
    overview = warning_overview(PublishedTables({"warnings": drawn}))
    assert isinstance(overview, WarningOverview)
    assert overview.title.startswith("1 of 3 completed trainings")
    assert overview.title.endswith("flagged. A draw holds 1 more out of the flags.")


def test_only_a_reason_for_weak_use_can_lead_a_flag() -> None:
    overview = warning_overview(PublishedTables({"warnings": WARNINGS}))
    assert isinstance(overview, WarningOverview)
    assert overview.families is not None
    assert [row[:2] for row in overview.families.numbers.rows] == [("The manager's support", "2")]


def test_no_flag_leaves_no_reasons_to_count() -> None:
    calm = WARNINGS.assign(flagged=False)
    overview = warning_overview(PublishedTables({"warnings": calm}))
    assert isinstance(overview, WarningOverview)
    assert overview.families is None
    assert overview.title.startswith("None of 3")
    assert isinstance(warning_overview(PublishedTables({})), Absent)


@pytest.mark.parametrize(
    "cell",
    [
        '[{"family": "person", "share": 0.2}, {"family": "manager", "share": -0.7}]',
        '{"person": 0.2, "manager": -0.7}',
        '{"person": {"share": 0.2}, "manager": {"log_odds": -0.7}}',
    ],
)
def test_reasons_read_alike_as_list_or_object_weightiest_first(cell: str) -> None:
    assert [(r.family, r.share) for r in read_reasons(cell)] == [("manager", -0.7), ("person", 0.2)]
