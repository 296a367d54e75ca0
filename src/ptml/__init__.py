"""ptml: from a performance goal to the course that helps, and to whether it was used.

For notebooks: `load` a company's data, ask for `Company.features` as of a date, and fit
`Recommender`, `LiftEstimator` and `WarningEstimator`; each can ``predict`` and ``explain``;
`allocate` spends a budget. Names are imported when they are first used, so that ``import ptml``
stays fast.
"""

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any
from warnings import catch_warnings, filterwarnings

if TYPE_CHECKING:
    from ptml.api import (
        Allocation,
        Company,
        Diagnosis,
        Goals,
        Import,
        LearningPaths,
        LiftEstimator,
        Recommender,
        WarningEstimator,
        WeakTransferClassifier,
        allocate,
        columns,
        course_health,
        diagnose,
        import_data,
        load,
        make_company,
        merge_imports,
        proficiency_factors,
        segment_rules,
        segment_rules_toml,
        segments,
        team_portrait,
        team_spread,
        time_to_proficiency,
    )

__version__ = version("ptml")

__all__ = [
    "Allocation",
    "Company",
    "Diagnosis",
    "Goals",
    "Import",
    "LearningPaths",
    "LiftEstimator",
    "Recommender",
    "WarningEstimator",
    "WeakTransferClassifier",
    "allocate",
    "columns",
    "course_health",
    "diagnose",
    "import_data",
    "load",
    "make_company",
    "merge_imports",
    "proficiency_factors",
    "segment_rules",
    "segment_rules_toml",
    "segments",
    "team_portrait",
    "team_spread",
    "time_to_proficiency",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'ptml' has no attribute {name!r}")
    with catch_warnings():
        # A library misses a widget for its progress bars, which ptml never shows.
        filterwarnings("ignore", message="IProgress not found")
        return getattr(import_module("ptml.api"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
