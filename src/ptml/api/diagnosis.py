"""Is it training at all: the diagnosis of a company as frames."""

from dataclasses import dataclass

import pandas as pd

from ptml.api.company import AsOf, Company
from ptml.api.frames import FRAMES
from ptml.api.given_settings import SettingsLike, resolved
from ptml.jobs.diagnosed import diagnosed


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """What holds units and people back, and what people ask for against it.

    Attributes
    ----------
    people : DataFrame
        Who is below target (``ptml.columns("diagnoses")``).
    units : DataFrame
        Units, and units by competency (``ptml.columns("needs")``).
    wishes : DataFrame
        What units ask for beside what they need (``ptml.columns("wishes")``).
    segments : DataFrame
        Everybody (``ptml.columns("segments")``).
    """

    people: pd.DataFrame
    units: pd.DataFrame
    wishes: pd.DataFrame
    segments: pd.DataFrame


def diagnose(company: Company, as_of: AsOf = None, settings: SettingsLike = None) -> Diagnosis:
    """Ask what holds performance back: skill, motivation or what surrounds the work.

    Parameters
    ----------
    company : Company
    as_of : date or str, optional
        What became known on the day itself is not seen; None = the newest that the data allow.
    settings : Settings, mapping, path of a TOML file, optional
        ``diagnosis``, ``segments`` and ``goals`` count.

    Returns
    -------
    Diagnosis
        As a run publishes it, but for what past trainees gained, which takes a model of lift.

    Raises
    ------
    UsageError
        For a date outside the data, or settings that cannot be.

    Examples
    --------
    >>> import ptml
    >>> with ptml.load(ptml.make_company(n_employees=120, n_courses=8)) as company:
    ...     found = ptml.diagnose(company)
    >>> set(found.people["cause"]) <= {
    ...     "capability", "motivation", "environment", "mixed", "unclear"
    ... }
    True
    """
    tables = diagnosed(
        company.dataset, company.history, company.shared, company.day(as_of), resolved(settings)
    )
    frames = {name: FRAMES[name].typed(table.to_pandas()) for name, table in tables.items()}
    return Diagnosis(
        people=frames["diagnoses"],
        units=frames["needs"],
        wishes=frames["wishes"],
        segments=frames["segments"],
    )
