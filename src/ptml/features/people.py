"""Features of a person as of a day."""

from ptml.features.capability import Capability, capability
from ptml.features.feedback import FEEDBACK
from ptml.features.history import History
from ptml.features.learning import LEARNING
from ptml.features.matrix import FeatureMatrix
from ptml.features.performance import PERFORMANCE
from ptml.features.person import PERSON
from ptml.features.portrait import PORTRAIT
from ptml.features.registry import build_matrix
from ptml.features.rows import Rows
from ptml.features.shared import Shared
from ptml.features.surroundings import SURROUNDINGS
from ptml.features.team import TEAM
from ptml.features.view import PersonView

PERSON_GROUPS = (PERFORMANCE, LEARNING, PORTRAIT, PERSON, FEEDBACK, SURROUNDINGS, TEAM)


def person_features(
    history: History, shared: Shared, rows: Rows, portrait: Capability | None = None
) -> FeatureMatrix:
    """Work out all features of each row's person as of its day.

    Parameters
    ----------
    history : History
        Of the rows' employees.
    shared : Shared
    rows : Rows
        n of them.
    portrait : Capability, optional
        That of the rows, where it is at hand; worked out when left out.

    Returns
    -------
    FeatureMatrix
        (n, p); the columns of `docs/methods/features.md`, always all of them, NaN where unknown.
    """
    found = capability(history, shared, rows) if portrait is None else portrait
    return build_matrix(PERSON_GROUPS, PersonView(history, shared, rows, found), len(rows))
