"""What all buckets of a run share: the company, sums over everybody, the day and the settings."""

import json
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.dataset import Dataset
from ptml.contracts.requirements import Capability, supports
from ptml.decide.goals.weights import GoalWeights, asked_in_units, roles_in_units
from ptml.decide.path.seats import SeatCutoffs
from ptml.features.company_inputs import CompanyInputs
from ptml.features.shared import Shared, shared_averages
from ptml.features.windows import SumLog
from ptml.jobs.asked import epoch_day
from ptml.jobs.settings import Settings

_COMPANY, _SUMS, _ABOUT = "company", "sums.npz", "about.json"
_KEY, _CUTOFFS = "key", "cutoffs"


@dataclass(frozen=True, eq=False)
class RunShared:
    """Small beside the people; a worker on another machine needs it and the models, and no more.

    Attributes
    ----------
    company : CompanyInputs
    sums : Shared
        Over everybody.
    day : date
        As of which people are scored.
    settings : Settings
    can : frozenset of str
        Names of `ptml.contracts.requirements.Capability` that the source supports.
    cutoffs : SeatCutoffs or None
        Who may plan on courses with few seats; None = no course has so few, or nobody was asked.
    """

    company: CompanyInputs
    sums: Shared
    day: date
    settings: Settings
    can: frozenset[str]
    cutoffs: SeatCutoffs | None = None

    @classmethod
    def of(cls, dataset: Dataset, day: date, settings: Settings) -> Self:
        """The one pass over everybody."""
        can = frozenset(one.name for one in Capability if supports(dataset, one))
        company, sums = CompanyInputs.of(dataset), shared_averages(dataset)
        return cls(company, sums, day, settings, can)

    @property
    def epoch_day(self) -> int:
        """The day as days since 1970-01-01."""
        return epoch_day(self.day)

    @cached_property
    def goals(self) -> GoalWeights:
        """What a gap in each competency counts in each unit, as of the day (`goals.weight`)."""
        day = self.epoch_day
        asked = asked_in_units(self.company, self.sums, day)
        return GoalWeights.of(self.company, day, self.settings.goals, asked)

    @cached_property
    def staffed(self) -> NDArray[np.bool_]:
        """Units with people as of the last renewal up to the day, (n_units,) bool."""
        found = np.zeros(len(self.company.maps.units), dtype=np.bool_)
        found[roles_in_units(self.company, self.sums, self.epoch_day)[0]] = True
        return found

    def save(self, folder: Path) -> None:
        """Write all of it into a new folder, without pickle."""
        folder.mkdir(parents=True)
        self.company.save(folder / _COMPANY)
        logs = {f.name: getattr(self.sums, f.name) for f in fields(Shared)}
        arrays = {
            f"{name}/{part}": values
            for name, log in logs.items()
            if isinstance(log, SumLog)
            for part, values in {_KEY: log.key, **log.sums}.items()
        }
        if self.cutoffs is not None:
            arrays |= {f"{_CUTOFFS}/{name}": values for name, values in vars(self.cutoffs).items()}
        np.savez(folder / _SUMS, allow_pickle=False, **arrays)
        about = {
            "day": self.day.isoformat(),
            "settings": self.settings.model_dump(mode="json"),
            "can": sorted(self.can),
            "rest": {name: log for name, log in logs.items() if not isinstance(log, SumLog)},
        }
        (folder / _ABOUT).write_text(json.dumps(about, sort_keys=True), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote."""
        about = json.loads((folder / _ABOUT).read_text(encoding="utf-8"))
        logs: dict[str, dict[str, np.ndarray]] = {}
        with np.load(folder / _SUMS, allow_pickle=False) as arrays:
            for name in arrays.files:
                log, _, part = name.partition("/")
                logs.setdefault(log, {})[part] = arrays[name]
        cutoffs = logs.pop(_CUTOFFS, None)
        sums: dict[str, Any] = {
            name: SumLog(parts.pop(_KEY), parts) for name, parts in logs.items()
        }
        rest = {**about["rest"], "grades": tuple(about["rest"]["grades"])}
        return cls(
            company=CompanyInputs.load(folder / _COMPANY),
            sums=Shared(**{**sums, **rest}),
            day=date.fromisoformat(about["day"]),
            settings=Settings.model_validate(about["settings"]),
            can=frozenset(about["can"]),
            cutoffs=None if cutoffs is None else SeatCutoffs(**cutoffs),
        )
