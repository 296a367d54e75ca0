"""Means, medians, losses and goals of results that are written down here."""

import math

import pytest

from ptml.evaluate.lift_bench.goals import GOALS
from ptml.evaluate.lift_bench.judging import FIGURES
from ptml.evaluate.lift_bench.page import TITLE, Page, write_page
from ptml.evaluate.lift_bench.public_tables import PublicTables, public_lines
from ptml.evaluate.lift_bench.results import Result, losses, over_organisations


def _result(seed: int, method: str, **figures: float | None) -> Result:
    empty: dict[str, float | None] = dict.fromkeys((*FIGURES, "seconds"))
    return Result("plain", "ordinary", seed, method, {**empty, **figures})


RESULTS = [
    _result(1, "ptml", bias=0.2, captured=0.8, slope=0.5, coverage=0.9, answered=0.7, seconds=3),
    _result(2, "ptml", bias=-0.2, captured=0.6, slope=1.5, coverage=0.9, answered=0.7, seconds=3),
    _result(3, "ptml", bias=0.3, captured=0.4, slope=1.0, coverage=0.9, answered=0.7, seconds=3),
    _result(1, "x_learner", captured=0.9, bias=3.0),
    _result(2, "x_learner", captured=0.9, bias=3.0),
    _result(3, "x_learner", captured=0.3, bias=3.0),
    _result(1, "gap_alone", captured=0.1),
]
PUBLIC = [
    {
        "set": "ihdp",
        "task": "ihdp_1, split 0",
        "method": "ptml",
        "value": 0.6,
        "constant": False,
        "of_constant": 1.2,
    },
    {"set": "ihdp", "task": "ihdp_1, split 0", "method": "s_learner", "value": 0.5},
]
NAMES = {"ptml": "ptml", "s_learner": "S-learner", "causalml_r": "CausalML"}


def _page(results: list[Result]) -> Page:
    return Page(
        command="ptml bench lift --seeds 3",
        n_seeds=3,
        n_employees=100,
        n_courses=None,
        designs=("plain",),
        minutes=1,
        n_cores=2,
        model="abc",
        results=results,
        public_rows=PUBLIC,
        public_names=NAMES,
        gate=[],
        left_out=["DoubleML: not installed"],
    )


def test_mean_has_the_standard_error_over_organisations() -> None:
    found = over_organisations(RESULTS, "ptml", "captured")
    assert found is not None
    assert (found.mean, found.median, found.n) == pytest.approx((0.6, 0.6, 3))
    assert found.error == pytest.approx(0.2 / math.sqrt(3))
    assert over_organisations(RESULTS, "gap_alone", "bias") is None


def test_biases_that_cancel_do_not_in_their_size() -> None:
    found = over_organisations(RESULTS, "ptml", "abs_bias")
    assert found is not None
    assert found.mean == pytest.approx(0.7 / 3)


def test_a_better_rival_on_the_same_organisations_is_a_loss() -> None:
    lost = losses(RESULTS, "plain")
    assert [(loss.figure, loss.rival) for loss in lost] == [
        ("captured gain, top 1", "X-learner, LightGBM")
    ]
    assert lost[0].difference == pytest.approx(0.1)
    assert not lost[0].is_clear


def test_goals_are_held_against_the_mean() -> None:
    bias = next(goal for goal in GOALS if goal.figure == "bias")
    seen = bias.seen(RESULTS)
    assert seen == pytest.approx(0.1)
    assert not bias.is_met(0.1)
    weak = next(goal for goal in GOALS if goal.group == "weak")
    assert weak.seen(RESULTS) is None


def test_page_has_command_tables_and_losses() -> None:
    text = "\n".join(write_page(_page(RESULTS)))
    assert text.startswith(f"{TITLE}\n")
    assert "    ptml bench lift --seeds 3\n" in text
    assert "source has the hash abc." in text
    assert "Left out: DoubleML: not installed." in text
    assert "| Effects as they are | mean bias within ±.05 points | 0.100 | **no** |" in text
    assert "| X-learner, LightGBM | +3.00 ± 0.00 [+3.00] |" in text
    assert "| plain | captured gain, top 1 | 0.60 | X-learner, LightGBM | 0.70 | no |" in text
    assert "- IHDP, median sqrt PEHE: ptml 0.600, S-learner 0.500." in text


def test_page_without_organisations_still_has_the_public_sets() -> None:
    text = "\n".join(write_page(_page([])))
    assert "Goals of ptml" not in text
    assert "| S-learner | 0.500 |" in text


def test_public_table_has_the_constant_and_only_who_took_part() -> None:
    text = "\n".join(public_lines(PublicTables(PUBLIC, NAMES)))
    assert "| constant (ptml's average effect) | 1.200 |" in text
    assert "CausalML" not in text
    assert "IHDP 0 of 1" in text
