"""Portraits of teams and time to proficiency as pandas frames, for everybody of a company."""

from collections.abc import Mapping

import pandas as pd
import pyarrow as pa

from ptml.api.company import AsOf, Company
from ptml.api.given_settings import SettingsLike, part_of
from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.contracts.requirements import Capability, require
from ptml.contracts.stamp import Stamped
from ptml.decide.proficiency.config import ProficiencyConfig
from ptml.decide.team.config import TeamConfig
from ptml.features.company_inputs import CompanyInputs
from ptml.jobs.asked import epoch_day
from ptml.jobs.proficiency import ProficiencySums
from ptml.jobs.teams import TeamSums


def team_portrait(
    company: Company, as_of: AsOf = None, settings: SettingsLike = None
) -> pd.DataFrame:
    """Describe every unit, and the units above: strengths, gaps, cover, trend and spread.

    Parameters
    ----------
    company : Company
        Of `ptml.load`.
    as_of : date or str, optional
        What became known on the day itself is not seen; None = the newest that the data allow.
    settings : Settings, mapping, path of a TOML file, optional
        As ``[settings.team]`` in a run file.

    Returns
    -------
    DataFrame
        One row a unit and competency, as the output table ``team_portraits`` (levels on 0-5; cells
        of fewer than five people without figures). Who the only holder of a competency is, is not
        in it.

    Raises
    ------
    DataError
        When the source has no levels or requirements, naming what is missing.

    Examples
    --------
    >>> import ptml
    >>> with ptml.load(ptml.make_company(n_employees=120, n_courses=8)) as company:
    ...     teams = ptml.team_portrait(company, "2026-07-01")
    >>> bool(teams.loc[teams["standing"] != "too_few", "people"].ge(5).all())
    True
    """
    require(company.dataset, Capability.portraits)
    rows, portraits = company.asked(as_of)
    sums = TeamSums(part_of(settings, "team", TeamConfig))
    sums.add(company.history, company.shared, rows, portraits)
    return _frame("team_portraits", sums.tables(CompanyInputs.of(company.dataset)))


def time_to_proficiency(
    company: Company, as_of: AsOf = None, settings: SettingsLike = None
) -> pd.DataFrame:
    """Estimate how soon people who begin reach their level, by group and month.

    Parameters
    ----------
    company, as_of
        As in `team_portrait`.
    settings : Settings, mapping, path of a TOML file, optional
        As ``[settings.proficiency]`` in a run file.

    Returns
    -------
    DataFrame
        One row a group and month since the beginning, as the output table ``proficiency_curves``
        (shares with 90 % intervals, medians in months; empty = not seen yet).

    Examples
    --------
    >>> import ptml
    >>> with ptml.load(ptml.make_company(n_employees=240, n_courses=8)) as company:
    ...     curves = ptml.time_to_proficiency(company, "2026-07-01")
    >>> bool(curves["reached"].le(curves["reached_if_stayed"] + 1e-9).all())
    True
    """
    return _proficiency("proficiency_curves", company, as_of, settings)


def proficiency_factors(
    company: Company, as_of: AsOf = None, settings: SettingsLike = None
) -> pd.DataFrame:
    """Tell what goes with becoming proficient sooner or later; associations, and no effects.

    Returns
    -------
    DataFrame
        One row a design and factor, as the output table ``proficiency_factors``; parameters as in
        `time_to_proficiency`.
    """
    return _proficiency("proficiency_factors", company, as_of, settings)


def team_spread(
    company: Company, as_of: AsOf = None, settings: SettingsLike = None
) -> pd.DataFrame:
    """Estimate how far units differ in performance, period by period, net of chance.

    Returns
    -------
    DataFrame
        One row a period, as the output table ``team_spread`` (points and shares, 90 % intervals);
        parameters as in `time_to_proficiency`.
    """
    return _proficiency("team_spread", company, as_of, settings)


def _proficiency(name: str, company: Company, as_of: AsOf, settings: SettingsLike) -> pd.DataFrame:
    require(company.dataset, Capability.lift)
    sums = ProficiencySums(part_of(settings, "proficiency", ProficiencyConfig))
    sums.add(company.history, company.shared, epoch_day(company.day(as_of)))
    return _frame(name, sums.tables(CompanyInputs.of(company.dataset)))


def _frame(name: str, tables: Mapping[str, pa.Table]) -> pd.DataFrame:
    columns = [c for c in OUTPUT_TABLES[name].columns if c not in Stamped.columns()]
    schema = OUTPUT_TABLES[name].arrow_schema
    table = tables.get(name)
    empty = schema.empty_table().select(columns)
    return (empty if table is None else table.select(columns)).to_pandas()
