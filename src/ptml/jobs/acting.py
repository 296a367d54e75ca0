"""Does flagging help: the log of flags and of what was done, held against what became of it."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from ptml.contracts.acting import NO_INTERVENTION
from ptml.contracts.dataset import Dataset
from ptml.contracts.requirements import Capability, require
from ptml.evaluate.acting.config import ActingConfig
from ptml.evaluate.acting.judging import Judged, NotJudged, judge_flags
from ptml.evaluate.acting.log import FlagLog, flag_log
from ptml.features.history import History, bucket_histories
from ptml.jobs.acting_words import acting_sentences, figures
from ptml.jobs.asked import as_of_asked, epoch_day
from ptml.jobs.people import read_people
from ptml.jobs.progress import Progress
from ptml.jobs.settings import Settings
from ptml.publish import read_run
from ptml.transfer.config import LabelConfig
from ptml.transfer.labels import transfer_labels

_COLUMNS = ["enrolment_id", "stage", "arm", "p_weak", "propensity"]
_FLAGS = f"""SELECT {", ".join(_COLUMNS)}, flagged_on FROM flags WHERE flagged_on < ?"""
_ACTIONS = f"""SELECT DISTINCT enrolment_id, done_on FROM warning_actions
    WHERE decision = 'accept' AND code <> '{NO_INTERVENTION}' AND decided_on < ? AND done_on < ?"""
_EPOCH = pd.Timestamp(0)


def run_acting(
    data: str, runs: list[str], as_of: date | None, settings: Settings, progress: Progress
) -> dict[str, Any]:
    """Estimate what flagging does to weak transfer, from a randomised hold-out of flags.

    Parameters
    ----------
    runs : list of str
        Where runs are published whose `flags` count beside the data's own table ``flags``.
    """
    published = [read_run(out).tables["flags"] for out in runs]
    progress.stage("Reading and checking")
    reviews = settings.reviews.database
    with read_people(
        data, settings.source, *runs, postgres=settings.postgres, reviews=reviews
    ) as dataset:
        require(dataset, Capability.warnings)
        day = as_of_asked(dataset, as_of)
        flags = _flags(dataset, published, day)
        actions = dataset.query(_ACTIONS, [day, day])
        actions = actions.assign(done_day=_days(actions["done_on"]))
        progress.stage("Working out outcomes")
        outcomes = _outcomes(dataset, flags, settings, progress)
    progress.stage("Judging")
    log = flag_log(flags, outcomes, actions, epoch_day(day))
    found = _found(log, settings.acting)
    return {
        "as_of": day,
        "judged": isinstance(found, Judged),
        "counts": {name: value for name, value in vars(log).items() if name != "trial"},
        "figures": figures(found),
        "sentences": acting_sentences(found, log, len(actions) > 0),
    }


def _flags(dataset: Dataset, published: list[pd.DataFrame], day: date) -> pd.DataFrame:
    own = dataset.query(_FLAGS, [day])
    of_runs = [
        table[[*_COLUMNS, "as_of"]].rename(columns={"as_of": "flagged_on"}) for table in published
    ]
    # The column types of a frame without rows are nobody's.
    filled = [table for table in (own, *of_runs) if len(table)]
    flags = pd.concat(filled, ignore_index=True) if filled else own
    flags = flags.assign(flagged_day=_days(flags["flagged_on"]))
    # A run of the same day has been published by then.
    return flags[flags["flagged_day"] <= epoch_day(day)]


def _days(dates: pd.Series) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    days = (pd.to_datetime(dates) - _EPOCH) // pd.Timedelta(days=1)
    return np.asarray(days, dtype=np.int64)


def _outcomes(
    dataset: Dataset, flags: pd.DataFrame, settings: Settings, progress: Progress
) -> pd.DataFrame:
    wanted = pd.Index(flags["enrolment_id"].unique())
    pieces = []
    for bucket, history in bucket_histories(dataset, settings.scoring.bucket_employees):
        piece = _bucket_outcomes(history, settings.warning.label)
        pieces.append(piece[piece["enrolment_id"].isin(wanted)])
        progress.step(bucket.index + 1, bucket.count)
    found = pd.concat(pieces, ignore_index=True)
    found["person"] = np.unique(found["employee_id"].to_numpy(dtype=str), return_inverse=True)[1]
    return found


def _bucket_outcomes(history: History, label: LabelConfig) -> pd.DataFrame:
    labels = transfer_labels(history, label)
    return pd.DataFrame(
        {
            "enrolment_id": history.enrolments.enrolment_id[labels.enrolment],
            "employee_id": history.employees.ids[labels.employee],
            "completed": labels.completed,
            "known_from": labels.known_from,
            "known": labels.reason == 0,
            "weak": labels.weak,
        }
    )


def _found(log: FlagLog, config: ActingConfig) -> Judged | NotJudged:
    if not log.n_logged:
        return NotJudged("nothing_logged", "no flag is logged for any completion of the data")
    if len(log.trial) + log.n_open == 0:
        return NotJudged(
            "no_hold_out",
            "nothing was held out of the flags, and those who were acted on differ from those who "
            "were not by more than the help",
        )
    if len(log.trial) == 0:
        return NotJudged("still_open", f"the outcomes of all {log.n_open:,} are still open")
    return judge_flags(log.trial, config)
