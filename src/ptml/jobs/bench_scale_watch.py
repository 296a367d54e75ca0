"""Which stage of scoring each of its functions belongs to, timed from outside."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager

from ptml.jobs.stopwatch import Stopwatch

READING, SHARED, HISTORY = "reading and checking", "sums over everybody", "reading buckets"
FEATURES, CANDIDATES, LIFT = "features", "candidates", "lift"
RANKING, WARNINGS, WORDS = "ranking", "warnings with SHAP", "reasons in words"
PLANS, WRITING, PUBLISHING = "plans", "writing", "hashing and publishing"
REST = "all else"

STAGES = (
    *(READING, SHARED, HISTORY, FEATURES, CANDIDATES, LIFT),
    *(RANKING, WARNINGS, WORDS, PLANS, WRITING, PUBLISHING, REST),
)

_PEOPLE, _LISTS = "ptml.jobs.bucket", "ptml.jobs.listing"
_ANSWERS, _ENGINE = "ptml.jobs.bucket_answers", "ptml.jobs.engine"


def _all(module: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{module}:{name}" for name in names)


# Where a function is called from, by stage: `MODULE:NAME` or `MODULE:CLASS.NAME`.
_CALLS: dict[str, tuple[str, ...]] = {
    READING: _all(_ENGINE, "read_people"),
    SHARED: _all(_ENGINE, "RunShared.of"),
    HISTORY: (
        *_all(_ENGINE, "bucket_tables"),
        *_all("ptml.jobs.read_ahead", "tables_of_buckets"),
        *_all(_ANSWERS, "history_of"),
    ),
    FEATURES: _all(_LISTS, "capability", "person_features", "offers", "pair_features"),
    CANDIDATES: (
        *_all(_LISTS, "propose_pairs"),
        *_all("ptml.recommend.completion", "CompletionModel.score"),
    ),
    LIFT: _all("ptml.lift.model", "LiftModel.predict"),
    RANKING: (
        *_all(_LISTS, "preference_of_pairs", "_ranked", "explore", "expected_gain"),
        *_all(_LISTS, "employee_draws"),
        *_all(_PEOPLE, "without_gain", "reason_counts", "short_list_reasons"),
    ),
    WARNINGS: (
        *_all("ptml.transfer.model", "WarningModel.predict"),
        *_all(_PEOPLE, "recent_completions", "draw_arms"),
    ),
    WORDS: (
        *_all(_LISTS, "parts_of_pairs", "_lift_facts"),
        *_all(_ANSWERS, "recommendations_table", "warnings_of", "no_improvement_table"),
    ),
    PLANS: (
        *_all(_ANSWERS, "laid_paths", "path_tables", "plans_table"),
        *_all(_ANSWERS, "budget_people_table", "mandatory_due_table"),
        *_all("ptml.jobs.closing", "plan_budget"),
        *_all("ptml.jobs.diagnosing", "RunDiagnosis.segments_table"),
        *_all("ptml.jobs.diagnosing", "RunDiagnosis.diagnoses_table"),
        *_all("ptml.jobs.diagnosing", "RunDiagnosis.unit_evidence"),
    ),
    WRITING: (
        *_all("ptml.publish.publication", "Publication.append", "Publication.append_piece"),
        *_all("ptml.publish.work", "Work.put", "Work.get"),
        *_all(_ANSWERS, "lift_table", "portraits_table"),
        *_all(_ANSWERS, "short_lists_table", "exposures_table", "flags_table"),
        *_all(_ANSWERS, "people_table", "timelines_table"),
    ),
    PUBLISHING: _all("ptml.publish.publication", "Publication.commit"),
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
                before = vars(holder).get(name) if holder is not None else None
                if before is None:
                    missing.append(call)
                    continue
                put_back.append((holder, name, before))
                timed = watch.watched(stage, getattr(holder, name))
                of_class = isinstance(before, classmethod | staticmethod)
                setattr(holder, name, staticmethod(timed) if of_class else timed)
        yield missing
    finally:
        for holder, name, before in reversed(put_back):
            setattr(holder, name, before)


def _place(call: str) -> tuple[object | None, str]:
    """The module or class that holds a function, and the function's name in it."""
    module, _, path = call.partition(":")
    owner, _, name = path.rpartition(".")
    try:
        found = importlib.import_module(module)
    except ModuleNotFoundError:
        return None, name
    return (getattr(found, owner, None) if owner else found), name
