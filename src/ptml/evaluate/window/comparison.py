"""Figures of two models on the same outcomes, and whether the second is clearly no worse."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ptml.evaluate.classification import Metric, average_precision, expected_calibration_error
from ptml.evaluate.window.config import PromotionConfig
from ptml.evaluate.window.lift_outcomes import Lifted
from ptml.evaluate.window.next_choices import Ended, Ranked
from ptml.evaluate.window.resampling import (
    Codes,
    Pair,
    Resamples,
    Value,
    pair_of_shares,
    paired,
)
from ptml.separation import auc
from ptml.transfer.completions import STAGES
from ptml.transfer.held_out import HeldOut

FloatArray = NDArray[np.float64]
Bools = NDArray[np.bool_]
Verdict = Literal["better", "no_worse", "worse", "unclear", "too_few", "told"]

# A probability of 0 that comes true must not cost everything.
_LEAST_PROBABILITY = 1e-4


@dataclass(frozen=True)
class Foretold:
    """What one training said of a window's outcomes.

    Attributes
    ----------
    ranked, ended, warned, lifted
        None = it has no such model, it refuses, or no outcome became known.
    models : tuple of str
        Those that the training has, whatever there was to say.
    """

    ranked: Ranked | None = None
    ended: Ended | None = None
    warned: HeldOut | None = None
    lifted: Lifted | None = None
    models: tuple[str, ...] = ()


@dataclass(frozen=True)
class Figure:
    """One figure of both models.

    Attributes
    ----------
    model, name : str
        As in ``--only``; the name with its stage, such as ``auc/day_30``.
    n_people, n_outcomes : int
    pair : Pair or None
        None = too few outcomes to say anything.
    margin : float or None
        How much worse is no worse; None = it decides nothing.
    is_loss : bool
        Whether less is better.
    verdict : str
        ``better`` (the whole interval of the gain above 0), ``no_worse`` (above minus the margin),
        ``worse`` (below 0), ``unclear`` (none of these), ``too_few``, or ``told``.
    """

    model: str
    name: str
    n_people: int
    n_outcomes: int
    pair: Pair | None
    margin: float | None
    is_loss: bool
    verdict: Verdict


def verdict_of(pair: Pair | None, margin: float | None) -> Verdict:
    """What the interval of the gain says."""
    if pair is None or not np.isfinite(pair.gain.low):
        return "too_few"
    if margin is None:
        return "told"
    if pair.gain.low > 0:
        return "better"
    if pair.gain.low > -margin or pair.gain.low == pair.gain.high == 0:
        return "no_worse"
    return "worse" if pair.gain.high < 0 else "unclear"


def compare(
    champion: Foretold, challenger: Foretold, config: PromotionConfig, resamples: Resamples
) -> list[Figure]:
    """Work out every figure that both trainings have, from the same outcomes and resamples.

    A figure that decides and for which there was no outcome at all is there too, as unknown.
    """
    found = (
        *_of_choices(champion.ranked, challenger.ranked),
        *_of_ends(champion.ended, challenger.ended),
        *_of_warnings(champion.warned, challenger.warned),
        *_of_lifts(champion.lifted, challenger.lifted),
    )
    figures = [case.figure(config, resamples) for case in found]
    there = {(figure.model, figure.name) for figure in figures}
    both = [model for model in challenger.models if model in champion.models]
    absent = [one for one in _DECIDED if one[0] in both and one[:2] not in there]
    return [*figures, *_unknown(absent, config)]


def _unknown(absent: list[tuple[str, str, bool]], config: PromotionConfig) -> Iterator[Figure]:
    for model, name, is_loss in absent:
        margin = _margin_of(name, config)
        if margin is not None:
            yield Figure(model, name, 0, 0, None, margin, is_loss, "too_few")


def _margin_of(name: str, config: PromotionConfig) -> float | None:
    found: float | None = getattr(config.margins, name.partition("/")[0])
    return found


def log_loss(label: Bools, probability: FloatArray, weight: FloatArray | None = None) -> float:
    """Mean of ``-log`` of the probability of what came true, nats a case.

    Examples
    --------
    >>> round(log_loss(np.array([True, False]), np.array([0.5, 0.5])), 4)
    0.6931
    """
    kept = np.clip(probability, _LEAST_PROBABILITY, 1 - _LEAST_PROBABILITY)
    return _mean(-np.log(np.where(label, kept, 1 - kept)), weight)


_METRICS: tuple[tuple[str, Metric, bool], ...] = (
    ("auc", auc, False),
    ("average_precision", average_precision, False),
    ("log_loss", log_loss, True),
    ("calibration_error", expected_calibration_error, True),
)
# Model, name and whether less is better of each figure that may have a margin.
_DECIDED = (
    ("recommend", "ndcg_at_10", False),
    ("recommend", "recall_at_20", False),
    ("recommend", "completion_brier", True),
    *(("warnings", f"{name}/{of}", is_loss) for of in STAGES for name, _, is_loss in _METRICS),
    *(("warnings", f"precision_flagged/{of}", False) for of in STAGES),
    ("lift", "lift_loss", True),
)


@dataclass(frozen=True, eq=False)
class _Case:
    """A figure before it is worked out; ``share_of``: people whose cases a share is of."""

    model: str
    name: str
    person: NDArray[np.int32]
    values: tuple[Value, Value]
    is_loss: bool = False
    n_outcomes: int | None = None
    fewest_class: int | None = None
    share_of: tuple[Codes, Codes] | None = None

    def figure(self, config: PromotionConfig, resamples: Resamples) -> Figure:
        n_people = len(np.unique(self.person))
        few = n_people < config.min_people or (
            self.fewest_class is not None and self.fewest_class < config.min_of_each_class
        )
        margin = _margin_of(self.name, config)
        pair = None
        if not few:
            first, second = self.values
            pair = paired(
                first,
                second,
                self.person,
                resamples,
                is_loss=self.is_loss,
                is_inflated=self.name.startswith("calibration_error/"),
            )
            if self.share_of is not None:
                pair = pair_of_shares(pair, self.share_of)
        return Figure(
            self.model,
            self.name,
            n_people,
            len(self.person) if self.n_outcomes is None else self.n_outcomes,
            pair,
            margin,
            self.is_loss,
            "told" if few and margin is None else verdict_of(pair, margin),
        )


def _of_choices(one: Ranked | None, other: Ranked | None) -> Iterator[_Case]:
    if one is None or other is None:
        return
    for name, values in (
        ("ndcg_at_10", (one.ndcg, other.ndcg)),
        ("recall_at_20", (one.recall, other.recall)),
    ):
        first, second = values
        if first is not None and second is not None:
            yield _Case("recommend", name, one.person, (_mean_of(first), _mean_of(second)))


def _of_ends(one: Ended | None, other: Ended | None) -> Iterator[_Case]:
    if one is None or other is None or not np.array_equal(one.person, other.person):
        return
    errors = [(of.probability - of.completed) ** 2 for of in (one, other)]
    values = (_mean_of(errors[0]), _mean_of(errors[1]))
    yield _Case("recommend", "completion_brier", one.person, values, is_loss=True)


def _of_warnings(one: HeldOut | None, other: HeldOut | None) -> Iterator[_Case]:
    if one is None or other is None:
        return
    for stage, of in enumerate(STAGES):
        rows = one.stage == stage
        weak, person = one.weak[rows], one.employee[rows]
        fewest = int(min(weak.sum(), (~weak).sum()))
        for name, metric, is_loss in _METRICS:
            values = (
                _scored(metric, weak, one.p_weak[rows]),
                _scored(metric, weak, other.p_weak[rows]),
            )
            yield _Case("warnings", f"{name}/{of}", person, values, is_loss, None, fewest)
        flagged = one.flagged[rows], other.flagged[rows]
        precise = _precision(weak, flagged[0]), _precision(weak, flagged[1])
        n = int(min(flagged[0].sum(), flagged[1].sum()))
        whose = person[flagged[0]], person[flagged[1]]
        yield _Case("warnings", f"precision_flagged/{of}", person, precise, False, n, n, whose)


def _of_lifts(one: Lifted | None, other: Lifted | None) -> Iterator[_Case]:
    if one is None or other is None:
        return
    starts = int(one.is_taker.sum())
    yield _Case("lift", "lift_loss", one.person, (one.loss, other.loss), True, starts, starts)
    yield _Case("lift", "lift_slope", one.person, (one.slope, other.slope), False, starts, starts)


def _mean(values: FloatArray, weight: FloatArray | None) -> float:
    weights = np.ones(len(values)) if weight is None else weight
    total = float(weights.sum())
    return float((weights * values).sum()) / total if total > 0 else float("nan")


def _mean_of(values: FloatArray) -> Value:
    return lambda weight: _mean(values, weight)


def _scored(metric: Metric, label: Bools, score: FloatArray) -> Value:
    # Sorted once: the stable sort inside the metric is then linear in every draw.
    order = np.argsort(-score, kind="stable")
    label, score = label[order], score[order]
    return lambda weight: metric(label, score, weight[order])


def _precision(weak: Bools, flagged: Bools) -> Value:
    own = weak[flagged].astype(np.float64)
    return lambda weight: _mean(own, weight[flagged])
