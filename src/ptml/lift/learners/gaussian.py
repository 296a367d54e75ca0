"""A Gaussian process of outcome and effect: the smooth candidate, at its best on small data.

``y = g(x) + b h(x) + noise`` where ``b`` codes the treatment; ``g`` and ``h`` are processes with a
linear and a smooth part each. How much each feature matters is learnt by the marginal likelihood.
"""

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import scipy.linalg
import scipy.optimize
from numpy.typing import NDArray
from pydantic import Field, PositiveInt
from threadpoolctl import threadpool_limits

from ptml.config import FrozenConfig

FloatArray = NDArray[np.float64]

# Amplitudes: linear, smooth, and constant part of a process.
_N_AMPLITUDES = 3


class GaussianConfig(FrozenConfig):
    """How the process is learnt."""

    max_tuning_rows: PositiveInt = 700
    """Rows on which the marginal likelihood is maximised."""
    max_rows: PositiveInt = 3500
    """Rows that the process is conditioned on; cost grows with the third power."""
    max_iterations: PositiveInt = 40
    """Steps of L-BFGS."""
    relevance_spread: Annotated[float, Field(gt=0)] = 1.5
    """Prior standard deviation of a feature's log relevance around 1 / n_features."""


@dataclass(frozen=True)
class Process:
    """A process conditioned on rows.

    Attributes
    ----------
    theta : (2 * (3 + p) + 1,) float64
        Log amplitudes and relevances of both parts, log noise variance.
    x : (n, p) float64
    codes : (2, n) float64
        Ones, and the coded treatment.
    alpha : (n,) float64
        ``K^-1 (y - mean)``.
    mean : float
    """

    theta: FloatArray
    x: FloatArray
    codes: FloatArray
    alpha: FloatArray
    mean: float

    def effect(self, x: FloatArray) -> FloatArray:
        """Posterior mean (m,) of ``h`` at features (m, p)."""
        return self._part(1, x)

    def base(self, x: FloatArray) -> FloatArray:
        """Posterior mean (m,) of ``g`` at features (m, p)."""
        return self.mean + self._part(0, x)

    def _part(self, part: int, x: FloatArray) -> FloatArray:
        amplitudes, relevance = _unpack(self.theta, self.x.shape[1])[part]
        kernel = sum(
            amplitude * k
            for amplitude, k in zip(amplitudes, _kernels(x, self.x, relevance), strict=True)
        )
        return np.asarray(kernel @ (self.codes[part] * self.alpha), dtype=np.float64)


def fit_process(
    x: FloatArray,
    coded: FloatArray,
    y: FloatArray,
    rng: np.random.Generator,
    config: GaussianConfig | None = None,
) -> Process:
    """Maximise the marginal likelihood on some rows, condition on all (or as many as allowed).

    Parameters
    ----------
    x : (n, p) float64
        Standardised features.
    coded : (n,) float64
        Coded treatment; ``a - e(x)`` keeps confounding out of ``h``.
    y : (n,) float64

    Notes
    -----
    Alaa & van der Schaar (2017), *Bayesian inference of individualized treatment effects using
    multi-task Gaussian processes*; the residual coding after Hahn, Murray & Carvalho (2020).
    Rasmussen & Williams (2006), eq. 5.9 for the gradient.
    """
    config = config or GaussianConfig()
    scale = float(y.std()) or 1.0
    mean, z = float(y.mean()), (y - y.mean()) / scale
    codes = np.stack([np.ones(len(y)), coded])
    order = rng.permutation(len(y))
    tuned = order[: config.max_tuning_rows]
    rows = np.sort(order[: config.max_rows])
    # Many small products: more threads of BLAS wait for each other, and change the last bits.
    with threadpool_limits(1, "blas"):
        theta = _maximise(x[tuned], codes[:, tuned], z[tuned], config)
        covariance = _covariance(theta, x[rows], codes[:, rows])[0]
        factor = scipy.linalg.cho_factor(covariance, lower=True, overwrite_a=True)
        alpha = scipy.linalg.cho_solve(factor, z[rows]) * scale
    return Process(theta, x[rows], codes[:, rows], alpha, mean)


