"""The small organisation, read and learnt from once for all tests of the room."""

from dataclasses import dataclass

import pytest

from ptml.features.days import day_number
from ptml.features.history import History, load_history
from ptml.features.shared import Shared, shared_averages
from ptml.transfer.config import WarningConfig
from ptml.transfer.fitting import fit_warning
from ptml.transfer.model import WarningModel

from .organisation import AS_OF, organisation


@dataclass(frozen=True)
class Fitted:
    """An organisation and the model that was learnt from it."""

    history: History
    shared: Shared
    model: WarningModel
    as_of_day: int


@pytest.fixture(scope="session")
def fitted() -> Fitted:
    """Learnt as of the organisation's last day."""
    dataset = organisation()
    history, shared = load_history(dataset), shared_averages(dataset)
    as_of_day = day_number(AS_OF)
    model = fit_warning(history, shared, as_of_day, WarningConfig(), seed=1)
    return Fitted(history, shared, model, as_of_day)
