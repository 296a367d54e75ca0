"""Which stage of scoring each of its functions belongs to, timed from outside."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager

from ptml.jobs.stopwatch import Stopwatch

READING, SHARED, HISTORY = "reading and checking", "sums over everybody", "reading buckets"
FEATURES, CANDIDATES, LIFT = "features", "candidates", "lift"
RANKING, WARNINGS, WORDS = "ranking", "warnings with SHAP", "reasons in words"
WRITING, PUBLISHING, REST = "writing", "hashing and publishing", "all else"

STAGES = (
    *(READING, SHARED, HISTORY, FEATURES, CANDIDATES, LIFT),
    *(RANKING, WARNINGS, WORDS, WRITING, PUBLISHING, REST),
)

_BUCKET, _SCORE, _PROPOSING = "ptml.jobs.bucket", "ptml.jobs.score", "ptml.jobs.proposing"
# Where a function is called from, by stage: `MODULE:NAME` or `MODULE:CLASS.NAME`.
_CALLS: dict[str, tuple[str, ...]] = {
    READING: (f"{_SCORE}:read_dataset",),
    SHARED: (f"{_SCORE}:shared_averages",),
    HISTORY: (f"{_SCORE}:load_history",),
    FEATURES: tuple(
        f"{_BUCKET}:{name}" for name in ("capability", "person_features", "offers", "pair_features")
    ),
    CANDIDATES: (
        f"{_BUCKET}:propose_pairs",
        "ptml.recommend.completion:CompletionModel.score",
    ),
    LIFT: ("ptml.lift.model:LiftModel.predict",),
    RANKING: tuple(
        f"{_BUCKET}:{name}"
        for name in (
            *("preference_of_pairs", "_ranked", "explore", "expected_gain", "employee_draws"),
            *("without_gain", "short_list_reasons"),
        )
    ),
    WARNINGS: (
        "ptml.transfer.model:WarningModel.predict",
        *(f"{_BUCKET}:{name}" for name in ("recent_completions", "draw_arms")),
    ),
    WORDS: (
        *(f"{_BUCKET}:{name}" for name in ("parts_of_pairs", "_lift_facts")),
        *(
            f"{_SCORE}:{name}"
            for name in ("recommendations_table", "warnings_of", "no_improvement_table")
        ),
    ),
    WRITING: (
        "ptml.publish.publication:Publication.append",
        *(
            f"{_SCORE}:{name}"
            for name in (
                *("lift_table", "portraits_table", "paths_table", "segments_table"),
                *("short_lists_table", "exposures_table", "flags_table"),
            )
        ),
    ),
    PUBLISHING: ("ptml.publish.publication:Publication.commit",),
}


@contextmanager
def stages_watched(watch: Stopwatch) -> Iterator[list[str]]:
    """Count the time of scoring by stage while the block runs.

    Yields
    ------
    list of str
        Functions that are not there: their time stands in `REST`.
    """
    put_back, missing = [], []
    try:
        for stage, calls in _CALLS.items():
            for call in calls:
                holder, name = _place(call)
                if holder is None or not hasattr(holder, name):
                    missing.append(call)
                    continue
                before = getattr(holder, name)
                put_back.append((holder, name, before))
                setattr(holder, name, watch.watched(stage, before))
        yield missing
    finally:
        for holder, name, before in reversed(put_back):
            setattr(holder, name, before)


def _place(call: str) -> tuple[object | None, str]:
    module, _, path = call.partition(":")
    owner, _, name = path.rpartition(".")
    try:
        found = importlib.import_module(module)
    except ModuleNotFoundError:
        return None, name
    return (getattr(found, owner, None) if owner else found), name
