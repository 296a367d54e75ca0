"""What the model says of units and persons: the variance partition, and which units are flagged."""

from ptml.contracts.evidence import Evidence
from ptml.transfer.unit_config import UnitConfig
from ptml.transfer.units import Units
from ptml.transfer.variance import Figure, VarianceParts

_NOTES = {
    "unit_share": "Share of the variance that the course leaves open which lies between units.",
    "person_share": "Share of it which lies between people of one unit.",
    "rest_share": "Share of it which lies between the courses of one person.",
    "unit_to_person": "Variance of units over that of people within units.",
    "unit_sd": "Spread of units, log-odds.",
    "person_sd": "Spread of people within units, log-odds.",
}


def unit_evidence(
    units: Units, parts: VarianceParts | None, config: UnitConfig
) -> tuple[Evidence, ...]:
    """Rows of the partition with 90 % intervals, and how many units are flagged."""
    asked = Evidence("transfer", "setting", "units", payload=config.model_dump(mode="json"))
    if parts is None:
        note = (
            f"no unit is judged, too few units or people: needed are {config.min_units} units "
            f"with {config.min_checked} known outcomes of {config.min_people} people in "
            f"{config.window_days} days, and {config.min_repeated} people with two outcomes"
        )
        told = Evidence(
            "transfer", "check", "units_judged", verdict="not_judged", payload={"note": note}
        )
        return (told, asked)
    rows = [_row(name, getattr(parts, name), note) for name, note in _NOTES.items()]
    n_flagged = int(units.flagged.sum())
    share = n_flagged / max(int((units.checked > 0).sum()), 1)
    counted = Evidence(
        "transfer",
        "metric",
        "units_flagged",
        value=share,
        payload={
            "units": int((units.checked > 0).sum()),
            "flagged": n_flagged,
            "note": "Share of units whose part in weak transfer is surely as large as the spread "
            "of people within units; their people are not flagged.",
        },
    )
    return (*rows, counted, asked)


def _row(name: str, figure: Figure, note: str) -> Evidence:
    value, low, high = (_finite(v) for v in (figure.value, figure.low, figure.high))
    payload = {"level": 0.9, "note": note}
    return Evidence("transfer", "metric", name, value, low, high, payload=payload)


def _finite(value: float) -> float | None:
    """None where people do not differ, and the ratio has no end."""
    return value if value < float("inf") else None
