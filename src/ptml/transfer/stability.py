"""Fit the model anew on resampled employees: do the same reasons come first?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.evidence import Evidence
from ptml.features.matrix import FeatureMatrix
from ptml.transfer.cases import LabelledCases, forward_folds
from ptml.transfer.classifier import Classifier
from ptml.transfer.completions import STAGES
from ptml.transfer.config import WarningConfig
from ptml.transfer.families import TopicShares, topic_shares
from ptml.transfer.learner import Fold, Learner
from ptml.transfer.levers import Background, lever_changes
from ptml.transfer.noise import Noise, noise_curve
from ptml.transfer.splits import Split
from ptml.transfer.topics import FAMILIES, SINCE, TOPICS

Doubles = NDArray[np.float64]

_STAGES = range(len(STAGES))
_WHY = np.arange(len(FAMILIES)) != SINCE
_TOPICS_WHY = np.array([topic.family != FAMILIES[SINCE] for topic in TOPICS])

# Cases of a stage that are judged: enough for shares within two percentage points.
MOST_JUDGED = 2_000


@dataclass(frozen=True, eq=False)
class _Judged:
    """Cases of one stage in the newest span, and who of them would be flagged."""

    x: NDArray[np.float32]
    stage: NDArray[np.uint8]
    flagged: NDArray[np.bool_]


def measure_stability(
    classifier: Classifier,
    labelled: LabelledCases,
    split: Split,
    thresholds: tuple[float, ...],
    background: Background,
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
    features = labelled.features
    own = [_answers(classifier, features, cases, background, config) for cases in judged]
    anew: list[list[_Answers]] = [[] for _ in _STAGES]
    for _ in range(config.n_resamples):
        other = _resampled(labelled, split, config, seed, rng, is_joint=is_joint)
        for k, cases in enumerate(judged):
            anew[k].append(_answers(other, features, cases, background, config))
    noise = Noise(
        *(
            tuple(
                noise_curve(getattr(one, part), np.stack([getattr(o, part) for o in others]))
                for one, others in zip(own, anew, strict=True)
            )
            for part in ("families", "total", "levers")
        )
    )
    rows = [row for k in _STAGES for row in _evidence(k, judged[k].flagged, own[k], anew[k], noise)]
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
    row = np.repeat(np.arange(len(drawn)), drawn)
    # The newest fold alone calibrates: what is compared are reasons, and it is a third of the work.
    folds = forward_folds(labelled, split, config)[:1]
    shown = [Fold(fold.train[row], fold.held[row]) for fold in folds]
    learner = Learner(labelled.features.names, config, seed)
    return learner.fit(labelled.cases().take(row), shown, is_joint=is_joint).classifier


@dataclass(frozen=True, eq=False)
class _Answers:
    """What one classifier says of the judged cases of a stage; levers of the flagged ones."""

    topics: TopicShares
    levers: Doubles

    @property
    def families(self) -> Doubles:
        return self.topics.by_family

    @property
    def reasons(self) -> Doubles:
        return self.topics.by_family[:, _WHY]

    @property
    def reason_topics(self) -> Doubles:
        return self.topics.by_topic[:, _TOPICS_WHY]

    @property
    def total(self) -> Doubles:
        return self.topics.by_family.sum(axis=1, keepdims=True)


def _answers(
    classifier: Classifier,
    features: FeatureMatrix,
    cases: _Judged,
    background: Background,
    config: WarningConfig,
) -> _Answers:
    n_threads = config.num_threads
    _, shares = classifier.shares(cases.x, cases.stage, n_threads)
    x, stage = cases.x[cases.flagged], cases.stage[cases.flagged]
    changes = lever_changes(classifier, features.names, x, stage, background, n_threads)
    return _Answers(topic_shares(shares, features), changes)


def _evidence(
    stage: int,
    flagged: NDArray[np.bool_],
    own: _Answers,
    anew: list[_Answers],
    noise: Noise,
) -> list[Evidence]:
    name, n = STAGES[stage], int(flagged.sum())
    curve = noise.families[stage]
    shares = own.reasons[flagged]
    clear = curve.is_clear(own.families[flagged])[:, _WHY] & (shares > 0)
    payload = {"cases": n, "resamples": len(anew)}
    rows = [
        _same(
            f"same_top_{what}/{name}",
            getattr(own, part)[flagged],
            [getattr(o, part)[flagged] for o in anew],
            payload,
        )
        for what, part in (("reason", "reasons"), ("topic", "reason_topics"))
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


def _same(name: str, own: Doubles, anew: list[Doubles], payload: dict[str, int]) -> Evidence:
    if len(own) == 0:
        return Evidence("transfer", "metric", name, payload=payload)
    top = np.argmax(own, axis=1)
    same = np.array([(np.argmax(other, axis=1) == top).mean() for other in anew])
    low, high = np.quantile(same, [0.05, 0.95])
    return Evidence(
        "transfer", "metric", name, float(same.mean()), float(low), float(high), payload=payload
    )
