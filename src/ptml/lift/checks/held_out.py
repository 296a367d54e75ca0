"""Whether lifts that were learnt without a person come true on that person."""

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.evidence import Evidence
from ptml.intervals import Z_95
from ptml.lift.checks.rows import check, curve, metric
from ptml.lift.estimation import Compared, Comparison
from ptml.lift.learning import HeldOut
from ptml.lift.pooled import Figure, clustered_error

FloatArray = NDArray[np.float64]

N_BINS = 10


def calibration_slope(learnt: Comparison, y: FloatArray, predicted: FloatArray) -> Figure:
    """Slope of observed on predicted lift, beside a level that is free."""
    taker, weight = learnt.contrast.is_taker, learnt.contrast.weight
    n = max(float(weight[taker].sum()), 1e-9)
    apart = predicted - float((weight * predicted)[taker].sum()) / n
    size = max(float((weight * apart**2)[taker].sum()), 1e-9)
    level, slope = float((weight * y).sum()) / n, float((weight * apart * y).sum()) / size
    score = weight * apart * (y - np.where(taker, level + slope * apart, 0.0))
    return Figure(slope, clustered_error(score, learnt) / size)


def beats(learnt: Comparison, y: FloatArray, predicted: FloatArray, rival: FloatArray) -> Figure:
    """How much lower the orthogonal loss is than a rival's, points squared a taker.

    Twice the loss without what no lift changes is ``sum_T (l^2 - 2 l y) + 2 sum_C w o l y``. The
    error is infinite where nobody is judged.
    """
    taker, weight = learnt.contrast.is_taker, learnt.contrast.weight
    gain = 2 * (predicted - rival) * y - np.where(taker, predicted**2 - rival**2, 0.0)
    size = float(weight[taker].sum())
    if size <= 0:
        return Figure(0.0, np.inf)
    value = float((weight * gain).sum()) / size
    score = weight * (gain - np.where(taker, value, 0.0))
    return Figure(value, clustered_error(score, learnt) / size)


def ranking_gain(learnt: Comparison, y: FloatArray, predicted: FloatArray, kind: str) -> Figure:
    """What ranking by predicted lift is worth: ``autoc`` or ``qini`` (Yadlowsky et al. 2025).

    The mean over starts of ``a(q) x lift``, ``q`` the share of starts at least as promising:
    ``a = -log q - 1`` or ``1/2 - q``. 0 = no better than by lot.
    """
    taker, weight = learnt.contrast.is_taker, learnt.contrast.weight
    ordered = np.sort(predicted[taker])
    at_least = len(ordered) - np.searchsorted(ordered, predicted, side="left")
    q = np.clip(at_least / len(ordered), 1 / len(ordered), 1.0)
    alpha = -np.log(q) - 1 if kind == "autoc" else 0.5 - q
    # Ties and the grid leave a mean that is not quite 0.
    alpha = alpha - float(np.average(alpha[taker], weights=weight[taker]))
    size = float(weight[taker].sum())
    value = float((weight * alpha * y).sum()) / size
    mean = float((weight * y).sum()) / size
    score = weight * (alpha * (y - np.where(taker, mean, 0.0)) - np.where(taker, value, 0.0))
    return Figure(value, clustered_error(score, learnt) / size)


def held_out_evidence(compared: Compared, held: HeldOut) -> list[Evidence]:
    """Calibration by tenths, what ranking is worth, and two rivals to beat."""
    learnt, y = compared.evidence, compared.y
    predicted = held.lift
    taker, weight = learnt.contrast.is_taker, learnt.contrast.weight
    mean = float((weight * y).sum() / weight[taker].sum())
    constant = beats(learnt, y, predicted, np.full(len(y), mean))
    zero = beats(learnt, y, predicted, np.zeros(len(y)))
    autoc, qini = (ranking_gain(learnt, y, predicted, kind) for kind in ("autoc", "qini"))
    loss = "Held-out orthogonal loss of {}, less that of the model, points squared a start."
    return [
        metric(
            "calibration_slope",
            calibration_slope(learnt, y, predicted),
            "Slope of observed on predicted lift, on people that the effects were not learnt from.",
        ),
        check(
            "beats_constant",
            constant.value,
            0.0,
            above(constant),
            loss.format("one lift for all"),
            figure=constant,
        ),
        check(
            "beats_zero", zero.value, 0.0, above(zero), loss.format("no lift at all"), figure=zero
        ),
        check(
            "rate_autoc",
            autoc.value,
            0.0,
            above(autoc),
            "Points that a start gains more where the most promising come first (area under the "
            "targeting operator curve), held out; 0 = as by lot.",
            figure=autoc,
        ),
        check(
            "qini",
            qini.value,
            0.0,
            above(qini),
            "The same by the Qini coefficient: area between gain by predicted lift and by lot.",
            figure=qini,
        ),
        *_binned(learnt, y, predicted),
    ]


def above(figure: Figure) -> bool | None:
    """Whether a figure lies above 0; None where its interval holds 0."""
    return True if figure.low > 0 else False if figure.high < 0 else None


def _binned(learnt: Comparison, y: FloatArray, predicted: FloatArray) -> list[Evidence]:
    taker, weight = learnt.contrast.is_taker, learnt.contrast.weight
    own = predicted[taker]
    if len(own) < N_BINS * 10 or float(own.std()) == 0:
        return []
    edges = np.quantile(own, np.linspace(0, 1, N_BINS + 1)[1:-1])
    place = np.searchsorted(edges, predicted)
    size = np.bincount(place[taker], weight[taker], minlength=N_BINS)
    used = size > 0
    safe = np.where(used, size, 1.0)
    expected = np.bincount(place[taker], weight[taker] * own, minlength=N_BINS) / safe
    observed = np.bincount(place, weight * y, minlength=N_BINS) / safe
    error = (
        np.array(
            [
                clustered_error(
                    np.where(place == b, weight * (y - np.where(taker, observed[b], 0.0)), 0.0),
                    learnt,
                )
                for b in range(N_BINS)
            ]
        )
        / safe
    )
    share = np.concatenate([[0.0], np.cumsum((size / size.sum())[::-1])])
    gain = np.concatenate([[0.0], np.cumsum((observed * size / size.sum())[::-1])])
    return [
        curve(
            "calibration",
            predicted=expected[used],
            observed=observed[used],
            low=(observed - Z_95 * error)[used],
            high=(observed + Z_95 * error)[used],
        ),
        curve("gain", share=share, model=gain, random=share * gain[-1]),
    ]
