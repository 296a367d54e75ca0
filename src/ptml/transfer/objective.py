"""What settings of the warning are searched on, and what the winner is judged on again."""

import numpy as np

from ptml.features.days import date_of
from ptml.features.history import History
from ptml.features.shared import Shared
from ptml.search.objective import Objective
from ptml.transfer.backtest import weighted_as_of
from ptml.transfer.cases import LabelledCases, closed_cases, labelled_cases
from ptml.transfer.closed_cases import ClosedCases
from ptml.transfer.config import WarningConfig
from ptml.transfer.forward_loss import ForwardLoss
from ptml.transfer.labels import transfer_labels
from ptml.transfer.norms import shared_norms
from ptml.transfer.splits import Days, Split, time_split

SEARCHABLE = ("trees", "linear")
"""Parts whose settings change what is learnt; the others say what is judged or told."""


def warning_objective(
    history: History,
    shared: Shared,
    as_of_day: int,
    config: WarningConfig,
    seed: int,
    n_spans: int,
) -> Objective | None:
    """Fold by spans of completions, oldest and so cheapest first; None where outcomes are too few.

    The newest completions, which a training reports on, are not looked at. The span before them is
    what the winner is judged on again; the search sees those before that.
    """
    labels = transfer_labels(history, config.label)
    if not labels.known_at(as_of_day).any():
        return None
    norms = shared_norms(history, labels, as_of_day)
    rng = np.random.default_rng(seed)
    labelled = labelled_cases(history, shared, labels, norms, as_of_day, config, rng)
    closed = closed_cases(history, shared, labels, norms, as_of_day, config, rng)
    split = time_split(labels, as_of_day, config, has_test=True)
    folds = _folds(labelled, closed, split, config, seed, n_spans)
    if not folds:
        return None
    later = weighted_as_of(labelled, closed, split.calibrate.start, config, seed)
    unseen = ForwardLoss.of(later, split.train.start, split.calibrate, config)
    test = f"{date_of(split.test.start)} to {date_of(split.test.end - 1)}"
    return Objective(
        part="warning",
        measure="log loss, nats a case (lower is better)",
        gain_unit="nats a case",
        folds=folds,
        unseen=() if unseen is None else (unseen,),
        untouched=f"completions from {test}, which a training reports on",
    )


def _folds(
    labelled: LabelledCases,
    closed: ClosedCases,
    split: Split,
    config: WarningConfig,
    seed: int,
    n_spans: int,
) -> tuple[ForwardLoss, ...]:
    length = split.calibrate.end - split.calibrate.start
    starts = [split.calibrate.start - (k + 1) * length for k in reversed(range(n_spans))]
    # Who is checked is learnt from what was closed before the oldest judged span.
    past = weighted_as_of(labelled, closed, starts[0], config, seed)
    first = split.train.start
    found = (ForwardLoss.of(past, first, Days(k, k + length), config) for k in starts)
    return tuple(fold for fold in found if fold is not None)


def too_few(config: WarningConfig) -> str:
    """Why there is no objective."""
    return (
        f"spans of {config.calibration_days} days of completions, one after the other, each with "
        f"{config.min_of_each_class} weak and as many sound ones before and in it"
    )
