"""LaLonde: a job training whose effect an experiment knows, and four samples that mislead."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ptml.evaluate.lift_public.task import read_table
from ptml.lift.learners.gate import GateConfig, judge_study

FloatArray = NDArray[np.float64]

CONTROLS = ("cps_controls", "psid_controls")
COVARIATES = ("age", "education", "black", "hispanic", "married", "nodegree")
EXPERIMENTAL_EFFECT_USD = {"nsw_dw": 1794.34, "nsw": 886.30}
"""Differences of means of the experiments (Dehejia & Wahba 1999, LaLonde 1986)."""


@dataclass(frozen=True)
class LalondeSample:
    """Treated of the experiment with its own controls, or with those of a survey.

    Attributes
    ----------
    treated, controls : str
    x : (n, p) float32
    a : (n,) bool
    y, before : (n,) float64
        Earnings of 1978 and of 1975, US$; the latter is the placebo.
    """

    treated: str
    controls: str
    x: NDArray[np.float32]
    a: NDArray[np.bool_]
    y: FloatArray
    before: FloatArray

    @property
    def is_experimental(self) -> bool:
        """The controls were drawn by lot."""
        return self.treated == self.controls


def samples(folder: Path) -> Iterator[LalondeSample]:
    """Both experiments, and each one's treated with the controls of each survey."""
    frame = read_table(folder / "lalonde.parquet")
    for treated in EXPERIMENTAL_EFFECT_USD:
        # Earnings of 1974 are known for everybody in the Dehejia-Wahba sample alone.
        covariates = [*COVARIATES, "re74"] if treated == "nsw_dw" else list(COVARIATES)
        for controls in (treated, *CONTROLS):
            own = (frame["sample"] == treated) & (frame["treat"] == 1)
            rows = frame[own | ((frame["sample"] == controls) & (frame["treat"] == 0))]
            yield LalondeSample(
                treated,
                controls,
                rows[covariates].to_numpy(np.float32),
                rows["treat"].to_numpy() > 0,
                rows["re78"].to_numpy(np.float64),
                rows["re75"].to_numpy(np.float64),
            )


def run(folder: Path, config: GateConfig | None = None, seed: int = 0) -> pd.DataFrame:
    """Verdict of the gate on each sample.

    Returns
    -------
    pandas.DataFrame
        ``treated``, ``controls``, ``experimental``, ``refused``, ``refused_by``, ``estimate_usd``,
        ``low_usd``, ``high_usd`` (95 %; missing where refused), ``truth_usd``, and the value of
        each check.
    """
    rows = []
    for sample in samples(folder):
        result = judge_study(
            sample.x, sample.a, sample.y, np.random.default_rng(seed), sample.before, config
        )
        found = result.on_treated
        low, high = (np.nan, np.nan) if found is None else found.interval()
        rows.append(
            {
                "treated": sample.treated,
                "controls": sample.controls,
                "experimental": sample.is_experimental,
                "refused": not result.passes,
                "refused_by": ", ".join(result.refused_by),
                "estimate_usd": np.nan if found is None else found.value,
                "low_usd": low,
                "high_usd": high,
                "truth_usd": EXPERIMENTAL_EFFECT_USD[sample.treated],
                **{check.name: check.value for check in result.checks},
            }
        )
    return pd.DataFrame(rows)
