"""A case: evidence before the estimate, the decision, conflicts, undoing, and scope."""

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from ptml.review.access import Role
from ptml.review.audit import verify
from tests.review.conftest import (
    Page,
    Site,
    default_warnings,
    event,
    publish,
    reason,
    warning,
)
from tests.review.pages.test_worklist import case_of, people_in


def decide(page: Page, path: str, version: int = 1, /, **fields: str) -> str:
    answer = page.post(f"{path}/decisions", version=version, **fields)
    assert answer.status_code == 303, answer.text
    shown: str = page.get(answer.headers["location"]).text
    return shown


def banner_in(text: str, kind: str) -> str:
    found = re.search(rf'<div class="{kind}".*?</div>', text, re.DOTALL)
    return re.sub(r"<[^>]+>|\s+", " ", found.group(0)) if found else ""


def test_what_was_seen_stands_before_how_likely_it_is(site: Site) -> None:
    page = site.sign_in()
    text = page.get(case_of(page, "e01")).text
    order = [text.index(f'id="{name}"') for name in ("seen", "results", "unknown", "likely", "why")]
    assert order == sorted(order)
    assert text.index('id="change"') < text.index('id="help"') < text.index('id="decision"')
    assert "Due on 20 August 2026, and not done." in text
    assert "Done on 25 August 2026. Result: 60 of 100." in text
    assert "76 of 100" in text


def test_likelihood_is_said_in_words_and_nowhere_as_a_number(site: Site) -> None:
    page = site.sign_in()
    text = page.get(case_of(page, "e08")).text
    assert "Of cases like this one, about 4 in 5 end with what was learnt unused." in text
    assert "The estimate is unsure: between 3 in 5 and 19 in 20." in text
    assert "Knowing nothing of the case, the estimate would be 1 in 4." in text
    assert "0.79" not in text
    assert "79\xa0%" not in text


def test_reasons_are_sentences_with_bars_and_a_table(site: Site) -> None:
    page = site.sign_in()
    text = page.get(case_of(page, "e01")).text
    assert "The person last put motivation to learn at 2 of 5, the unit on average at 3.4" in text
    assert re.search(r"Motivation to learn</th><td>raises</td><td class=\"figure\">75\xa0%", text)
    assert re.search(r"Exam score</th><td>lowers</td><td class=\"figure\">25\xa0%", text)
    assert 'class="bar"' in text
    assert 'class="bar-down"' in text
    assert text.count('<svg class="drawing"') == text.count('role="img" aria-label=') == 2


def test_results_are_a_line_and_a_table(site: Site) -> None:
    page = site.sign_in()
    text = page.get(case_of(page, "e01")).text
    assert "<polyline" in text
    assert re.search(r'31 March 2026</th><td class="figure">96<', text)


def test_what_is_unknown_is_said(site: Site) -> None:
    page = site.sign_in()
    text = page.get(case_of(page, "e01")).text
    assert "Nobody has checked at work yet whether it is used." in text
    assert "No result of a period after the course is known yet." in text
    assert "No practice task was due so far." in text


def test_a_lever_carries_its_caution(site: Site) -> None:
    page = site.sign_in()
    text = page.get(case_of(page, "e01")).text
    assert "the estimate is 53 of 100 instead of 77 (range 44 to 62)" in text
    assert "not proof that doing it changes the outcome for this person" in text


def test_without_events_and_levers_a_case_is_shown_all_the_same(
    tmp_path: Path, make_site: Callable[..., Site]
) -> None:
    bare = warning(1, 0.8, reasons="[]", interventions="[]", what_if="[]")
    site = make_site(publish(tmp_path / "out", warnings=[bare], timelines=[], people=[]))
    page = site.sign_in()
    text = page.get(case_of(page, "e01")).text
    for said in ("No result of the person is known.", "Nothing makes a clear difference."):
        assert said in text
    assert "Nothing is suggested." in text
    assert "No exam score is known." in text


