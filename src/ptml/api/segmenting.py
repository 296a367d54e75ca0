"""Who is new, core, of high potential or a manager; and the rules that say so."""

from pathlib import Path

import pandas as pd

from ptml.api.company import AsOf, Company
from ptml.api.diagnosis import diagnose
from ptml.decide.segmenting.rules import default_rules_toml
from ptml.jobs.settings import load_settings


def segments(
    company: Company, as_of: AsOf = None, settings: str | Path | None = None
) -> pd.DataFrame:
    """Everybody's segment, state of performance, and the course level that suits.

    Parameters
    ----------
    company : Company
    as_of : date or str, optional
    settings : str or Path, optional
        A run file, or a file of settings alone; ``segments.rules_file`` names rules of your own.

    Returns
    -------
    DataFrame
        One row an employee (``ptml.columns("segments")``).

    Examples
    --------
    >>> import ptml
    >>> with ptml.load(ptml.make_company(n_employees=120, n_courses=8)) as company:
    ...     found = ptml.segments(company)
    >>> set(found["segment"]) <= {"new", "core", "high_potential", "manager"}
    True
    """
    return diagnose(company, as_of, settings).segments


def segment_rules(settings: str | Path | None = None) -> str:
    """The rules that hold, a line each, with all numbers: as they are published with a run.

    Parameters
    ----------
    settings : str or Path, optional
        A run file, or a file of settings alone.

    Raises
    ------
    UsageError
        When rules cannot be read, saying where and what would do.
    """
    config = load_settings(None if settings is None else Path(settings)).segments
    return config.effective.text(config.named)


def segment_rules_toml() -> str:
    """The rules of the package as a file to begin with."""
    return default_rules_toml()
