"""What is said of teams, held against the true levels of their people."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ptml.intervals import Z_95

Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TeamTruth:
    """People of a simulated organisation, n of them, at its end.

    Attributes
    ----------
    employed : (n,) bool
    unit : (n,) int64
    level : (n, n_competencies) float64
        True levels.
    required : (n, n_competencies) float64
        NaN = nothing.
    """

    employed: NDArray[np.bool_]
    unit: NDArray[np.int64]
    level: Doubles
    required: Doubles


def team_figures(
    portraits: pd.DataFrame, sole_holders: pd.DataFrame, truth: TeamTruth
) -> dict[str, Any]:
    """How often what is said of units is true.

    Parameters
    ----------
    portraits, sole_holders : DataFrame
        As published; units are ``U00000`` and on, competencies ``K01`` and on, people ``E0000000``.
    """
    told = portraits[
        portraits["org_unit_id"].str.startswith("U") & (portraits["standing"] != "too_few")
    ]
    unit = told["org_unit_id"].str[1:].astype("int64").to_numpy(dtype=np.int64)
    competency = told["competency_id"].str[1:].astype("int64").to_numpy(dtype=np.int64) - 1
    above, holders, spread = _true(truth, unit, competency)
    seen = (told["level"] - told["required"]).to_numpy()
    error, standing = told["level_se"].to_numpy(), told["standing"].to_numpy()
    strength, gap = standing == "strength", standing == "gap"
    alone = told["single_holder"].to_numpy(dtype=bool)
    one = (told["critical"].to_numpy(dtype=bool)) & (told["holders"].to_numpy() == 1)
    likely = told["p_alone"].to_numpy()
    named = sole_holders[sole_holders["org_unit_id"].str.startswith("U")]
    person = named["employee_id"].str[1:].astype("int64").to_numpy(dtype=np.int64)
    code = named["competency_id"].str[1:].astype("int64").to_numpy(dtype=np.int64) - 1
    holds = truth.level[person, code] >= truth.required[person, code]
    return {
        "cells": len(told),
        "bias": float(np.mean(seen - above)),
        "covered": float(np.mean(np.abs(seen - above) <= Z_95 * error)),
        "strengths": int(strength.sum()),
        "strengths_false": int((above[strength] <= 0).sum()),
        "gaps": int(gap.sum()),
        "gaps_false": int((above[gap] >= 0).sum()),
        "spread_ratio": float(np.median(told["spread"].to_numpy() / np.maximum(spread, 1e-9))),
        "expected_ratio": float(told["expected_holders"].sum() / holders.sum()),
        "one_sure": int(one.sum()),
        "one_sure_alone": int((holders[one] == 1).sum()),
        "one_sure_p": float(likely[one].sum()),
        "named": len(named),
        "named_hold": int(holds.sum()),
        "named_alone": int((holders[alone] == 1).sum()),
        "named_p": float(likely[alone].sum()),
    }


def _true(
    truth: TeamTruth, unit: NDArray[np.integer], competency: NDArray[np.integer]
) -> tuple[Doubles, NDArray[np.int64], Doubles]:
    """True mean above what is required, number who reach it, and spread, of each cell."""
    above = np.where(truth.employed[:, None], truth.level - truth.required, np.nan)
    means, counts, spreads = [], [], []
    for u, k in zip(unit.tolist(), competency.tolist(), strict=True):
        own = above[truth.unit == u, k]
        own = own[np.isfinite(own)]
        means.append(own.mean())
        counts.append(int((own >= 0).sum()))
        spreads.append(own.std(ddof=1))
    return np.array(means), np.array(counts), np.array(spreads)
