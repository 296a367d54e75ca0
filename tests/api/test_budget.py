import pandas as pd
import pytest

import ptml
from ptml.errors import UsageError

OFFERS = pd.DataFrame(
    {
        "employee_id": ["ann", "ann", "bob", "cyd"],
        "course_id": ["sql", "talk", "talk", "sql"],
        "lift": [3.0, 2.0, 4.0, None],
        "lift_low": [1.0, 1.5, 2.0, None],
        "lift_high": [5.0, 2.5, 6.0, None],
    }
)
COURSES = pd.DataFrame({"course_id": ["sql", "talk"], "cost": [100.0, 100.0], "seats": [None, 2]})


def test_frames_in_and_a_plan_out() -> None:
    found = ptml.allocate(OFFERS, COURSES, money=1000.0)
    bought = found.allocations[["employee_id", "course_id"]].to_numpy().tolist()
    assert bought == [["ann", "sql"], ["ann", "talk"], ["bob", "talk"]]
    assert found.refusals == ()
    assert found.plans.set_index("plan").loc["chosen", "objective"] == pytest.approx(9.0)


def test_overlaps_people_and_mandatory_courses_count() -> None:
    overlaps = pd.DataFrame({"course_id": ["sql"], "other_id": ["talk"], "share": [1.0]})
    both = pd.concat(
        [overlaps, overlaps.rename(columns={"course_id": "other_id", "other_id": "course_id"})]
    )
    found = ptml.allocate(OFFERS, COURSES, money=1000.0, overlaps=both)
    assert len(found.allocations) == 2
    people = pd.DataFrame({"employee_id": ["bob"], "trainable": [False]})
    due = pd.DataFrame({"employee_id": ["cyd"], "course_id": ["sql"]})
    found = ptml.allocate(
        OFFERS, COURSES, money=200.0, people=people, mandatory=due, by_lower_bound=True
    )
    told = found.allocations[["employee_id", "course_id", "reason"]].to_numpy().tolist()
    assert told == [["ann", "talk", "lift"], ["cyd", "sql", "mandatory"]]


def test_a_demand_that_cannot_be_met_is_named() -> None:
    due = pd.DataFrame({"employee_id": ["cyd"], "course_id": ["sql"]})
    found = ptml.allocate(OFFERS, COURSES, money=50.0, mandatory=due)
    assert found.allocations.empty
    assert "cost 100" in found.refusals[0]
    assert "nothing is bought" in found.sentences[0]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"offers": OFFERS.drop(columns="lift_low")}, "offers needs a column lift_low"),
        ({"courses": COURSES[:1]}, "talk"),
        ({"money": -1.0}, "money"),
        ({"hours_a_head": 3.0}, "hours_a_head"),
        ({"settings": {"by_lower_bound": True}}, "by their names"),
        ({"offers": pd.concat([OFFERS, OFFERS])}, "twice"),
    ],
)
def test_a_wrong_call_says_what_is_wrong(change: dict[str, object], says: str) -> None:
    words = {"offers": OFFERS, "courses": COURSES, "money": 10.0, **change}
    with pytest.raises(UsageError, match=says):
        ptml.allocate(**words)  # type: ignore[arg-type]