def test_a_unit_that_stands_out_is_told_of(tmp_path: Path, make_site: Callable[..., Site]) -> None:
    record = reason("unit_record", "unit_record.share", 1.2, checked=54, weak=30, share=56)
    unit = {"flagged": True, "people": 9, "interventions": "[]", "blocked_by": "{}"}
    rows = [{**unit, "org_unit_id": "team-a2", "reasons": json.dumps([record])}]
    site = make_site(publish(tmp_path / "out", unit_warnings=rows))
    page = site.sign_in()
    assert "The unit as a whole stands out." in page.get(case_of(page, "e01")).text
    assert "The unit as a whole stands out." not in page.get(case_of(page, "e02")).text


def test_similar_cases_are_counted_from_five_on(
    tmp_path: Path, make_site: Callable[..., Site]
) -> None:
    site = make_site(publish(tmp_path / "out"), undo_minutes=1)
    page = site.sign_in()
    target = case_of(page, "e09")
    for n, person in enumerate(("e01", "e02", "e03", "e04", "e05")):
        assert "Too few similar cases are closed to say." in page.get(target).text
        path = case_of(page, person)
        told = {"kind": "assign", "intervention": "transfer_goal", "due_on": "2026-10-16"}
        decide(page, path, owner="Lee", **told)
        decide(page, path, 2, kind="outcome", outcome="used" if n else "not_used")
    text = page.get(target).text
    assert "5 closed cases with the same course or the same main reason were looked at." in text
    assert re.search(r'What was learnt is used at work</th><td class="figure">4<', text)
    section = text[text.index('id="similar"') : text.index('id="help"')]
    assert not re.search(r"\be0\d\b|/cases/", section)
    # A reviewer of one site does not learn how it went elsewhere.
    other = site.sign_in("bea", units=("site-b",))
    assert "Too few similar cases" in other.get(case_of(other, "e08")).text


def test_help_is_agreed_with_owner_and_day_and_confirmed(site: Site) -> None:
    page = site.sign_in()
    path = case_of(page, "e01")
    told = {"kind": "assign", "intervention": "transfer_goal", "due_on": "2026-10-16"}
    text = decide(page, path, owner="Lee", **told)
    assert "Saved Agreed on help (until 16 October 2026)" in re.sub(
        r"\s+", " ", banner_in(text, "banner")
    )
    assert "Done by: Lee." in text
    assert "Saved" not in banner_in(page.get(path).text, "banner")


def test_help_that_was_not_suggested_can_be_agreed(site: Site) -> None:
    page = site.sign_in()
    path = case_of(page, "e01")
    told = {"kind": "assign", "intervention": "another", "owner": "Lee", "due_on": "2026-10-16"}
    assert page.post(f"{path}/decisions", version=1, other="nonsense", **told).status_code == 422
    assert "Book the mentor meetings" in decide(page, path, other="book_mentor", **told)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({}, {"kind": "Choose what you decide."}),
        ({"kind": "dismiss"}, {"reason": "Say why this warning is dismissed."}),
        (
            {"kind": "dismiss", "reason": "other"},
            {"note": "Say in the note why this warning is dismissed."},
        ),
        ({"kind": "ask"}, {"question": "Write what you want to know."}),
        ({"kind": "postpone"}, {"until": "Give a day."}),
        ({"kind": "postpone", "until": "soon"}, {"until": "Give the day as year-month-day."}),
        ({"kind": "postpone", "until": "9999-01-01"}, {"until": "Give a day within a year."}),
        (
            {"kind": "assign", "due_on": "2026-10-01"},
            {
                "intervention": "Choose what is done.",
                "owner": "Say who does it.",
                "due_on": "Give today or a later day.",
            },
        ),
        ({"kind": "outcome"}, {"outcome": "Say what came of it."}),
    ],
)
def test_all_that_is_wrong_is_said_at_once_and_leads_to_its_field(
    site: Site, fields: dict[str, str], wrong: dict[str, str]
) -> None:
    page = site.sign_in()
    path, version = case_of(page, "e01"), 1
    if fields.get("kind") == "outcome":
        decide(page, path, kind="accept")
        version = 2
    answer = (
        page.post(f"{path}/decisions", version=version, note="Kept words", **fields)
        if ("reason" not in fields and fields.get("kind") != "ask")
        else page.post(f"{path}/decisions", version=version, **fields)
    )
    assert answer.status_code == 422
    summary = re.findall(r'<li><a href="#([\w-]+)">([^<]+)</a></li>', answer.text)
    assert dict(summary) == wrong
    for field in wrong:
        assert f'id="{field}"' in answer.text
        assert f'id="{field}-wrong"' in answer.text
        assert re.search(rf'aria-describedby="[^"]*{field}-wrong"', answer.text)
    if "reason" not in fields and fields.get("kind") != "ask":
        assert "Kept words" in answer.text


