"""Organisations with known lifts: the simulator's own, and those of other designs."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from ptml.errors import PtmlError, UsageError
from ptml.simulate import SimulationConfig, simulate

GENERATOR = Path("bench/lift/other_organisation.py")
# Not the seed of the demo, not those of the other benchmarks, not those anything was tuned on.
FIRST_ORGANISATION = 101
WEAK_DIVISOR = 2.5
OTHER_DESIGNS = ("plain", "nomination", "selfselect", "sparse", "threshold")
# Nobody takes courses because they are keen, and the keen do no better.
UNKEEN = {"keenness": 0.0, "keen_growth_points": 0.0}
DESIGNS = (
    "own",
    "own-unkeen",
    *OTHER_DESIGNS,
    "own-weak",
    "nomination-weak",
    "sparse-weak",
    "nomination-hidden",
    "selfselect-hidden",
)
"""Those of a full run; `parse_design` says what else is possible."""


@dataclass(frozen=True)
class Design:
    """How an organisation is made.

    Attributes
    ----------
    form : str
        ``own`` (the simulator) or one of `OTHER_DESIGNS`.
    weak : bool
        Effects 2.5 times weaker.
    hidden : bool
        An event that no table shows raises take-up and scores.
    unkeen : bool
        The simulator without keenness.
    """

    form: str
    weak: bool = False
    hidden: bool = False
    unkeen: bool = False

    @property
    def name(self) -> str:
        """As it was asked for."""
        flags = ("unkeen", "weak", "hidden")
        return "-".join([self.form, *(flag for flag in flags if getattr(self, flag))])

    @property
    def group(self) -> str:
        """``ordinary``, ``weak`` or ``hidden``."""
        if self.hidden:
            return "hidden"
        return "weak" if self.weak else "ordinary"


def parse_design(word: str) -> Design:
    """Read ``FORM[-weak][-hidden]``, or ``own[-unkeen][-weak]``.

    Examples
    --------
    >>> parse_design("sparse-weak-hidden").name
    'sparse-weak-hidden'
    """
    form, *flags = word.strip().split("-")
    possible = {"unkeen", "weak"} if form == "own" else {"weak", "hidden"}
    if form not in ("own", *OTHER_DESIGNS) or set(flags) - possible or len(set(flags)) < len(flags):
        raise UsageError(
            f"--designs knows own[-unkeen][-weak] and {'|'.join(OTHER_DESIGNS)}[-weak][-hidden], "
            f"got {word!r}"
        )
    return Design(form, **dict.fromkeys(flags, True))


def check_generator(designs: list[Design]) -> None:
    """See that what makes the organisations is there, before anything is measured."""
    if any(design.form != "own" for design in designs) and not GENERATOR.is_file():
        raise UsageError(
            f"{GENERATOR} is not there: organisations of other designs are made in a checkout of "
            "ptml, called from its top folder; --designs own,own-unkeen,own-weak does without"
        )


def make_organisation(
    design: Design, seed: int, n_employees: int, n_courses: int | None, out: Path
) -> None:
    """Write an organisation of a design and its truth to a folder."""
    if design.form == "own":
        simulate(_own(design, seed, n_employees, n_courses), out)
        return
    sizes = {"--design": design.form, "--seed": seed, "--employees": n_employees}
    if n_courses is not None:
        sizes["--courses"] = n_courses
    flags = [f"--{flag}" for flag in ("weak", "hidden") if getattr(design, flag)]
    words = [str(word) for pair in sizes.items() for word in pair]
    call = [sys.executable, str(GENERATOR), str(out), *words, *flags]
    ended = subprocess.run(call, capture_output=True, text=True, check=False)
    if ended.returncode:
        told = (ended.stderr.strip().splitlines() or ["?"])[-1]
        raise PtmlError(f"{GENERATOR} --design {design.form} ended with {ended.returncode}: {told}")


def _own(design: Design, seed: int, n_employees: int, n_courses: int | None) -> SimulationConfig:
    config = SimulationConfig(n_employees=n_employees, seed=seed)
    changes: dict[str, float] = {**UNKEEN} if design.unkeen else {}
    if design.weak:
        changes["effect_points"] = config.effect_points / WEAK_DIVISOR
    if n_courses is not None:
        changes["n_courses"] = n_courses
    return config.model_copy(update=changes)
