"""Which courses a person should take next, as an estimator."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

import pandas as pd

from ptml.api.company import AsOf, Company
from ptml.api.estimator import Estimator, only_of
from ptml.api.frames import FRAMES
from ptml.api.given_settings import SettingsLike
from ptml.api.lift import LiftEstimator
from ptml.api.reasons import reason_rows
from ptml.explain.words import Language
from ptml.lift.model import LiftModel
from ptml.recommend.preference import PreferenceModel

_PARTS = ("base", "popularity", "role", "unit", "grade", "gap", "other")


class Recommender(Estimator):
    """Recommend courses: learns what people choose, and ranks by what is expected to be gained.

    Parameters
    ----------
    top_k : int, optional
        Courses a person at the most.
    trials : int, optional
        Settings that are tried for each way to learn.
    second_stage : bool, optional
        Whether candidates are ranked a second time.
    diversity : float, optional
        Weight of being unlike the courses above in a list, 0-1.
    seed : int, optional
    settings : Settings, mapping, path of a TOML file, optional
        Everything else, as in ``[settings]`` of a run file. A parameter above that is not None
        goes before it.

    Attributes
    ----------
    model_ : ptml.recommend.preference.PreferenceModel
    models_ : ptml.jobs.models.Models
        With the completion model and the second stage.
    evidence_ : DataFrame
        Held-out figures and checks (``ptml.columns("evidence")``).
    as_of_ : date
    settings_ : Settings

    Examples
    --------
    >>> import ptml
    >>> company = ptml.load(ptml.make_company(n_employees=200, n_courses=10, seed=3))
    >>> recommender = ptml.Recommender(top_k=3, trials=1, second_stage=False)
    >>> recommender
    Recommender(second_stage=False, top_k=3, trials=1)
    >>> found = recommender.fit(company).predict(company)
    >>> int(found["rank"].max())
    3
    >>> reasons = recommender.explain(company)
    >>> parts = reasons.groupby(["employee_id", "rank"])["share"].sum()
    >>> bool((parts - found.set_index(["employee_id", "rank"])["preference"]).abs().max() < 1e-5)
    True
    >>> company.close()
    """

    _model: ClassVar[str] = "recommend"
    _places: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType(
        {
            "top_k": ("rank", "top_k"),
            "trials": ("recommend", "trials"),
            "second_stage": ("ranker", "enabled"),
            "diversity": ("rank", "diversity"),
            "seed": ("seed",),
        }
    )

    def __init__(
        self,
        *,
        top_k: int | None = None,
        trials: int | None = None,
        second_stage: bool | None = None,
        diversity: float | None = None,
        seed: int | None = None,
        settings: SettingsLike = None,
    ) -> None:
        self.top_k = top_k
        self.trials = trials
        self.second_stage = second_stage
        self.diversity = diversity
        self.seed = seed
        self.settings = settings

    @property
    def model_(self) -> PreferenceModel | None:
        """The fitted first stage."""
        self._fitted_folder()
        return self.models_.preference

    def predict(
        self, company: Company, as_of: AsOf = None, *, lift: LiftEstimator | None = None
    ) -> pd.DataFrame:
        """Recommend to everybody who is employed.

        Parameters
        ----------
        company : Company
        as_of : date or str, optional
            Left out, the newest that the data allow.
        lift : LiftEstimator, optional
            Fitted: then the list is ranked by lift, as ``ptml score`` does with both models.

        Returns
        -------
        DataFrame
            ``ptml.columns("recommendations")``, by employee and rank.
        """
        table = self._table(company, as_of, "recommendations", lift=_model_of(lift))
        return FRAMES["recommendations"].typed(table)

    def explain(
        self,
        company: Company,
        as_of: AsOf = None,
        *,
        lift: LiftEstimator | None = None,
        employees: list[str] | None = None,
        language: Language = "en",
    ) -> pd.DataFrame:
        """Say why each course is recommended.

        Returns
        -------
        DataFrame
            ``ptml.columns("recommendation_reasons")``. Reasons with a share are the parts of the
            preference and add up to it within 1e-6; those without are sentences.

        Raises
        ------
        UsageError
            For an employee to whom nothing is recommended.
        """
        table = self._table(
            company, as_of, "recommendations", language=language, lift=_model_of(lift)
        )
        table = only_of(table, employees)
        return FRAMES["recommendation_reasons"].typed(_reasons(table))


def _model_of(lift: LiftEstimator | None) -> LiftModel | None:
    return None if lift is None else lift.model_


def _reasons(table: pd.DataFrame) -> pd.DataFrame:
    """One row a reason; the preference's becomes one row a part."""
    rows = reason_rows(table[["employee_id", "rank", "course_id", "reasons"]], "reasons")
    is_parts = (rows["code"] == "preference").to_numpy(dtype=bool)
    told = rows[~is_parts].rename(columns={"code": "reason"})
    values = pd.DataFrame(rows.loc[is_parts, "values"].tolist(), index=rows.index[is_parts])
    parts = rows[is_parts].join(values) if len(values) else rows[is_parts]
    pieces = [told.assign(share=float("nan"), total=float("nan"))]
    keys = ["employee_id", "rank", "course_id"]
    if len(values):
        long = parts.melt([*keys, "preference", "text"], list(_PARTS), "reason", "share")
        past = parts[[*keys, "preference", "text", "past"]].explode("past").dropna(subset="past")
        past["reason"] = [f"having chosen {item['course_id']}" for item in past["past"]]
        past["share"] = [item["contribution"] for item in past["past"]]
        pieces += [p.rename(columns={"preference": "total"}) for p in (long, past)]
    found = pd.concat(pieces, ignore_index=True)
    return found.sort_values(["employee_id", "rank"], kind="stable")