def test_of_two_reviewers_the_second_sees_what_the_first_decided_and_keeps_the_own_words(
    site: Site,
) -> None:
    ada, bea = site.sign_in("ada"), site.sign_in("bea")
    path = case_of(ada, "e01")
    decide(ada, path, kind="dismiss", reason="data_wrong", note="She was away.")
    decide_too = {"kind": "ask", "question": "What does her manager say?"}
    answer = bea.post(f"{path}/decisions", version=1, **decide_too)
    assert answer.status_code == 409
    told = banner_in(answer.text, "problem")
    for words in ("Somebody else decided meanwhile", "Ada", "The data are wrong", "She was away."):
        assert words in told
    assert "What does her manager say?" in answer.text
    assert 'name="version"' not in answer.text[answer.text.index('id="decision"') :]
    assert "Dismissed the warning" in ada.get(path).text


def test_after_a_conflict_the_form_can_be_sent_again_as_it_was_entered(site: Site) -> None:
    ada, bea = site.sign_in("ada"), site.sign_in("bea")
    path = case_of(ada, "e01")
    decide(ada, path, kind="accept")
    answer = bea.post(
        f"{path}/decisions", version=1, kind="dismiss", reason="data_wrong", note="No"
    )
    assert answer.status_code == 409
    form = answer.text[answer.text.index('id="decide"') :]
    assert 'name="version" value="2"' in form
    assert re.search(r'value="dismiss"[^>]* checked', form)
    assert re.search(r'value="data_wrong" checked', form)
    assert ">No</textarea>" in form
    decide(bea, path, 2, kind="dismiss", reason="data_wrong", note="No")


def test_a_mended_entry_does_not_pass_over_what_another_decided(site: Site) -> None:
    ada, bea = site.sign_in("ada"), site.sign_in("bea")
    path = case_of(ada, "e01")
    decide(ada, path, kind="accept")
    wrong = bea.post(f"{path}/decisions", version=1, kind="dismiss")
    assert wrong.status_code == 422
    assert 'name="version" value="1"' in wrong.text
    mended = bea.post(f"{path}/decisions", version=1, kind="dismiss", reason="data_wrong")
    assert mended.status_code == 409


def test_a_decision_is_taken_back_in_time_and_stays_in_the_record(site: Site) -> None:
    page = site.sign_in()
    path = case_of(page, "e01")
    assert "Take it back" in decide(page, path, kind="accept")
    answer = page.post(f"{path}/undo", version=2)
    assert answer.headers["location"] == f"{path}?done=undone"
    text = page.get(answer.headers["location"]).text
    assert "The case is as it was before." in text
    assert "Accepted the warning" in text
    assert people_in(page.get("/cases?shown=open&words=e01").text) == ["e01"]


def test_nobody_takes_a_decision_back_too_late(site: Site) -> None:
    page = site.sign_in()
    path = case_of(page, "e01")
    decide(page, path, kind="accept")
    site.clock.at += timedelta(minutes=29)
    assert "You can take the last decision back until 5 October 2026 09:30 UTC." in (
        page.get(path).text
    )
    site.clock.at += timedelta(minutes=2)
    assert "Take the last decision back" not in page.get(path).text
    answer = page.post(f"{path}/undo", version=2)
    assert answer.status_code == 422
    assert "That time has passed" in answer.text


