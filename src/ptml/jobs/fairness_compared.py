"""Whether a challenger treats protected groups as evenly as the champion: an audit, no feature."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ptml.contracts.evidence import Evidence
from ptml.evaluate.fairness import fairness_evidence
from ptml.evaluate.groups import Grouping, groupings
from ptml.evaluate.window.config import PromotionConfig
from ptml.evaluate.window.decision import Check
from ptml.evaluate.window.evenness import Evenness, evenness
from ptml.evaluate.window.resampling import Resamples
from ptml.features.history import History
from ptml.jobs.lists_compared import ListsCompared, OneList
from ptml.jobs.promotion_checks import WHEN
from ptml.jobs.settings import Settings
from ptml.transfer.fairness_config import FairnessConfig
from ptml.transfer.held_out import HeldOut

FloatArray = NDArray[np.float64]

# Of the checks of `fairness_evidence`: four fifths among the flagged and among the missed.
_OF_OUTCOMES = ("flag_ratio", "missed_ratio")
_MEASURES = {
    "flagged": "share of open completions that is flagged",
    "offered": "share of people with a full head of the list",
    "gain": "mean expected gain of a list",
}


@dataclass(frozen=True, eq=False)
class _Measured:
    """A measure of both trainings, a value a case."""

    name: str
    champion: FloatArray | None
    challenger: FloatArray
    person: NDArray[np.int32]
    four_fifths: bool


def evenness_today(
    lists: ListsCompared, protected: pd.DataFrame, settings: Settings
) -> list[Evenness]:
    """Each group against all others, on what both trainings give today."""
    config = settings.promotion
    resamples = Resamples(len(lists.people), config.n_draws, settings.seed)
    groups = list(groupings(protected, lists.people))
    return [
        row
        for measured in _measured(lists, config)
        for grouping in groups
        for row in evenness(
            measured.name,
            (measured.champion, measured.challenger),
            measured.person,
            grouping,
            config,
            resamples,
            four_fifths=measured.four_fifths,
        )
    ]


def evenness_checks(rows: list[Evenness]) -> Iterator[Check]:
    """A check for each measure and attribute: by the groups that fail, if any does."""
    for key in dict.fromkeys((row.measure, row.attribute) for row in rows):
        own = [row for row in rows if (row.measure, row.attribute) == key]
        failed = [row for row in own if row.passed is False]
        judged = [row for row in own if row.passed is not None]
        measure, attribute = key
        yield Check(
            f"even/{measure}/{attribute}",
            None if not judged else not failed,
            _told(measure, attribute, failed, judged),
        )


def outcome_checks(
    champion: HeldOut | None,
    challenger: HeldOut | None,
    history: History,
    protected: pd.DataFrame,
    settings: Settings,
) -> Iterator[Check]:
    """Four fifths among the flagged and the missed of the window, by what came true."""
    if challenger is None:
        return
    people = history.employees.ids[np.unique(challenger.employee)]
    groups = list(groupings(protected, people))
    if not groups:
        return
    found = {row.name: row for row in _ratios(challenger, groups, settings)}
    before = (
        {} if champion is None else {row.name: row for row in _ratios(champion, groups, settings)}
    )
    for name, row in found.items():
        yield _held_against(name, row, before.get(name), settings.promotion)


def _ratios(held_out: HeldOut, groups: list[Grouping], settings: Settings) -> list[Evidence]:
    fairness: FairnessConfig = settings.warning.fairness
    rng = np.random.default_rng(settings.seed)
    rows = fairness_evidence(held_out, groups, fairness, rng)
    return [row for row in rows if row.name.partition("/")[0] in _OF_OUTCOMES]


def _held_against(
    name: str, row: Evidence, before: Evidence | None, config: PromotionConfig
) -> Check:
    """Failed where it is clearly uneven, unless the champion is as uneven."""
    kind, stage, attribute = name.split("/", 2)
    what = "flagged" if kind == "flag_ratio" else "missed"
    plain, when = attribute.replace("_", " "), WHEN[stage]
    where = f"Among the outcomes of the window, who is {what} {when}, by {plain}: "
    if row.verdict == "not_judged" or row.value is None:
        return Check(name, None, f"{where}too few to tell.")
    ratio = f"the rates of the groups stand {row.value:.2f} to 1"
    if row.verdict == "pass":
        return Check(name, True, f"{where}{ratio}, no clear breach of four fifths.")
    was = None if before is None or before.verdict != "fail" else before.value
    if was is not None and row.value >= was - config.evenness_margin:
        return Check(name, True, f"{where}{ratio}: uneven, and no more so than the champion's.")
    return Check(name, False, f"{where}{ratio}: clearly uneven.")


def _measured(lists: ListsCompared, config: PromotionConfig) -> Iterator[_Measured]:
    everybody = np.arange(len(lists.people), dtype=np.int32)
    one, other = lists.champion, lists.challenger
    for name in ("offered", "gain"):
        first = None if one is None else _of_lists(one, name, config)
        yield _Measured(name, first, _of_lists(other, name, config), everybody, True)
    yield from _flags(lists)


def _of_lists(lists: OneList, name: str, config: PromotionConfig) -> FloatArray:
    if name == "gain":
        return np.maximum(lists.gain, 0)
    return (lists.n_offered >= config.list_length).astype(np.float64)


def _flags(lists: ListsCompared) -> Iterator[_Measured]:
    """Of the open completions that both trainings warn of."""
    one, other = lists.champion, lists.challenger
    cases = sorted(other.flags if one is None else other.flags.keys() & one.flags.keys())
    if not cases:
        return
    place = {person: k for k, person in enumerate(lists.people.tolist())}
    # Somebody who is not employed today has no list and no place.
    kept = [case for case in cases if other.flags[case][0] in place]
    person = np.array([place[other.flags[case][0]] for case in kept], dtype=np.int32)
    first = None if one is None else _flagged(one, kept)
    yield _Measured("flagged", first, _flagged(other, kept), person, False)


def _flagged(lists: OneList, cases: list[tuple[str, int]]) -> FloatArray:
    return np.array([lists.flags[case][1] for case in cases], dtype=np.float64)


def _told(measure: str, attribute: str, failed: list[Evenness], judged: list[Evenness]) -> str:
    what = f"{_MEASURES[measure]}, by {attribute.replace('_', ' ')}".capitalize()
    if not judged:
        return f"{what}: too few people or cases in the groups to tell."
    if not failed:
        return f"{what}: as even as before, or even."
    named = []
    for row in failed:
        pair = row.pair
        if pair is not None:
            named.append(
                f"{row.group} and all others stand {pair.challenger.value:.2f} to 1, by the "
                f"champion {pair.champion.value:.2f}"
            )
    return f"{what}: less even than four fifths or the champion allow: {'; '.join(named)}."
