"""The page of a scripted year, from a story of two months in which everything happens."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from ptml.report.year_page import render_year, write_year
from ptml.report.year_view import differences, false_alarms, planted_of, verdict

from .test_browser import CHROMIUM, PHONE


def _look(day: str, advice: str = "none", *alarms: str, back: str | None = None) -> dict[str, Any]:
    return {
        "day": day,
        "advice": advice,
        "action_needed": advice != "none",
        "alarms": list(alarms),
        "page": f"pages/monitor-{day}.html",
        "rolled_back": None if back is None else {"why": back, "to": "a"},
    }


def _policy(value: float, more: float) -> dict[str, float]:
    return {
        "value": value,
        "low": value - 2,
        "high": value + 2,
        "more": more,
        "more_low": more - 1,
        "more_high": more + 1,
    }


def _month(number: int, day: str, after: str, looks: list[Any], **told: Any) -> dict[str, Any]:
    policies = {"used": _policy(10, 0), "never": _policy(14, -4), "always": _policy(10.5, -0.5)}
    month = {
        "number": number,
        "day": day,
        "next_day": after,
        "why": f"monthly retrain {number}",
        "promoted": True,
        "refused": [],
        "page": f"pages/promote-{day}.html",
        "looks": looks,
        "quality": {"warnings": {"n": 40, "policies": policies}},
    }
    return month | told


def _story() -> dict[str, Any]:
    quiet = [_look("2026-03-04"), _look("2026-03-11", "look", "enrolments: odd")]
    loud = [
        _look("2026-04-15", "retrain", "exam_score: lower"),
        _look("2026-04-22", "fix_data", "performance: <too> large", back="trained on broken data"),
    ]
    return {
        "employees": 800,
        "seed": 7,
        "months": [
            _month(1, "2026-03-01", "2026-04-01", quiet),
            _month(
                2, "2026-04-01", "2026-05-01", loud, promoted=False, refused=["An alarm is open."]
            ),
        ],
        "later": [_look("2027-01-06", "look", "C12: the effect is smaller")],
        "planted": {
            "reorganisation": {
                "on": "2026-04-01",
                "exam_points": -12.0,
                "motivation_answer": 0.8,
                "support_left": 0.0,
                "moved_share": 0.0,
            },
            "broken_export": {
                "on": "2026-04-20",
                "repaired_on": "2026-04-29",
                "unit_share": 0.34,
                "factor": 100.0,
                "cut_table": "feedback",
                "rows_kept": 0.5,
            },
            "fading_course": {"on": "2026-04-25", "course_id": "C12"},
        },
    }


def test_each_thing_that_happened_has_the_first_look_that_called_for_it() -> None:
    found = {p.name: (p.found, p.lag) for p in planted_of(_story())}
    assert found == {
        "The company changes": ("15 April 2026: retrain", "14 days later"),
        "The export breaks": ("22 April 2026: mend the data", "2 days later"),
        "A course fades": ("06 January 2027: look into it", "256 days later"),
    }


def test_only_calls_before_anything_happened_count_as_false() -> None:
    told = false_alarms(_story())
    assert (told.n_looks, told.n_alarms) == (2, 1)


def test_less_distance_is_better_and_an_interval_over_zero_says_nothing() -> None:
    by_policy = {d.policy: d for d in differences(_story())}
    assert by_policy["never"].mean == pytest.approx(4)
    assert by_policy["never"].months == 1
    assert by_policy["never"].words == "better"
    assert by_policy["always"].words == "no difference that can be told"
    assert "better for warnings" in verdict(_story())


def test_the_page_tells_decisions_reasons_and_links_and_escapes_what_data_say() -> None:
    page = render_year(_story())
    assert "2 retrains: 1 promoted, 1 refused, 1 rolled back" in page
    assert "An alarm is open." in page
    assert "trained on broken data" in page
    assert 'href="pages/monitor-2026-04-22.html"' in page
    assert "<too>" not in page


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_a_phone_shows_the_year_without_a_word_on_the_console(tmp_path: Path) -> None:
    path = write_year(_story(), tmp_path / "year.html")
    said: list[str] = []
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        page = browser.new_page(viewport=PHONE)
        page.on("console", lambda message: said.append(message.text))
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        browser.close()
    assert said == []
