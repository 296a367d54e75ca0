"""Proxies: how well the warning's features foretell a protected attribute that it never sees."""

from collections.abc import Iterator, Sequence

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray
from scipy import stats

from ptml.contracts.evidence import Evidence
from ptml.evaluate.delong import delong
from ptml.evaluate.groups import UNKNOWN, Grouping
from ptml.features.matrix import FeatureMatrix
from ptml.intervals import Z_95
from ptml.transfer.topics import TOPICS, topic_of

Doubles = NDArray[np.float64]
Codes = NDArray[np.int64]
Bools = NDArray[np.bool_]

_N_FOLDS = 5
_N_TREES = 60
_MOST_NAMED = 10
_LEVEL = 0.05


def known_groups(grouping: Grouping) -> Grouping:
    """Only groups that are known: that an attribute is missing is not a protected attribute."""
    if UNKNOWN not in grouping.labels:
        return grouping
    unknown = grouping.labels.index(UNKNOWN)
    code = np.where(grouping.code == unknown, -1, grouping.code)
    code = np.where(code > unknown, code - 1, code)
    labels = tuple(label for label in grouping.labels if label != UNKNOWN)
    return Grouping(grouping.attribute, code, labels, grouping.hidden)


def compared_groups(grouping: Grouping) -> range:
    """Groups to set against all others; of two the first alone, the other being its mirror."""
    n_groups = len(grouping.labels)
    return range(n_groups if n_groups > 2 else n_groups - 1)


def proxy_evidence(
    features: FeatureMatrix, groups: Sequence[Grouping], num_threads: int, rng: np.random.Generator
) -> Iterator[Evidence]:
    """Foretell each attribute from the features, and name the single ones that go with it.

    Parameters
    ----------
    features : FeatureMatrix
        (n, p), one row a person.
    groups : sequence of Grouping
        Of these people, as `known_groups` gives them.

    Yields
    ------
    Evidence
        ``proxy_auc/ATTRIBUTE/GROUP``: AUC of a small LightGBM on people it was not fitted on, the
        group against all others. ``proxies_found/ATTRIBUTE``: how many features are associated with
        the attribute. ``proxy_feature/ATTRIBUTE/GROUP/FEATURE``: those ten that are most, with an
        interval that holds for all features and groups at once (Bonferroni).
    """
    for grouping in groups:
        known = np.flatnonzero(grouping.code >= 0)
        if len(grouping.labels) < 2:
            continue
        code, seen = grouping.code[known], features.take(known)
        yield from _foretold(seen, grouping, code, num_threads, rng)
        yield from _single(seen, grouping, code)


def _foretold(
    seen: FeatureMatrix,
    grouping: Grouping,
    code: Codes,
    num_threads: int,
    rng: np.random.Generator,
) -> Iterator[Evidence]:
    fold = rng.permutation(len(code)) % _N_FOLDS
    scores = _cross_fitted(seen, code, fold, len(grouping.labels), num_threads, rng)
    for group in compared_groups(grouping):
        area, error = _over_folds(scores[:, [group]], code == group, fold)
        name = f"proxy_auc/{grouping.attribute}/{grouping.labels[group]}"
        payload = {"people": len(code), "in_group": int((code == group).sum())}
        low, high = max(area - Z_95 * error, 0.0), min(area + Z_95 * error, 1.0)
        yield Evidence("transfer", "metric", name, area, low, high, payload=payload)


def _over_folds(scores: Doubles, positive: Bools, fold: Codes) -> tuple[float, float]:
    """Mean AUC within folds, and its error.

    Across folds, a fold's share of the group would speak against it. Folds share what the models
    were fitted on, so their errors do not average out as those of strangers would: the variance is
    ``(1 / K + 1 / (K - 1))`` times that of a fold (Nadeau & Bengio 2003).
    """
    found = [delong(scores[fold == k], positive[fold == k]) for k in range(_N_FOLDS)]
    area, error = (np.concatenate(part) for part in zip(*found, strict=True))
    share = 1 / _N_FOLDS + 1 / (_N_FOLDS - 1)
    return float(area.mean()), float(np.sqrt(share * np.mean(error**2)))


def _cross_fitted(
    seen: FeatureMatrix,
    code: Codes,
    fold: Codes,
    n_groups: int,
    num_threads: int,
    rng: np.random.Generator,
) -> Doubles:
    """Probability of each group for people whom the model was not fitted on, (n, n_groups)."""
    parameters = {
        "objective": "multiclass",
        "num_class": n_groups,
        "num_leaves": 8,
        "learning_rate": 0.1,
        "min_data_in_leaf": 20,
        "lambda_l2": 10.0,
        "feature_fraction": 0.5,
        "max_bin": 63,
        "seed": int(rng.integers(2**31)),
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": num_threads,
        "verbosity": -1,
    }
    out = np.zeros((len(code), n_groups))
    for k in range(_N_FOLDS):
        rest = fold != k
        data = lgb.Dataset(seen.values[rest], code[rest].astype(np.float32), free_raw_data=True)
        fitted = lgb.train(parameters, data, num_boost_round=_N_TREES)
        out[~rest] = fitted.predict(seen.values[~rest], num_threads=num_threads)
    return out


def _single(seen: FeatureMatrix, grouping: Grouping, code: Codes) -> Iterator[Evidence]:
    compared = compared_groups(grouping)
    found = [delong(seen.values, code == group) for group in compared]
    area, error = (np.stack(part) for part in zip(*found, strict=True))
    z = float(stats.norm.ppf(1 - _LEVEL / (2 * area.size)))
    distance = np.abs(area - 0.5)
    is_proxy = distance > z * error
    payload = {"features": len(seen.names), "people": len(code)}
    n_found = float(is_proxy.any(axis=0).sum())
    yield Evidence(
        "transfer", "metric", f"proxies_found/{grouping.attribute}", n_found, payload=payload
    )
    order = np.argsort(-np.where(is_proxy, distance, -1), axis=None, kind="stable")
    for at in order[: min(_MOST_NAMED, int(is_proxy.sum()))]:
        row, column = np.unravel_index(at, area.shape)
        name, middle = seen.names[column], float(area[row, column])
        half = z * float(error[row, column])
        label = grouping.labels[compared[row]]
        topic = TOPICS[topic_of(name, seen.families[column])].code
        yield Evidence(
            "transfer",
            "metric",
            f"proxy_feature/{grouping.attribute}/{label}/{name}",
            middle,
            max(middle - half, 0.0),
            min(middle + half, 1.0),
            payload={"topic": topic, "holds_for_all_of": int(area.size)},
        )
