"""The probability that what was learnt stays unused, as an estimator."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

import pandas as pd

from ptml.api.company import AsOf, Company
from ptml.api.estimator import Estimator, log_odds, only_of
from ptml.api.frames import FRAMES
from ptml.api.given_settings import SettingsLike
from ptml.api.reasons import reason_rows
from ptml.explain.words import Language
from ptml.jobs.answers import warning_shares
from ptml.transfer.model import WarningModel


class WarningEstimator(Estimator):
    """Warn where a completed course is likely to stay unused, and say why.

    Parameters
    ----------
    n_trees, n_leaves : int, optional
        Trees at the most, and their leaves.
    learning_rate : float, optional
        Step of each tree.
    review_share : float, optional
        Share of completions that people can look into.
    n_resamples : int, optional
        Times that the model is fitted anew, to tell reasons from noise.
    tuning_trials : int, optional
        Settings that are tried.
    seed : int, optional
    settings : Settings, mapping, path of a TOML file, optional
        Everything else, as in ``[settings]`` of a run file. A parameter above that is not None
        goes before it.

    Attributes
    ----------
    model_ : ptml.transfer.model.WarningModel
    evidence_ : DataFrame
        Held-out figures and checks (``ptml.columns("evidence")``).
    refusal_ : str or None
        Why nobody is warned about.
    as_of_ : date
    settings_ : Settings

    Examples
    --------
    >>> import ptml
    >>> from sklearn.base import clone
    >>> estimator = ptml.WarningEstimator(n_trees=50, review_share=0.1)
    >>> clone(estimator)
    WarningEstimator(n_trees=50, review_share=0.1)
    >>> estimator.set_params(n_trees=80).resolved_settings().warning.trees.n_trees
    80
    """

    _model: ClassVar[str] = "warnings"
    _places: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType(
        {
            "n_trees": ("warning", "trees", "n_trees"),
            "n_leaves": ("warning", "trees", "n_leaves"),
            "learning_rate": ("warning", "trees", "learning_rate"),
            "review_share": ("warning", "review_share"),
            "n_resamples": ("warning", "n_resamples"),
            "tuning_trials": ("warning", "tuning_trials"),
            "seed": ("seed",),
        }
    )

    def __init__(
        self,
        *,
        n_trees: int | None = None,
        n_leaves: int | None = None,
        learning_rate: float | None = None,
        review_share: float | None = None,
        n_resamples: int | None = None,
        tuning_trials: int | None = None,
        seed: int | None = None,
        settings: SettingsLike = None,
    ) -> None:
        self.n_trees = n_trees
        self.n_leaves = n_leaves
        self.learning_rate = learning_rate
        self.review_share = review_share
        self.n_resamples = n_resamples
        self.tuning_trials = tuning_trials
        self.seed = seed
        self.settings = settings

    @property
    def model_(self) -> WarningModel | None:
        """The fitted model."""
        self._fitted_folder()
        return self.models_.warning

    @property
    def refusal_(self) -> str | None:
        """Why nobody is warned about; None = somebody is."""
        return None if self.model_ is None else self.model_.refusal

    def predict(self, company: Company, as_of: AsOf = None) -> pd.DataFrame:
        """Warn about the completions whose use on the job is still open.

        Returns
        -------
        DataFrame
            ``ptml.columns("warnings")``: one row a completion and stage.
        """
        return FRAMES["warnings"].typed(self._table(company, as_of, "warnings", language="en"))

    def explain(
        self,
        company: Company,
        as_of: AsOf = None,
        *,
        employees: list[str] | None = None,
        language: Language = "en",
    ) -> pd.DataFrame:
        """Say what each probability is made of, family by family.

        Returns
        -------
        DataFrame
            ``ptml.columns("warning_reasons")``; the base value and the shares of a warning add up
            to the log-odds of ``p_weak`` within 1e-6.

        Raises
        ------
        UsageError
            For an employee without a warning.
        """
        table = only_of(self._table(company, as_of, "warnings", language=language), employees)
        if table.empty:
            return FRAMES["warning_reasons"].empty()
        table = table.assign(total=log_odds(table["p_weak"]))
        rows = reason_rows(
            table[["enrolment_id", "stage", "base_value", "total", "reasons"]], "reasons"
        )
        return FRAMES["warning_reasons"].typed(rows.drop(columns="code").rename(columns=_REASON))

    def shares(self, company: Company, as_of: AsOf = None) -> pd.DataFrame:
        """Give the SHAP share of every single feature in every warning.

        Returns
        -------
        DataFrame
            ``ptml.columns("warning_shares")``; `Company.feature_meanings` has what most of the
            features are.
        """
        models, day = self._asked(company, as_of)
        found = warning_shares(company.dataset, models, day, self.resolved_settings())
        kind = FRAMES["warning_shares"]
        return kind.empty() if found is None else kind.typed(found)


_REASON = {"family": "reason"}
