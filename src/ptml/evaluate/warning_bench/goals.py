"""Goals that were set for the early warning, held against what was measured."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ptml.evaluate.warning_bench.methods import NAMES
from ptml.evaluate.warning_bench.oulad import OuladFigures
from ptml.evaluate.warning_bench.oulad_page import OULAD_NAMES
from ptml.evaluate.warning_bench.results import (
    Mean,
    Named,
    Result,
    against_ptml,
    over_named,
    over_organisations,
)
from ptml.transfer.completions import STAGES

LARGEST_SHORT_OF_ORACLE = 0.02
LEAST_NAMED_FIRST = 0.70
LARGEST_ECE = 0.02
# A plain LightGBM's AUC on OULAD, and what more is asked for.
OULAD_AUC = {28: 0.732, 70: 0.816, 120: 0.859}
OULAD_MORE = 0.02
# With fewer, an interval is so wide that nobody is ever ahead.
LEAST_ORGANISATIONS = 5
NO_RIVALS = ("ptml", "truth")


@dataclass(frozen=True)
class Judged:
    """A goal, what was seen, and whether it is met."""

    goal: str
    seen: str
    is_met: bool


def judged_goals(
    results: Sequence[Result], named: Sequence[Named], oulad: Sequence[OuladFigures]
) -> list[Judged]:
    """Every goal that something was measured for."""
    found = [*_ranking(results), *_calibration(results), *_reasons(named), *_rivals(results)]
    return [*found, *_oulad(oulad)]


def told(found: Mean, digits: int = 3) -> str:
    """A mean with its interval in words.

    Examples
    --------
    >>> told(Mean(0.5, 0.25, 0.75, 4), 2)
    '0.50 [0.25, 0.75]'
    """
    if math.isnan(found.low):
        return f"{found.mean:.{digits}f}"
    return f"{found.mean:.{digits}f} [{found.low:.{digits}f}, {found.high:.{digits}f}]"


def _ranking(results: Sequence[Result]) -> Iterator[Judged]:
    short = against_ptml(results, "completion", "truth", "auc")
    if short is not None:
        yield Judged(
            f"completion: AUC within {LARGEST_SHORT_OF_ORACLE} of the oracle",
            f"{told(short.difference)} short of it",
            short.difference.mean <= LARGEST_SHORT_OF_ORACLE,
        )


def _calibration(results: Sequence[Result]) -> Iterator[Judged]:
    for stage in STAGES:
        found = over_organisations(results, stage, "ptml", "ece_truth")
        if found is not None:
            yield Judged(
                f"{stage}: ECE against the true probability below {LARGEST_ECE}",
                told(found),
                found.mean < LARGEST_ECE,
            )
        for figure, words in (("ece", "what came of it"), ("ece_label", "the label")):
            against = over_organisations(results, stage, "ptml", figure)
            oracle = over_organisations(results, stage, "truth", figure)
            if against is not None and oracle is not None:
                yield Judged(
                    f"{stage}: ECE against {words} below {LARGEST_ECE}",
                    f"{told(against)}; the oracle's is {oracle.mean:.3f}",
                    against.mean < LARGEST_ECE,
                )


def _reasons(named: Sequence[Named]) -> Iterator[Judged]:
    for stage in STAGES:
        for group, words in (("flagged", "flagged"), ("at_risk", "flagged and truly at risk")):
            found = over_named(named, stage, group, "first")
            if found is not None:
                yield Judged(
                    f"{stage}: planted main cause named first in at least "
                    f"{LEAST_NAMED_FIRST:.0%} of cases {words}",
                    told(found, 2),
                    found.mean >= LEAST_NAMED_FIRST,
                )


def _rivals(results: Sequence[Result]) -> Iterator[Judged]:
    for stage in STAGES:
        ahead = []
        few: list[str] = []
        rivals = 0
        for method, name in NAMES.items():
            pair = None if method in NO_RIVALS else against_ptml(results, stage, method, "auc")
            if pair is not None and pair.difference.n < LEAST_ORGANISATIONS:
                few.append(name)
                continue
            rivals += pair is not None
            if pair is not None and pair.is_better and pair.is_clear:
                ahead.append(f"{name} {told(pair.difference)} ahead")
        if rivals:
            yield Judged(
                f"{stage}: AUC first or tied (no rival's lead leaves 0 out of its interval)",
                ("; ".join(ahead) or f"none of {rivals} rivals is clearly ahead")
                + (f"; not judged, on too few organisations: {', '.join(few)}" if few else ""),
                not ahead,
            )


def _oulad(oulad: Sequence[OuladFigures]) -> Iterator[Judged]:
    for figures in oulad:
        start = OULAD_AUC.get(figures.day)
        own = figures.methods.get("ptml")
        if start is not None and own is not None:
            value, low, high = own["auc"]
            yield Judged(
                f"OULAD, day {figures.day}: AUC at least {start + OULAD_MORE:.3f}",
                f"{value:.3f} [{low:.3f}, {high:.3f}]",
                value >= start + OULAD_MORE,
            )
        # The interval's lower end above 0: the rival is clearly ahead.
        ahead = [OULAD_NAMES[rival] for rival, apart in figures.apart.items() if apart[1] > 0]
        if figures.apart:
            yield Judged(
                f"OULAD, day {figures.day}: AUC first or tied",
                f"clearly ahead: {', '.join(ahead)}" if ahead else "no rival is clearly ahead",
                not ahead,
            )
