"""Who is new, core, of high potential or a manager; and the rules that say so."""

import pandas as pd

from ptml.api.company import AsOf, Company
from ptml.api.diagnosis import diagnose
from ptml.api.given_settings import SettingsLike, resolved
from ptml.decide.segmenting.rules import default_rules_toml


def segments(company: Company, as_of: AsOf = None, settings: SettingsLike = None) -> pd.DataFrame:
    """Everybody's segment, state of performance, and the course level that suits.

    Parameters
    ----------
    company : Company
    as_of : date or str, optional
    settings : Settings, mapping, path of a TOML file, optional
        ``segments.rules_file`` names rules of your own.

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


def segment_rules(settings: SettingsLike = None) -> str:
    """The rules that hold, a line each, with all numbers: as they are published with a run.

    Parameters
    ----------
    settings : Settings, mapping, path of a TOML file, optional
        ``segments`` counts.

    Raises
    ------
    UsageError
        When rules cannot be read, saying where and what would do.
    """
    config = resolved(settings).segments
    return config.effective.text(config.named)


def segment_rules_toml() -> str:
    """The rules of the package as a file to begin with."""
    return default_rules_toml()
