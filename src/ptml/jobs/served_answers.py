"""The three models behind plain frames: what MLflow serves, without MLflow."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from ptml.contracts.ids import IdMap
from ptml.features.matrix import FeatureMatrix
from ptml.lift.model import LiftModel
from ptml.lift.refusal import OK
from ptml.recommend.circumstances import Circumstances
from ptml.recommend.preference import PreferenceModel
from ptml.transfer.calibration import sigmoid
from ptml.transfer.model import WarningModel

Float32Array = NDArray[np.float32]

TOP = 10


def predict_lift(model: LiftModel, frame: pd.DataFrame) -> pd.DataFrame:
    """Lift with its 90 % interval of pairs given by their features."""
    out = pd.DataFrame(index=frame.index, columns=["lift", "lift_low", "lift_high"], dtype=float)
    code = model.courses.codes(frame["course_id"])
    if model.fitted is None:
        return out
    fitted = model.fitted
    # Without its description a new course cannot be judged, and a refused one is not.
    rows = np.flatnonzero((code >= 0) & (fitted.course_status[code] == OK))
    names = fitted.modifiers.pair_names + fitted.modifiers.person_names
    values = frame[list(names)].to_numpy(dtype=np.float32)[rows]
    matrix = FeatureMatrix(names, values, ("",) * len(names))
    z = fitted.modifiers.standardise(matrix, matrix, np.arange(len(rows), dtype=np.int32))
    nothing = np.zeros((len(rows), len(fitted.description.names)))
    own = code[rows].astype(np.int32)
    mean, variance = fitted.effects.predict(own, z, nothing)
    low, high = fitted.reach.interval(own, mean, variance)
    out.iloc[rows] = np.stack([mean, low, high], axis=1)
    return out


def predict_weak(model: WarningModel, frame: pd.DataFrame) -> pd.DataFrame:
    """Probability of weak transfer of completions given by their features."""
    if model.classifier is None:
        return pd.DataFrame({"p_weak": np.full(len(frame), np.nan)}, index=frame.index)
    x = frame[list(model.names)].to_numpy(dtype=np.float32)
    stage = frame["stage"].to_numpy(dtype=np.uint8)
    log_odds = model.classifier.log_odds(x, stage, model.config.num_threads)
    return pd.DataFrame({"p_weak": sigmoid(log_odds)}, index=frame.index)


def predict_next(model: PreferenceModel, frame: pd.DataFrame) -> pd.DataFrame:
    """The courses that employees given by their chosen courses are likeliest to choose next."""
    people = IdMap.of(frame["employee_id"])
    course = model.courses.codes(frame["course_id"])
    kept = course >= 0
    cells = (
        np.ones(int(kept.sum()), dtype=np.float32),
        (people.codes(frame["employee_id"])[kept], course[kept]),
    )
    chosen = csr_matrix(cells, shape=(len(people), len(model.courses)))
    score = model.score_choices(chosen, Circumstances.nowhere(len(people)))
    score[chosen.toarray() > 0] = -np.inf
    best = np.argsort(-score, axis=1, kind="stable")[:, :TOP]
    person, rank = np.nonzero(np.isfinite(np.take_along_axis(score, best, axis=1)))
    found = best[person, rank]
    return pd.DataFrame(
        {
            "employee_id": people.ids[person],
            "rank": rank + 1,
            "course_id": model.courses.ids[found],
            "score": score[person, found],
        }
    )
