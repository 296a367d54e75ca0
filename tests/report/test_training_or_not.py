import json

import pandas as pd

from ptml.report.absence import Absent
from ptml.report.published import PublishedTables
from ptml.report.training_or_not import TrainingOrNot, training_or_not


def unit(name: str, cause: str, strength: float | None, people: int = 12) -> dict[str, object]:
    sources = [
        {"source": "performance", "says": "shared_by_the_unit"},
        {"source": "incidents", "says": "hours_lost"},
    ]
    lost = {"capability": -0.5, "motivation": 0.2, "environment": 7.2}
    evidence = json.dumps({"sources": sources, "points_lost": lost})
    return {
        "org_unit_id": name,
        "competency_id": None,
        "people": people,
        "cause": cause,
        "strength": strength,
        "evidence": evidence,
    }


def wish(verdict: str, **known: object) -> dict[str, object]:
    row = {
        "org_unit_id": "North",
        "kind": "course",
        "subject_id": "C1",
        "asked": 9,
        "people": 12,
        "gap": 0.8,
        "lift": 1.2,
        "verdict": verdict,
    }
    return {**row, **known}


def shown(**tables: list[dict[str, object]]) -> TrainingOrNot:
    found = training_or_not(
        PublishedTables({name: pd.DataFrame(rows) for name, rows in tables.items()})
    )
    assert isinstance(found, TrainingOrNot)
    return found


def test_the_surest_unit_comes_first_with_what_each_source_says() -> None:
    found = shown(
        needs=[unit("South", "mixed", 0.55), unit("North", "environment", 0.97)],
        diagnoses=[],
    )
    assert found.units is not None
    assert [row[0] for row in found.units.rows] == ["North", "South"]
    north = found.units.rows[0]
    assert "repair that first" in north[2]
    assert north[3].startswith("very likely")
    assert north[4] == "7.2"
    assert north[5:] == ("the whole unit loses", "", "hours lost cost points", "")
    assert "no course will cure" in found.title


def test_small_units_and_units_of_which_nothing_is_clear_have_no_row() -> None:
    found = shown(needs=[unit("Tiny", "environment", 0.9, 3), unit("Calm", "unclear", 0.2)])
    assert found.units is None
    assert found.title.startswith("No unit stands out")
    assert "Of 1 unit the evidence does not say." in found.left_out


def test_a_cause_by_written_rules_has_no_probability() -> None:
    found = shown(needs=[unit("North", "capability", None)])
    assert found.units is not None
    assert found.units.rows[0][3] == "by written rules"


def test_groups_of_people_under_five_are_not_counted_nor_can_they_be_worked_out() -> None:
    people: list[dict[str, object]] = [{"cause": "motivation", "first_question": "motivation"}] * 6
    people += [{"cause": "capability", "first_question": "ability"}] * 9
    people += [{"cause": "mixed", "first_question": "environment"}] * 2
    found = shown(needs=[unit("North", "unclear", 0.1)], diagnoses=people)
    assert found.people is not None
    told = {row[0]: row[1] for row in found.people.rows}
    assert told["missing skill: training can help"] == "9"
    assert told["motivation: talk first"] == told["several together"] == "not told"
    assert told["of all these: ask about ability first"] == "9"
    assert (
        told["of all these: ask about motivation first"]
        == told["of all these: ask about the surroundings first"]
    )


def test_wishes_that_differ_from_needs_come_first() -> None:
    found = shown(
        needs=[unit("North", "unclear", 0.1)],
        wishes=[
            wish("agree"),
            wish("asked_not_needed", subject_id="C2"),
            wish("needed_not_asked", kind="competency", asked=None, lift=None),
        ],
    )
    assert found.wishes is not None
    assert [row[-1] for row in found.wishes.rows] == [
        "asked for, and the data show no need",
        "needed, and not asked for",
        "both agree: book it",
    ]
    assert [row[2] for row in found.wishes.rows] == ["9 of 12", "under five", "9 of 12"]


def test_a_course_that_has_not_been_seen_to_help_is_not_to_be_booked() -> None:
    lifts = [0.4, 0.0, -0.2, None]
    found = shown(
        needs=[unit("North", "unclear", 0.1)],
        wishes=[wish("agree", subject_id=f"C{k}", lift=lift) for k, lift in enumerate(lifts)],
    )
    assert found.wishes is not None
    book, *another, unknown = [row[-1] for row in found.wishes.rows]
    assert book == unknown == "both agree: book it"
    assert all(told.endswith("look for another one") for told in another)


def test_without_needs_and_diagnoses_the_section_says_what_is_missing() -> None:
    assert isinstance(training_or_not(PublishedTables({})), Absent)
