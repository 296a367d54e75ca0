"""How much of a difference in flags between two groups goes through each topic of reasons."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from ptml.contracts.evidence import Evidence
from ptml.evaluate.groups import Grouping
from ptml.evaluate.proxies import compared_groups
from ptml.intervals import Z_95
from ptml.transfer.calibration import sigmoid
from ptml.transfer.topics import TOPICS

Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]

_N_DRAWS = 200
_LEVEL = 0.05
_MOST_TOPICS = 5


@dataclass(frozen=True, eq=False)
class Scored:
    """Warnings of one stage with what they rest on, one row a person.

    Attributes
    ----------
    log_odds : (n,) float64
    by_topic : (n, n_topics) float64
        Shares of `log_odds` in the order of `TOPICS`.
    blocked : (n,) bool
    threshold : float
        Probability from which on a case is flagged.
    """

    log_odds: Doubles
    by_topic: Doubles
    blocked: Bools
    threshold: float


@dataclass(frozen=True, eq=False)
class _Paths:
    """A group against all others: of the difference in flags, what goes through each topic."""

    gap: float
    apart: Doubles
    through: Doubles


def path_evidence(
    scored: Scored, groups: Sequence[Grouping], stage: str, rng: np.random.Generator
) -> Iterator[Evidence]:
    """Follow a difference in flags back to the topics that make it.

    The group's mean share of a topic less that of all others is how far apart the topic puts them
    (log-odds). Taken off the share of everybody in the group, it leaves a lower or higher flag
    rate: what that changes goes through the topic. These parts need not add up, flags being yes or
    no. Intervals are of a Poisson bootstrap over people (Chamandy et al. 2012).

    Yields
    ------
    Evidence
        ``flag_gap/STAGE/ATTRIBUTE/GROUP`` (flag rate less that of the others), and
        ``through_topic/STAGE/ATTRIBUTE/GROUP/TOPIC`` (its part) of the five topics that clearly put
        them apart, beyond chance over all topics and groups.
    """
    for grouping in groups:
        if len(grouping.labels) < 2:
            continue
        for group in compared_groups(grouping):
            yield from _of_group(scored, grouping, group, stage, rng)


def _of_group(
    scored: Scored, grouping: Grouping, group: int, stage: str, rng: np.random.Generator
) -> Iterator[Evidence]:
    inside, outside = grouping.code == group, (grouping.code >= 0) & (grouping.code != group)
    found = _paths(scored, inside, outside, np.ones(len(inside)))
    weights = rng.poisson(1.0, (_N_DRAWS, len(inside))).astype(np.float64)
    drawn = [_paths(scored, inside, outside, weight) for weight in weights]
    name = f"{stage}/{grouping.attribute}/{grouping.labels[group]}"
    gap_error = float(np.std([draw.gap for draw in drawn], ddof=1))
    payload = {"in_group": int(inside.sum()), "others": int(outside.sum())}
    yield _row(f"flag_gap/{name}", found.gap, gap_error, payload)
    apart_error = np.std([draw.apart for draw in drawn], axis=0, ddof=1)
    through_error = np.std([draw.through for draw in drawn], axis=0, ddof=1)
    n_compared = len(TOPICS) * len(compared_groups(grouping))
    z = float(stats.norm.ppf(1 - _LEVEL / (2 * n_compared)))
    clear = np.abs(found.apart) > z * apart_error
    order = np.argsort(-np.where(clear, np.abs(found.through), -1), kind="stable")
    for topic in order[: min(_MOST_TOPICS, int(clear.sum()))]:
        half = z * apart_error[topic]
        apart = float(found.apart[topic])
        payload_of_topic = {
            "log_odds": [apart, float(apart - half), float(apart + half)],
            "holds_for_all_of": n_compared,
        }
        part, error = float(found.through[topic]), float(through_error[topic])
        yield _row(f"through_topic/{name}/{TOPICS[topic].code}", part, error, payload_of_topic)


def _paths(scored: Scored, inside: Bools, outside: Bools, weight: Doubles) -> _Paths:
    flagged = (sigmoid(scored.log_odds) >= scored.threshold) & ~scored.blocked
    own, others = weight[inside], weight[outside]
    apart = _mean(scored.by_topic[inside], own) - _mean(scored.by_topic[outside], others)
    rate = float(_mean(flagged[inside], own))
    without = sigmoid(scored.log_odds[inside, None] - apart) >= scored.threshold
    left = _mean(without & ~scored.blocked[inside, None], own)
    return _Paths(rate - float(_mean(flagged[outside], others)), apart, rate - left)


def _mean(values: Doubles | Bools, weight: Doubles) -> Doubles:
    return np.asarray(weight @ values / weight.sum(), dtype=np.float64)


def _row(name: str, value: float, error: float, payload: Mapping[str, object]) -> Evidence:
    low, high = value - Z_95 * error, value + Z_95 * error
    return Evidence("transfer", "metric", name, value, low, high, payload=payload)
