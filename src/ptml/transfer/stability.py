"""Fit the model anew on resampled employees: do the same reasons come first?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.evidence import Evidence
from ptml.features.matrix import FeatureMatrix
from ptml.transfer.cases import LabelledCases
from ptml.transfer.classifier import Classifier, fit_classifier
from ptml.transfer.completions import STAGES
from ptml.transfer.config import WarningConfig
from ptml.transfer.families import TopicShares, topic_shares
from ptml.transfer.noise import Noise, noise_curve
from ptml.transfer.splits import Split
from ptml.transfer.topics import FAMILIES

Doubles = NDArray[np.float64]

_STAGES = range(len(STAGES))

# Cases of a stage that are judged: enough for shares within two percentage points.
MOST_JUDGED = 2_000


@dataclass(frozen=True, eq=False)
class _Judged:
    """Cases of one stage that the trees were not fitted on, and who of them would be flagged."""

    x: NDArray[np.float32]
    stage: NDArray[np.uint8]
    flagged: NDArray[np.bool_]


def measure_stability(
    classifier: Classifier,
    labelled: LabelledCases,
    split: Split,
    thresholds: tuple[float, ...],
    config: WarningConfig,
    seed: int,
    *,
    is_joint: bool,
) -> tuple[Noise, tuple[Evidence, ...]]:
    """Compare the classifier's reasons with those of classifiers fitted on resamples.

    Employees are drawn with replacement (Poisson weights), and all of their cases with them.

    Returns
    -------
    noise : Noise
    evidence : tuple of Evidence
        By stage ``same_top_reason``: of the cases that would be flagged, the share in which the
        family that raises the risk most stays the same, the mean over resamples with the range
        that 90 % of these lie in; ``same_top_topic`` the same of topics; ``reason_noise``.
    """
    rng = np.random.default_rng(seed)
    judged = [_judged(classifier, labelled, split, k, thresholds[k], config, rng) for k in _STAGES]
    reference = [_shares(classifier, labelled.features, cases, config) for cases in judged]
    anew: list[list[TopicShares]] = [[] for _ in _STAGES]
    for _ in range(config.n_resamples):
        other = _resampled(labelled, split, config, seed, rng, is_joint=is_joint)
        for k, cases in enumerate(judged):
            anew[k].append(_shares(other, labelled.features, cases, config))
    families = tuple(
        noise_curve(own.by_family, np.stack([o.by_family for o in others]))
        for own, others in zip(reference, anew, strict=True)
    )
    total = tuple(
        noise_curve(_total(own), np.stack([_total(o) for o in others]))
        for own, others in zip(reference, anew, strict=True)
    )
    noise = Noise(families, total)
    rows = [
        row
        for k in _STAGES
        for row in _evidence(k, judged[k].flagged, reference[k], anew[k], noise)
    ]
    return noise, tuple(rows)


def _judged(
    classifier: Classifier,
    labelled: LabelledCases,
    split: Split,
    stage: int,
    threshold: float,
    config: WarningConfig,
    rng: np.random.Generator,
) -> _Judged:
    rows = np.flatnonzero(labelled.within(split.calibrate) & (labelled.stage == stage))
    if len(rows) > MOST_JUDGED:
        rows = np.sort(rng.choice(rows, MOST_JUDGED, replace=False))
    x, of_stage = labelled.features.values[rows], labelled.stage[rows]
    log_odds = classifier.log_odds(x, of_stage, config.num_threads)
    # A threshold of 0 or 1 has no log-odds; the comparison holds all the same.
    with np.errstate(divide="ignore"):
        bound = np.log(threshold) - np.log1p(-threshold)
    return _Judged(x, of_stage, (log_odds >= bound) & ~labelled.blocked[rows])


def _resampled(
    labelled: LabelledCases,
    split: Split,
    config: WarningConfig,
    seed: int,
    rng: np.random.Generator,
    *,
    is_joint: bool,
) -> Classifier:
    drawn = rng.poisson(1.0, int(labelled.employee.max(initial=0)) + 1)[labelled.employee]

    def rows(within: NDArray[np.bool_]) -> NDArray[np.intp]:
        return np.repeat(np.arange(len(drawn)), np.where(within, drawn, 0))

    train, calibrate = (
        labelled.cases(rows(labelled.within(span))) for span in (split.train, split.calibrate)
    )
    names = labelled.features.names
    return fit_classifier(train, calibrate, names, config, seed, is_joint=is_joint)


def _shares(
    classifier: Classifier, features: FeatureMatrix, cases: _Judged, config: WarningConfig
) -> TopicShares:
    _, shares = classifier.shares(cases.x, cases.stage, config.num_threads)
    return topic_shares(shares, features)


def _total(shares: TopicShares) -> Doubles:
    return shares.by_family.sum(axis=1, keepdims=True)


def _evidence(
    stage: int,
    flagged: NDArray[np.bool_],
    own: TopicShares,
    anew: list[TopicShares],
    noise: Noise,
) -> list[Evidence]:
    name, n = STAGES[stage], int(flagged.sum())
    curve = noise.families[stage]
    clear = curve.is_clear(own.by_family[flagged]) & (own.by_family[flagged] > 0)
    payload = {"cases": n, "resamples": len(anew)}
    rows = [
        _same(f"same_top_{what}/{name}", flagged, part, own, anew, payload)
        for what, part in (("reason", "by_family"), ("topic", "by_topic"))
    ]
    shown = float(clear.any(axis=1).mean()) if n else None
    per_family = {
        family: {"constant": round(float(c), 4), "slope": round(float(s), 4)}
        for family, c, s in zip(FAMILIES, curve.constant, curve.slope, strict=True)
    }
    return [
        *rows,
        Evidence("transfer", "metric", f"some_reason_is_clear/{name}", shown, payload=payload),
        Evidence("transfer", "setting", f"reason_noise/{name}", payload=per_family),
    ]


def _same(
    name: str,
    flagged: NDArray[np.bool_],
    part: str,
    own: TopicShares,
    anew: list[TopicShares],
    payload: dict[str, int],
) -> Evidence:
    if not flagged.any():
        return Evidence("transfer", "metric", name, payload=payload)

    def top(shares: TopicShares) -> NDArray[np.intp]:
        of_flagged: Doubles = getattr(shares, part)[flagged]
        return np.argmax(of_flagged, axis=1)

    same = np.array([(top(other) == top(own)).mean() for other in anew])
    low, high = np.quantile(same, [0.05, 0.95])
    return Evidence(
        "transfer", "metric", name, float(same.mean()), float(low), float(high), payload=payload
    )
