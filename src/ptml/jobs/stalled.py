"""The table `no_improvement` of a bucket: completed courses after which results did not rise."""

import pyarrow as pa

from ptml.contracts.outputs import NO_IMPROVEMENT_CAUSES
from ptml.decide.health.evidence import CourseLift
from ptml.decide.no_improvement import NoImprovementConfig, cause_of, signs_of
from ptml.decide.stalled import stalled
from ptml.explain.stalled import stalled_json
from ptml.explain.words import Words
from ptml.features.history import History
from ptml.features.shared import Shared
from ptml.jobs.tables import ids_at, words_at
from ptml.transfer.model import WarningModel


def no_improvement_table(
    history: History,
    shared: Shared,
    model: WarningModel,
    lifts: CourseLift,
    day: int,
    config: NoImprovementConfig,
    words: Words,
) -> pa.Table:
    """Work out cause and evidence of each completion of the bucket, as of a day."""
    found = stalled(history, shared, model, lifts, day, config)
    facts, log = found.facts, history.enrolments
    signs = signs_of(facts, config, model.config)
    cause = cause_of(facts, signs)
    return pa.table(
        {
            "enrolment_id": pa.array(log.enrolment_id[found.enrolment].tolist(), pa.string()),
            "employee_id": ids_at(history.employees, log.employee[found.enrolment]),
            "course_id": ids_at(history.courses, log.course[found.enrolment]),
            "points_before": pa.array(facts.before, from_pandas=True),
            "points_after": pa.array(facts.after, from_pandas=True),
            "cause": words_at(NO_IMPROVEMENT_CAUSES, cause),
            "rule_fired": found.rule_fired,
            "evidence": pa.array(stalled_json(facts, signs, cause, words), pa.string()),
        }
    )
