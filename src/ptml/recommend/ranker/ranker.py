"""The fitted second stage: candidates in, preference and what it is made of out."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from ptml.contracts.evidence import Evidence
from ptml.features.matrix import FeatureMatrix
from ptml.recommend.parts import PreferenceParts
from ptml.recommend.ranker.config import RankerConfig
from ptml.recommend.ranker.features import GROUP_OF, NAMES, SPLIT
from ptml.recommend.ranker.scale import Scale
from ptml.recommend.ranker.trees import log_odds, margins_of_blocks, start_of
from ptml.trees import Block, TreeMargins, TreeShares

FloatArray = NDArray[np.float64]

# Closer to the base than this the slope there is used for the mean slope.
_NEAR = 1e-9
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
        return self.preference_of_blocks([(matrix.select(NAMES), None)])

    def preference_of_blocks(self, blocks: Sequence[Block]) -> FloatArray:
        """The same, to the bit, of columns side by side (`ranker_blocks`)."""
        _, scale = self._fitted()
        threads = self.config.num_threads
        return scale.preference(margins_of_blocks(self._margins, blocks, threads))

    def parts(self, matrix: FeatureMatrix, first: PreferenceParts) -> RankerParts:
        """Take the preference of candidates apart.

        Parameters
        ----------
        matrix : FeatureMatrix
            `ranker_features` of m candidates.
        first : PreferenceParts
            `PreferenceModel.parts` of the same candidates.

        Raises
        ------
        ValueError
            When the second stage is not used.

        Notes
        -----
        A margin is the log-odds of the first stage's preference plus the trees. The log-odds are
        shared out as the first stage's preference is; the trees by TreeSHAP, added up by group,
        those of what the first stage says as a whole by the absolute size of its parts. Each part
        of the margin times the mean slope of the scale between the base and the candidate
        (Aumann and Shapley) is its part of the preference.
        """
        _, scale = self._fitted()
        x = matrix.select(NAMES)
        expected, found = self._shares.shares(x, self.config.num_threads)
        begun, by_group = _parts_of_start(start_of(x), first)
        of_first = _shares_of_first(first)
        for k, group in enumerate(GROUP_OF.values()):
            if group != SPLIT:
                by_group[group] += found[:, k]
                continue
            for name, share in of_first.items():
                by_group[name] += share * found[:, k]
        nothing_known = begun + expected
        margin = nothing_known + sum(by_group.values())
        slope = scale.mean_slope(nothing_known, margin)
        written = {name: part * slope for name, part in by_group.items()}
        base = scale.preference(nothing_known)
        return RankerParts(base + sum(written.values()), base, written)

    @cached_property
    def _margins(self) -> TreeMargins:
        return TreeMargins((self._fitted()[0],))

    @cached_property
    def _shares(self) -> TreeShares:
        return TreeShares(self._fitted()[0])

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


def _of_first(first: PreferenceParts) -> dict[str, FloatArray]:
    return {
        "past": np.asarray(first.past.sum(axis=1), np.float64).ravel(),
        "gap": first.gap,
        "role": first.role,
        "unit": first.unit,
        "grade": first.grade,
        "popularity": first.popularity,
    }


def _parts_of_start(
    start: FloatArray, first: PreferenceParts
) -> tuple[FloatArray, dict[str, FloatArray]]:
    """Log-odds of the first stage's base, (m,), and what its parts add up to the start, by group.

    What they leave open (rounding, a course of which it knows nothing) is ``other``.
    """
    begun, reached = log_odds(first.base), log_odds(first.preference)
    apart = first.preference - first.base
    near = np.abs(apart) < _NEAR
    steep = 1 / np.maximum(first.base * (1 - first.base), _NEAR)
    slope = np.where(near, steep, (reached - begun) / np.where(near, 1.0, apart))
    parts = {name: part * slope for name, part in _of_first(first).items()}
    parts["other"] = start - begun - sum(parts.values())
    return begun, parts


def _shares_of_first(first: PreferenceParts) -> dict[str, FloatArray]:
    """Part of the first stage's parts, by absolute size, that each group has, (m,) each."""
    sizes = {name: np.abs(part) for name, part in _of_first(first).items()}
    total = np.sum(list(sizes.values()), axis=0)
    safe = np.where(total > 0, total, 1.0)
    shares = {name: size / safe for name, size in sizes.items()}
    shares["other"] = np.where(total > 0, 0.0, 1.0)
    return shares