def _maximise(
    x: FloatArray, codes: FloatArray, z: FloatArray, config: GaussianConfig
) -> FloatArray:
    p = x.shape[1]
    prior_relevance = -np.log(p)
    one = np.concatenate([[np.log(0.1), np.log(0.3), np.log(0.3)], np.full(p, prior_relevance)])
    start = np.concatenate([one, one, [np.log(0.3)]])

    def loss(theta: FloatArray) -> tuple[float, FloatArray]:
        value, gradient = _negative_likelihood(theta, x, codes, z)
        # Wide priors keep what the data do not tell near the start.
        spread = np.full(len(theta), 3.0)
        for part in range(2):
            first = part * (_N_AMPLITUDES + p) + _N_AMPLITUDES
            spread[first : first + p] = config.relevance_spread
        pull = (theta - start) / spread
        return value + 0.5 * float(pull @ pull), gradient + pull / spread

    found = scipy.optimize.minimize(
        loss,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=[(-12.0, 4.0)] * (len(start) - 1) + [(-6.0, 2.0)],
        options={"maxiter": config.max_iterations},
    )
    return np.asarray(found.x, dtype=np.float64)


def _negative_likelihood(
    theta: FloatArray, x: FloatArray, codes: FloatArray, z: FloatArray
) -> tuple[float, FloatArray]:
    covariance, kernels = _covariance(theta, x, codes)
    factor = scipy.linalg.cho_factor(covariance, lower=True)
    alpha = scipy.linalg.cho_solve(factor, z)
    value = 0.5 * float(z @ alpha) + float(np.log(np.diag(factor[0])).sum())
    inverse = scipy.linalg.cho_solve(factor, np.eye(len(z)))
    inner = inverse - np.outer(alpha, alpha)
    gradient: list[float] = []
    for part, (amplitudes, relevance) in enumerate(_unpack(theta, x.shape[1])):
        coded = inner * np.outer(codes[part], codes[part])
        for amplitude, kernel in zip(amplitudes, kernels[part], strict=True):
            gradient.append(0.5 * amplitude * float(np.sum(coded * kernel)))
        linear = coded * amplitudes[1]
        smooth = coded * kernels[part][2] * amplitudes[2]
        pull = np.einsum("ij,ij->j", x, linear @ x)
        gap = 2 * (x**2).T @ smooth.sum(axis=1) - 2 * np.einsum("ij,ij->j", x, smooth @ x)
        gradient.extend(0.5 * relevance * pull - 0.25 * relevance * gap)
    gradient.append(0.5 * float(np.exp(theta[-1])) * float(np.trace(inner)))
    return value, np.array(gradient)


def _covariance(
    theta: FloatArray, x: FloatArray, codes: FloatArray
) -> tuple[FloatArray, list[tuple[FloatArray, FloatArray, FloatArray]]]:
    noise = float(np.exp(theta[-1])) + 1e-6
    covariance = noise * np.eye(len(x))
    kernels = []
    for part, (amplitudes, relevance) in enumerate(_unpack(theta, x.shape[1])):
        found = _kernels(x, x, relevance)
        kernel = amplitudes[0] * found[0] + amplitudes[1] * found[1] + amplitudes[2] * found[2]
        covariance += kernel * np.outer(codes[part], codes[part])
        kernels.append(found)
    return covariance, kernels


def _kernels(
    left: FloatArray, right: FloatArray, relevance: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Constant, linear and smooth (squared exponential) kernel, (m, n) each."""
    scaled = left * np.sqrt(relevance), right * np.sqrt(relevance)
    product = scaled[0] @ scaled[1].T
    squares = (scaled[0] ** 2).sum(axis=1)[:, None] + (scaled[1] ** 2).sum(axis=1)
    return np.ones_like(product), product, np.exp(-0.5 * np.maximum(squares - 2 * product, 0))


def _unpack(theta: FloatArray, p: int) -> list[tuple[FloatArray, FloatArray]]:
    size = _N_AMPLITUDES + p
    parts = (np.exp(theta[:size]), np.exp(theta[size : 2 * size]))
    return [(part[:_N_AMPLITUDES], part[_N_AMPLITUDES:]) for part in parts]
