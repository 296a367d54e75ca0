"""The face of scikit-learn over a training: parameters in, a fitted folder of models out."""

import shutil
import tempfile
import weakref
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import ClassVar, Self
from warnings import warn

import numpy as np
import pandas as pd
from pydantic import ValidationError
from sklearn.base import BaseEstimator
from sklearn.exceptions import NotFittedError

from ptml.api.company import AsOf, Company
from ptml.api.frames import FRAMES
from ptml.api.given_settings import SettingsLike, resolved
from ptml.contracts.artefacts import replace_folder, verified
from ptml.contracts.evidence import Evidence
from ptml.contracts.manifest import MANIFEST
from ptml.errors import UsageError
from ptml.explain.words import Language
from ptml.jobs.answers import Answer, answer
from ptml.jobs.asked import epoch_day, models_asked
from ptml.jobs.fitting import Learning
from ptml.jobs.helped import helped_before
from ptml.jobs.models import Models, load_models
from ptml.jobs.progress import Progress, Silent
from ptml.jobs.score import unlike_training
from ptml.jobs.settings import Settings, describe_errors
from ptml.jobs.train import train_into
from ptml.lift.model import LiftModel


class NotFittedYetError(UsageError, NotFittedError):
    """An estimator was asked before it was fitted."""


class Estimator(BaseEstimator):
    """What the three estimators share.

    Our models take a company and a date where scikit-learn's take ``X, y``: who may take which
    course, and what was known when, does not fit into one matrix. Everything else follows its
    conventions: keyword-only parameters, ``get_params``, ``set_params``, ``clone``, a ``fit`` that
    gives itself, and fitted attributes that end in an underscore.
    """

    _model: ClassVar[str]
    """Its name among the models of a training."""
    _places: ClassVar[Mapping[str, tuple[str, ...]]]
    """Where each parameter stands in the settings."""

    settings: SettingsLike

    def resolved_settings(self) -> Settings:
        """Everything that can be set, as `fit` and `predict` use it.

        Raises
        ------
        UsageError
            For a value that may not be, or a key that does not exist (with the nearest).
        """
        base = resolved(self.settings).model_dump()
        for name, place in self._places.items():
            value = getattr(self, name)
            if value is not None:
                part = base
                for key in place[:-1]:
                    part = part[key]
                part[place[-1]] = value
        try:
            return Settings.model_validate(base)
        except ValidationError as error:
            told = describe_errors(error, Settings, type(self).__name__)
            raise UsageError(told) from None

    def fit(
        self, company: Company, *, as_of: AsOf = None, progress: Progress | None = None
    ) -> Self:
        """Learn from what was known before a date; the same as ``ptml train`` does.

        Parameters
        ----------
        company : Company
        as_of : date or str, optional
            Left out, the newest that the data allow.
        progress : Progress, optional
            Told about each stage.

        Returns
        -------
        self
            With ``model_``, ``evidence_``, ``as_of_``, ``settings_`` and ``refusal_``.

        Raises
        ------
        UsageError
            For a parameter that may not be, or a date outside the data.
        DataError
            When the data are not enough for this model, naming what is missing.
        """
        settings, day = self.resolved_settings(), company.day(as_of)
        names = models_asked(company.dataset, [self._model])
        protected = company.query("SELECT * FROM protected_attributes")
        helped = helped_before(company.dataset, day)
        learning = Learning(
            company.history, company.shared, epoch_day(day), settings, protected, helped
        )
        place = Path(tempfile.mkdtemp(prefix="ptml-fit-"))
        weakref.finalize(self, shutil.rmtree, place, ignore_errors=True)
        folder = place / "models"
        train_into(folder, company.dataset, day, names, learning, progress or Silent())
        return self._take(folder, settings)

    def save(self, folder: str | Path) -> Path:
        """Write a folder of models as ``ptml train`` does: ``ptml score --models`` takes it."""
        kept = self._fitted_folder()
        about = {k: v for k, v in verified(kept).items() if k not in ("sha256", "seal")}
        with replace_folder(Path(folder), about) as fresh:
            left_out = shutil.ignore_patterns(MANIFEST)
            shutil.copytree(kept, fresh, dirs_exist_ok=True, ignore=left_out)
        return Path(folder)

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """Read this model from a folder that `save` or ``ptml train`` wrote; no pickle is touched.

        Raises
        ------
        UsageError
            When there are no models, or not this one.
        DataError
            When a file is not what was trained.
        """
        settings = Settings.model_validate(verified(Path(folder))["settings"])
        differing = settings.model_dump(mode="json", exclude_defaults=True)
        return cls(settings=differing)._take(Path(folder), settings)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "models_")

    def _take(self, folder: Path, settings: Settings) -> Self:
        self.models_: Models = load_models(folder, (self._model,), [self._model])
        self.folder_, self.settings_ = folder, settings
        self.as_of_ = date.fromisoformat(str(self.models_.about["as_of"]))
        self.evidence_ = evidence_frame(self.models_.evidence)
        return self

    def _asked(self, company: Company, as_of: AsOf) -> tuple[Models, date]:
        """The models and the day to answer for, with a warning where they do not fit."""
        self._fitted_folder()
        day = company.day(as_of)
        for sentence in unlike_training(company.dataset, self.models_, day):
            warn(sentence, UserWarning, stacklevel=3)
        return self.models_, day

    def _table(
        self,
        company: Company,
        as_of: AsOf,
        name: Answer,
        *,
        language: Language | None = None,
        lift: LiftModel | None = None,
    ) -> pd.DataFrame:
        """An output table as a run would publish it; without a model that fills it, no rows.

        Parameters
        ----------
        language : str, optional
            Of the sentences; None = that of the settings.
        lift : LiftModel, optional
            Takes part beside the own models.
        """
        models, day = self._asked(company, as_of)
        settings = self.resolved_settings()
        if language is not None:
            scoring = settings.scoring.model_copy(update={"language": language})
            settings = settings.model_copy(update={"scoring": scoring})
        used = models if lift is None else replace(models, lift=lift)
        table = answer(company.dataset, used, day, settings, name)
        return FRAMES[name].empty().assign(reasons="") if table is None else table.to_pandas()

    def _fitted_folder(self) -> Path:
        if not self.__sklearn_is_fitted__():
            raise NotFittedYetError(
                f"{type(self).__name__} is not fitted: call fit(company) first, or load(folder)"
            )
        return self.folder_


def evidence_frame(evidence: tuple[Evidence, ...]) -> pd.DataFrame:
    """What models say of themselves, one row a finding (``ptml.columns("evidence")``)."""
    told = [{**vars(row), "note": str(row.payload.get("note", ""))} for row in evidence]
    if not told:
        return FRAMES["evidence"].empty()
    frame = pd.DataFrame(told)
    frame["verdict"] = frame["verdict"].fillna("")
    return FRAMES["evidence"].typed(frame)


def only_of(frame: pd.DataFrame, employees: list[str] | None) -> pd.DataFrame:
    """Give the rows of some employees; None = of all.

    Raises
    ------
    UsageError
        For an employee of whom the frame says nothing.
    """
    if employees is None:
        return frame
    unknown = sorted(set(employees) - set(frame["employee_id"]))
    if unknown:
        raise UsageError(
            f"nothing is said of {len(unknown)} of the employees asked for "
            f"({', '.join(map(str, unknown[:3]))}): see what predict gives"
        )
    return frame[frame["employee_id"].isin(employees)].reset_index(drop=True)


def log_odds(p: pd.Series) -> pd.Series:
    """``ln(p / (1 - p))``."""
    return np.log(p) - np.log1p(-p)
