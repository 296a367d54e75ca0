"""Organisations on which warnings are judged: the simulator with its dials turned."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ptml.errors import UsageError
from ptml.simulate import SimulationConfig

# Not the seed of the demo, not those of `bench simulated`, not those anything was tuned on.
FIRST_ORGANISATION = 101
# Learning ends two quarters before the data do; the usual twelve quarters lie before that.
N_QUARTERS = 14


@dataclass(frozen=True)
class Setting:
    """Dials that are turned, and what that makes of the organisation."""

    words: str
    dials: Mapping[str, float]


SETTINGS: Mapping[str, Setting] = MappingProxyType(
    {
        "usual": Setting("the simulator's own dials", {}),
        "few-checks": Setting("40 % of completions are checked", {"check_share": 0.4}),
        "rare": Setting("weak use is rare (base log-odds -3)", {"weak_base_log_odds": -3.0}),
        "machines": Setting(
            "a quarter of the units has trouble with machines, and what is at hand weighs half "
            "as much again",
            {"machine_trouble_share": 0.25, "environment_failure": 1.5},
        ),
        "not-personal": Setting("motivation plays no part", {"personal_failure": 0.0}),
    }
)


def check_settings(names: tuple[str, ...]) -> None:
    """See that settings are known, before anything is measured.

    Raises
    ------
    UsageError
    """
    unknown = [name for name in names if name not in SETTINGS]
    if unknown or not names:
        raise UsageError(
            f"--designs knows {', '.join(SETTINGS)}, got {', '.join(unknown) or 'none'}"
        )


def organisation_config(name: str, seed: int, n_employees: int) -> SimulationConfig:
    """The simulator's settings of one organisation."""
    return SimulationConfig(n_employees=n_employees, n_quarters=N_QUARTERS, seed=seed).model_copy(
        update=dict(SETTINGS[name].dials)
    )
