"""Hold flagged units against the planted truth of a simulated organisation."""

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class UnitsAgainstTruth:
    """How right it was to flag units in the place of their people.

    Attributes
    ----------
    n_units, n_flagged : int
    precision : float
        Share of flagged units whose true part in the log-odds is at least the true spread of people
        within units; NaN = none is flagged.
    troubled : float
        Share of flagged units with machine trouble or less opportunity than half of the units.
    effect : float
        Mean true part of flagged units, log-odds.
    person_sd : float
        True spread of people within units, log-odds.
    correlation : float
        Of estimated and true parts over all units.
    """

    n_units: int
    n_flagged: int
    precision: float
    troubled: float
    effect: float
    person_sd: float
    correlation: float


def units_against_truth(
    unit_warnings: pd.DataFrame, completions: pd.DataFrame, truth: pd.DataFrame
) -> UnitsAgainstTruth:
    """Compare the table `unit_warnings` with what was planted.

    Parameters
    ----------
    unit_warnings : DataFrame
        The contract's table.
    completions : DataFrame
        ``org_unit_id``, ``employee_id`` and the true ``p_weak_completion`` of completions.
    truth : DataFrame
        ``org_unit_id``, ``opportunity``, ``cause`` (`environment` = machine trouble).
    """
    p = completions["p_weak_completion"]
    cases = completions.assign(log_odds=np.log(p / (1 - p)))
    of_person = cases.groupby(["org_unit_id", "employee_id"])["log_odds"].mean()
    of_unit = of_person.groupby("org_unit_id").mean()
    person_sd = float((of_person - of_unit.reindex(of_person.index, level=0)).std())
    true = (of_unit - of_unit.mean()).rename("true")
    table = unit_warnings.set_index("org_unit_id").join(true)
    table = table.join(truth.set_index("org_unit_id")[["opportunity", "cause"]])
    flagged = table[table["flagged"].astype(bool)]
    is_low = flagged["opportunity"] < truth["opportunity"].median()
    return UnitsAgainstTruth(
        n_units=len(table),
        n_flagged=len(flagged),
        precision=float((flagged["true"] >= person_sd).mean()),
        troubled=float((is_low | (flagged["cause"] == "environment")).mean()),
        effect=float(flagged["true"].mean()),
        person_sd=person_sd,
        correlation=float(table["unit_effect"].astype(float).corr(table["true"])),
    )
