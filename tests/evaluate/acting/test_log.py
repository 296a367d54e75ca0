"""Which rows of a log make the trial."""

from typing import Any

import pandas as pd

from ptml.evaluate.acting.log import FlagLog, flag_log

NOBODY = pd.DataFrame({"enrolment_id": pd.Series(dtype=str), "done_day": pd.Series(dtype="int64")})


def flag(enrolment: str, day: int, arm: str = "flag", **other: Any) -> dict[str, Any]:
    row = {"enrolment_id": enrolment, "stage": "completion", "arm": arm, "p_weak": 0.6}
    return {**row, "propensity": 0.8 if arm == "flag" else 0.2, "flagged_day": day, **other}


def outcome(enrolment: str, person: int, completed: int = 19_995, **other: Any) -> dict[str, Any]:
    row = {"enrolment_id": enrolment, "person": person, "completed": completed, "known": True}
    return {**row, "known_from": completed + 91, "weak": True, **other}


def log(
    flags: list[dict[str, Any]],
    outcomes: list[dict[str, Any]],
    actions: pd.DataFrame = NOBODY,
    day: int = 20_200,
) -> FlagLog:
    return flag_log(pd.DataFrame(flags), pd.DataFrame(outcomes), actions, day)


def test_a_completion_counts_once_as_it_was_flagged_first() -> None:
    rows = [flag("a", 20_010, "hold_out", p_weak=0.9), flag("a", 20_003), flag("a", 20_017)]
    trial = log(rows, [outcome("a", 0)]).trial
    assert trial.flagged.tolist() == [True]
    assert trial.p_weak.tolist() == [0.6]


def test_of_two_stages_on_one_day_the_earlier_counts() -> None:
    rows = [flag("a", 20_003, stage="day_30", p_weak=0.9), flag("a", 20_003)]
    assert log(rows, [outcome("a", 0)]).trial.p_weak.tolist() == [0.6]


def test_what_was_flagged_before_anything_was_held_out_is_no_part_of_the_trial() -> None:
    found = log([flag("a", 20_003, propensity=1.0), flag("a", 20_010)], [outcome("a", 0)])
    assert len(found.trial) == 0
    assert found.n_undrawn == 1


def test_later_completions_of_the_same_draw_may_be_made_by_the_flag() -> None:
    rows = [flag("a", 20_003), flag("b", 20_010), flag("c", 20_010)]
    known = [outcome("a", 0), outcome("b", 0), outcome("c", 0, completed=20_005)]
    found = log(rows, known)
    # Day 20,005 lies in the next quarter, which draws anew.
    assert (len(found.trial), found.n_later) == (2, 1)


def test_open_outcomes_wait_and_unknown_ones_are_told_apart() -> None:
    rows = [flag("a", 20_003), flag("b", 20_003), flag("z", 20_003)]
    known = [outcome("a", 0, known=False), outcome("b", 1, known_from=20_201)]
    found = log(rows, known)
    assert (found.n_logged, found.n_open) == (2, 1)
    assert found.trial.known.tolist() == [False]
    assert found.trial.weak.tolist() == [False]


def test_help_counts_from_the_flag_until_the_outcome_is_known() -> None:
    rows = [flag(name, 20_003) for name in "abc"]
    actions = pd.DataFrame({"enrolment_id": list("abc"), "done_day": [20_002, 20_003, 20_086]})
    found = log(rows, [outcome(name, n) for n, name in enumerate("abc")], actions)
    assert found.trial.acted.tolist() == [False, True, False]
