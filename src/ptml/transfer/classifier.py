"""The classifier: a straight part, small trees that go on from it, and a calibration; by stage.

Both stages may share one model. All three parts are additive on the log-odds, so that shares are.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from ptml.transfer.completions import STAGES
from ptml.transfer.curve import Calibration
from ptml.transfer.linear import Linear
from ptml.trees import TreeMargins, TreeShares

Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

MAX_BIN = 127
_CALIBRATION = "calibration.json"
_LINEAR = "linear.npz"


@dataclass(frozen=True, eq=False)
class Cases:
    """Labelled completions at stages.

    Attributes
    ----------
    x : (n, p) float32
    weak : (n,) bool
    stage : (n,) uint8
    weight : (n,) float64 or None
        What each counts in fitting and calibration; None = all alike.
    """

    x: Floats
    weak: Bools
    stage: NDArray[np.uint8]
    weight: Doubles | None = None

    def __len__(self) -> int:
        return len(self.weak)

    def take(self, mask: Bools | NDArray[np.intp]) -> "Cases":
        """Pick rows by mask or position."""
        weight = None if self.weight is None else self.weight[mask]
        return Cases(self.x[mask], self.weak[mask], self.stage[mask], weight)


@dataclass(frozen=True, eq=False)
class Classifier:
    """A straight part, a booster and a calibration for each stage; stages may share the first two.

    ``logit(p_weak) = calibration(straight part + trees)``.
    """

    linears: tuple[Linear, ...]
    boosters: tuple[lgb.Booster, ...]
    calibrations: tuple[Calibration, ...]

    def log_odds(self, x: Floats, stage: NDArray[np.uint8], num_threads: int) -> Doubles:
        """Calibrated log-odds of weak transfer, (n,) float64."""
        out = np.zeros(len(x))
        for k, (linear, booster, calibration) in enumerate(self._by_stage()):
            rows = stage == k
            if rows.any():
                raw = linear.log_odds(x[rows]) + raw_log_odds(booster, x[rows], num_threads)
                out[rows] = calibration.log_odds(raw)
        return out

    def crossed_log_odds(
        self,
        x: Floats,
        others: Floats,
        columns: NDArray[np.int64],
        stage: int,
        num_threads: int,
    ) -> Doubles:
        """`log_odds` of every case with every other row in place of some of its columns, (n, k).

        Parameters
        ----------
        x : (n, p) float32
        others : (k, q) float32
        columns : (q,) int64
            Which columns of x the others' are.
        stage : int
            Whose model is asked.
        """
        kept = np.setdiff1d(np.arange(x.shape[1]), columns)
        row = np.repeat(np.arange(len(x)), len(others))
        other = np.tile(np.arange(len(others)), len(x))
        whole = x[row]
        whole[:, columns] = others[other]
        # What belongs to a case or to another row is looked up once, and not once a pair of them.
        blocks = ((x[:, kept], row), (others, other))
        trees = self._margins[stage].margins(blocks, num_threads, np.append(kept, columns))[0]
        raw = self.linears[stage].log_odds(whole) + trees
        return self.calibrations[stage].log_odds(raw).reshape(len(x), len(others))

    @cached_property
    def _margins(self) -> tuple[TreeMargins, ...]:
        once = {id(booster): TreeMargins((booster,)) for booster in self.boosters}
        return tuple(once[id(booster)] for booster in self.boosters)

    def shares(
        self, x: Floats, stage: NDArray[np.uint8], num_threads: int
    ) -> tuple[Doubles, Doubles]:
        """Base value (n,) and SHAP shares (n, p) in calibrated log-odds; their sum is the log-odds.

        Exact TreeSHAP (Lundberg et al. 2020) of the trees and the terms of the straight part, which
        are its exact Shapley values. The calibration is a curve: it scales all shares of a case by
        its mean slope between base and case, so that they keep their proportions and add up.
        """
        base = np.zeros(len(x))
        shares = np.zeros(x.shape, dtype=np.float64)
        for k, (linear, trees, calibration) in enumerate(
            zip(self.linears, self.trees, self.calibrations, strict=True)
        ):
            rows = stage == k
            if not rows.any():
                continue
            middle, found = trees.shares(x[rows], num_threads)
            raw = found + linear.shares(x[rows])
            start = np.array(middle + linear.intercept)
            slope = calibration.slope_between(start, start + raw.sum(axis=1))
            shares[rows] = slope[:, None] * raw
            base[rows] = calibration.log_odds(start)
        return base, shares

    @cached_property
    def trees(self) -> tuple[TreeShares, ...]:
        """What works out the shares of each stage; stages with one booster have it once."""
        once = {id(booster): TreeShares(booster) for booster in self.boosters}
        return tuple(once[id(booster)] for booster in self.boosters)

    def _by_stage(self) -> Iterator[tuple[Linear, lgb.Booster, Calibration]]:
        return zip(self.linears, self.boosters, self.calibrations, strict=True)

    def save(self, folder: Path) -> None:
        """Write LightGBM text a stage, the straight parts as ``.npz``, calibrations as JSON."""
        for stage, booster in zip(STAGES, self.boosters, strict=True):
            text = booster.model_to_string()
            (folder / f"booster_{stage}.txt").write_text(text, encoding="utf-8")
        straight = {
            f"{stage}/{name}": value
            for stage, linear in zip(STAGES, self.linears, strict=True)
            for name, value in vars(linear).items()
        }
        np.savez(folder / _LINEAR, allow_pickle=False, **straight)
        told = {s: asdict(one) for s, one in zip(STAGES, self.calibrations, strict=True)}
        (folder / _CALIBRATION).write_text(json.dumps(told), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote."""
        found = json.loads((folder / _CALIBRATION).read_text(encoding="utf-8"))
        texts = [(folder / f"booster_{s}.txt").read_text(encoding="utf-8") for s in STAGES]
        with np.load(folder / _LINEAR, allow_pickle=False) as file:
            linears = tuple(
                Linear(file[f"{s}/weight"], file[f"{s}/centre"], float(file[f"{s}/intercept"]))
                for s in STAGES
            )
        return cls(
            linears,
            tuple(lgb.Booster(model_str=text) for text in texts),
            tuple(Calibration(**found[stage]) for stage in STAGES),
        )


def raw_log_odds(
    booster: lgb.Booster, x: Floats, num_threads: int, n_trees: int | None = None
) -> Doubles:
    """The trees' own log-odds, (n,) float64; of the first ones only where `n_trees` says so."""
    found = booster.predict(x, raw_score=True, num_threads=num_threads, num_iteration=n_trees)
    return np.asarray(found, dtype=np.float64)
