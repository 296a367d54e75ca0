"""Flagged units against what was planted."""

import numpy as np
import pandas as pd
import pytest

from ptml.evaluate.unit_truth import units_against_truth

UNITS = ("bad", "good", "fair")
TRUTH = pd.DataFrame(
    {
        "org_unit_id": UNITS,
        "opportunity": [-1.0, 1.0, 0.5],
        "cause": ["capability", "capability", "environment"],
    }
)


def completions() -> pd.DataFrame:
    """Two people a unit, half a log-odd to both sides of the unit's mean."""
    log_odds = {"bad": 2.0, "good": -1.0, "fair": -1.0}
    rows = [(u, f"{u}{k}", m + d) for u, m in log_odds.items() for k, d in enumerate((-0.5, 0.5))]
    frame = pd.DataFrame(rows, columns=["org_unit_id", "employee_id", "log_odds"])
    return frame.assign(p_weak_completion=1 / (1 + np.exp(-frame["log_odds"])))


def warned(*flagged: str) -> pd.DataFrame:
    effect = [1.5, -0.7, -0.7]
    return pd.DataFrame(
        {"org_unit_id": UNITS, "flagged": [u in flagged for u in UNITS], "unit_effect": effect}
    )


def test_a_unit_that_outweighs_its_people_is_rightly_flagged() -> None:
    found = units_against_truth(warned("bad"), completions(), TRUTH)
    assert (found.n_units, found.n_flagged) == (3, 1)
    assert found.precision == found.troubled == 1
    assert found.effect == pytest.approx(2.0)
    assert found.person_sd == pytest.approx(0.5, rel=0.2)
    assert found.correlation == pytest.approx(1.0)


def test_a_unit_that_is_no_worse_is_wrongly_flagged() -> None:
    found = units_against_truth(warned("bad", "good"), completions(), TRUTH)
    assert found.precision == found.troubled == 0.5


def test_no_flag_has_no_precision() -> None:
    assert np.isnan(units_against_truth(warned(), completions(), TRUTH).precision)
