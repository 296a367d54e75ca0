"""What the groups of person features look at."""

from dataclasses import dataclass, field
from functools import cached_property

from ptml.features.arrays import Days, Floats
from ptml.features.capability import Capability
from ptml.features.days import days_between, quarters_before
from ptml.features.history import History
from ptml.features.rows import Rows
from ptml.features.shared import Shared
from ptml.features.standing import Standing, standing
from ptml.features.taught import Taught, taught


@dataclass(frozen=True, eq=False)
class PersonView:
    """Rows with everything that their features are made of."""

    history: History
    shared: Shared
    rows: Rows
    capability: Capability
    _steps: dict[int, Days] = field(default_factory=dict, repr=False)

    @cached_property
    def standing(self) -> Standing:
        """Where each row's person stands."""
        return standing(self.history, self.rows)

    @cached_property
    def taught(self) -> Taught:
        """What each row's person has been taught."""
        return taught(self.history, self.rows, self.capability.last_assessed)

    def ago(self, n_quarters: int) -> Days:
        """The day so many quarters before each row's day, (n,) int32."""
        if n_quarters not in self._steps:
            self._steps[n_quarters] = quarters_before(self.rows.day, n_quarters)
        return self._steps[n_quarters]

    def since(self, day: Days) -> Floats:
        """Days from `day` to each row's day, (n,) float32; NaN for `NEVER`."""
        return days_between(self.rows.day, day)
