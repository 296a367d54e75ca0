"""A fitted lift on disk: LightGBM text, ``.npz`` read without pickle, JSON."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np

from ptml.contracts.ids import IdMap
from ptml.lift.basis import EffectBasis, Effects
from ptml.lift.covariates import Covariates
from ptml.lift.fitted import FittedLift
from ptml.lift.modifiers import Modifiers
from ptml.lift.pairs import PropensityModels
from ptml.lift.support import Support


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Write JSON, the same bytes for the same value."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1, default=dict)
    path.write_text(text + "\n", encoding="utf-8")


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def write_fitted(fitted: FittedLift, folder: Path) -> None:
    """Write all parts of a fitted lift into a folder."""
    for k, booster in enumerate(fitted.propensity.models):
        booster.save_model(str(folder / f"propensity_{k}.txt"))
    np.savez(
        folder / "effects.npz",
        mean=fitted.effects.mean,
        covariance=fitted.effects.covariance,
        modifier_mean=fitted.modifiers.mean,
        modifier_spread=fitted.modifiers.spread,
        support_log_odds=fitted.support.log_odds,
        support_offsets=fitted.support.offsets,
    )
    basis, support = fitted.effects.basis, fitted.support
    write_json(
        folder / "fitted.json",
        {
            "basis": [basis.n_courses, basis.n_modifiers, basis.n_slopes],
            "pair_names": fitted.modifiers.pair_names,
            "person_names": fitted.modifiers.person_names,
            "covariates": fitted.covariates.names,
            "covariate_ids": {n: i.ids.tolist() for n, i in fitted.covariates.ids.items()},
            "n_propensity_models": len(fitted.propensity.models),
            "num_threads": fitted.propensity.num_threads,
            "support": [support.comparable_ratio, support.min_takers, support.min_support],
            "unexplained_variance": fitted.unexplained_variance,
        },
    )


def read_fitted(folder: Path) -> FittedLift:
    """Read what `write_fitted` wrote."""
    found = read_json(folder / "fitted.json")
    with np.load(folder / "effects.npz", allow_pickle=False) as arrays:
        effects = Effects(EffectBasis(*found["basis"]), arrays["mean"], arrays["covariance"])
        modifiers = Modifiers(
            tuple(found["pair_names"]),
            tuple(found["person_names"]),
            arrays["modifier_mean"],
            arrays["modifier_spread"],
        )
        support = Support(arrays["support_log_odds"], arrays["support_offsets"], *found["support"])
    boosters = tuple(
        lgb.Booster(model_file=str(folder / f"propensity_{k}.txt"))
        for k in range(found["n_propensity_models"])
    )
    return FittedLift(
        effects=effects,
        modifiers=modifiers,
        propensity=PropensityModels(boosters, found["num_threads"]),
        covariates=Covariates(
            tuple(found["covariates"]),
            {name: IdMap.of(ids) for name, ids in found["covariate_ids"].items()},
        ),
        support=support,
        unexplained_variance=found["unexplained_variance"],
    )
