"""Make a simulated organisation from the command line's words."""

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ptml.errors import UsageError
from ptml.jobs.progress import Progress
from ptml.jobs.settings import describe_errors
from ptml.simulate import SimulationConfig, simulate


def parse_dials(dials: list[str]) -> dict[str, str]:
    """Read ``NAME=VALUE`` words."""
    pairs = {}
    for dial in dials:
        name, equals, value = dial.partition("=")
        if not equals:
            raise UsageError(f"--dial wants NAME=VALUE, got {dial!r}")
        pairs[name.strip()] = value.strip()
    return pairs


def run_simulation(
    out: Path, sizes: dict[str, Any], dials: list[str], progress: Progress
) -> dict[str, Any]:
    """Write the organisation to ``out`` and its truth to ``out/truth``."""
    try:
        config = SimulationConfig.model_validate({**sizes, **parse_dials(dials)})
    except ValidationError as error:
        raise UsageError(describe_errors(error, SimulationConfig, "simulate")) from None
    progress.stage(f"Simulating {config.n_employees:,} employees")
    simulate(config, out, progress.step)
    return {
        "out": str(out),
        "settings": config.model_dump(mode="json"),
        "sentences": [
            f"{config.n_employees:,} employees, {config.n_courses} courses and "
            f"{config.n_quarters} quarters written to {out}; the truth is in {out / 'truth'}.",
            f"Next: ptml train {out} --out models-{config.seed}",
        ],
    }
