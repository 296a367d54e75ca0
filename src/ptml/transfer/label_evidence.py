"""What could be learnt from: how many outcomes are known, and why the others are not."""

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.evidence import Evidence
from ptml.transfer.completions import DAYS_TO_MOMENT, STAGES
from ptml.transfer.config import WarningConfig
from ptml.transfer.labels import Labels


def label_evidence(labels: Labels, as_of_day: int, config: WarningConfig) -> tuple[Evidence, ...]:
    """Count outcomes as of a day.

    ``label_coverage`` is the share of completions with a closed window whose outcome is known;
    ``weak_share`` the share of weak ones among these; ``lead_days/STAGE`` the median time from the
    warning to the first check of use at work, with the middle 90 % of it.
    """
    counts = dict(labels.counts_at(as_of_day))
    n_closed = sum(counts.values())
    known = labels.known_at(as_of_day)
    n_known, n_weak = int(known.sum()), int((known & labels.weak).sum())
    n_blocked = int((known & labels.blocked).sum())
    return (
        Evidence(
            "transfer",
            "metric",
            "label_coverage",
            value=n_known / n_closed if n_closed else None,
            payload={"completions": n_closed, **counts},
        ),
        Evidence(
            "transfer",
            "metric",
            "weak_share",
            value=n_weak / n_known if n_known else None,
            payload={"weak": n_weak, "sound": n_known - n_weak, "blocked": n_blocked},
        ),
        *_lead(labels, known),
        Evidence("transfer", "setting", "label", payload=config.label.model_dump(mode="json")),
    )


def _lead(labels: Labels, known: NDArray[np.bool_]) -> list[Evidence]:
    if not known.any():
        return []
    days = labels.first_check[known].astype(np.float64) - labels.completed[known]
    low, middle, high = np.quantile(days, [0.05, 0.5, 0.95])
    payload = {"level": 0.9, "interval": "middle 90 % of completions"}
    return [
        Evidence(
            "transfer",
            "metric",
            f"lead_days/{stage}",
            float(middle - after),
            float(low - after),
            float(high - after),
            payload=payload,
        )
        for stage, after in zip(STAGES, DAYS_TO_MOMENT, strict=True)
    ]
