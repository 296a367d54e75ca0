"""The face towards notebooks: load, features, fit, predict, explain, as typed pandas frames."""

from ptml.api.budget import Allocation, allocate
from ptml.api.company import Company, load
from ptml.api.diagnosis import Diagnosis, diagnose
from ptml.api.frames import columns
from ptml.api.goals import Goals
from ptml.api.health import course_health
from ptml.api.importing import Import, import_data, merge_imports
from ptml.api.lift import LiftEstimator
from ptml.api.made import make_company
from ptml.api.paths import LearningPaths
from ptml.api.recommender import Recommender
from ptml.api.segmenting import segment_rules, segment_rules_toml, segments
from ptml.api.teams import (
    proficiency_factors,
    team_portrait,
    team_spread,
    time_to_proficiency,
)
from ptml.api.warning import WarningEstimator
from ptml.api.weak_transfer import WeakTransferClassifier

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
