"""A team's portrait: of groups alone, within the viewer's units."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from ptml.review.access import Role
from tests.review.conftest import PEOPLE, Site, publish

SMALL = "team-b1"
"""A team of four; the other two have four as well, so each test makes one larger."""


def level(person: str, competency: str, has: float, wanted: float) -> dict[str, object]:
    gap = max(wanted - has, 0.0)
    told = {"employee_id": person, "competency_id": competency, "level": has, "level_se": 0.3}
    return {**told, "required": wanted, "gap": gap, "trend": 0.0}


@pytest.fixture
def site(tmp_path: Path, make_site: Callable[..., Site]) -> Site:
    """A large team of eight in team-a1, a small one of four in team-b1."""
    units = {person: ("team-b1" if unit == SMALL else "team-a1") for person, unit in PEOPLE.items()}
    team = {"role_id": "r1", "grade": 2, "manager_id": "e12", "hired_on": None}
    portraits = [
        *(level(person, "k1", 2.0, 3.0) for person in PEOPLE),
        *(level(person, "k2", 4.0, 3.5) for person in PEOPLE),
        *(level(person, "k3", 1.0, 5.0) for person in list(PEOPLE)[:2]),
    ]
    needs = [
        {
            "org_unit_id": unit,
            "people": n,
            "gap": 1.0,
            "cause": "environment",
            "evidence": json.dumps({}),
        }
        for unit, n in (("team-a1", 8), ("team-b1", 4))
    ]
    names = [
        {"kind": "competency", "id": "k1", "name": "Negotiation"},
        {"kind": "competency", "id": "k2", "name": "Listening"},
        {"kind": "competency", "id": "k3", "name": "Rare craft"},
    ]
    people = [{"employee_id": e, "org_unit_id": u, **team} for e, u in units.items()]
    out = publish(tmp_path / "out", people=people, portraits=portraits, needs=needs, names=names)
    return make_site(out)


def test_a_team_shows_gaps_strengths_and_what_stands_in_its_way(site: Site) -> None:
    text = site.sign_in("mia", Role.manager, ("site-a",)).get("/teams/team-a1").text
    gaps, _, strengths = text.partition("Where the team is strong")
    assert "8 people belong to this team itself." in text
    assert "Negotiation" in gaps
    assert "Listening" in strengths
    assert "Mend that first: a course will not." in text


def test_a_competency_that_few_need_is_left_out(site: Site) -> None:
    assert "Rare craft" not in site.sign_in("mia", Role.manager, None).get("/teams/team-a1").text


def test_a_team_of_fewer_than_five_shows_nothing(site: Site) -> None:
    page = site.sign_in("mia", Role.manager, None)
    text = page.get("/teams/team-b1").text
    assert "Fewer than 5 people belong to this team itself." in text
    assert "Negotiation" not in text
    assert "Mend that first" not in text
    assert "fewer than 5" in page.get("/teams").text


def test_nobody_of_a_team_is_named(site: Site) -> None:
    text = site.sign_in("mia", Role.manager, None).get("/teams/team-a1").text
    assert not any(person in text for person in PEOPLE)


def test_a_team_elsewhere_is_not_there(site: Site) -> None:
    page = site.sign_in("mia", Role.manager, ("site-a",))
    assert page.get("/teams/team-b1").status_code == 404
    assert page.get("/teams/none").status_code == 404
    assert "Team-b1" not in page.get("/teams").text


def test_the_list_finds_a_team_by_its_name(site: Site) -> None:
    text = site.sign_in("mia", Role.manager, None).get("/teams?words=TEAM-A").text
    assert "Team-a1" in text
    assert "Team-b1" not in text


def test_who_has_no_team_is_told(site: Site) -> None:
    text = site.sign_in("mia", Role.manager, ()).get("/teams").text
    assert "No team is within your rights." in text
