"""The page of figures of the diagnosis: tables, and what is counted."""

from collections.abc import Mapping, Sequence
from typing import Any

_VERDICTS = ("agree", "asked_not_needed", "not_training", "unclear")
_WAYS = {"old": "thresholds", "new": "evidence combined"}


def page_of(figures: Mapping[str, Any], employees: int, seeds: Sequence[int]) -> list[str]:
    """Lines of Markdown."""
    about = (
        f"Made by `ptml bench needs`: {len(seeds)} simulated organisations of {employees:,} people"
        f" (seeds {', '.join(map(str, seeds))}); in 8 % of the units machines fail, in 8 % people"
        " are 1.2 standard deviations short of ability, in 8 % of motivation. Nothing was set on"
        " these seeds."
    )
    people, units, planted = (figures[name] for name in ("people", "units", "planted"))
    kept = figures["kept_away"]
    return [
        "# Needs diagnosis: figures",
        "",
        about,
        "",
        "*Found*: share of those with the cause of whom it is said. *Right*: share of those of whom"
        " it is said who have it. *False*: share of all others of whom it is said.",
        "",
        "## People below target",
        "",
        f"{people['rows']:,} people. True: what takes half or more of the points that the person"
        " truly loses (skill, drive, surroundings, chance), by the simulator's own latents.",
        "",
        *_causes(people),
        "",
        "How often the cause was true, by its strength:",
        "",
        *_calibration(people),
        "",
        "## Units, by what was planted",
        "",
        f"{planted['rows']:,} units.",
        "",
        *_causes(planted),
        "",
        "## Units, by the points that they truly lose",
        "",
        "True: 3 points or more are lost, and half or more of them to one matter; chance makes"
        " units without anything planted lose something too.",
        "",
        *_causes(units),
        "",
        *_calibration(units),
        "",
        "## Who is kept from courses",
        "",
        "People who are not above target. Known within a bucket, from sums over units alone.",
        "",
        "| | people | kept from elective courses |",
        "|---|---|---|",
        f"| where machines fail | {kept['in_trouble']:,} | {kept['kept_in_trouble']:.1%} |",
        f"| elsewhere | {kept['elsewhere']:,} | {kept['kept_elsewhere']:.1%} |",
        "",
        "## What units ask for",
        "",
        "Half of the units ask for a course: one in what they lack most, or one in what they lack"
        " least. Lacking: a true mean gap of half a level or more in something that it teaches."
        " Without a model of lift.",
        "",
        *_wishes(figures["wishes"]),
    ]


def _causes(figures: Mapping[str, Any]) -> list[str]:
    lines = [
        "| cause | true | way | said | found | right | false | F1 |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for cause, ways in figures["causes"].items():
        for way, word in _WAYS.items():
            one = ways[way]
            right = f"{one['precision']:.2f}" if one["said"] else "-"
            lines.append(
                f"| {cause} | {one['truly']:,} | {word} | {one['said']:,} | {one['recall']:.2f} |"
                f" {right} | {one['false_alarm_rate']:.3f} | {one['f1']:.2f} |"
            )
    told = "; ".join(
        f"{word}: {figures['right'][way]:.2f} of all called rightly,"
        f" {figures['said'][way]:.2f} called anything"
        for way, word in _WAYS.items()
    )
    return [*lines, "", f"{told} (`mixed` and `unclear` count as causes)."]


def _calibration(figures: Mapping[str, Any]) -> list[str]:
    lines = ["| mean strength | cases | true | 95 % interval |", "|---|---|---|---|"]
    return lines + [
        f"| {one['strength']:.2f} | {one['n']:,} | {one['share']:.2f} |"
        f" {one['low']:.2f} to {one['high']:.2f} |"
        for one in figures["calibration"]
    ]


def _wishes(kinds: Sequence[Mapping[str, Any]]) -> list[str]:
    head = ("| asked for a course | wishes |", "|---|---|")
    lines = [
        head[0] + "".join(f" `{verdict}` |" for verdict in _VERDICTS),
        head[1] + "---|" * len(_VERDICTS),
    ]
    return lines + [
        f"| {kind['kind']} | {kind['n']:,} |"
        + "".join(f" {kind.get(verdict, 0) / max(kind['n'], 1):.2f} |" for verdict in _VERDICTS)
        for kind in kinds
    ]
