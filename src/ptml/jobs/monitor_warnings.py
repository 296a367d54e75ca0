"""What became of warnings since the models were trained."""

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import pandas as pd

from ptml.contracts.dataset import Dataset
from ptml.evaluate.groups import UNKNOWN, Grouping, groupings
from ptml.features.history import History
from ptml.features.shared import Shared
from ptml.features.standing import standing
from ptml.intervals import Z_95
from ptml.jobs.asked import epoch_day
from ptml.jobs.settings import Settings
from ptml.monitor.config import MonitorConfig
from ptml.monitor.finding import Finding, NotJudged
from ptml.monitor.outcomes import Outcomes, look_at_outcomes, look_at_precision
from ptml.monitor.reviewers import NOT_TRUE, look_at_reviewers
from ptml.monitor.scores import look_at_scores
from ptml.transfer.completions import STAGES, Completions
from ptml.transfer.labels import Labels, transfer_labels
from ptml.transfer.model import WarningModel

_SPAN_DAYS, _MOST_LOOKS = 28, 12
# What a reviewer saw: the newest flag before the first decision, by the models in use only. The
# highest of several flags would promise more than any of them.
_REVIEWED = """WITH reviews AS (
        SELECT enrolment_id, min(decided_on) AS decided_on FROM warning_actions
        WHERE decided_on < $2 GROUP BY 1)
    SELECT f.enrolment_id, arg_max(f.p_weak, row(f.flagged_on, f.stage)) AS p FROM flags AS f
    JOIN reviews AS r ON r.enrolment_id = f.enrolment_id AND f.flagged_on <= r.decided_on
    WHERE f.arm = 'flag' AND f.flagged_on >= $1 AND f.flagged_on < $2
    GROUP BY 1 ORDER BY 1"""

_DECIDED = """SELECT decided_on, decision, reason FROM warning_actions
    WHERE decided_on < $1 AND decision IN ('accept', 'dismiss')
    QUALIFY row_number() OVER (PARTITION BY enrolment_id ORDER BY decided_on DESC, decision) = 1
    ORDER BY enrolment_id"""
_RECENT = timedelta(days=28)


def look_at_warnings(
    dataset: Dataset,
    model: WarningModel | None,
    history: History,
    shared: Shared,
    day: date,
    trained: date,
    settings: Settings,
) -> Iterator[Finding | NotJudged]:
    """Score what was completed since training as of its moment; hold it against outcomes."""
    if model is None:
        yield NotJudged("outcomes", "warnings", "no warning model was trained")
        return
    if model.classifier is None:
        yield NotJudged("outcomes", "warnings", f"the model gives none: {model.refusal}")
        return
    labels = transfer_labels(history, model.config.label)
    now, config = epoch_day(day), settings.monitor
    yield from _drift(model, history, shared, labels, now, config)
    new = labels.known_at(now) & (labels.completed >= epoch_day(trained))
    scores = model.predict(history, shared, Completions.at_both_stages(labels.enrolment[new]))
    known = {name: row for row in model.evidence if (name := row.name).startswith("auc/")}
    groups = _groups(dataset, history, labels, new)
    n = int(new.sum())
    for k, stage in enumerate(STAGES):
        rows = slice(k * n, (k + 1) * n)
        told = Outcomes(
            stage,
            labels.employee[new].astype(np.int64),
            scores.p_weak[rows],
            labels.weak[new],
            scores.flagged[rows],
            groups,
        )
        row = known.get(f"auc/{stage}")
        held = None
        if row is not None and row.value is not None and row.low is not None:
            held = (row.value, ((row.high or row.value) - row.low) / (2 * Z_95))
        yield from look_at_outcomes(told, held, config)
    yield _precision(dataset, history, labels, trained, day, config)
    yield _by_reviewers(dataset, day, config)


def _drift(
    model: WarningModel,
    history: History,
    shared: Shared,
    labels: Labels,
    now: int,
    config: MonitorConfig,
) -> Iterator[Finding | NotJudged]:
    """Probabilities of the newest completions against those of four weeks each before.

    Those whose outcome the model has learnt from are left out: it is too sure of them.
    """
    unseen = (labels.completed < now) & (labels.known_from > model.as_of_day)
    scores = model.predict(history, shared, Completions.at_both_stages(labels.enrolment[unseen]))
    n = int(unseen.sum())
    back = (now - 1 - labels.completed[unseen]) // _SPAN_DAYS
    p = scores.p_weak[:n]
    looks = [{"p_weak at completion": p[back == k]} for k in range(_MOST_LOOKS)]
    yield from look_at_scores(looks[0], looks[1:], config)


def _groups(
    dataset: Dataset,
    history: History,
    labels: Labels,
    new: np.ndarray[tuple[int], np.dtype[np.bool_]],
) -> dict[str, np.ndarray[tuple[int], np.dtype[np.object_]]]:
    protected = dataset.query("SELECT * FROM protected_attributes")
    found = {
        grouping.attribute: _named(grouping)[labels.employee[new]]
        for grouping in groupings(protected, history.employees.ids)
    }
    rows = Completions.at_both_stages(labels.enrolment[new]).rows(history)
    stood = standing(history, rows.take(slice(0, int(new.sum()))))
    for name, codes, known in (
        ("unit", stood.unit, history.units.ids),
        ("role", stood.role, history.roles.ids),
    ):
        if len(known):
            found[name] = np.where(codes >= 0, known[np.maximum(codes, 0)], "unknown")
    return found


def _named(grouping: Grouping) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    """The group of each person, by the same bands as on the other pages."""
    return np.array([*grouping.labels, UNKNOWN], dtype=object)[grouping.code]


def _by_reviewers(dataset: Dataset, day: date, config: MonitorConfig) -> Finding | NotJudged:
    decided = decided_warnings(dataset, day)
    said = decided["reason"].isin(NOT_TRUE) & (decided["decision"] == "dismiss")
    recent = pd.to_datetime(decided["decided_on"]) >= pd.Timestamp(day - _RECENT)
    return look_at_reviewers(said.to_numpy(dtype=bool), recent.to_numpy(dtype=bool), config)


def decided_warnings(dataset: Dataset, day: date) -> pd.DataFrame:
    """The newest decision on each warning before a day, ``decided_on, decision, reason``."""
    return dataset.query(_DECIDED, [day])


def reviewed_flags(dataset: Dataset, trained: date, day: date) -> pd.DataFrame:
    """Enrolments of reviewed flags with what was promised, ``enrolment_id, p``."""
    return dataset.query(_REVIEWED, [trained, day])


def _precision(
    dataset: Dataset,
    history: History,
    labels: Labels,
    trained: date,
    day: date,
    config: MonitorConfig,
) -> Finding | NotJudged:
    if not (dataset.has("flags") and dataset.has("warning_actions")):
        why = "the data have no tables flags and warning_actions"
        return NotJudged("review", "reviewed flags", why)
    known = labels.known_at(epoch_day(day))
    outcome = pd.DataFrame(
        {
            "enrolment_id": history.enrolments.enrolment_id[labels.enrolment[known]],
            "weak": labels.weak[known],
            "person": labels.employee[known].astype(np.int64),
        }
    )
    told = reviewed_flags(dataset, trained, day).merge(outcome, on="enrolment_id")
    return look_at_precision(
        told["weak"].to_numpy(dtype=bool),
        told["p"].to_numpy(dtype=np.float64),
        told["person"].to_numpy(dtype=np.int64),
        config,
    )
