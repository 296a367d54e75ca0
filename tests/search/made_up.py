"""A judge whose truth is known: the best setting, the noise of cases, and what a call takes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ptml.search.config import TuningConfig
from ptml.search.gain import Gain
from ptml.search.objective import Objective
from ptml.search.space import Space, Value
from ptml.search.trials import Search

FloatArray = NDArray[np.float64]
SPACE = Space.model_validate(
    {
        "dimension": [
            {"key": "part.x", "kind": "float", "low": 0.0, "high": 1.0},
            {"key": "part.n", "kind": "int", "low": 1, "high": 8},
            {"key": "part.way", "kind": "categorical", "choices": ["a", "b"]},
        ]
    }
)
GIVEN: dict[str, Value] = {"part.x": 0.1, "part.n": 2, "part.way": "a"}


@dataclass(eq=False)
class Hill:
    """Cases whose mean is highest at x = .8; ``height`` = 0 is a plain on which all is chance."""

    seed: int = 0
    height: float = 1.0
    noise: float = 0.05
    n: int = 200
    asked: list[Mapping[str, Any]] = field(default_factory=list)
    name: str = "made-up cases"

    def judge(self, settings: Mapping[str, Any], seed: int) -> FloatArray:
        self.asked.append(settings)
        hard = np.random.default_rng(self.seed).normal(size=self.n)
        drawn = [seed, self.seed, int(1e6 * settings["x"]), settings["n"]]
        own = np.random.default_rng(drawn).normal(size=self.n) * self.noise
        return hard + own - self.height * (settings["x"] - 0.8) ** 2

    def gain(self, values: FloatArray, rival: FloatArray) -> Gain:
        apart = values - rival
        return Gain(float(apart.mean()), float(apart.std() / np.sqrt(len(apart))))

    def level(self, values: FloatArray) -> float:
        return float(values.mean())


def objective(
    height: float = 1.0, unseen_height: float | None = None, noise: float = 0.05
) -> Objective:
    """Three folds that are searched and one that is not."""
    folds = tuple(Hill(seed, height, noise) for seed in range(3))
    unseen = Hill(9, height if unseen_height is None else unseen_height, noise)
    return Objective("part", "height", "metres", folds, (unseen,), "nothing else")


def search(made: Objective, pruner: str = "paired") -> Search:
    """A search of the made-up space."""
    config = TuningConfig.model_validate({"pruner": pruner})
    return Search(made, SPACE.around(GIVEN), GIVEN, 7, config, "code")
