"""The list: this week's cases within the capacity, narrowed, sorted, and nobody else's."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from ptml.review.access import Role
from ptml.review.subjects.naming import Named, bring_names
from tests.review.conftest import PEOPLE, Page, Site


def people_in(text: str) -> list[str]:
    """Whose cases a list shows, in its order."""
    return re.findall(r'<h3><a href="/cases/\w+[^"]*">([^<]+)</a></h3>', text)


def case_of(page: Page, person: str) -> str:
    """Path of a person's case."""
    text = page.get(f"/cases?shown=open&words={person}").text
    found = re.search(r'<h3><a href="(/cases/\w+)[?"][^>]*>', text)
    assert found is not None
    return found.group(1)


def test_a_week_shows_what_there_is_time_for_and_says_what_is_beyond(site: Site) -> None:
    text = site.sign_in().get("/cases").text
    assert people_in(text) == ["e01", "e02", "e03", "e04", "e05"]
    assert "There is time for 5 more until 11 October 2026." in text
    assert "4 more cases wait, beyond what there is time for this week." in text
    assert '<a href="/cases?shown=open">See all that wait</a>' in text


def test_all_that_wait_go_beyond_the_capacity(site: Site) -> None:
    found = people_in(site.sign_in().get("/cases?shown=open").text)
    assert found == [f"e{n:02}" for n in range(1, 10)]


def test_each_decision_takes_from_the_time_of_the_week(site: Site) -> None:
    page = site.sign_in()
    page.post(f"{case_of(page, 'e01')}/decisions", version=1, kind="accept")
    text = page.get("/cases").text
    assert people_in(text) == ["e02", "e03", "e04", "e05"]
    assert "You have decided on 1 case since Monday." in text
    site.clock.at += timedelta(days=7)
    page = site.sign_in("bea")
    assert "There is time for 5 more until 18 October 2026." in page.get("/cases").text


def test_what_is_due_comes_first_and_says_since_when_it_is_overdue(site: Site) -> None:
    page = site.sign_in()
    path = case_of(page, "e09")
    told = {"kind": "assign", "intervention": "transfer_goal", "owner": "Lee"}
    assert page.post(f"{path}/decisions", version=1, due_on="2026-10-08", **told).status_code == 303
    assert people_in(page.get("/cases").text)[0] == "e09"
    assert "Due on 8 October 2026" in page.get("/cases").text
    site.clock.at += timedelta(days=4)
    text = site.sign_in("bea").get("/cases").text
    assert people_in(text)[0] == "e09"
    assert "Overdue since 8 October 2026" in text
    assert "1 agreed day has passed." in text
    assert "Ada has it" in text


def test_a_postponed_case_comes_back_in_the_week_of_its_day(site: Site) -> None:
    page = site.sign_in()
    path = case_of(page, "e01")
    page.post(f"{path}/decisions", version=1, kind="postpone", until="2026-10-14")
    assert "e01" not in people_in(page.get("/cases").text)
    assert "Back on 14 October 2026" in page.get("/cases?shown=postponed").text
    site.clock.at += timedelta(days=7)
    assert people_in(site.sign_in("bea").get("/cases").text)[0] == "e01"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("course=c2", ["e02", "e04", "e06", "e08"]),
        ("unit=team-b1", ["e02", "e05", "e08"]),
        ("unit=site-a", ["e01", "e03", "e04", "e06", "e07", "e09"]),
        ("reason=motivation&stage=completion&course=c1&unit=team-b1", ["e05"]),
        ("reason=workload", []),
        ("stage=day_30", []),
        ("words=NEGOTIATION", ["e01", "e03", "e05", "e07", "e09"]),
        ("words=e07", ["e07"]),
        ("words=e07+data", []),
        ("words=%25", []),
        ("mine=true", []),
        ("sort=course&unit=team-a1", ["e03", "e09", "e06"]),
        ("sort=nonsense&unit=team-b1", ["e02", "e05", "e08"]),
    ],
)
def test_the_list_is_narrowed_and_sorted_as_asked(site: Site, query: str, found: list[str]) -> None:
    assert people_in(site.sign_in().get(f"/cases?shown=open&{query}").text) == found


