"""Which warnings become cases, and what they hold."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from ptml.review.store.schema import case_evidence, cases
from tests.review.conftest import Site, publish, warning

MakeSite = Callable[..., Site]


def brought(site: Site) -> list[tuple[str, str]]:
    """Enrolments and stages of the cases."""
    with site.database.read() as connection:
        wanted = select(cases.c.enrolment_id, cases.c.stage).order_by(cases.c.enrolment_id)
        return [(row.enrolment_id, row.stage) for row in connection.execute(wanted)]


@pytest.mark.parametrize("flagged", [True, False])
def test_what_was_held_out_never_becomes_a_case(
    tmp_path: Path, make_site: MakeSite, flagged: bool
) -> None:
    held = warning(1, 0.9, flagged=flagged, arm="hold_out")
    assert brought(make_site(publish(tmp_path / "out", warnings=[held]))) == []


@pytest.mark.parametrize("is_turned", [True, False])
def test_the_last_stage_of_a_completion_decides(
    tmp_path: Path, make_site: MakeSite, is_turned: bool
) -> None:
    calmed = [
        warning(1, 0.9),
        warning(1, 0.4, stage="day_30", flagged=False, arm="none"),
    ]
    worse = [warning(2, 0.5), warning(2, 0.9, stage="day_30")]
    rows = [*calmed, *worse][:: -1 if is_turned else 1]
    site = make_site(publish(tmp_path / "out", warnings=rows))
    assert brought(site) == [("n02", "day_30")]


def test_evidence_is_kept_as_published_with_the_events_of_the_person_by_day(site: Site) -> None:
    with site.database.read() as connection:
        wanted = select(case_evidence.c.evidence).join(cases).where(cases.c.employee_id == "e01")
        told = json.loads(connection.execute(wanted).scalar_one())
    assert told["reasons"] == json.loads(str(warning(1, 0.9)["reasons"]))
    assert {event["enrolment_id"] for event in told["events"]} == {"n01", None}
    days = [event["happened_on"] for event in told["events"]]
    assert days == sorted(days)


def test_a_newer_run_renews_what_waits_and_leaves_what_was_decided(
    tmp_path: Path, make_site: MakeSite
) -> None:
    out = publish(tmp_path / "out", warnings=[warning(1, 0.9), warning(2, 0.9)])
    site = make_site(out)
    with site.database.begin() as connection:
        decided = cases.c.employee_id == "e02"
        connection.execute(cases.update().where(decided).values(state="accepted"))
    newer = [warning(n, 0.6, unit_matter="workload") for n in (1, 2, 3)]
    publish(out, "20261009-0000000000000002", warnings=newer)
    again = make_site(out)
    with again.database.read() as connection:
        told = case_evidence.c.evidence
        wanted = select(cases.c.employee_id, cases.c.p_weak, told).join(case_evidence)
        found = {row.employee_id: row for row in connection.execute(wanted)}
    assert {who: row.p_weak for who, row in found.items()} == {"e01": 0.6, "e02": 0.9, "e03": 0.6}
    matters = {who: json.loads(row.evidence)["unit_matter"] for who, row in found.items()}
    assert matters == {"e01": "workload", "e02": "", "e03": "workload"}
