"""The face towards notebooks: load, features, fit, predict, explain, as typed pandas frames."""

from ptml.api.company import Company, load
from ptml.api.frames import columns
from ptml.api.lift import LiftEstimator
from ptml.api.made import make_company
from ptml.api.recommender import Recommender
from ptml.api.warning import WarningEstimator
from ptml.api.weak_transfer import WeakTransferClassifier

__all__ = [
    "Company",
    "LiftEstimator",
    "Recommender",
    "WarningEstimator",
    "WeakTransferClassifier",
    "columns",
    "load",
    "make_company",
]