def test_what_was_asked_for_stands_in_the_form_again(site: Site) -> None:
    text = site.sign_in().get("/cases?words=e07&unit=team-a1&sort=due&mine=true").text
    assert 'value="e07"' in text
    assert '<option value="team-a1" selected>' in text
    assert '<option value="due" selected>' in text
    assert "checked" in text
    assert "<details open>" in text


def test_an_empty_list_says_why_and_shows_the_way_out(site: Site) -> None:
    page = site.sign_in()
    text = page.get("/cases?words=nobody").text
    assert "No case matches." in text
    assert "All cases" in text
    text = page.get("/cases?reason=workload").text
    assert "/cases?shown=all&amp;reason=workload" in text
    assert "There is nothing here." in page.get("/cases?shown=closed").text
    assert "The list ends before this page." in page.get("/cases?page=9").text


def test_a_week_that_is_used_up_says_so(site: Site) -> None:
    page = site.sign_in()
    for person in ("e01", "e02", "e03", "e04", "e05"):
        page.post(f"{case_of(page, person)}/decisions", version=1, kind="accept")
    text = page.get("/cases").text
    assert "You have looked at as many cases as a week has time for." in text
    assert "There is time for 0 more" in text


def test_pages_of_a_list_neither_repeat_nor_leave_out(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ptml.review.pages.worklist.A_PAGE", 4)
    page, found = site.sign_in(), []
    for number in (1, 2, 3):
        text = page.get(f"/cases?shown=open&course=&page={number}").text
        assert f"Page {number} of 3" in text
        found += people_in(text)
    assert found == [f"e{n:02}" for n in range(1, 10)]
    assert "Next page" not in text
    assert 'rel="prev" href="/cases?shown=open&amp;page=2"' in text


def test_the_list_shows_no_probability_and_no_rank(site: Site) -> None:
    text = site.sign_in().get("/cases?shown=open").text
    assert not re.search(r"0\.\d|\d ?%|\d in \d|\d of 100", text)
    assert "<ol" not in text


def test_a_held_out_completion_is_nowhere_on_the_pages(site: Site) -> None:
    page = site.sign_in()
    for query in ("shown=open", "shown=open&words=e10", "shown=closed", "shown=acted", "words=e10"):
        text = page.get(f"/cases?{query}").text
        assert "e10" not in people_in(text)
    shown = page.get(case_of(page, "e04")).text
    for word in ("hold_out", "held out", "n10", "e10"):
        assert word not in shown + page.get("/cases?shown=open").text


def test_a_reviewer_of_one_site_sees_that_site_alone(site: Site) -> None:
    page = site.sign_in(units=("site-b",))
    text = page.get("/cases?shown=open").text
    assert people_in(text) == [p for p in sorted(PEOPLE)[:9] if PEOPLE[p] == "team-b1"]
    assert "Team-a1" not in text
    assert people_in(page.get("/cases?shown=open&unit=team-a1").text) == []
    assert people_in(site.sign_in("cy", units=()).get("/cases").text) == []


def test_a_data_scientist_sees_pseudonyms_and_cannot_search_by_name(site: Site) -> None:
    page = site.sign_in("dan", role=Role.data_scientist)
    text = page.get("/cases?shown=open").text
    assert all(name.startswith("P-") for name in people_in(text))
    assert not re.search(r"\be\d\d\b", text)
    assert people_in(page.get("/cases?shown=open&words=e07").text) == []
    assert len(people_in(page.get("/cases?shown=open&words=data").text)) == 4


def test_a_swapped_list_is_the_same_list_with_a_short_address(site: Site) -> None:
    page = site.sign_in()
    query = "/cases?words=&unit=team-b1&course=&reason=&stage=&sort=priority&shown=week"
    answer = page.get(query, **{"HX-Request": "true"})
    assert answer.headers["HX-Push-Url"] == "/cases?unit=team-b1"
    assert people_in(answer.text) == people_in(page.get("/cases?unit=team-b1").text)
    assert answer.text.count('id="list"') == 1


def test_the_browser_keeps_no_copy_of_a_list(site: Site) -> None:
    text = site.sign_in().get("/cases").text
    assert '"historyCacheSize": 0' in text
    assert '"allowEval": false' in text
    assert "style=" not in text


def test_who_is_signed_out_comes_back_to_the_whole_address(site: Site) -> None:
    page = site.sign_in()
    page.client.cookies.clear()
    answer = page.get("/cases?words=e07&unit=team-a1")
    assert answer.status_code == 303
    assert answer.headers["location"] == ("/sign-in?next=/cases%3Fwords%3De07%26unit%3Dteam-a1")


def test_more_than_are_counted_are_told_as_more_and_gone_through_page_by_page(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("cases.worklist", "pages.worklist"):
        monkeypatch.setattr(f"ptml.review.{module}.MOST_COUNTED", 6)
    monkeypatch.setattr("ptml.review.pages.worklist.A_PAGE", 4)
    page = site.sign_in()
    seen, path = [], "/cases?shown=open"
    while path:
        text = page.get(path).text
        assert "more than 6 cases" in text
        seen += people_in(text)
        after = re.search(r'rel="next" href="([^"]+)"', text)
        path = after.group(1).replace("&amp;", "&") if after else ""
    assert seen == [f"e{n:02}" for n in range(1, 10)]
    assert "More than 1 more cases wait" in page.get("/cases").text


def test_words_are_looked_for_among_all_cases_whatever_their_state(site: Site) -> None:
    page = site.sign_in()
    page.post(f"{case_of(page, 'e07')}/decisions", version=1, kind="dismiss", reason="not_true")
    text = page.get("/cases?words=e07").text
    assert people_in(text) == ["e07"]
    assert "Dismissed" in text
    assert people_in(page.get("/cases?shown=all").text)[-1] == "e07"
    assert len(people_in(page.get("/cases?shown=all").text)) == 9


def test_a_narrowed_week_leads_to_all_that_wait_as_narrowed(site: Site) -> None:
    text = site.sign_in().get("/cases?course=c1").text
    assert "These are cases of this week." in text
    assert "beyond what there is time for" not in text
    assert "/cases?shown=open&amp;course=c1" in text


@pytest.mark.parametrize(
    ("name", "words", "is_found"),
    [
        ("王小明", "小明", True),
        ("王小明", "王", True),
        ("王小明", "王 明", True),
        ("王小明", "大明", False),
        ("Ada Berg-Fang", "fan", True),
        ("Ada Berg-Fang", "BERG ada", True),
        ("Ada Berg-Fang", "erg", False),
        ("Ｍａｘ Weiß", "max weiss", True),
        ("Ada Berg-Fang", "ada 7", True),
        ("Ada Berg-Fang", "ada negotiation", True),
        ("Ada Berg-Fang", "ada data", False),
        ("100% %_", "%", True),
        ("Ada Berg-Fang", "%", False),
    ],
)
def test_a_person_is_found_by_words_of_the_name(
    site: Site, name: str, words: str, is_found: bool
) -> None:
    with site.database.begin() as connection:
        bring_names(connection, [Named("e07", name, None)], site.clock.at)
    found = people_in(site.sign_in().get(f"/cases?{urlencode({'words': words})}").text)
    assert (name in found) is is_found


def test_a_common_name_is_found_too(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ptml.review.cases.finding._RARE", 1)
    assert len(people_in(site.sign_in().get("/cases?words=e0").text)) == 9
    assert len(people_in(site.sign_in("bo", units=("site-b",)).get("/cases?words=e0").text)) == 3


def test_a_case_leads_back_to_the_list_as_it_was_asked_for_and_on_to_the_next(site: Site) -> None:
    page = site.sign_in()
    listed = page.get("/cases?shown=open&course=c1&words=e0").text
    path = re.findall(r'<h3><a href="(/cases/\w+\?[^"]+)"', listed)[0]
    text = page.get(path).text
    assert '<a class="back" href="/cases?shown=open&amp;course=c1&amp;words=e0">' in text
    query = re.findall(r'name="list" value="([^"]+)"', text)[0].replace("&amp;", "&")
    case = path.partition("?")[0]
    answer = page.post(f"{case}/decisions", version=1, kind="accept", list=query)
    saved = page.get(answer.headers["location"]).text
    following = re.search(r'<a href="(/cases/\w+)[^"]*">Go to the next case</a>', saved)
    assert following is not None
    assert "e03" in page.get(following[1]).text
    answer = page.post(f"{case}/undo", version=2, list="page=x&shown=%00")
    assert answer.headers["location"] == f"{case}?done=undone"
