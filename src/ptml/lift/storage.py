"""A fitted lift on disk: LightGBM text, ``.npz`` read without pickle, JSON."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np

from ptml.contracts.ids import IdMap
from ptml.lift.catalogue import CourseDescription
from ptml.lift.covariates import PersonCovariates
from ptml.lift.effects import Effects
from ptml.lift.fitted import FittedLift, Reach
from ptml.lift.hierarchical import Hierarchy
from ptml.lift.learners.boosted_effect import BoostedEffect
from ptml.lift.modifiers import Modifiers
from ptml.lift.support import Support
from ptml.lift.tilt import TiltModels


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
        booster.save_model(str(folder / f"tilt_{k}.txt"))
    effects, hierarchy = fitted.effects, fitted.effects.hierarchy
    np.savez(
        folder / "effects.npz",
        **{f"effect_{name}": value for name, value in vars(hierarchy).items()},
        centre=effects.centre,
        stage_centre=effects.stage_centre,
        described=effects.described,
        modifier_mean=fitted.modifiers.mean,
        modifier_spread=fitted.modifiers.spread,
        description_mean=fitted.description.mean,
        description_spread=fitted.description.spread,
        support_tilt=fitted.support.tilt,
        support_offsets=fitted.support.offsets,
        reach_low=fitted.reach.low,
        reach_high=fitted.reach.high,
        course_status=fitted.course_status,
    )
    if effects.stage is not None:
        effects.stage.save(folder)
    support = fitted.support
    write_json(
        folder / "fitted.json",
        {
            "pair_names": fitted.modifiers.pair_names,
            "person_names": fitted.modifiers.person_names,
            "description": fitted.description.names,
            "covariates": fitted.covariates.names,
            "covariate_ids": {n: i.ids.tolist() for n, i in fitted.covariates.ids.items()},
            "n_tilt_models": len(fitted.propensity.models),
            "num_threads": fitted.propensity.num_threads,
            "support": [support.comparable_ratio, support.min_takers, support.min_support],
            "has_stage": effects.stage is not None,
            "unexplained_variance": fitted.reach.unexplained_variance,
        },
    )


def read_fitted(folder: Path) -> FittedLift:
    """Read what `write_fitted` wrote."""
    found = read_json(folder / "fitted.json")
    with np.load(folder / "effects.npz", allow_pickle=False) as arrays:
        parts = {
            name.removeprefix("effect_"): arrays[name]
            for name in arrays.files
            if name.startswith("effect_")
        }
        return FittedLift(
            effects=Effects(
                Hierarchy(**parts),
                arrays["centre"],
                BoostedEffect.load(folder) if found["has_stage"] else None,
                arrays["stage_centre"],
                arrays["described"],
            ),
            modifiers=Modifiers(
                tuple(found["pair_names"]),
                tuple(found["person_names"]),
                arrays["modifier_mean"],
                arrays["modifier_spread"],
            ),
            description=CourseDescription(
                tuple(found["description"]),
                arrays["description_mean"],
                arrays["description_spread"],
            ),
            propensity=TiltModels(
                tuple(
                    lgb.Booster(model_file=str(folder / f"tilt_{k}.txt"))
                    for k in range(found["n_tilt_models"])
                ),
                found["num_threads"],
            ),
            covariates=PersonCovariates(
                tuple(found["covariates"]),
                {name: IdMap.of(ids) for name, ids in found["covariate_ids"].items()},
            ),
            support=Support(arrays["support_tilt"], arrays["support_offsets"], *found["support"]),
            reach=Reach(arrays["reach_low"], arrays["reach_high"], found["unexplained_variance"]),
            course_status=arrays["course_status"],
        )
