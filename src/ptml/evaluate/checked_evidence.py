"""What the choice of who gets checked does to the early warning, as rows of evidence."""

from dataclasses import replace
from typing import Any

import numpy as np

from ptml.contracts.evidence import Evidence
from ptml.evaluate.classification import clustered_interval
from ptml.separation import auc
from ptml.transfer.checked import Checked
from ptml.transfer.checked_differences import checked_differences
from ptml.transfer.config import CheckedConfig
from ptml.transfer.model import WarningModel
from ptml.transfer.weak_share import Share, WeakShares, weak_shares

N_DIFFERENCES = 10


def with_checked_evidence(model: WarningModel, seed: int) -> WarningModel:
    """Add to the model's evidence who was checked, and what that leaves open.

    Metrics ``checked_auc`` (how well being checked can be foretold at completion; 0.5 = checked at
    random, given what is seen), ``checked_overlap`` (cases that the weighted known outcomes are
    worth, as a share) and the share of weak transfers among all completions by how much is
    assumed: ``weak_share_as_checked``, ``weak_share_reweighted``, ``weak_share_within_factor``,
    ``weak_share_worst_case``; the curve ``checked_differences``. Nothing is added where no model
    was fitted.
    """
    if model.checked is None:
        return model
    rng = np.random.default_rng(seed)
    rows = checked_evidence(model.checked, model.config.checked, rng)
    return replace(model, evidence=(*model.evidence, *rows))


def checked_evidence(
    checked: Checked, config: CheckedConfig, rng: np.random.Generator
) -> tuple[Evidence, ...]:
    """Rows of evidence on completions with a closed window."""
    shares = weak_shares(checked, config.gamma, rng)
    told = () if shares is None else _shares(shares, config)
    return (_foretold(checked, rng), _overlap(checked, config), *_differences(checked), *told)


def _foretold(checked: Checked, rng: np.random.Generator) -> Evidence:
    known = checked.cases.is_known
    found = clustered_interval(auc, known, checked.p_known, checked.cases.employee, rng)
    row = _metric("checked_auc", found.value, found.low, found.high)
    return replace(row, payload={"completions": len(known), "known": int(known.sum())})


def _overlap(checked: Checked, config: CheckedConfig) -> Evidence:
    """Effective sample size ``(sum w)^2 / sum w^2`` (Kish 1965) over the known outcomes."""
    known, weight = checked.cases.is_known, checked.weight
    n_known = int(known.sum())
    squares = float((weight**2).sum())
    effective = float(weight.sum()) ** 2 / squares if squares > 0 else 0.0
    payload = {
        "effective_cases": round(effective, 1),
        "smallest_probability": round(float(checked.p_known.min()), 4),
        "first_percentile": round(float(np.quantile(checked.p_known, 0.01)), 4),
        "largest_weight": round(float(weight.max()), 4),
        "weights_cut": int((weight >= config.largest_weight).sum()),
    }
    value = effective / n_known if n_known else None
    return replace(_metric("checked_overlap", value), payload=payload)


def _differences(checked: Checked) -> tuple[Evidence, ...]:
    found = checked_differences(checked)
    size = np.nan_to_num(np.abs(found.before))
    if not size.any():
        return ()
    largest = np.argsort(-size, kind="stable")[:N_DIFFERENCES]
    features = checked.cases.features
    payload = {
        "feature": [features.names[k] for k in largest],
        "family": [features.families[k] for k in largest],
        "before": found.before[largest].round(4).tolist(),
        "after": found.after[largest].round(4).tolist(),
    }
    return (Evidence("transfer", "curve", "checked_differences", payload=payload),)


def _shares(found: WeakShares, config: CheckedConfig) -> tuple[Evidence, ...]:
    factor = None if found.seen_factor is None else round(found.seen_factor, 4)
    return (
        _share("weak_share_as_checked", found.as_checked),
        _share("weak_share_reweighted", found.reweighted),
        _share(
            "weak_share_within_factor",
            found.within_factor,
            gamma=config.gamma,
            seen_factor=factor,
        ),
        _share("weak_share_worst_case", found.worst_case),
    )


def _share(name: str, share: Share, **more: Any) -> Evidence:
    bounds = [round(end, 6) for end in share.bounds]
    row = _metric(name, share.value, share.low, share.high)
    return replace(row, payload={"bounds": bounds, **more})


def _metric(
    name: str, value: float | None, low: float | None = None, high: float | None = None
) -> Evidence:
    ends = (value, low, high)
    at, start, end = (None if v is None or not np.isfinite(v) else float(v) for v in ends)
    return Evidence("transfer", "metric", name, at, start, end)
