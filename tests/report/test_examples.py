import json

import pandas as pd
import pytest

from ptml.report.examples import worked_examples
from ptml.report.lots import choose
from ptml.report.published import PublishedTables

from .published import full_run, tiny_run


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return full_run(120)


def test_ten_people_are_shown_once_each_from_several_situations(
    tables: dict[str, pd.DataFrame],
) -> None:
    chosen = choose(PublishedTables(tables))
    assert len({person.employee_id for person in chosen}) == 10
    assert len({person.situation for person in chosen}) >= 6


def test_the_lot_depends_on_the_run_and_never_on_order_or_score(
    tables: dict[str, pd.DataFrame],
) -> None:
    chosen = choose(PublishedTables(tables))
    turned = {name: table.iloc[::-1] for name, table in tables.items()}
    assert choose(PublishedTables(turned)) == chosen
    offers = tables["recommendations"]
    rescored = {**tables, "recommendations": offers.assign(score=-offers["score"])}
    assert choose(PublishedTables(rescored)) == chosen
    other = {**tables, "runs": tables["runs"].assign(run_id="another")}
    assert choose(PublishedTables(other)) != chosen


def test_a_refused_lift_and_an_unassessed_person_are_told_as_unknown() -> None:
    offers = pd.DataFrame({"employee_id": ["e1"], "rank": [1], "course_id": ["C1"]})
    lift = pd.DataFrame(
        {"employee_id": ["e1"], "course_id": ["C1"], "support": [2], "status": ["too_few"]}
    )
    (card,) = worked_examples(PublishedTables({"recommendations": offers, "lift": lift}))
    assert card.suggestion is not None
    assert card.suggestion.plot is None
    assert card.suggestion.estimate == ""
    assert card.unknown[0] == "What “C1” does for performance: too few people have taken it."
    assert card.unknown[1].startswith("Capability")


def test_reasons_of_a_warning_stand_on_the_side_they_speak_for() -> None:
    reasons = [
        {"family": "manager", "share": -0.4, "text": "The manager asked."},
        {"family": "person", "share": 0.9, "text": "No task was handed in."},
    ]
    warnings = pd.DataFrame(
        {
            "enrolment_id": ["n1", "n1"],
            "employee_id": ["e1", "e1"],
            "course_id": ["C1", "C1"],
            "stage": ["day_30", "completion"],
            "p_weak": [0.71, 0.4],
            "flagged": [True, False],
            "reasons": [json.dumps(reasons), "[]"],
            "interventions": [
                json.dumps([{"code": "job_aid_buddy", "text_key": "job_aid_buddy"}]),
                "[]",
            ],
        }
    )
    (card,) = worked_examples(PublishedTables({"warnings": warnings}))
    assert card.training is not None
    assert card.training.speaks_for == ("No task was handed in.",)
    assert card.training.speaks_against == ("The manager asked.",)
    assert card.training.steps == ("Give a job aid and a buddy in the role.",)
    assert card.training.estimate.endswith("40\u202f% at completion, 71\u202f% after 30 days.")
    held_out = warnings.assign(flagged=False, arm=["hold_out", "none"])
    told = PublishedTables({"warnings": held_out, "recommendations": _offer("[]")})
    (card,) = worked_examples(told)
    assert card.training is not None
    assert card.training.estimate.endswith("stays unused: 40\u202f% at completion.")


def test_what_stands_in_the_way_is_the_units_matter_with_who_does_what() -> None:
    reason = {
        "family": "environment",
        "share": -0.1,
        "code": "blocked_by_incident",
        "text_key": "unit_trouble.hours.blocked",
        "text": "60 hours were lost to incidents.",
    }
    action = {"text": "Settle what troubles the unit.", "owner": "unit_head", "due_days": 30}
    warnings = pd.DataFrame(
        {
            "enrolment_id": ["n1"],
            "employee_id": ["e1"],
            "course_id": ["C1"],
            "stage": ["day_30"],
            "p_weak": [0.9],
            "flagged": [False],
            "reasons": [json.dumps([reason])],
            "interventions": [json.dumps([action])],
        }
    )
    (card,) = worked_examples(
        PublishedTables({"warnings": warnings, "recommendations": _offer("[]")})
    )
    assert card.training is not None
    assert card.training.stands_in_the_way == ("60 hours were lost to incidents.",)
    assert card.training.speaks_against == ()
    assert card.training.steps == ("Settle what troubles the unit. (unit head, within 30 days)",)


def _offer(reasons: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "employee_id": ["e1"],
            "rank": [1],
            "course_id": ["C1"],
            "lift": [1.2],
            "lift_low": [0.3],
            "lift_high": [2.1],
            "reasons": [reasons],
        }
    )


def test_the_lift_is_told_once_with_its_interval() -> None:
    reasons = [
        {"code": "lift", "text": "Expected to add 1.2 points."},
        {"code": "popular", "text": "Chosen by many."},
    ]
    (card,) = worked_examples(PublishedTables({"recommendations": _offer(json.dumps(reasons))}))
    assert card.suggestion is not None
    assert card.suggestion.reasons == ("Chosen by many.",)
    assert card.suggestion.estimate.count("1.2") == 1


def test_nobody_to_show_gives_no_cards() -> None:
    assert worked_examples(PublishedTables(tiny_run())) == ()