def test_nobody_takes_back_what_another_decided(site: Site) -> None:
    ada, bea = site.sign_in("ada"), site.sign_in("bea")
    path = case_of(ada, "e01")
    decide(ada, path, kind="accept")
    assert "Take the last decision back" not in bea.get(path).text
    assert bea.post(f"{path}/undo", version=2).status_code == 422
    assert ada.post(f"{path}/undo", version=1).status_code == 409


def test_an_outcome_closes_the_case(site: Site) -> None:
    page = site.sign_in()
    path = case_of(page, "e01")
    decide(page, path, kind="accept")
    text = decide(page, path, 2, kind="outcome", outcome="partly", done_on="2026-10-04")
    assert "Help was given on 4 October 2026." in text
    assert "The case is closed: nothing more can be decided." in text
    assert people_in(page.get("/cases?shown=closed").text) == ["e01"]


def test_a_case_elsewhere_looks_as_if_it_were_not_there(site: Site) -> None:
    path = case_of(site.sign_in(), "e01")
    other = site.sign_in("bea", units=("site-b",))
    missing = other.get("/cases/0000000000000000")
    assert other.get(path).status_code == missing.status_code == 404
    assert other.get(path).text.replace(path, "") == missing.text.replace(
        "/cases/0000000000000000", ""
    )
    assert other.post(f"{path}/decisions", version=1, kind="accept").status_code == 404
    assert other.post(f"{path}/undo", version=1).status_code == 404


def test_a_data_scientist_reads_a_case_without_names_or_notes(site: Site) -> None:
    page = site.sign_in()
    path = case_of(page, "e01")
    decide(page, path, kind="ask", question="Was e01 away?")
    text = site.sign_in("dan", role=Role.data_scientist).get(path).text
    assert not re.search(r"\be\d\d\b|Ada|away", text)
    assert "Asked a question" in text
    assert 'id="decide"' not in text


def test_what_people_write_is_shown_as_text(site: Site) -> None:
    page = site.sign_in()
    path = case_of(page, "e01")
    text = decide(page, path, kind="ask", question="<script>alert(1)</script> {{ 7*7 }}")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 7*7 }}" in text
    assert "<script>alert" not in text


def test_what_no_database_can_hold_is_refused_before_any_query(site: Site) -> None:
    page = site.sign_in()
    case_id = case_of(page, "e01")
    refused = page.post(
        f"{case_id}/decisions", version=1, kind="ask", question="Away\x00 in August?"
    )
    assert refused.status_code == 422
    assert page.get("/cases?shown=asked&words=e0%001").status_code == 422


def test_every_look_and_decision_is_in_the_log(site: Site) -> None:
    page = site.sign_in()
    path = case_of(page, "e01")
    page.get(path)
    decide(page, path, kind="accept")
    with site.database.read() as connection:
        actions = [row[0] for row in connection.exec_driver_sql("SELECT action FROM audit")]
        assert verify(connection).broken_at is None
    assert actions.count("case.look") == 2
    assert actions.count("case.decide") == 1


def test_a_newer_run_brings_newer_evidence_of_what_waits(
    tmp_path: Path, make_site: Callable[..., Site]
) -> None:
    out = publish(tmp_path / "out")
    page = make_site(out).sign_in()
    path = case_of(page, "e01")
    later = [
        w | {"stage": "day_30"} if w["employee_id"] == "e01" else w for w in default_warnings()
    ]
    seen = [event(1, "behaviour_check", date(2026, 9, 20), done=True, value=0.3)]
    publish(out, "20261101-0000000000000002", warnings=later, timelines=seen)
    site = make_site(out)
    text = site.sign_in("bea").get(path).text
    assert "30 days after the course" in text
    assert "Done on 20 September 2026. Result: 30 of 100." in text
