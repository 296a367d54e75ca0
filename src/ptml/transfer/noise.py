"""How much a share or a log-odds moves when the model is fitted anew: what is told from nothing."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ptml.transfer.calibration import sigmoid
from ptml.transfer.families import TopicShares
from ptml.transfer.topics import FAMILIES

Doubles = NDArray[np.float64]

# A reason is shown where it lies outside of the middle 90 % of what fitting anew makes of nothing.
Z_90 = 1.645
_PARTS = ("families", "total", "levers")


@dataclass(frozen=True, eq=False)
class NoiseCurve:
    """``sd = sqrt(constant^2 + (slope x value)^2)`` of k quantities: large values move more.

    Attributes
    ----------
    constant, slope : (k,) float64
        Log-odds, and share of the value.
    """

    constant: Doubles
    slope: Doubles

    def sd(self, value: Doubles) -> Doubles:
        """Standard deviation of each value, (n, k) float64 in log-odds.

        Parameters
        ----------
        value : (n, k) float64
        """
        return np.sqrt(self.constant**2 + (self.slope * value) ** 2)

    def is_clear(self, value: Doubles) -> NDArray[np.bool_]:
        """Whether each value is told from 0 with 90 % confidence, (n, k) bool."""
        return np.abs(value) > Z_90 * self.sd(value)

    def as_plain(self) -> dict[str, list[float | None]]:
        """Numbers for a JSON file; one that is not finite is null."""
        return {
            name: [value if np.isfinite(value) else None for value in getattr(self, name).tolist()]
            for name in ("constant", "slope")
        }

    @classmethod
    def from_plain(cls, plain: dict[str, list[float | None]]) -> Self:
        """Read what `as_plain` wrote."""
        constant, slope = (
            np.array([np.inf if value is None else value for value in plain[name]])
            for name in ("constant", "slope")
        )
        return cls(constant, slope)


def noise_curve(value: Doubles, others: Doubles) -> NoiseCurve:
    """Fit the curve to what models fitted anew say of the same cases.

    Squared differences are regressed on 1 and the squared value, neither coefficient below 0.

    Parameters
    ----------
    value : (n, k) float64
        What the model says; NaN where it says nothing.
    others : (n_resamples, n, k) float64
        What each of the others says.
    """
    fitted = [
        _line(value[known, k] ** 2, ((others[:, known, k] - value[known, k]) ** 2).mean(axis=0))
        for k, known in enumerate(np.isfinite(value).T)
    ]
    constant, slope = np.array(fitted).reshape(-1, 2).T
    return NoiseCurve(np.sqrt(constant), np.sqrt(slope))


def _line(size: Doubles, squared: Doubles) -> tuple[float, float]:
    if len(size) == 0:
        # Nothing was seen: nothing can be told from noise.
        return np.inf, 0.0
    away = size - size.mean()
    slope = float(away @ squared / max(away @ away, 1e-12))
    slope = min(max(slope, 0.0), 1.0)
    return max(float(squared.mean() - slope * size.mean()), 0.0), slope


@dataclass(frozen=True, eq=False)
class Noise:
    """By stage: noise of the families' shares, of the log-odds above the base value, of levers."""

    families: tuple[NoiseCurve, ...]
    total: tuple[NoiseCurve, ...]
    levers: tuple[NoiseCurve, ...]

    def as_plain(self) -> dict[str, Any]:
        """Numbers for a JSON file."""
        return {name: [curve.as_plain() for curve in getattr(self, name)] for name in _PARTS}

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Self:
        """Read what `as_plain` wrote."""
        return cls(
            *(tuple(NoiseCurve.from_plain(curve) for curve in plain[name]) for name in _PARTS)
        )


@dataclass(frozen=True, eq=False)
class Told:
    """What of m cases is told from noise.

    Attributes
    ----------
    clear : (m, n_families) bool
    p_low, p_high : (m,) float64
        90 % range of the probability.
    """

    clear: NDArray[np.bool_]
    p_low: Doubles
    p_high: Doubles


def told_from_noise(
    noise: Noise, topics: TopicShares, base: Doubles, stage: NDArray[np.uint8]
) -> Told:
    """Hold shares and log-odds against what fitting anew makes of them.

    Parameters
    ----------
    base : (m,) float64
        Base value, log-odds.
    stage : (m,) uint8
    """
    clear = np.zeros((len(stage), len(FAMILIES)), dtype=np.bool_)
    sd = np.zeros(len(stage))
    total = topics.by_family.sum(axis=1)
    for k, (families, of_total) in enumerate(zip(noise.families, noise.total, strict=True)):
        rows = stage == k
        clear[rows] = families.is_clear(topics.by_family[rows])
        sd[rows] = of_total.sd(total[rows, None])[:, 0]
    log_odds = base + total
    return Told(clear, sigmoid(log_odds - Z_90 * sd), sigmoid(log_odds + Z_90 * sd))
