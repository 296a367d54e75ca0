"""Alerts counted against the truth."""

import numpy as np
import pandas as pd

from ptml.decide.health.config import HealthConfig
from ptml.evaluate.health_bench.judging import KINDS, Count, added, judge
from ptml.evaluate.health_bench.page import Page, page_of, share

COURSES = ["dud", "good", "bad", "gone", "twin", "old"]
TRUTH = pd.DataFrame(
    {
        "is_dud": [True, False, False, False, False, False],
        "is_harmful": [False, False, True, False, False, False],
        "lift": [0.0, 2.0, -0.5, 1.2, 2.0, 0.3],
        "earlier": [0.0, 2.0, -0.5, 2.0, 2.0, 0.3],
        "later": [0.0, 2.0, -0.5, 0.1, 2.0, 0.3],
        "transfer": [0.7, 0.7, 0.4, 0.7, 0.7, 0.7],
        "used_earlier": [0.7] * 6,
        "used_later": [0.7] * 6,
        "fades": [False, False, False, True, False, False],
        "twin_of": ["", "", "", "", "good", ""],
        "is_old": [False, False, False, False, False, True],
        "is_unused": [False, False, True, False, False, False],
    },
    index=COURSES,
)
OTHER = np.array([-1, -1, -1, -1, 1, -1])


def counts(**named: list[str]) -> dict[str, Count]:
    raised = {code: np.isin(COURSES, which) for code, which in named.items()}
    return judge(raised, COURSES, OTHER, TRUTH, HealthConfig())


def test_what_was_planted_is_found_and_nothing_is_false() -> None:
    found = counts(
        harmful=["bad"],
        high_completion_low_lift=["dud"],
        low_transfer=["bad"],
        fading=["gone"],
        redundant=["twin"],
        outdated=["old"],
    )
    for kind in KINDS:
        assert found[kind].false == 0, kind
        assert found[kind].found == found[kind].wanted == 1, kind


def test_what_should_not_have_been_named_is_false() -> None:
    found = counts(
        harmful=["dud"],
        high_satisfaction_no_lift=["good", "old"],
        fading=["good"],
        outdated=["dud"],
    )
    assert (found["harmful"].false, found["harmful"].found) == (1, 0)
    # A small lift is less than is worthwhile, and more than nothing.
    assert (found["no_lift"].false, found["helps"].false) == (1, 2)
    assert found["fading"].false == found["outdated"].false == 1


def test_a_course_that_brings_more_than_the_cheaper_one_is_not_redundant() -> None:
    truth = TRUTH.assign(lift=TRUTH["lift"].where(TRUTH.index != "twin", 3.5))
    named = {"redundant": np.isin(COURSES, ["twin"])}
    assert judge(named, COURSES, OTHER, truth, HealthConfig())["redundant"].false == 1


def test_counts_add_up() -> None:
    one = counts(harmful=["bad"])
    assert added([one, one])["harmful"] == Count(2, 0, 2, 2, 12)


def test_the_page_tells_shares_with_their_intervals() -> None:
    some = {rule: counts(harmful=["bad", "dud"]) for rule in ("interval", "alone", "held")}
    page = Page("ptml bench health", (1,), 4_000, 60, HealthConfig(), some, 0.9, 1.7, -2.0, 50)
    text = page_of(page)
    assert f"| harmful | {share(1, 2)} | {share(1, 1)} |" in text
    assert "no rule" in text
    assert "90.0%" in text
