"""Fitting: what is held out, forms, and the same seed."""

from dataclasses import replace

import numpy as np

from ptml.transfer.learner import Learner, chosen_form

from .drawn import CONFIG, NAMES, drawn_cases, folds_of, learnt


def test_each_case_held_out_is_told_once_a_stage() -> None:
    cases = drawn_cases(1000, 1)
    fitted = learnt(cases)
    held = np.flatnonzero(np.any([fold.held for fold in folds_of(1000)], axis=0))
    np.testing.assert_array_equal(np.sort(fitted.row), held)


def test_what_is_said_of_cases_held_out_is_calibrated_stage_by_stage() -> None:
    cases = drawn_cases(3000, 1)
    fitted = learnt(cases)
    for stage in (0, 1):
        here = cases.stage[fitted.row] == stage
        said = 1 / (1 + np.exp(-fitted.log_odds[here]))
        assert abs(said.mean() - cases.weak[fitted.row[here]].mean()) < 0.01


def test_outcome_of_a_case_held_out_does_not_order_the_cases_held_out() -> None:
    cases, fold = drawn_cases(1000, 1), folds_of(1000)[:1]
    some = fold[0].held & (np.arange(1000) % 9 == 0)
    turned = replace(cases, weak=np.where(some, ~cases.weak, cases.weak))
    # One tree: how many there are comes from the outcomes held out, and so does the calibration.
    trees = CONFIG.trees.model_copy(update={"n_trees": 1})
    learner = Learner(NAMES, CONFIG.model_copy(update={"trees": trees}), 3)
    one, other = (learner.fit(c, fold, is_joint=True) for c in (cases, turned))
    assert one.classifier.calibrations != other.classifier.calibrations
    first, second = (f.log_odds[cases.stage[f.row] == 0] for f in (one, other))
    np.testing.assert_array_equal(np.argsort(first), np.argsort(second))


def test_model_in_use_has_seen_the_newest_span() -> None:
    cases = drawn_cases(1000, 1)
    newest = folds_of(1000)[0].held
    turned = replace(cases, weak=np.where(newest, ~cases.weak, cases.weak))
    one, other = (learnt(c).classifier.linears[0].weight for c in (cases, turned))
    assert not np.array_equal(one, other)


def test_same_seed_gives_the_same_model() -> None:
    one, other = (learnt(drawn_cases(600, 1)).classifier for _ in range(2))
    texts = [[b.model_to_string() for b in c.boosters] for c in (one, other)]
    assert texts[0] == texts[1]
    assert one.calibrations == other.calibrations


def test_source_with_one_stage_alone_is_learnt_from() -> None:
    cases = drawn_cases(800, 1)
    first = replace(cases, stage=np.zeros(800, dtype=np.uint8))
    fitted = learnt(first)
    assert len(fitted.row) == 320
    assert np.isfinite(fitted.classifier.log_odds(first.x, first.stage, 1)).all()


def test_joint_form_has_to_be_clearly_better() -> None:
    cases = drawn_cases(1200, 1)
    forms = {form: learnt(cases, is_joint=form) for form in (True, False)}
    strict = CONFIG.model_copy(update={"joint_margin": 0.9})
    assert chosen_form(forms, cases, strict)[0] is False
    same = {True: forms[False], False: forms[False]}
    assert chosen_form(same, cases, CONFIG)[0] is False
    is_joint, losses = chosen_form(forms, cases, CONFIG.model_copy(update={"joint_margin": 0}))
    assert is_joint == (losses["joint"] < losses["by_stage"])


def test_outcomes_that_count_more_move_all_parts() -> None:
    cases = drawn_cases(2000, 1)

    def mean_log_odds(factor: float) -> float:
        weighted = replace(cases, weight=np.where(cases.weak, factor, 1.0))
        fitted = learnt(weighted).classifier
        return float(fitted.log_odds(cases.x, cases.stage, 1).mean())

    alike = learnt(cases).classifier
    assert abs(mean_log_odds(1.0) - alike.log_odds(cases.x, cases.stage, 1).mean()) < 0.05
    assert mean_log_odds(3.0) > mean_log_odds(1.0) + 0.8
