"""Small worlds whose effects are known."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class World:
    """Confounded treatment: who has more of the first feature is treated more and fares better."""

    x: NDArray[np.float32]
    a: NDArray[np.bool_]
    y: FloatArray
    tau: FloatArray
    e: FloatArray
    mu0: FloatArray

    @property
    def m(self) -> FloatArray:
        """Expected outcome given the features."""
        return self.mu0 + self.e * self.tau


def confounded(n: int, variation: float, seed: int = 0) -> World:
    """Effect 1, and ``variation`` more or less by the sign of the second feature."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 5)).astype(np.float32)
    e = 1 / (1 + np.exp(-x[:, 0].astype(np.float64)))
    a = rng.random(n) < e
    tau = 1 + variation * np.sign(x[:, 1]).astype(np.float64)
    mu0 = 2 * x[:, 0].astype(np.float64)
    return World(x, a, mu0 + a * tau + rng.normal(size=n), tau, e, mu0)
