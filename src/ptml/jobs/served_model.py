"""What MLflow runs to serve one of the three models: a file of code and a folder, no pickle.

- recommend: rows ``employee_id, course_id`` of chosen courses; gives the ten courses that each
  employee is likeliest to choose next.
- lift: one row a person and course, ``course_id`` and the features that the lift depends on; gives
  ``lift``, ``lift_low`` and ``lift_high`` (90 %), empty for a course with too few takers.
- warnings: the features of a completion and its ``stage`` (0 completion, 1 day_30); gives
  ``p_weak``.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from mlflow.models import set_model
from mlflow.pyfunc import PythonModel
from scipy.sparse import csr_matrix

from ptml.contracts.artefacts import verified
from ptml.contracts.ids import IdMap
from ptml.features.matrix import FeatureMatrix
from ptml.jobs.models import load_models
from ptml.lift.fitted import Z_90
from ptml.lift.model import LiftModel
from ptml.recommend.preference import PreferenceModel
from ptml.transfer.calibration import sigmoid
from ptml.transfer.model import WarningModel

TOP = 10


class ServedModel(PythonModel):
    """One of the three models behind MLflow's plain interface."""

    def load_context(self, context: Any) -> None:
        """Check the hashes of the files and load the model."""
        folder = Path(context.artifacts["model"])
        models = load_models(folder, tuple(verified(folder)["models"]), [])
        self.model = models.lift or models.warning or models.preference

    def predict(self, context: Any, model_input: pd.DataFrame, params: Any = None) -> pd.DataFrame:
        """Answer for the model that the folder holds."""
        match self.model:
            case LiftModel():
                return predict_lift(self.model, model_input)
            case WarningModel():
                return predict_weak(self.model, model_input)
            case PreferenceModel():
                return predict_next(self.model, model_input)
        raise TypeError("the folder holds no model")


def predict_lift(model: LiftModel, frame: pd.DataFrame) -> pd.DataFrame:
    """Lift with its 90 % interval of pairs given by their features."""
    out = pd.DataFrame(index=frame.index, columns=["lift", "lift_low", "lift_high"], dtype=float)
    code = model.courses.codes(frame["course_id"])
    if model.fitted is None:
        return out
    fitted = model.fitted
    known = (code >= 0) & (fitted.support.takers[code] >= fitted.support.min_takers)
    rows = np.flatnonzero(known)
    names = fitted.modifiers.pair_names + fitted.modifiers.person_names
    values = frame[list(names)].to_numpy(dtype=np.float32)[rows]
    matrix = FeatureMatrix(names, values, ("",) * len(names))
    z = fitted.modifiers.standardise(matrix, matrix, np.arange(len(rows), dtype=np.int32))
    mean, variance = fitted.effects.predict(code[rows], z)
    half = Z_90 * np.sqrt(variance + fitted.unexplained_variance)
    out.iloc[rows] = np.stack([mean, mean - half, mean + half], axis=1)
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
    if model.factors is None:
        score = np.tile(model.popularity.overall, (len(people), 1))
    else:
        score = model.factors.score(chosen)
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


set_model(ServedModel())
