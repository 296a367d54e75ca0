"""Every story in a real browser."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from ptml.review.access import Role

from .conftest import PASSWORD, Desk


def decide(page: Page, kind: str) -> None:
    """Choose what is decided; what goes with it is entered before `save`."""
    page.get_by_role("radio", name=kind, exact=True).check()


def save(page: Page) -> None:
    """Send the decision."""
    page.get_by_role("button", name="Save the decision").click()


def people_in(page: Page) -> list[str]:
    """Whose cases a list shows."""
    return page.locator(".cases h3").all_inner_texts()


def test_who_signs_in_lands_where_they_wanted_to_go_and_signs_out(desk: Desk) -> None:
    page = desk.page()
    page.goto("/cases?shown=open")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.get_by_label("User name").fill("ada")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("is wrong")
    page.get_by_label("User name").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{desk.address}/cases?shown=open")
    page.get_by_role("button", name="Sign out").click()
    page.goto("/cases")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


@pytest.mark.parametrize("has_script", [True, False])
def test_the_list_is_narrowed_sorted_and_searched(desk: Desk, has_script: bool) -> None:
    page = desk.page("lee", java_script_enabled=has_script)
    page.goto("/cases?shown=open")
    page.get_by_text("Filter and sort").click()
    page.get_by_label("Course", exact=True).select_option(label="Data tools")
    if not has_script:
        page.get_by_role("button", name="Show", exact=True).click()
    expect(page).to_have_url(re.compile("course=c2"))
    expect(page.locator(".cases > li").first).to_contain_text("Data tools")
    assert "e01" not in people_in(page)
    if not has_script:
        assert page.locator("details[open]").count() == 1
    page.get_by_label("Sort by").select_option("unit")
    if not has_script:
        page.get_by_role("button", name="Show", exact=True).click()
    expect(page).to_have_url(re.compile("sort=unit"))
    expect(page.locator(".cases")).to_be_visible()
    page.get_by_label("Search", exact=True).fill("e08")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".cases > li")).to_have_count(1)
    assert people_in(page) == ["e08"]
    page.get_by_label("Search", exact=True).fill("nobody has this name")
    page.get_by_role("button", name="Search").click()
    expect(page.locator(".empty")).to_contain_text("No case matches.")


@pytest.mark.parametrize("has_script", [True, False])
def test_a_case_is_opened_from_the_list_and_shows_evidence_before_the_estimate(
    desk: Desk, has_script: bool
) -> None:
    page = desk.page("lee", java_script_enabled=has_script)
    page.goto("/cases?shown=open")
    page.get_by_role("link", name="e09").click()
    headings = page.locator("main h2").all_inner_texts()
    assert headings.index("What was seen") < headings.index("How likely, and how sure")
    expect(page.locator("svg").first).to_be_visible()
    page.get_by_role("link", name="Go to the decision").click()
    expect(page.locator("#decide")).to_be_in_viewport()


@pytest.mark.parametrize("has_script", [True, False])
def test_a_case_is_accepted_and_taken_back(desk: Desk, has_script: bool) -> None:
    page = desk.page("lee", java_script_enabled=has_script)
    page.goto(desk.case("e01"))
    decide(page, "Accept the warning")
    save(page)
    expect(page.get_by_role("status")).to_contain_text("Saved")
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("status")).to_contain_text("Taken back")
    expect(page.get_by_role("heading", name="Your decision")).to_be_visible()


def test_a_dismissal_needs_a_reason_and_is_told_where_it_lacks(desk: Desk) -> None:
    page = desk.page("lee")
    page.goto(desk.case("e02"))
    decide(page, "Dismiss the warning")
    save(page)
    problem = page.locator("#problem")
    expect(problem).to_be_focused()
    problem.get_by_role("link").click()
    page.keyboard.press("Space")
    save(page)
    expect(page.get_by_role("status")).to_contain_text("Saved")


def test_help_is_assigned_with_an_owner_and_a_day_and_its_outcome_told(desk: Desk) -> None:
    page = desk.page("lee")
    page.goto(desk.case("e03"))
    decide(page, "Agree on help")
    page.get_by_label("Who does it?").fill("<script>alert(1)</script>")
    page.get_by_label("Until when?").fill("2026-10-20")
    save(page)
    expect(page.get_by_role("status")).to_contain_text("Saved")
    expect(page.locator(".timeline").last).to_contain_text("<script>alert(1)</script>")
    decide(page, "Say what came of it")
    page.locator("#outcome").check()
    save(page)
    expect(page.locator("main")).to_contain_text("nothing more can be decided")


def test_a_case_is_postponed_and_another_asked_about(desk: Desk) -> None:
    page = desk.page("lee")
    page.goto(desk.case("e04"))
    decide(page, "Decide later")
    page.get_by_label("When does the case come back?").fill("2026-10-19")
    save(page)
    expect(page.get_by_role("status")).to_contain_text("Saved")
    page.goto(desk.case("e05"))
    decide(page, "Ask a question")
    page.locator("#question").fill("Does she lead a team now?")
    save(page)
    expect(page.locator(".timeline").last).to_contain_text("Does she lead a team now?")


def test_of_two_reviewers_the_slower_is_told_and_keeps_what_was_entered(desk: Desk) -> None:
    quick, slow = desk.page("lee"), desk.page("mia")
    for page in (slow, quick):
        page.goto(desk.case("e06"))
    decide(quick, "Accept the warning")
    save(quick)
    decide(slow, "Dismiss the warning")
    slow.locator("#reason").check()
    slow.locator("#note").fill("She has left.")
    save(slow)
    expect(slow.get_by_role("alert")).to_contain_text("Somebody else decided meanwhile")
    expect(slow.locator("#note")).to_have_value("She has left.")
    save(slow)
    expect(slow.get_by_role("status")).to_contain_text("Saved")


def test_a_manager_reads_the_team_and_a_course_and_no_cases(desk: Desk) -> None:
    page = desk.page("max", Role.manager)
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Team-a1")
    expect(page.locator("main")).to_contain_text("Reading figures")
    assert page.get_by_role("link", name="Cases").count() == 0
    page.get_by_role("link", name="Courses").click()
    page.get_by_role("link", name="Negotiation basics").click()
    expect(page.locator("main")).to_contain_text("Do they use it at work?")


@pytest.mark.parametrize("has_script", [True, False])
def test_a_person_objects_and_reads_the_answer(desk: Desk, has_script: bool) -> None:
    person = desk.page("eli", Role.employee, java_script_enabled=has_script)
    words = f"I did lead that talk, {has_script}."
    person.goto("/me")
    person.get_by_label("Something is wrong").check()
    person.get_by_label("My portrait").check()
    person.get_by_label("In your words").fill(words)
    person.get_by_role("button", name="Send").click()
    expect(person.locator("main")).to_contain_text("Sent.")
    reviewer = desk.page("lee", java_script_enabled=has_script)
    reviewer.goto("/objections")
    entry = reviewer.locator(".cases > li").filter(has_text=words)
    entry.get_by_label("Your answer").fill("Corrected, thank you.")
    entry.get_by_role("button", name="Send the answer").click()
    person.goto("/me")
    expect(person.locator(".notice").filter(has_text=words)).to_contain_text("Corrected")


def test_an_administrator_makes_an_account_changes_it_and_reads_what_it_did(desk: Desk) -> None:
    page = desk.page("rut", Role.administrator)
    page.goto("/accounts")
    page.get_by_role("link", name="Make an account").click()
    page.get_by_label("User name").fill("zoe")
    page.get_by_label("Name as others see it").fill("Zoe")
    page.get_by_label("Units", exact=True).fill("no such unit")
    page.get_by_label("HR reviewer").check()
    page.get_by_label("E-mail address").fill("zoe@example.org")
    page.get_by_role("button", name="Make the account").click()
    expect(page.locator("#problem")).to_contain_text("no such unit")
    page.get_by_label("Units", exact=True).fill("Team-b1")
    page.get_by_role("button", name="Make the account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Zoe")
    expect(page.locator(".summary")).to_contain_text("Team-b1")
    page.get_by_label("Every unit").check()
    page.get_by_role("button", name="Change units").click()
    expect(page.locator(".summary")).to_contain_text("Every unit")
    page.get_by_role("link", name="What this account did").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("zoe")
    page.get_by_role("link", name="The whole log").click()
    expect(page.locator("tbody tr").first).to_contain_text("Looked at this log")


def test_the_language_changes_and_the_place_stays(desk: Desk) -> None:
    page = desk.page("lee")
    page.goto("/cases?shown=open&course=c2&sort=unit")
    page.get_by_role("link", name="繁體中文").click()
    expect(page).to_have_url(f"{desk.address}/cases?shown=open&course=c2&sort=unit")
    assert page.locator("html").get_attribute("lang") == "zh-Hant"
    page.goto("/model")
    page.get_by_role("link", name="简体中文").click()
    assert page.locator("html").get_attribute("lang") == "zh-Hans"
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How it works")


def test_a_session_ends_by_itself_and_brings_back_to_the_place(desk: Desk) -> None:
    page = desk.page("tom")
    page.goto("/courses?words=data")
    begun = desk.site.clock.at
    desk.site.clock.at += timedelta(minutes=31)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.get_by_label("User name").fill("ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{desk.address}/courses?words=data")
    desk.site.clock.at = begun
