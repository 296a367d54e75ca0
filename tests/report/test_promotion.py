"""The page of a promotion: the decision first, in words, and nothing from outside."""

from pathlib import Path
from typing import Any

import pytest

from ptml.errors import UsageError
from ptml.report.promotion import write_evaluation, write_promotion
from ptml.report.promotion_lines import deciding_lines

PART = {"value": 0.7, "low": 0.6, "high": 0.8}
GAIN = {"value": -0.09, "low": -0.14, "high": -0.04}


def record(**more: Any) -> dict[str, Any]:
    """A refusal with one of everything."""
    figure = {
        "model": "warnings", "name": "auc/day_30", "people": 234, "n_outcomes": 278,
        "margin": 0.03, "is_loss": False, "verdict": "worse",
        "champion": PART, "challenger": PART, "gain": GAIN,
    }  # fmt: skip
    nobody = {"champion": None, "challenger": None, "gain": None}
    changed = {"n_people": 840, "share": 0.48, "low": 0.45, "high": 0.51, "reordered": 0.6}
    everybody = {"by": "", "group": "", "overlap": 0.8, **changed}
    even = {"measure": "offered", "attribute": "gender", "group": "f", "people": 300}
    return {
        "version": "2026-10-02-aa", "champion_before": "2026-07-02-bb", "who": "<b>anna</b>",
        "why": "monthly", "when": "2026-10-02T12:00:00+00:00", "dry_run": False,
        "refused": ["auc/day_30 of warnings is clearly worse"], "notes": ["A note."],
        "window": {
            "first": "2026-07-04", "day": "2026-10-02", "days": 90,
            "fingerprint": "f" * 64, "is_open": True,
        },
        "recipe": {
            "same": True, "same_twin": False,
            "champion": {"as_of": "2026-09-02", "is_twin": True, "is_judged": True},
            "challenger": {"as_of": "2026-10-02", "is_twin": True, "is_judged": True},
        },
        "figures": [figure, {**figure, "name": "log_loss/day_30", "verdict": "too_few", **nobody}],
        "champion_since": None,
        "checks": [
            {"name": "a", "passed": True, "says": "Fine."},
            {"name": "b", "passed": False, "says": "Broken."},
            {"name": "c", "passed": None, "says": "Too few."},
        ],
        "evenness": [
            {**even, "passed": True, "champion": PART, "challenger": PART, "gain": GAIN},
            {**even, "passed": None, **nobody},
        ],
        "churn": {
            "k": 3, "rows": [everybody, {**everybody, "by": "role", "group": "clerk"}],
            "flags": {"cases": 600, "kept": 50, "gone": 2, "new": 3},
            "examples": [{"employee": "E1", "before": ["A", "B"], "after": ["A", "C"]}],
        },
        **more,
    }  # fmt: skip


def test_a_refusal_says_why_first_and_all_that_it_rests_on(tmp_path: Path) -> None:
    page = write_promotion(record(), tmp_path / "page.html").read_text()
    assert page.index("The challenger is refused") < page.index("is clearly worse")
    assert page.index("Broken.") < page.index("Fine.") < page.rindex("Too few.")
    for said in ("too few", "48", "By role"):
        assert said in page
    assert "1 more comparisons rest on too few" in page
    assert "&lt;b&gt;anna" in page
    assert "http" not in page.replace("http-equiv", "")


def test_a_first_champion_stands_alone(tmp_path: Path) -> None:
    first = record(refused=[], champion_before=None, churn=None, figures=[], evenness=[])
    first["recipe"]["champion"] = None
    page = write_promotion(first, tmp_path / "page.html").read_text()
    assert "The first champion" in page
    assert "no champion, or no lists" in page


def test_a_place_that_cannot_be_written_is_a_users_mistake(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be written"):
        write_promotion(record(), tmp_path / "file" / "page.html")


def same_twin() -> dict[str, Any]:
    """Last month's champion and this month's challenger: both have seen the window."""
    told = record(refused=[])
    zero = {"value": 0.0, "low": 0.0, "high": 0.0}
    told["figures"][0] |= {"verdict": "no_worse", "gain": zero}
    told["recipe"]["same_twin"] = True
    since = {**told["figures"][0], "gain": GAIN, "margin": None, "verdict": "told"}
    few = {**since, "name": "log_loss/day_30", "champion": None, "challenger": None, "gain": None}
    told["champion_since"] = {"first": "2026-09-02", "figures": [since, few]}
    return told


def test_two_of_one_twin_are_equal_by_construction_and_not_clearly_no_worse(tmp_path: Path) -> None:
    page = write_promotion(same_twin(), tmp_path / "page.html").read_text()
    lead = page.split('class="lead">')[1].split("</p>")[0]
    assert "equal by construction" in lead
    assert "no worse" not in lead
    assert '<span class="verdict">equal</span>' in page
    assert '<span class="verdict">no worse</span>' not in page
    since = page.split("The champion itself since it was trained")[1].split("</section>")[0]
    assert "2 September 2026" in since
    assert "\u22120.090" in since
    assert "1 more figure rests on too few outcomes" in since


def test_one_judged_alone_names_its_folder_and_no_champion(tmp_path: Path) -> None:
    told = record()
    alone = {
        "window": told["window"], "models": "models/october", "as_of": "2026-10-02",
        "is_twin": True,
        "figures": [{**told["figures"][0], "model": "lift", "name": "lift_loss"}],
    }  # fmt: skip
    page = write_evaluation(alone, tmp_path / "page.html").read_text()
    assert "models/october" in page
    assert "champion" not in page.split("<body>")[1]
    assert "it may be negative" in page


def test_the_terminal_tells_each_deciding_figure_with_its_interval() -> None:
    assert deciding_lines(record()) == [
        "auc/day_30 of warnings: clearly worse, gain -0.090 (-0.140 to -0.040, margin 0.03)",
        "log_loss/day_30 of warnings: too few outcomes (278 outcomes)",
    ]
    assert deciding_lines(same_twin())[0] == (
        "auc/day_30 of warnings: equal by construction, both 0.700 (0.600 to 0.800)"
    )
    assert deciding_lines(record(champion_before=None)) == []
