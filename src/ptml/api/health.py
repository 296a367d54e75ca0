"""What is known of every course as a frame: four levels, what it costs and brings, alerts."""

import pandas as pd

from ptml.api.company import AsOf, Company
from ptml.api.given_settings import SettingsLike, part_of
from ptml.api.lift import LiftEstimator
from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.contracts.stamp import Stamped
from ptml.decide.health.config import HealthConfig
from ptml.features.company_inputs import CompanyInputs
from ptml.jobs.course_health import health_table, totals_of
from ptml.transfer.config import LabelConfig


def course_health(
    company: Company,
    lift: LiftEstimator | None = None,
    as_of: AsOf = None,
    settings: SettingsLike = None,
) -> pd.DataFrame:
    """Judge every course on four levels, say what it costs and brings, and raise alerts.

    Parameters
    ----------
    company : Company
        Of `ptml.load`.
    lift : LiftEstimator, optional
        Fitted; without one nothing is said of lifts, benefit and return.
    as_of : date or str, optional
        What became known on the day itself is not seen; None = the newest that the data allow.
    settings : Settings, mapping, path of a TOML file, optional
        As ``[settings.health]`` in a run file: ``value_per_point``, ``cost_per_hour``,
        ``false_alarms``, ...

    Returns
    -------
    DataFrame
        One row a course, as the output table ``course_health`` (90 % intervals; figures of fewer
        than five people are empty).

    Raises
    ------
    UsageError
        For a setting that does not exist or cannot be.

    Examples
    --------
    >>> import ptml
    >>> with ptml.load(ptml.make_company(n_employees=120, n_courses=8)) as company:
    ...     health = ptml.course_health(company, settings={"cost_per_hour": 40})
    >>> bool((health["satisfaction_low"] <= health["mean_satisfaction"]).all())
    True
    >>> health["lift"].notna().any()
    np.False_
    """
    config = part_of(settings, "health", HealthConfig)
    day, inputs = company.day(as_of), CompanyInputs.of(company.dataset)
    totals = totals_of(company.dataset, inputs, day, config, LabelConfig())
    model = None if lift is None else lift.model_
    table = health_table(totals, model, inputs, day, config)
    wanted = [c for c in OUTPUT_TABLES["course_health"].columns if c not in Stamped.columns()]
    return table.select(wanted).to_pandas()
