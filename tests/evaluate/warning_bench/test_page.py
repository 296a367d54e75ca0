"""The page tells what was measured, and nothing of what was not."""

from dataclasses import replace
from typing import Any

from ptml.evaluate.warning_bench.causes import CAUSES, GROUPS
from ptml.evaluate.warning_bench.goals import judged_goals
from ptml.evaluate.warning_bench.judging import FIGURES
from ptml.evaluate.warning_bench.oulad import RATES, OuladFigures
from ptml.evaluate.warning_bench.page import TITLE, Page, write_page
from ptml.evaluate.warning_bench.results import Named, Result
from ptml.transfer.completions import STAGES

AUC = {"ptml": 0.80, "logistic": 0.79, "forest": 0.85, "ebm": 0.78, "truth": 0.81}


def results(n_seeds: int = 3) -> list[Result]:
    made = []
    for seed in range(101, 101 + n_seeds):
        for stage in STAGES:
            for method, value in AUC.items():
                figures: dict[str, float | None] = dict.fromkeys(FIGURES, 0.01 * (seed - 100))
                figures["auc"] = value + 0.01 * (seed - 101)
                figures["ece_floor"] = 0.012
                made.append(Result("usual", seed, stage, method, figures))
    return made


def named(first: float) -> list[Named]:
    figures: dict[str, Any] = {"cases": 10, "first": first, "first_two": 0.9, "chance": 0.4}
    figures |= {"answers": None, "table": {CAUSES[0]: {"person": 7, "manager": 3}}}
    return [Named("usual", 101, stage, group, figures) for stage in STAGES for group in GROUPS]


def oulad() -> OuladFigures:
    of_method = dict.fromkeys(("auc", "average_precision", "ece"), (0.75, 0.74, 0.76))
    group: dict[str, Any] = {"attribute": "gender", "group": "F", "students": 500, "weak": 0.5}
    group |= dict.fromkeys(RATES, (0.2, 0.1, 0.3))
    few = {"attribute": "gender", "group": "X", "students": 9}
    methods = {"ptml": of_method, "plain": of_method}
    return OuladFigures(28, 9000, 8000, 0.51, methods, {"plain": (-0.01, -0.02, 0.0)}, [group, few])


PAGE = Page(
    command="ptml bench warning --seeds 3",
    n_seeds=3,
    n_employees=400,
    designs={"usual": "the simulator's own dials"},
    minutes=2.0,
    n_cores=2,
    model="abc",
    results=results(),
    named=named(0.65),
    oulad=[oulad()],
    left_out=["CatBoost: it broke"],
)


def test_everything_measured_is_told() -> None:
    text = "\n".join(write_page(PAGE))
    assert text.startswith(TITLE)
    assert "    ptml bench warning --seeds 3" in text
    assert "Left out: CatBoost: it broke." in text
    assert "3 organisations of 400 people, 3 of each setting. A full run has 10" in text
    assert "`usual`: the simulator's own dials" in text
    assert "## Stage completion: 3 organisations, with peers" in text
    assert "| ptml | 0.810 [0.785, 0.835] |" in text
    assert "| random forest | +0.050 [+0.050, +0.050], 0 of 3 |" in text
    assert "| motivation | `person` 70%, `manager` 30% | 10 |" in text
    assert "| plain LightGBM | 0.750 [0.740, 0.760] |" in text
    assert "| 28 | gender | F | 500 | 50% | 0.200 [0.100, 0.300] |" in text
    assert "| 28 | gender | X | 9 | too few |  |" in text
    assert "`ptml bench shap`" in text
    assert "nan" not in text


def test_losses_name_the_best_rival() -> None:
    text = "\n".join(write_page(PAGE))
    losses = text.split("## Where ptml loses")[1]
    assert "| usual | completion | AUC | random forest | +0.050" in losses
    assert "logistic" not in losses


def test_goals_are_judged_by_what_was_seen() -> None:
    verdicts = {one.goal: one.is_met for one in judged_goals(results(6), named(0.65), [oulad()])}
    assert verdicts["completion: AUC within 0.02 of the oracle"]
    assert not verdicts["OULAD, day 28: AUC at least 0.752"]
    assert verdicts["OULAD, day 28: AUC first or tied"]
    behind = replace(oulad(), apart={"plain": (0.01, 0.001, 0.02), "forest": (0.01, -0.01, 0.03)})
    told = next(one for one in judged_goals([], [], [behind]) if "tied" in one.goal)
    assert (told.seen, told.is_met) == ("clearly ahead: plain LightGBM", False)
    first = "completion: planted main cause named first in at least 70% of cases flagged"
    assert not verdicts[first]
    assert {one.goal: one.is_met for one in judged_goals([], named(0.7), [])}[first]
    tied = "completion: AUC first or tied (no rival's lead leaves 0 out of its interval)"
    assert not verdicts[tied]
    alone = [one for one in results(6) if one.method != "forest"]
    assert {one.goal: one.is_met for one in judged_goals(alone, [], [])}[tied]


def test_rival_on_too_few_organisations_is_not_judged() -> None:
    assert not [one for one in judged_goals(results(3), [], []) if "tied" in one.goal]


def test_what_was_not_measured_takes_no_room() -> None:
    text = "\n".join(write_page(replace(PAGE, results=[], named=[], oulad=[], left_out=[])))
    assert "## Stage" not in text
    assert "OULAD" not in text
    assert "Goals" not in text
    assert "## Speed" in text


def test_one_organisation_has_no_interval() -> None:
    text = "\n".join(write_page(replace(PAGE, results=results(1), n_seeds=1)))
    assert "| ptml | 0.800 |" in text
    assert "nan" not in text
