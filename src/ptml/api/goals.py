"""Goals of units and of people as frames: what they make of needs, and the way to them."""

import pandas as pd
import pyarrow as pa

from ptml.api.company import AsOf, Company
from ptml.api.frames import FRAMES
from ptml.api.given_settings import SettingsLike, resolved
from ptml.decide.goals.attainment import AttainmentTotals
from ptml.features.bucket import bucket_tables
from ptml.jobs.development import PlannedPeople, plans_table
from ptml.jobs.goals import alignment_table, attainment_table, results_of, weights_table
from ptml.jobs.run_shared import RunShared


class Goals:
    """What units must achieve and what people want to learn, as of a day.

    Parameters
    ----------
    company : Company
    as_of : date or str, optional
        What became known on the day itself is not seen; None = the newest that the data allow.
    settings : Settings, mapping, path of a TOML file, optional
        ``goals`` and ``development`` count.

    Examples
    --------
    >>> import ptml
    >>> with ptml.load(ptml.make_company(n_employees=120, n_courses=8)) as company:
    ...     weights = ptml.Goals(company).weights()
    >>> weights.columns.tolist()
    ['org_unit_id', 'competency_id', 'weight', 'sources']
    """

    def __init__(self, company: Company, as_of: AsOf = None, settings: SettingsLike = None) -> None:
        self._company = company
        day = company.day(as_of)
        self._shared = RunShared.of(company.dataset, day, resolved(settings))

    def weights(self) -> pd.DataFrame:
        """What a gap counts by what the unit must achieve, and which goals make it so.

        Returns
        -------
        DataFrame
            One row a unit with people and competency that its roles ask for
            (``ptml.columns("competency_weights")``); the mean weight of a unit is 1.
        """
        return _typed("competency_weights", weights_table(self._shared))

    def attainment(self) -> pd.DataFrame:
        """How far every goal in force is, by what people reached in its period so far.

        Returns
        -------
        DataFrame
            One row a goal (``ptml.columns("goal_attainment")``); figures of fewer than five people
            are empty.
        """
        totals = AttainmentTotals(len(self._shared.goals.tables.unit))
        goals, rows = self._shared.goals, bucket_tables(self._company.dataset)["performance"]
        totals.add(
            goals.tables, goals.shares, results_of(rows, self._company.history, self._shared)
        )
        return _typed("goal_attainment", attainment_table(totals, self._shared))

    def alignment(self) -> pd.DataFrame:
        """Courses that serve no goal, and goals that no course serves, with the reason.

        Returns
        -------
        DataFrame
            ``ptml.columns("alignment")``.
        """
        return _typed("alignment", alignment_table(self._shared))

    def plans(self, recommendations: pd.DataFrame | None = None) -> pd.DataFrame:
        """Own goals of everybody who is employed beside what the role asks for.

        Parameters
        ----------
        recommendations : DataFrame, optional
            As `Recommender.predict` gives: their courses are named where they serve.

        Returns
        -------
        DataFrame
            One row an employee and competency (``ptml.columns("development_plans")``).
        """
        rows, portraits = self._company.asked(self._shared.day)
        people = PlannedPeople(self._company.history, rows, portraits)
        found = {} if recommendations is None else {"recommendations": _listed(recommendations)}
        return _typed("development_plans", plans_table(people, self._shared, found))


def _listed(recommendations: pd.DataFrame) -> pa.Table:
    columns = recommendations[["employee_id", "course_id", "rank"]]
    return pa.Table.from_pandas(columns, preserve_index=False)


def _typed(name: str, table: pa.Table) -> pd.DataFrame:
    return FRAMES[name].typed(table.to_pandas(integer_object_nulls=True))
