"""Warnings by group of each protected attribute: who is flagged, missed, and falsely flagged.

Rates by outcome after Hardt, Price & Srebro (2016); the ratio of rates after the four-fifths rule
(EEOC 1978, 29 CFR 1607.4 D), judged by its interval. An audit: nothing here reaches a feature.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from ptml.contracts.evidence import Evidence
from ptml.evaluate.classification import (
    calibration_error_by_chance,
    clustered_interval,
    expected_calibration_error,
)
from ptml.evaluate.clustered_rates import (
    Estimate,
    Ratio,
    clustered_mean,
    clustered_share,
    ratio_of_shares,
    standardised_share,
)
from ptml.evaluate.groups import MOST_GROUPS, UNKNOWN, Grouping, tellable
from ptml.evaluate.warning_evidence import LARGEST_ECE
from ptml.transfer.completions import STAGES
from ptml.transfer.fairness_config import FEWEST_TOLD, FairnessConfig
from ptml.transfer.held_out import HeldOut

Bools = NDArray[np.bool_]
Codes = NDArray[np.int64]

MEASURES = (
    "weak_share",
    "mean_p_weak",
    "flag_rate",
    "blocked_share",
    "false_negative_rate",
    "false_positive_rate",
    "calibration_gap",
    "ece",
)
"""What is told of each group; the gap is mean probability less share that was weak."""

_LEVEL = 0.05
_N_DRAWS = 200


@dataclass(frozen=True, eq=False)
class _Cases:
    """Cases of one group or of all at one stage, (n,) each."""

    person: Codes
    p_weak: NDArray[np.float64]
    weak: Bools
    flagged: Bools
    blocked: Bools

    def take(self, rows: Bools) -> "_Cases":
        return _Cases(
            self.person[rows],
            self.p_weak[rows],
            self.weak[rows],
            self.flagged[rows],
            self.blocked[rows],
        )


@dataclass(frozen=True)
class _Verdict:
    verdict: str
    note: str


def fairness_evidence(
    held_out: HeldOut, groups: Sequence[Grouping], config: FairnessConfig, rng: np.random.Generator
) -> list[Evidence]:
    """Compare what was said of held-out outcomes between groups.

    Parameters
    ----------
    held_out : HeldOut
    groups : sequence of Grouping
        Of the people of `held_out`, in the order of their codes (``np.unique(employee)``).

    Returns
    -------
    list of Evidence
        By stage and attribute: ``group/STAGE/ATTRIBUTE/GROUP/MEASURE`` of each group that can be
        told, ``groups_hidden/STAGE/ATTRIBUTE``, the checks ``calibrated_for_all``, ``flag_ratio``
        (four fifths) and ``missed_ratio``, and the figures ``not_flagged_ratio`` and
        ``false_flag_ratio``.
    """
    _, person = np.unique(held_out.employee, return_inverse=True)
    whole = _Cases(
        person.astype(np.int64),
        held_out.p_weak,
        held_out.weak,
        held_out.flagged,
        held_out.blocked,
    )
    found: list[Evidence] = []
    for stage, name in enumerate(STAGES):
        rows = held_out.stage == stage
        if not rows.any():
            continue
        cases = whole.take(rows)
        there = np.unique(cases.person)
        for grouping in groups:
            # Who has no case at the stage must not make up a group's size.
            told = tellable(replace(grouping, code=grouping.code[there]), config.min_people)
            code = told.code[np.searchsorted(there, cases.person)]
            found += _of_attribute(cases, code, told, name, config, rng)
    return found


def _of_attribute(
    cases: _Cases,
    code: Codes,
    told: Grouping,
    stage: str,
    config: FairnessConfig,
    rng: np.random.Generator,
) -> Iterator[Evidence]:
    where = f"{stage}/{told.attribute}"
    of_groups = {label: cases.take(code == k) for k, label in enumerate(told.labels)}
    calibrations = {}
    for label, of_group in of_groups.items():
        rows = _of_group(of_group, f"group/{where}/{label}", rng)
        calibrations[label] = rows[-1]
        yield from rows
    yield _calibrated(calibrations, where)
    if told.hidden:
        payload = {"groups": list(told.hidden[:MOST_GROUPS]), "min_people": config.min_people}
        yield Evidence(
            "transfer", "metric", f"groups_hidden/{where}", float(len(told.hidden)), payload=payload
        )
    known = {label: of for label, of in of_groups.items() if label != UNKNOWN}
    yield from _ratios(known, where, config.least_ratio)


def _of_group(cases: _Cases, name: str, rng: np.random.Generator) -> list[Evidence]:
    missed, falsely = _missed(cases), _falsely_flagged(cases)
    # From one of the two the other could be worked out.
    fewest = min(missed.n_people, falsely.n_people)
    shares = (
        clustered_share(cases.weak, cases.person),
        clustered_mean(cases.p_weak, cases.person),
        _flag_rate(cases),
        clustered_share(cases.blocked, cases.person),
        replace(missed, n_people=fewest) if fewest < FEWEST_TOLD else missed,
        replace(falsely, n_people=fewest) if fewest < FEWEST_TOLD else falsely,
        clustered_mean(cases.p_weak - cases.weak, cases.person),
    )
    rows = [_row(f"{name}/{m}", of) for m, of in zip(MEASURES[:-1], shares, strict=True)]
    return [*rows, _calibration_error(cases, f"{name}/{MEASURES[-1]}", rng)]


def _calibration_error(cases: _Cases, name: str, rng: np.random.Generator) -> Evidence:
    found = clustered_interval(
        expected_calibration_error, cases.weak, cases.p_weak, cases.person, rng
    )
    n_people = len(np.unique(cases.person))
    row = _row(name, Estimate(found.value, found.low, found.high, len(cases.weak), n_people))
    by_chance = calibration_error_by_chance(cases.p_weak, rng, _N_DRAWS)
    return replace(row, payload={**row.payload, "by_chance": by_chance})


def _row(name: str, estimate: Estimate) -> Evidence:
    if estimate.n_people < FEWEST_TOLD:
        # Neither the figure nor how few they are.
        return Evidence("transfer", "metric", name, payload={"note": "too few"})
    payload = {"cases": estimate.n_cases, "people": estimate.n_people}
    ends = (estimate.value, estimate.low, estimate.high)
    value, low, high = (float(end) if np.isfinite(end) else None for end in ends)
    return Evidence("transfer", "metric", name, value, low, high, payload=payload)


def _calibrated(errors: dict[str, Evidence], where: str) -> Evidence:
    """Whether every group can believe the probability: by the group that can least."""
    row = Evidence("transfer", "check", f"calibrated_for_all/{where}", verdict="not_judged")
    bounds = {
        label: max(LARGEST_ECE, error.payload["by_chance"]) for label, error in errors.items()
    }
    beyond = {
        label: error.value - bounds[label]
        for label, error in errors.items()
        if error.value is not None
    }
    if not beyond:
        return replace(row, payload={"note": "No group is large enough to be told."})
    worst = max(beyond, key=lambda label: (beyond[label], label))
    found = errors[worst]
    return replace(
        row,
        value=found.value,
        low=found.low,
        high=found.high,
        bound=bounds[worst],
        verdict="fail" if beyond[worst] > 0 else "pass",
        payload={"group": worst, "groups": len(beyond)},
    )


def _flag_rate(cases: _Cases) -> Estimate:
    return clustered_share(cases.flagged, cases.person)


def _not_flagged(cases: _Cases) -> Estimate:
    return clustered_share(~cases.flagged, cases.person)


def _missed(cases: _Cases) -> Estimate:
    return clustered_share(~cases.flagged[cases.weak], cases.person[cases.weak])


def _falsely_flagged(cases: _Cases) -> Estimate:
    return clustered_share(cases.flagged[~cases.weak], cases.person[~cases.weak])


def _ratios(groups: dict[str, _Cases], where: str, bound: float) -> Iterator[Evidence]:
    flags = _compared(groups, _flag_rate)
    same = None if flags is None else _at_same_outcomes(groups, flags)
    yield _check(f"flag_ratio/{where}", flags, same, bound, _judged_flags(flags, same, bound))
    missed = _compared(groups, _missed)
    yield _check(f"missed_ratio/{where}", missed, None, bound, _judged(missed, bound))
    measures = {"not_flagged_ratio": _not_flagged, "false_flag_ratio": _falsely_flagged}
    for name, measure in measures.items():
        compared = _compared(groups, measure)
        if compared is not None:
            row = _check(f"{name}/{where}", compared, None, bound, _Verdict("", ""))
            yield replace(row, kind="metric", bound=None, verdict=None)


@dataclass(frozen=True)
class _Compared:
    """The group with the lowest rate against the one with the highest.

    Attributes
    ----------
    z : float
        Normal quantile that is wide enough for the pair having been picked among all.
    """

    lowest: str
    highest: str
    rates: tuple[float, float]
    base_rates: tuple[float, float]
    n_groups: int
    z: float
    ratio: Ratio


def _compared(groups: dict[str, _Cases], measure: Callable[[_Cases], Estimate]) -> _Compared | None:
    rates = {label: measure(cases) for label, cases in groups.items()}
    rates = {label: rate for label, rate in rates.items() if rate.n_people >= FEWEST_TOLD}
    if len(rates) < 2:
        return None
    ranked = sorted(rates, key=lambda label: (rates[label].value, label))
    lowest, highest = ranked[0], ranked[-1]
    n_pairs = len(rates) * (len(rates) - 1) // 2
    # Sidak's correction: the pair that looks worst was picked among all pairs.
    z = float(stats.norm.ppf((1 + (1 - _LEVEL) ** (1 / n_pairs)) / 2))
    ratio = ratio_of_shares(rates[lowest], rates[highest], z)
    if ratio is None:
        return None
    return _Compared(
        lowest,
        highest,
        (rates[lowest].value, rates[highest].value),
        (float(groups[lowest].weak.mean()), float(groups[highest].weak.mean())),
        len(rates),
        z,
        ratio,
    )


def _at_same_outcomes(groups: dict[str, _Cases], flags: _Compared) -> Ratio | None:
    """The same two groups if as many had stayed unused in both as among all."""
    weak = float(np.concatenate([cases.weak for cases in groups.values()]).mean())
    pair = [groups[label] for label in (flags.lowest, flags.highest)]
    rates = [standardised_share(c.flagged, c.weak, weak, c.person) for c in pair]
    return ratio_of_shares(rates[0], rates[1], flags.z)


def _judged(compared: _Compared | None, bound: float) -> _Verdict:
    if compared is None:
        return _Verdict("not_judged", "Fewer than two groups can be compared.")
    if compared.ratio.low >= bound:
        return _Verdict("pass", "Even between groups.")
    if compared.ratio.high >= bound:
        return _Verdict("not_judged", "Too few cases to tell whether the groups differ so much.")
    return _Verdict("fail", "Clearly uneven between groups.")


def _judged_flags(flags: _Compared | None, same: Ratio | None, bound: float) -> _Verdict:
    crude = _judged(flags, bound)
    if crude.verdict != "fail":
        return crude
    if same is not None and same.high < bound:
        note = "Clearly uneven, and not because outcomes differ: it is so among equal outcomes too."
        return _Verdict("fail", note)
    if same is not None and same.low >= bound:
        note = "Uneven as outcomes are: among equal outcomes groups are flagged alike."
        return _Verdict("pass", note)
    note = (
        "Clearly uneven; the cases are too few to tell how much of it differing outcomes explain."
    )
    return _Verdict("not_judged", note)


def _check(
    name: str, compared: _Compared | None, same: Ratio | None, bound: float, verdict: _Verdict
) -> Evidence:
    row = Evidence("transfer", "check", name, bound=bound, verdict=verdict.verdict)
    if compared is None:
        return replace(row, payload={"note": verdict.note})
    payload: dict[str, Any] = {
        "note": verdict.note,
        "lowest": compared.lowest,
        "highest": compared.highest,
        "rates": list(compared.rates),
        "weak_shares": list(compared.base_rates),
        "groups": compared.n_groups,
    }
    if same is not None:
        payload["at_same_outcomes"] = [same.value, same.low, same.high]
    ratio = compared.ratio
    return replace(row, value=ratio.value, low=ratio.low, high=ratio.high, payload=payload)
