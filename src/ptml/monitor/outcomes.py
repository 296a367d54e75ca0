"""Whether warnings come true: promised and seen shares, separation, precision, each group."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from ptml import separation
from ptml.intervals import Z_95, wilson_interval
from ptml.monitor.config import MonitorConfig
from ptml.monitor.finding import Family, Finding, NotJudged

Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]
Codes = NDArray[np.int64]

_FEWEST = 30
_TO_DO = "Train again; if it stays, look into what changed about how learning is used."


@dataclass(frozen=True, eq=False)
class Outcomes:
    """Warnings whose outcome is known now and was not when the model was trained, (n,) each.

    Attributes
    ----------
    person : int64
    p_weak : float64
        As the model says it of the moment of the warning.
    weak, flagged : bool
    groups : mapping of str to (n,) of str
        By attribute; for audits only.
    """

    stage: str
    person: Codes
    p_weak: Doubles
    weak: Bools
    flagged: Bools
    groups: Mapping[str, NDArray[np.object_]]


def look_at_outcomes(
    found: Outcomes, trained_auc: tuple[float, float] | None, config: MonitorConfig
) -> Iterator[Finding | NotJudged]:
    """Test one stage.

    Parameters
    ----------
    trained_auc : pair of float, optional
        AUC on held-out time at training, and its standard error.
    """
    what = f"warnings at {found.stage}"
    if len(found.weak) < _FEWEST:
        why = f"{len(found.weak)} outcomes are in since training; {_FEWEST} are needed"
        yield NotJudged("outcomes", what, why)
        return
    yield _calibration("outcomes", f"{what}: promised and seen", found, slice(None), config)
    if trained_auc is not None and 0 < found.weak.sum() < len(found.weak):
        yield _decay(what, found, trained_auc)
    yield from _groups(what, found, config)


def _calibration(
    family: Family, subject: str, found: Outcomes, rows: slice | Bools, config: MonitorConfig
) -> Finding:
    """Calibration in the large: mean of what was seen less promised, people being independent."""
    weak, p, person = found.weak[rows].astype(float), found.p_weak[rows], found.person[rows]
    gap = float((weak - p).mean())
    error = _error(weak - p, person)
    tail = float(2 * stats.t.sf(abs(gap) / max(error, 1e-9), max(len(np.unique(person)) - 1, 1)))
    return Finding(
        family,
        subject,
        tail,
        abs(gap) >= config.min_calibration_gap,
        "action",
        f"{weak.mean():.1%} of {len(weak):,} were weak ({weak.mean() - Z_95 * error:.1%} to "
        f"{weak.mean() + Z_95 * error:.1%})",
        f"{p.mean():.1%}, as promised",
        _TO_DO,
        drawn=_curve(p, weak) if family == "outcomes" else {},
    )


def _curve(p: Doubles, weak: Doubles) -> dict[str, list[float]]:
    """Promised and seen shares of parts of the cases by what was promised, with Wilson's interval.

    Ten parts, fewer where a part would hold less than 15 cases.
    """
    order = np.argsort(p, kind="stable")
    parts = np.array_split(order, max(min(10, len(p) // 15), 1))
    n, hits = np.array([len(k) for k in parts]), np.array([weak[k].sum() for k in parts])
    low, high = wilson_interval(hits / n, n)
    drawn = {
        "foretold": np.array([p[k].mean() for k in parts]),
        "observed": hits / n,
        "low": low,
        "high": high,
    }
    return {name: [round(float(v), 4) for v in values] for name, values in drawn.items()}


def _error(values: Doubles, person: Codes) -> float:
    """Standard error of a mean over cases of people, no smaller than that of single cases."""
    apart = values - values.mean()
    _, member = np.unique(person, return_inverse=True)
    clustered = float(np.sum(np.bincount(member, apart) ** 2))
    return float(np.sqrt(max(clustered, float(np.sum(apart**2))))) / len(values)


def auc(p: Doubles, weak: Bools) -> tuple[float, float]:
    """Area under the curve with its standard error (Hanley & McNeil 1982).

    >>> auc(np.array([0.1, 0.2, 0.8, 0.9]), np.array([False, False, True, True]))[0]
    1.0
    """
    n1, n0 = int(weak.sum()), int((~weak).sum())
    a = separation.auc(weak, p)
    q1, q2 = a / (2 - a), 2 * a * a / (1 + a)
    variance = (a * (1 - a) + (n1 - 1) * (q1 - a * a) + (n0 - 1) * (q2 - a * a)) / (n1 * n0)
    return a, float(np.sqrt(max(variance, 1e-9)))


def _decay(what: str, found: Outcomes, trained: tuple[float, float]) -> Finding:
    value, error = auc(found.p_weak, found.weak)
    # Held-out figures of a training vary between quarters by more than chance within one.
    z = (trained[0] - value) / float(np.hypot(np.hypot(error, trained[1]), 0.015))
    return Finding(
        "outcomes",
        f"{what}: telling weak from used",
        float(stats.norm.sf(z)),
        trained[0] - value >= 0.05,
        "action",
        f"AUC {value:.3f} ({value - Z_95 * error:.3f} to {value + Z_95 * error:.3f})",
        f"{trained[0]:.3f} on held-out time at training",
        _TO_DO,
    )


def _groups(what: str, found: Outcomes, config: MonitorConfig) -> Iterator[Finding]:
    gap = (found.weak - found.p_weak) - float((found.weak - found.p_weak).mean())
    for attribute, labels in found.groups.items():
        for label in np.unique(labels.astype(str)):
            rows = labels.astype(str) == label
            people = len(np.unique(found.person[rows]))
            if people < config.min_group or rows.all():
                continue
            error = _error(gap[rows], found.person[rows])
            mean = float(gap[rows].mean())
            yield Finding(
                "groups",
                f"{what}: {attribute} {label}",
                float(2 * stats.t.sf(abs(mean) / max(error, 1e-9), people - 1)),
                abs(mean) >= 2 * config.min_calibration_gap,
                "action",
                f"{abs(mean):.1%} points {'more' if mean > 0 else 'less'} weak transfer than "
                f"promised, beyond that of all, over {people} people",
                "as for all",
                "Look at the group's cases with who knows them; training again may not mend it.",
            )


def look_at_precision(
    weak: Bools, promised: Doubles, person: Codes, config: MonitorConfig
) -> Finding | NotJudged:
    """Share of reviewed flags that were weak, against what was promised of them.

    Help that works lowers it too, so it is a family of its own that asks for a look.

    Parameters
    ----------
    weak, promised, person : (n_reviewed,)
        Outcome, probability that the reviewer saw, and whose it is.
    """
    n = len(weak)
    if n < _FEWEST:
        why = f"{n} reviewed flags of these models have an outcome; {_FEWEST} are needed"
        return NotJudged("review", "reviewed flags", why)
    gap = float((promised - weak).mean())
    single = float(np.sqrt((promised * (1 - promised)).sum())) / n
    error = max(_error(weak - promised, person), single)
    # Cases of one person are alike: so many independent ones tell as much (Kish 1965).
    worth = n * min((single / error) ** 2, 1.0) if error > 0 else float(n)
    share = float(weak.mean())
    low, high = wilson_interval(np.array([share]), np.array([worth]))
    return Finding(
        "review",
        "precision of reviewed flags",
        float(stats.t.sf(gap / max(error, 1e-9), max(len(np.unique(person)) - 1, 1))),
        gap >= config.min_calibration_gap,
        "action",
        f"{share:.0%} of {n} were weak ({low[0]:.0%} to {high[0]:.0%})",
        f"{promised.mean():.0%}, as promised; help that worked lowers it too",
        "Ask whether the help worked (`ptml evaluate acting`) before training again.",
    )
