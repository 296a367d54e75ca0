"""A person's own page, and objections with their answers."""

import json
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from ptml.review.access import Role
from tests.review.conftest import Page, Site, publish

OFFER = {
    "code": "lift",
    "text_key": "lift.unclear",
    "values": {"lift": 0.8, "low": -1.2, "high": 2.7},
    "text": "-",
}


@pytest.fixture
def site(tmp_path: Path, make_site: Callable[..., Site]) -> Site:
    """e01 has a warning, a level and an offer; so has e02."""
    offers = [
        {
            "employee_id": person,
            "rank": 1,
            "course_id": course,
            "score": 1.0,
            "reasons": json.dumps([OFFER]),
        }
        for person, course in (("e01", "c2"), ("e02", "c1"))
    ]
    levels = [
        {
            "employee_id": person,
            "competency_id": competency,
            "level": 2.0,
            "level_se": 0.9,
            "required": 3.0,
            "gap": 1.0,
        }
        for person, competency in (("e01", "k1"), ("e02", "k2"))
    ]
    names = [
        {"kind": "competency", "id": k, "name": n} for k, n in (("k1", "Talk"), ("k2", "Sums"))
    ]
    out = publish(
        tmp_path / "out",
        recommendations=offers,
        portraits=levels,
        names=names,
        development_plans=plan(),
        paths=path(),
    )
    return make_site(out)


def path() -> list[dict[str, object]]:
    """e01 is in the middle of a course and begins another; e02 has one step."""
    adds = {"code": "adds", "text_key": "adds.points", "values": {"lift": 2, "low": 1, "high": 3}}
    step = {"weeks": 3.0, "part": "elective", "running": False, "reasons": json.dumps([adds])}
    now = {**step, "step": 1, "course_id": "c1", "starts_in_week": 0, "ends_in_week": 2}
    then = {**step, "step": 2, "course_id": "c2", "starts_in_week": 4, "ends_in_week": 6}
    return [
        {**then, "employee_id": "e01"},
        {**now, "employee_id": "e01", "running": True},
        {**then, "employee_id": "e02", "step": 1, "starts_in_week": 20, "ends_in_week": 22},
    ]


def plan() -> list[dict[str, object]]:
    """e01 wants what the role asks for; the role alone asks for more. e02 has another plan."""
    common = {"level": 2.0, "level_se": 0.4, "required": 3.0, "gap": 1.0, "courses": "[]"}
    role = {**common, "employee_id": "e01", "place": 2, "competency_id": "k4", "asked_by": "role"}
    own = {
        **common,
        "employee_id": "e01",
        "place": 1,
        "competency_id": "k1",
        "asked_by": "both",
        "own_target": 4.0,
        "by_date": date(2027, 6, 30),
        "share_of_time": 0.5,
        "status": "unknown",
        "courses": json.dumps([{"course_id": "c2", "step": 1, "rank": 1}]),
    }
    other = {**own, "employee_id": "e02", "competency_id": "k3", "status": "overdue"}
    return [role | {"no_course": "not_taught"}, own, other]


def employee(site: Site, person: str = "e01") -> Page:
    return site.sign_in(f"own-{person}", Role.employee, (), person)


def test_a_person_sees_the_own_portrait_offers_and_warnings_and_nobody_elses(site: Site) -> None:
    text = employee(site).get("/me").text
    assert "Talk" in text
    assert "little is known" in text
    assert "The effect on performance is estimated at 0.8 points" in text
    assert "Help that was suggested for me" in text
    assert "Sums" not in text
    assert "e02" not in text


def test_the_plan_puts_own_goals_beside_the_roles_with_the_way_to_them(site: Site) -> None:
    text = employee(site).get("/me").text
    listed = text[text.index('<ul class="cases plan">') :]
    first, second = listed[: listed.index("</ul>")].split("</li>")[:2]
    assert "Talk" in first
    assert "me and my role" in first
    assert "nothing was assessed since" in first
    assert "By 30 June 2027." in first
    assert "No open course leads further." in second
    assert "my role" in second
    assert "The date has passed" not in text


def test_the_path_is_told_step_by_step_with_weeks_and_reasons(site: Site) -> None:
    text = employee(site).get("/me").text
    told = text[text.index("My learning path") :]
    assert told.index("Under way") < told.index("Weeks 5 to 7")
    assert "Adds 2 points of performance here (90 % interval 1 to 3)." in told
    assert "Weeks 21 to 23" not in text


def test_who_has_no_plan_sees_none(tmp_path: Path, make_site: Callable[..., Site]) -> None:
    site = make_site(publish(tmp_path / "out"))
    text = employee(site).get("/me").text
    assert "My development plan" not in text
    assert "My learning path" not in text


def test_the_own_page_shows_no_probability(site: Site) -> None:
    assert "0.93" not in employee(site).get("/me").text


def test_looks_of_others_are_counted(site: Site) -> None:
    reviewer = site.sign_in()
    found = re.search(
        r'<h3><a href="(/cases/\w+)[?"][^>]*>e01<', reviewer.get("/cases?shown=open").text
    )
    assert found is not None
    reviewer.get(found.group(1))
    row = re.search(
        r"Times that somebody looked at your case</th><td[^>]*>(\d+)",
        employee(site).get("/me").text,
    )
    assert row is not None
    assert int(row.group(1)) == 1


def test_an_account_without_a_person_is_told(site: Site) -> None:
    page = site.sign_in("admin", Role.administrator, ())
    assert "not linked to a person" in page.get("/me").text
    fields = {"kind": "object", "about": "other", "text": "No"}
    assert page.post("/me/objections", **fields).status_code == 404


@pytest.mark.parametrize("missing", ["kind", "about", "text"])
def test_an_objection_without_a_part_is_not_taken_and_what_was_typed_stays(
    site: Site, missing: str
) -> None:
    fields = {"kind": "object", "about": "warning", "text": "Typed words", missing: ""}
    page = employee(site)
    answer = page.post("/me/objections", **fields)
    assert answer.status_code == 422
    assert f'href="#{missing}"' in answer.text
    assert missing == "text" or "Typed words" in answer.text
    assert "Not answered yet." not in page.get("/me").text


def test_an_objection_is_answered_and_read_by_the_person_alone(site: Site) -> None:
    own = employee(site)
    told = "<script>alert(1)</script> My level is higher"
    sent = own.post("/me/objections", kind="correct", about="portrait", text=told)
    assert sent.status_code == 303
    assert "&lt;script&gt;alert(1)" in own.get("/me").text
    reviewer = site.sign_in("bea")
    listed = reviewer.get("/objections").text
    assert "<script>alert" not in listed
    assert "asks for a correction" in listed
    path = re.search(r'action="(/objections/\w+)"', listed)
    assert path is not None
    assert reviewer.post(path.group(1), text=" ").status_code == 422
    assert reviewer.post(path.group(1), text="We looked: you are right.").status_code == 303
    assert "We looked: you are right." in own.get("/me").text
    assert "We looked" not in employee(site, "e02").get("/me").text
    assert reviewer.post(path.group(1), text="Twice").status_code == 409


def test_objections_of_other_units_are_not_there(site: Site) -> None:
    employee(site).post("/me/objections", kind="object", about="other", text="Please stop")
    elsewhere = site.sign_in("bo", units=("site-a",))
    # e01 is in team-a2, so that a reviewer of site b does not see it.
    assert "Please stop" in elsewhere.get("/objections").text
    other = site.sign_in("cy", units=("site-b",))
    assert "Please stop" not in other.get("/objections").text
