import pandas as pd

from ptml.report.absence import Absent
from ptml.report.course_alerts import CourseAlerts, course_alerts
from ptml.report.published import PublishedTables

HEALTH = pd.DataFrame(
    {
        "course_id": ["A", "B"],
        "title": ["Liked", None],
        "enrolled": [10, 40],
        "completed": [9, 10],
        "mean_satisfaction": [4.8, None],
        "lift": [-0.3, None],
        "lift_low": [-0.9, None],
        "lift_high": [0.3, None],
        "alerts": ['["Completed by most, without lift."]', "[]"],
    }
)


def test_an_alert_comes_with_the_figures_behind_it() -> None:
    found = course_alerts(PublishedTables({"course_health": HEALTH}))
    assert isinstance(found, CourseAlerts)
    assert found.title == "1 of 2 courses asks for attention."
    (course,) = found.courses
    assert course.alerts == ("Completed by most, without lift.",)
    figures = dict(zip(found.head, course.figures, strict=True))
    assert figures["Completed"] == "90\u202f%"
    assert figures["Lift"] == "\u22120.3 (\u22120.9 to +0.3)"
    assert "Used at work" not in figures


def test_a_harmful_course_stands_before_one_with_more_alerts() -> None:
    alerts = ['["One.", "Two."]', '[{"code": "harmful"}]']
    found = course_alerts(PublishedTables({"course_health": HEALTH.assign(alerts=alerts)}))
    assert isinstance(found, CourseAlerts)
    assert [course.title for course in found.courses] == ["B", "Liked"]


def test_the_gravest_are_in_sight_and_the_others_under_a_fold() -> None:
    twelve = pd.concat([HEALTH.iloc[[0]]] * 12, ignore_index=True)
    twelve["course_id"] = twelve["title"] = [f"C{k:02}" for k in range(12)]
    twelve.loc[11, "alerts"] = '[{"code": "harmful"}]'
    found = course_alerts(PublishedTables({"course_health": twelve}))
    assert isinstance(found, CourseAlerts)
    assert [course.title for course in found.gravest] == ["C11", *(f"C{k:02}" for k in range(9))]
    assert [course.title for course in found.others] == ["C09", "C10"]


def test_the_table_of_courses_leaves_out_what_nobody_knows() -> None:
    found = course_alerts(PublishedTables({"course_health": HEALTH}))
    assert isinstance(found, CourseAlerts)
    assert found.everything.head == ("Course", "Enrolled", "Completed", "Satisfaction", "Lift")
    assert [row[0] for row in found.everything.rows] == ["B", "Liked"]


def test_too_few_courses_are_not_plotted_and_none_at_all_is_said() -> None:
    found = course_alerts(PublishedTables({"course_health": HEALTH}))
    assert isinstance(found, CourseAlerts)
    assert found.figure is None
    assert isinstance(course_alerts(PublishedTables({})), Absent)
