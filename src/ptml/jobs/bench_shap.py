"""How fast the shares of a warning model are worked out: LightGBM, shap and ours, on one core."""

import time
import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from statistics import median
from typing import Any

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from ptml.transfer.classifier import Cases
from ptml.transfer.config import TreeConfig, WarningConfig
from ptml.transfer.learner import Fold, Learner
from ptml.trees import CompiledTrees

Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]

_TRAINING_ROWS = 6_000
_UNKNOWN_SHARE = 0.1
# The slow ways get a part of the rows: their speed does not depend on how many they are.
_SLOW_SHARE = 0.05


@dataclass(frozen=True)
class Size:
    """Size of the model that is explained."""

    n_trees: int
    n_leaves: int
    max_depth: int
    n_features: int


def bench_shap(size: Size, n_rows: int, n_repeats: int, seed: int) -> dict[str, Any]:
    """Measure rows a second, medians over repeats that take turns.

    Processor time of one thread is counted, so that other work on the machine matters little.

    Returns
    -------
    dict
        ``model``, ``compile_seconds``, ``largest_difference`` (from LightGBM's shares), ``figures``
        and ``sentences``.
    """
    rng = np.random.default_rng(seed)
    with threadpool_limits(1):
        booster = _fitted(size, rng, seed)
        x = _drawn(n_rows, size, rng)
        few = x[: max(1, int(_SLOW_SHARE * n_rows))]
        compiled = CompiledTrees.of(booster)
        ways: dict[str, tuple[Callable[[Floats], object], Floats]] = {
            "lightgbm pred_contrib": (partial(_theirs, booster), few),
            "shap TreeExplainer": (_explainer(booster), few),
            "ptml tables": (compiled.shares, x),
        }
        figures = _rates(ways, n_repeats)
        compile_seconds = median(
            _seconds(partial(CompiledTrees.of, booster)) for _ in range(n_repeats)
        )
        difference = float(np.abs(compiled.shares(few) - _theirs(booster, few)[:, :-1]).max())
    found = {
        "model": {**asdict(size), "n_trees": booster.num_trees()},
        "compile_seconds": compile_seconds,
        "largest_difference": difference,
        "figures": figures,
    }
    return {**found, "sentences": _sentences(found)}


def _rates(
    ways: dict[str, tuple[Callable[[Floats], object], Floats]], n_repeats: int
) -> list[dict[str, Any]]:
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(n_repeats):
        for name, (way, rows) in ways.items():
            rates[name].append(len(rows) / _seconds(partial(way, rows)))
    slowest = median(rates["lightgbm pred_contrib"])
    return [
        {
            "way": name,
            "rows_per_second": median(found),
            "lowest": min(found),
            "highest": max(found),
            "times_lightgbm": median(found) / slowest,
        }
        for name, found in rates.items()
    ]


def _seconds(call: Callable[[], object]) -> float:
    begun = time.process_time()
    call()
    return max(time.process_time() - begun, 1e-9)


def _fitted(size: Size, rng: np.random.Generator, seed: int) -> lgb.Booster:
    config = WarningConfig(
        trees=TreeConfig(
            n_trees=size.n_trees,
            n_leaves=size.n_leaves,
            max_depth=size.max_depth,
        )
    )
    weight = rng.normal(size=size.n_features)
    names = [f"feature_{k}" for k in range(size.n_features)]
    cases = _cases(_drawn(2 * _TRAINING_ROWS, size, rng), weight, rng)
    is_held = np.arange(len(cases)) >= _TRAINING_ROWS
    learner = Learner(tuple(names), config, seed)
    fitted = learner.fit(cases, [Fold(~is_held, is_held)], is_joint=True)
    return fitted.classifier.boosters[0]


def _cases(x: Floats, weight: Doubles, rng: np.random.Generator) -> Cases:
    score = np.nan_to_num(x) @ weight
    weak = score + rng.normal(scale=score.std(), size=len(x)) > 0
    return Cases(x, weak, np.zeros(len(x), dtype=np.uint8))


def _drawn(n_rows: int, size: Size, rng: np.random.Generator) -> Floats:
    x = rng.normal(size=(n_rows, size.n_features)).astype(np.float32)
    x[rng.random(x.shape) < _UNKNOWN_SHARE] = np.nan
    return x


def _theirs(booster: lgb.Booster, x: Floats) -> Doubles:
    return np.asarray(booster.predict(x, pred_contrib=True, num_threads=1), dtype=np.float64)


def _explainer(booster: lgb.Booster) -> Callable[[Floats], object]:
    # shap warns when it is imported, and takes seconds for it: only where it is measured.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import shap

        explainer = shap.TreeExplainer(booster)

    def explain(x: Floats) -> object:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return explainer.shap_values(x)

    return explain


def _sentences(found: dict[str, Any]) -> list[str]:
    model = found["model"]
    title = (
        f"{model['n_trees']} trees of up to {model['n_leaves']} leaves and depth "
        f"{model['max_depth']} on {model['n_features']} features, one thread"
    )
    head = f"{'way':<22} {'rows/s':>9} {'lowest':>9} {'highest':>9} {'x LightGBM':>11}"
    lines = [
        f"{row['way']:<22} {row['rows_per_second']:>9,.0f} {row['lowest']:>9,.0f} "
        f"{row['highest']:>9,.0f} {row['times_lightgbm']:>11.1f}"
        for row in found["figures"]
    ]
    slow = found["figures"][0]["rows_per_second"]
    end = (
        f"compiled and checked in {found['compile_seconds']:.3f} s (as long as LightGBM takes for "
        f"{found['compile_seconds'] * slow:,.0f} rows); "
        f"largest difference from LightGBM {found['largest_difference']:.1e}"
    )
    return [title, head, *lines, end]
