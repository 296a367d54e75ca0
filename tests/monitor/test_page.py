"""The page of a look: plain words, nothing called well that was not looked at, the limit told."""

from datetime import date

import pytest

from ptml.monitor.drawing import weeks_with_band
from ptml.monitor.finding import Finding, NotJudged
from ptml.monitor.look import Look
from ptml.monitor.page import headline, render_page
from ptml.monitor.verdict import judge

LIFT = "lift that starts brought"


def finding(subject: str, counts: bool = False) -> Finding:
    day = date(2026, 4, 1)
    p = 1e-9 if counts else 0.9
    return Finding("lift", subject, p, counts, "action", "-1", "+1", "Ask.", since=day)


def page(look: Look) -> str:
    about = {"as_of": "2026-10-02", "trained": "2026-04-02"}
    return render_page(judge(look.findings, 0.05), look, about, 0.05, "", {"C01": "Selling <1>"})


def test_days_stages_and_courses_are_in_words() -> None:
    look = Look(
        (finding(f"course C01: {LIFT}", True), finding(f"course C02: {LIFT}")),
        (NotJudged("outcomes", "warnings at day_30", "0 are in"),),
    )
    text = page(look)
    assert "since 1 April 2026" in text
    assert "course Selling &lt;1&gt; (C01)" in text
    assert "warnings after 30 days" in text
    assert "2026-" not in text
    assert "day_30" not in text


def test_what_is_said_of_every_course_is_said_once() -> None:
    text = page(Look(tuple(finding(f"course C0{k}: {LIFT}") for k in (1, 2, 3)), ()))
    assert text.count(LIFT) == 1


def test_what_could_not_be_looked_at_stands_before_what_was() -> None:
    look = Look((finding("all courses: x"),), (NotJudged("past", "the past", "no profile"),))
    text = page(look)
    assert text.index("no profile") < text.index("What courses bring</h2>")
    assert "as far as could be looked at" in text


@pytest.mark.parametrize(("family", "is_open"), [("past", True), ("lift", False)])
def test_an_open_question_is_in_the_headline(family: str, is_open: bool) -> None:
    unknown = (NotJudged(family, "it", "unknown"),)  # type: ignore[arg-type]
    look = Look((finding("all courses: x"),), unknown)
    assert ("as far as" in headline(judge(look.findings, 0.05), look)) == is_open


def test_the_page_says_which_tests_the_rate_was_not_measured_for() -> None:
    assert "Tests that need trained models" in page(Look((), ()))


def test_a_band_is_drawn_whole() -> None:
    drawn = {"rows": [4.0, 5.0, 4.0], "low": [1.0] * 3, "high": [40.0, 9.0, 8.0]}
    band = weeks_with_band(drawn).partition('class="area" points="')[2].partition('"')[0]
    upper = [float(point.split(",")[1]) for point in band.split()[:3]]
    assert upper[0] > 8
    assert len(set(upper)) == 3
