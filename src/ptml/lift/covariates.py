"""What both nuisances see of a person; the same columns at training and at scoring."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.ids import IdMap
from ptml.features.history import History
from ptml.features.matrix import FeatureMatrix

Float32Array = NDArray[np.float32]

# A person's own scores enter only through the last one before the decision.
EXCLUDED_FAMILIES = ("performance",)


@dataclass(frozen=True)
class PersonCovariates:
    """Names of the person features in use, and the ids behind the categorical ones.

    Attributes
    ----------
    names : tuple of str
        Person features in order; the last score before the decision follows them.
    ids : mapping of feature name to IdMap
        Codes at training, so that a role keeps its code when other roles come and go.
    """

    names: tuple[str, ...]
    ids: Mapping[str, IdMap]

    @property
    def categorical(self) -> tuple[int, ...]:
        """Positions of the categorical columns."""
        return tuple(k for k, name in enumerate(self.names) if name in self.ids)

    def values(
        self, people: FeatureMatrix, history: History, last_score: Float32Array
    ) -> Float32Array:
        """Give the covariates of rows, (n, len(names) + 1) float32."""
        values = np.concatenate(
            [people.select(self.names), last_score[:, None]], axis=1, dtype=np.float32
        )
        for name, ids in self.ids.items():
            now = categorical_ids(history)[name]
            translated = np.append(ids.codes(now.ids), -1).astype(np.float32)
            column = self.names.index(name)
            code = np.nan_to_num(values[:, column], nan=-1).astype(np.int64)
            values[:, column] = np.where(translated[code] >= 0, translated[code], np.nan)
        return values


def categorical_ids(history: History) -> dict[str, IdMap]:
    """Which ids the codes of a categorical feature stand for."""
    return {"role": history.roles, "job_family": history.job_families}


def choose_covariates(people: FeatureMatrix, history: History) -> PersonCovariates:
    """All person features but those of performance and categories without stable ids."""
    ids = categorical_ids(history)
    names = tuple(
        name
        for name, family in zip(people.names, people.families, strict=True)
        if family not in EXCLUDED_FAMILIES and (name not in people.categorical or name in ids)
    )
    return PersonCovariates(
        names, {name: ids[name] for name in names if name in people.categorical}
    )
