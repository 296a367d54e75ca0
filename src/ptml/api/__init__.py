"""The face towards notebooks: load, features, fit, predict, explain, as typed pandas frames."""

from ptml.api.company import Company, load
from ptml.api.diagnosis import Diagnosis, diagnose
from ptml.api.frames import columns
from ptml.api.importing import Import, import_data, merge_imports
from ptml.api.goals import Goals
from ptml.api.lift import LiftEstimator
from ptml.api.made import make_company
from ptml.api.recommender import Recommender
from ptml.api.teams import (
    proficiency_factors,
    team_portrait,
    team_spread,
    time_to_proficiency,
)
from ptml.api.segments import segment_rules, segment_rules_toml, segments
from ptml.api.warning import WarningEstimator
from ptml.api.weak_transfer import WeakTransferClassifier

__all__ = [
    "Company",
    "Import",
    "Diagnosis",
    "Goals",
    "LiftEstimator",
    "Recommender",
    "WarningEstimator",
    "WeakTransferClassifier",
    "columns",
    "import_data",
    "load",
    "make_company",
    "merge_imports",
    "proficiency_factors",
    "team_portrait",
    "team_spread",
    "time_to_proficiency",
    "diagnose",
    "load",
    "make_company",
    "segment_rules",
    "segment_rules_toml",
    "segments",
]
