"""What MLflow runs to serve one of the three models: a file of code and a folder, no pickle.

- recommend: rows ``employee_id, course_id`` of chosen courses, in any order; gives the ten courses
  that each employee is likeliest to choose next, with the preference ``score`` (0-1). It knows no
  roles and no eligibility.
- lift: one row a person and course, ``course_id`` and the features that the lift depends on; gives
  ``lift``, ``lift_low`` and ``lift_high`` (90 %), empty for a course with too few takers. Whether
  anybody like this person took the course (``no_overlap``) cannot be told from these columns.
- warnings: the features of a completion and its ``stage`` (0 completion, 1 day_30); gives
  ``p_weak``. Whether something stands in the way (``blocked``) cannot be told from these columns.

Where people are decided about, `ptml score` answers: it refuses what this cannot.
"""

from pathlib import Path
from typing import Any

import pandas as pd
from mlflow.models import set_model
from mlflow.pyfunc import PythonModel

from ptml.contracts.artefacts import verified
from ptml.jobs.models import load_models
from ptml.jobs.served_answers import predict_lift, predict_next, predict_weak
from ptml.lift.model import LiftModel
from ptml.recommend.preference import PreferenceModel
from ptml.transfer.model import WarningModel


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


set_model(ServedModel())
