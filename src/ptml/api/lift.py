"""The effect of a course on a person's performance, as an estimator."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Literal

import pandas as pd

from ptml.api.company import AsOf, Company
from ptml.api.estimator import Estimator, only_of
from ptml.api.frames import FRAMES
from ptml.api.given_settings import SettingsLike
from ptml.explain.catalogue import LIFT_PARTS
from ptml.explain.lift_reasons import PARTS
from ptml.jobs.answers import lift_parts
from ptml.lift.model import LiftModel


class LiftEstimator(Estimator):
    """Estimate the causal effect of starting a course on performance, in points, or refuse.

    Parameters
    ----------
    n_folds : int, optional
        Folds of employees for cross-fitting.
    n_trees : int, optional
        Trees of each nuisance model at the most.
    stage : {"r", "dr"}, optional
        Learner of the final stage.
    min_takers, min_support : int, optional
        Takers of a course, and comparable ones of a person, below which no number is given.
    tuning_trials : int, optional
        Settings that Optuna tries before the model is fitted.
    num_threads : int, optional
    seed : int, optional
    settings : Settings, mapping, path of a TOML file, optional
        Everything else, as in ``[settings]`` of a run file. A parameter above that is not None
        goes before it.

    Attributes
    ----------
    model_ : ptml.lift.model.LiftModel
    evidence_ : DataFrame
        Held-out figures and checks (``ptml.columns("evidence")``).
    refusal_ : str or None
        Why nothing is estimated at all.
    as_of_ : date
    settings_ : Settings

    Examples
    --------
    >>> import ptml
    >>> company = ptml.load(ptml.make_company(n_employees=300, n_courses=8, seed=3))
    >>> estimator = ptml.LiftEstimator(n_folds=2, n_trees=10, num_threads=1)
    >>> lift = estimator.fit(company).predict(company)
    >>> lift.columns.tolist()[2:5]
    ['lift', 'lift_low', 'lift_high']
    >>> bool((lift["lift"].notna() == (lift["status"] == "ok")).all())
    True
    >>> company.close()
    """

    _model: ClassVar[str] = "lift"
    _places: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType(
        {
            **{
                name: ("lift", name)
                for name in (
                    "n_folds",
                    "n_trees",
                    "stage",
                    "min_takers",
                    "min_support",
                    "tuning_trials",
                    "num_threads",
                )
            },
            "seed": ("seed",),
        }
    )

    def __init__(
        self,
        *,
        n_folds: int | None = None,
        n_trees: int | None = None,
        stage: Literal["r", "dr"] | None = None,
        min_takers: int | None = None,
        min_support: int | None = None,
        tuning_trials: int | None = None,
        num_threads: int | None = None,
        seed: int | None = None,
        settings: SettingsLike = None,
    ) -> None:
        self.n_folds = n_folds
        self.n_trees = n_trees
        self.stage = stage
        self.min_takers = min_takers
        self.min_support = min_support
        self.tuning_trials = tuning_trials
        self.num_threads = num_threads
        self.seed = seed
        self.settings = settings

    @property
    def model_(self) -> LiftModel | None:
        """The fitted model."""
        self._fitted_folder()
        return self.models_.lift

    @property
    def refusal_(self) -> str | None:
        """Why nothing is estimated at all; None = something is."""
        return None if self.model_ is None else self.model_.refusal

    def predict(self, company: Company, as_of: AsOf = None) -> pd.DataFrame:
        """Estimate the lift of every course that a person may start, for everybody employed.

        Parameters
        ----------
        company : Company
        as_of : date or str, optional
            Left out, the newest that the data allow.

        Returns
        -------
        DataFrame
            ``ptml.columns("lift")``; ``lift`` is NaN exactly where ``status`` is not ``ok``.
        """
        return FRAMES["lift"].typed(self._table(company, as_of, "lift"))

    def explain(
        self, company: Company, as_of: AsOf = None, *, employees: list[str] | None = None
    ) -> pd.DataFrame:
        """Take every lift apart.

        Returns
        -------
        DataFrame
            ``ptml.columns("lift_reasons")``: one row a pair and part; the shares of a pair add up
            to its lift within 1e-6. Refused pairs have none.

        Raises
        ------
        UsageError
            For an employee without any estimated lift.
        """
        models, day = self._asked(company, as_of)
        table = lift_parts(company.dataset, models, day, self.resolved_settings())
        if table is None:
            return FRAMES["lift_reasons"].empty()
        wide = only_of(table.to_pandas(), employees).rename(columns={"lift": "total"})
        keys = ["employee_id", "course_id", "total"]
        long = wide.melt(keys, list(PARTS), "reason", "share")
        long["text"] = long["reason"].map(LIFT_PARTS)
        long["place"] = long["reason"].map(PARTS.index)
        return FRAMES["lift_reasons"].typed(long.sort_values(["employee_id", "course_id", "place"]))
