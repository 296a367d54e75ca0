"""The id of a policy: what decides which course is shown to whom with which probability."""

import hashlib
import json

from ptml.jobs.models import Models
from ptml.jobs.settings import Settings

_MODELS = ("preference", "lift")


def policy_id(models: Models, settings: Settings) -> str:
    """Sixteen hex digits; the same models and settings have the same policy.

    The seed is no part of it: it decides what a policy draws, not with which probability.
    """
    decides = {
        "models": {
            file: digest
            for file, digest in models.versions.items()
            if file.split("/")[0] in _MODELS and getattr(models, file.split("/")[0]) is not None
        },
        "max_candidates": settings.scoring.max_candidates,
        "rank": settings.rank.model_dump(mode="json"),
        "explore": settings.explore.model_dump(mode="json"),
    }
    return hashlib.sha256(json.dumps(decides, sort_keys=True).encode()).hexdigest()[:16]
