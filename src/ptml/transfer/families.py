"""Shares of features summed into topics, and topics into families: nothing is lost."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.features.matrix import FeatureMatrix
from ptml.transfer.topics import FAMILIES, TOPICS, topic_of

Doubles = NDArray[np.float64]

_FAMILY_OF_TOPIC = np.array([FAMILIES.index(topic.family) for topic in TOPICS])


@dataclass(frozen=True, eq=False)
class TopicShares:
    """Shares in log-odds of m cases.

    Attributes
    ----------
    by_topic : (m, n_topics) float64
        In the order of `TOPICS`.
    by_family : (m, n_families) float64
        In the order of `FAMILIES`; sums to what the features' shares sum to.
    """

    by_topic: Doubles
    by_family: Doubles

    def leading(self, family: int) -> NDArray[np.intp]:
        """The topic of a family that speaks most for the family's own direction, (m,)."""
        members = np.flatnonzero(family == _FAMILY_OF_TOPIC)
        sign = np.where(self.by_family[:, family] < 0, -1.0, 1.0)
        return members[np.argmax(self.by_topic[:, members] * sign[:, None], axis=1)]


def topic_shares(shares: Doubles, features: FeatureMatrix) -> TopicShares:
    """Sum the shares of features.

    Parameters
    ----------
    shares : (m, p) float64
    features : FeatureMatrix
        The p features, for their names and families.
    """
    topic = [topic_of(n, f) for n, f in zip(features.names, features.families, strict=True)]
    by_topic = _summed(shares, topic, len(TOPICS))
    return TopicShares(by_topic, _summed(by_topic, _FAMILY_OF_TOPIC.tolist(), len(FAMILIES)))


def _summed(values: Doubles, group: Sequence[int], n_groups: int) -> Doubles:
    """Sum columns into groups, in their order: a matrix product rounds by the number of rows."""
    total = np.zeros((len(values), n_groups))
    for column, of in enumerate(group):
        total[:, of] += values[:, column]
    return total
