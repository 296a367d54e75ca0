"""How strong a confounder that nobody recorded would have to be to explain the mean lift away."""

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.evidence import Evidence
from ptml.lift.checks.rows import check, rounded
from ptml.lift.estimation import Compared
from ptml.lift.pooled import pooled_effect
from ptml.lift.study import Study

FloatArray = NDArray[np.float64]

N_SHOWN = 10


def robustness_value(t: float, freedom: float) -> float:
    """Share of what is left of treatment and outcome that a confounder would have to explain.

    ``(sqrt(f^4 + 4 f^2) - f^2) / 2`` with ``f = |t| / sqrt(freedom)`` (Cinelli and Hazlett 2020).

    >>> round(robustness_value(4.18, 783), 3)
    0.139
    """
    f = abs(t) / np.sqrt(max(freedom, 1.0))
    return float((np.sqrt(f**4 + 4 * f**2) - f**2) / 2)


def sensitivity(study: Study, compared: Compared) -> Evidence:
    """Hold the robustness value against the strongest covariate that was recorded."""
    against = compared.evidence.contrast
    mean_lift = pooled_effect(compared.evidence, against, compared.y)
    n_takers = int(against.is_taker.sum())
    value = robustness_value(mean_lift.value / max(mean_lift.error, 1e-12), n_takers)
    # What covariates explain of the change before anything was taken out of it.
    y = study.setting.panel.change[study.sample.row[against.pair]]
    names = study.covariate_columns
    weight = np.where(
        against.is_taker,
        1.0,
        study.sample.weight[against.pair]
        * n_takers
        / max(float(study.sample.weight[against.pair][~against.is_taker].sum()), 1.0),
    )
    taker = against.is_taker.astype(np.float64)
    strength = np.array(
        [
            min(
                _explained(study.covariate(k), taker, weight),
                _explained(study.covariate(k), y, weight),
            )
            for k in names.values()
        ]
    )
    order = np.argsort(-strength, kind="stable")[:N_SHOWN]
    strongest = float(strength[order[0]]) if len(order) else 0.0
    return check(
        "hidden_confounder",
        value,
        strongest,
        value > strongest,
        f"A confounder would have to explain {value:.1%} of what is left both of who starts and of "
        "the outcome to bring the mean lift to 0; the strongest that was recorded "
        f"({list(names)[order[0]] if len(order) else 'none'}) explains {strongest:.1%} of both.",
        drawn={
            "covariates": [list(names)[k] for k in order],
            "strength": rounded(strength[order]),
        },
    )


def _explained(value: NDArray[np.float32], target: FloatArray, weight: FloatArray) -> float:
    known = np.isfinite(value)
    if known.sum() < 3:
        return 0.0
    w = weight[known] / weight[known].sum()
    x, y = value[known].astype(np.float64), target[known]
    x, y = x - (w * x).sum(), y - (w * y).sum()
    spread = float((w * x * x).sum() * (w * y * y).sum())
    return float((w * x * y).sum() ** 2 / spread) if spread > 0 else 0.0
