"""The id of a policy: what decides what is shown to whom, or flagged, with which probability."""

import hashlib
import json
from typing import Any

from ptml.jobs.models import Models
from ptml.jobs.settings import Settings


def policy_id(models: Models, settings: Settings) -> str:
    """Sixteen hex digits; the same models and settings have the same policy.

    The seed is no part of it: it decides what a policy draws, not with which probability.
    """
    at_hand = {"recommend": models.preference, "lift": models.lift}
    decides = {
        "models": {
            file: digest
            for file, digest in models.versions.items()
            if at_hand.get(file.split("/")[0]) is not None
        },
        "max_candidates": settings.scoring.max_candidates,
        "rank": settings.rank.model_dump(mode="json"),
        "explore": settings.explore.model_dump(mode="json"),
    }
    return _digest(decides)


def flag_policy_id(models: Models, settings: Settings) -> str:
    """Sixteen hex digits; the same warning model and hold-out have the same policy.

    The key of the draw is no part of it: it decides who is held out, not with which probability.
    """
    model = {
        file: digest for file, digest in models.versions.items() if file.startswith("warnings/")
    }
    return _digest({"model": model, "holdout_share": settings.warning.holdout_share})


def _digest(decides: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()[:16]
