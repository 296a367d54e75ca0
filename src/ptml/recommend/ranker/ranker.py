"""The fitted second stage: candidates in, preference and what it is made of out."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from ptml.contracts.evidence import Evidence
from ptml.features.matrix import FeatureMatrix
from ptml.recommend.ranker.config import RankerConfig
from ptml.recommend.ranker.features import GROUP_OF, GROUPS, NAMES, SPLIT
from ptml.recommend.ranker.scale import Scale
from ptml.recommend.ranker.trees import contributions, margins

FloatArray = NDArray[np.float64]

_FILE, _TREES = "ranker.json", "trees.txt"


@dataclass(frozen=True, eq=False)
class RankerParts:
    """What adds up to the preference of m candidates, (m,) float64 each.

    Attributes
    ----------
    preference : float64
        ``base`` and all groups added up, within 1e-6.
    base : float64
        Preference before anything is known of person or course.
    by_group : mapping of str to (m,) float64
        By name of `GROUPS`.
    """

    preference: FloatArray
    base: FloatArray
    by_group: Mapping[str, FloatArray]


@dataclass(frozen=True, eq=False)
class Ranker:
    """Trees that order candidates, and the scale that makes preference of their margins.

    Attributes
    ----------
    booster : lgb.Booster or None
        None where the second stage did not beat the first on held-out time, or could not be judged:
        the first stage is used as it is.
    scale : Scale or None
        None where `booster` is.
    """

    booster: lgb.Booster | None
    scale: Scale | None
    config: RankerConfig
    fingerprint: str
    as_of_day: int
    seed: int
    evidence: tuple[Evidence, ...]

    @property
    def is_used(self) -> bool:
        """Whether candidates are to be ranked a second time."""
        return self.booster is not None

    def preference(self, matrix: FeatureMatrix) -> FloatArray:
        """Preference of candidates, (m,) float64, 0-1.

        Parameters
        ----------
        matrix : FeatureMatrix
            `ranker_features` of m candidates.

        Raises
        ------
        ValueError
            When the second stage is not used.
        """
        booster, scale = self._fitted()
        return scale.preference(margins(booster, matrix.select(NAMES), self.config.num_threads))

    def parts(self, matrix: FeatureMatrix) -> RankerParts:
        """Take the preference of candidates apart; costs some twenty times what scoring does.

        Parameters
        ----------
        matrix : FeatureMatrix
            `ranker_features` of m candidates.

        Raises
        ------
        ValueError
            When the second stage is not used.

        Notes
        -----
        TreeSHAP shares of the margin, added up by group; each times the mean slope of the scale
        between the expected margin and the candidate's. What the first stage says as a whole is
        split between ``past`` and ``role`` as its own parts are, by their absolute size.
        """
        booster, scale = self._fitted()
        x = matrix.select(NAMES)
        expected, found = contributions(booster, x, self.config.num_threads)
        slope = scale.mean_slope(expected, expected + found.sum(axis=1))
        parts = {name: np.zeros(len(x)) for name in GROUPS}
        whole = np.zeros(len(x))
        for k, group in enumerate(GROUP_OF.values()):
            if group == SPLIT:
                whole += found[:, k]
            else:
                parts[group] += found[:, k]
        of_past = _share_of_past(matrix)
        parts["past"] += whole * of_past
        parts["role"] += whole * (1 - of_past)
        by_group = {name: part * slope for name, part in parts.items()}
        base = scale.preference(expected)
        return RankerParts(base + sum(by_group.values()), base, by_group)

    def _fitted(self) -> tuple[lgb.Booster, Scale]:
        if self.booster is None or self.scale is None:
            raise ValueError("the second stage is not used: see its evidence for why")
        return self.booster, self.scale

    def save(self, folder: Path) -> None:
        """Write LightGBM's text and JSON."""
        folder.mkdir(parents=True, exist_ok=True)
        if self.booster is not None:
            (folder / _TREES).write_text(self.booster.model_to_string(), encoding="utf-8")
        about: dict[str, Any] = {
            "names": NAMES,
            "scale": None if self.scale is None else asdict(self.scale),
            # Threads are a matter of the machine and not of the model.
            "config": self.config.model_dump(exclude={"num_threads"}),
            "fingerprint": self.fingerprint,
            "as_of_day": self.as_of_day,
            "seed": self.seed,
            "evidence": [vars(row) for row in self.evidence],
        }
        text = json.dumps(about, ensure_ascii=False, sort_keys=True, indent=1)
        (folder / _FILE).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote; nothing in the files is run."""
        about = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        is_used = about["scale"] is not None
        booster = None
        if is_used:
            booster = lgb.Booster(model_str=(folder / _TREES).read_text(encoding="utf-8"))
        return cls(
            booster=booster,
            scale=Scale(**about["scale"]) if is_used else None,
            config=RankerConfig.model_validate(about["config"]),
            fingerprint=about["fingerprint"],
            as_of_day=about["as_of_day"],
            seed=about["seed"],
            evidence=tuple(Evidence(**row) for row in about["evidence"]),
        )


def _share_of_past(matrix: FeatureMatrix) -> FloatArray:
    sources = ("source_following", "source_factors", "source_in_role")
    following, factors, in_role = (
        np.nan_to_num(matrix.column(name)).astype(np.float64) for name in sources
    )
    past, role = np.abs(following + factors), np.abs(in_role)
    total = past + role
    return np.where(total > 0, past / np.where(total > 0, total, 1), 0.0)
