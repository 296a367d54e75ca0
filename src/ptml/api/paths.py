"""Learning paths of everybody as frames: steps with weeks and reasons, and each path as a whole."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from ptml.api.company import AsOf, Company
from ptml.api.frames import FRAMES
from ptml.api.given_settings import SettingsLike, resolved
from ptml.api.lift import LiftEstimator
from ptml.api.recommender import Recommender
from ptml.explain.words import Language
from ptml.jobs.explain_pair import unknown_id
from ptml.jobs.paths.asked import paths_of_all


class LearningPaths:
    """The best path of everybody who is employed, as ``ptml score`` lays it.

    Parameters
    ----------
    company : Company
    recommender : Recommender
        Fitted.
    lift : LiftEstimator, optional
        Fitted: without it paths are laid by the gaps that courses close.
    as_of : date or str, optional
        Left out, the newest that the data allow.
    settings : Settings, mapping, path of a TOML file, optional
        ``path`` counts, and ``goals``; left out, those of the recommender.
    language : str
        Of the sentences.

    Attributes
    ----------
    steps : DataFrame
        One row an employee and step (``ptml.columns("paths")``).
    plans : DataFrame
        One row an employee (``ptml.columns("path_plans")``).

    Examples
    --------
    >>> import ptml
    >>> with ptml.load(ptml.make_company(n_employees=200, n_courses=10, seed=3)) as company:
    ...     recommender = ptml.Recommender(trials=1, second_stage=False).fit(company)
    ...     found = ptml.LearningPaths(company, recommender)
    >>> bool((found.plans["optimality_gap"] == 0).all())
    True
    >>> int(found.steps["step"].max()) > 1
    True
    """

    def __init__(
        self,
        company: Company,
        recommender: Recommender,
        lift: LiftEstimator | None = None,
        as_of: AsOf = None,
        settings: SettingsLike = None,
        language: Language = "en",
    ) -> None:
        chosen = recommender.resolved_settings() if settings is None else resolved(settings)
        scoring = chosen.scoring.model_copy(update={"language": language})
        models = recommender.models_
        if lift is not None:
            models = replace(models, lift=lift.model_)
        tables = paths_of_all(
            company.dataset,
            models,
            company.day(as_of),
            chosen.model_copy(update={"scoring": scoring}),
        )
        frames: Mapping[str, pd.DataFrame] = {
            name: FRAMES[name].typed(table.to_pandas()) for name, table in tables.items()
        }
        self.steps, self.plans = frames["paths"], frames["path_plans"]

    def of(self, employee_id: str) -> pd.DataFrame:
        """The steps of one person; none where the path has none.

        Raises
        ------
        UsageError
            For somebody who is not employed on the day, with the nearest ids.
        """
        if not (self.plans["employee_id"] == employee_id).any():
            raise unknown_id("employee", employee_id, self.plans["employee_id"].tolist())
        own = self.steps["employee_id"] == employee_id
        return self.steps[own].reset_index(drop=True)
