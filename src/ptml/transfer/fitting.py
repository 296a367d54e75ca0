"""Fit the warning model: label, hold out, choose, refit with the newest outcomes, or refuse."""

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from ptml.contracts.evidence import Evidence
from ptml.features.days import date_of
from ptml.features.history import History
from ptml.features.shared import Shared
from ptml.transfer.backtest import backtest, thresholds, too_few
from ptml.transfer.cases import closed_cases, fit_split, labelled_cases
from ptml.transfer.checked import examine, fit_selection
from ptml.transfer.classifier import Classifier
from ptml.transfer.completions import STAGES
from ptml.transfer.config import WarningConfig
from ptml.transfer.label_evidence import label_evidence
from ptml.transfer.labels import Labels, transfer_labels
from ptml.transfer.levers import DAY_30, Background
from ptml.transfer.model import WarningModel
from ptml.transfer.norms import shared_norms
from ptml.transfer.outcomes import Outcomes
from ptml.transfer.rules import not_up_evidence, rule_evidence, rule_record
from ptml.transfer.splits import Days, Split, forward_steps, time_split
from ptml.transfer.stability import measure_stability
from ptml.transfer.threshold import completions_per_week, review_share
from ptml.transfer.unit_evidence import unit_evidence
from ptml.transfer.units import judged_units

_UNITS = 1


def fit_warning(
    history: History,
    shared: Shared,
    as_of_day: int,
    config: WarningConfig,
    seed: int,
    helped: Collection[str] = (),
) -> WarningModel:
    """Learn to warn from the outcomes known as of a day.

    One model is fitted with the newest outcomes held out, and says how good the way is
    (`WarningModel.held_out`); the one that is used is fitted in the same way with them in.

    Parameters
    ----------
    history : History
        Of everybody, or of a sample of employees.
    shared : Shared
    as_of_day : int
        Nothing known on or after it is looked at.
    helped : collection of str
        Enrolments whose people were helped because of a warning: nothing is learnt from them.

    Returns
    -------
    WarningModel
        With a `refusal` and no classifier where outcomes are too few or all alike; never an error.
    """
    labels = transfer_labels(history, config.label)
    if helped:
        log = history.enrolments.enrolment_id[labels.enrolment]
        labels = labels.without_helped(np.isin(log.astype(str), np.array(sorted(helped))))
    norms = shared_norms(history, labels, as_of_day)
    refused = WarningModel(
        classifier=None,
        names=(),
        families=(),
        thresholds=(),
        noise=None,
        background=None,
        rule_record=None,
        norms=norms,
        config=config,
        refusal=None,
        fingerprint=history.fingerprint,
        as_of_day=as_of_day,
        seed=seed,
        evidence=label_evidence(labels, as_of_day, config),
    )
    split = time_split(labels, as_of_day, config, has_test=False)
    reason = _reason_to_refuse(labels, as_of_day, split, config)
    if reason is not None:
        return replace(refused, refusal=reason, evidence=(*refused.evidence, _told(reason)))
    rng = np.random.default_rng(seed)
    recent = Outcomes.recent(
        history, labels, as_of_day, config.units.window_days, config.prior_strength
    )
    # From a stream of its own, so that nothing else that is drawn depends on it.
    drawn = np.random.default_rng([seed, _UNITS])
    units, parts = judged_units(recent, history.units, config.units, drawn)
    labelled = labelled_cases(history, shared, labels, norms, as_of_day, config, rng)
    closed = closed_cases(history, shared, labels, norms, as_of_day, config, rng)
    selection = fit_selection(closed, config.checked, seed)
    if config.label_weights == "inverse":
        labelled = labelled.weighted(selection)
    share = review_share(config, completions_per_week(labels.completed, as_of_day))
    found = backtest(labelled, labels, closed, selection, as_of_day, config, seed, share)
    chosen = found.config
    fitted = fit_split(labelled, split, chosen, seed, is_joint=found.is_joint)
    classifier = fitted.classifier
    # What people can look into is not spent on those who are not flagged.
    open_to_flags = replace(labelled, blocked=labelled.blocked | units.are_flagged(labelled.unit))
    bounds = thresholds(fitted, open_to_flags, chosen, share)
    late = np.flatnonzero(labelled.within(split.train) & (labelled.stage == DAY_30))
    background = Background.of(labelled.features, late, config.n_background, seed)
    noise, stable = measure_stability(
        classifier, open_to_flags, split, bounds, background, chosen, seed, is_joint=found.is_joint
    )
    record = rule_record(labelled.ruled, labelled.weak, labelled.stage)
    settings = (
        *rule_evidence(record, labelled.weak, labelled.stage),
        *not_up_evidence(labelled.not_up, labelled.weak, labelled.stage),
        _spans(split, chosen),
        *_per_stage(classifier, bounds, share),
        _shares_by(classifier),
        *unit_evidence(units, parts, config.units),
    )
    return replace(
        refused,
        classifier=classifier,
        config=chosen,
        names=labelled.features.names,
        families=labelled.features.families,
        thresholds=bounds,
        evidence=(*refused.evidence, *found.evidence, *settings, *stable),
        noise=noise,
        background=background,
        rule_record=record,
        held_out=found.held_out,
        checked=examine(closed, selection, config.checked, seed),
        units=units,
    )


def _reason_to_refuse(
    labels: Labels, as_of_day: int, split: Split, config: WarningConfig
) -> str | None:
    n_known = int(labels.known_at(as_of_day).sum())
    if n_known < config.min_labels:
        return (
            f"no warnings: the outcome of {n_known} completions is known, "
            f"{config.min_labels} are needed"
        )
    reason = too_few(labels, as_of_day, split, config)
    return None if reason is None else f"no warnings: {reason}"


def _told(reason: str) -> Evidence:
    return Evidence("transfer", "check", "enough_data", verdict="fail", payload={"note": reason})


def _spans(split: Split, config: WarningConfig) -> Evidence:
    def told(days: Days) -> str:
        return f"{date_of(days.start)} to before {date_of(days.end)}"

    steps = forward_steps(split, config.calibration_steps, config.label.window_days)
    return Evidence(
        "transfer",
        "setting",
        "fitted_on_completions",
        payload={
            "trees": told(Days(split.train.start, split.calibrate.end)),
            "calibration": told(Days(steps[-1][1].start, split.calibrate.end)),
            "label_weights": config.label_weights,
        },
    )


def _shares_by(classifier: Classifier) -> Evidence:
    ways = {
        stage: "tables" if trees.reason is None else f"LightGBM: {trees.reason}"
        for stage, trees in zip(STAGES, classifier.trees, strict=True)
    }
    return Evidence("transfer", "setting", "shares_by", payload=ways)


def _per_stage(
    classifier: Classifier, bounds: tuple[float, ...], share: float
) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(
            "transfer",
            "setting",
            f"threshold/{stage}",
            value=bound,
            payload={
                "review_share": share,
                "trees": booster.num_trees(),
                "straight_features": linear.n_used,
                "slope_low": round(calibration.low, 4),
                "slope_high": round(calibration.high, 4),
                "shift": round(calibration.shift, 4),
            },
        )
        for stage, bound, linear, booster, calibration in zip(
            STAGES,
            bounds,
            classifier.linears,
            classifier.boosters,
            classifier.calibrations,
            strict=True,
        )
    )
