"""What the benchmark of scale asks of ptml, and what was seen."""

from collections.abc import Mapping, Sequence
from typing import Any

from ptml.jobs.bench_scale_fit import PowerLaw, power_law
from ptml.jobs.bench_scale_watch import PLANS

Found = Mapping[str, Any]

EXPONENT, RATIO, MEMORY_GIB, GOAL_PEOPLE = 1.05, 1.5, 4.0, 1_000_000


def amounts_of(score: Found) -> dict[str, float]:
    """Work of a run by its kind, as `stage_limits` takes it."""
    rows, given = score["rows"], score["input"]
    return {
        # Of employees and assignments there is no event, and little else.
        "rows_in": given["events"] + given["rows"]["employees"] + given["rows"]["assignments"],
        "people": rows["segments"],
        "pairs": rows["lift"],
        "shown": rows["recommendations"],
        "warnings": rows["warnings"],
        "text_bytes": score["text_bytes"],
        "rows_out": sum(rows.values()),
        "bytes_out": score["bytes_out"],
    }


def bounded(limits: Mapping[str, float], score: Found) -> dict[str, float]:
    """Limits of which none is above what was seen.

    Where ptml is quicker than the bare loop, the loop is no limit; left as it is, it would pay for
    what other stages take beyond theirs.
    """
    stages = score["stages"]
    return {
        stage: min(seconds, stages[stage]["processor"]) if stage in stages else seconds
        for stage, seconds in limits.items()
    }


def growth(scores: Sequence[Found]) -> PowerLaw | None:
    """Exponent of processor seconds in people; None with one size."""
    if len(scores) < 2:
        return None
    return power_law([s["size"] for s in scores], [s["processor"] for s in scores])


def goals_seen(
    scores: Sequence[Found], limits: Sequence[Mapping[str, float]]
) -> list[tuple[str, str, str]]:
    """Goal, what was seen, and whether it is met: *so far* where the run stopped below its size."""
    last, law = scores[-1], growth(scores)
    limit = sum(limits[-1].values())
    ratio = last["processor"] / limit
    without = ratio - last["stages"][PLANS]["processor"] / limit
    at_goal = last["size"] >= GOAL_PEOPLE
    where = f"at {last['size']:,} people"
    return [
        (
            f"exponent of cost in people at most {EXPONENT}",
            _exponent(scores, law),
            "not known" if law is None else _met(_is_linear(scores, law), at_goal),
        ),
        (
            f"within {RATIO} x of the sum of the stages' limits",
            f"{ratio:.1f} x {where}; {without:.1f} x without plans, which have no limit",
            _met(ratio <= RATIO, at_goal),
        ),
        (
            f"memory below {MEMORY_GIB:g} GiB",
            f"{last['peak_gib']:.2f} GiB {where}",
            _met(last["peak_gib"] < MEMORY_GIB, at_goal),
        ),
    ]


def _is_linear(scores: Sequence[Found], law: PowerLaw) -> bool:
    """Over all sizes, and at the end: what is fixed makes the beginning flat."""
    last = growth(scores[-2:])
    return law.exponent <= EXPONENT and (last is None or last.exponent <= EXPONENT)


def _exponent(scores: Sequence[Found], law: PowerLaw | None) -> str:
    if law is None:
        return "one size: not known"
    spread = f" [{law.low:.3f}, {law.high:.3f}]" if len(scores) > 2 else ""
    sizes = f"{scores[0]['size']:,} to {scores[-1]['size']:,}"
    steepest = ""
    if len(scores) > 2:
        last = growth(scores[-2:])
        steepest = f"; {last.exponent:.3f} between the two largest" if last else ""
    return f"{law.exponent:.3f}{spread}, {sizes}{steepest}"


def _met(met: bool, at_goal: bool) -> str:
    if not met:
        return "**no**"
    return "yes" if at_goal else "yes, so far"
