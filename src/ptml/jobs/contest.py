"""Champion and challenger on the newest outcomes and on today's people: all that decides."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from ptml.contracts.dataset import Dataset
from ptml.evaluate.window.comparison import Figure, Foretold, compare
from ptml.evaluate.window.config import NOTHING_DECIDES
from ptml.evaluate.window.decision import Check, Decision, decide
from ptml.evaluate.window.evenness import Evenness
from ptml.evaluate.window.lift_outcomes import LiftJudge
from ptml.jobs.fairness_compared import evenness_checks, evenness_today, outcome_checks
from ptml.jobs.lists_compared import ListsCompared, compare_lists
from ptml.jobs.models import Models
from ptml.jobs.progress import Progress
from ptml.jobs.promotion_checks import (
    alarm_checks,
    calibration_checks,
    churn_check,
    lineage_checks,
    own_checks,
    recipe_check,
    score_checks,
)
from ptml.jobs.promotion_record import (
    check_record,
    churn_record,
    evenness_record,
    figure_record,
    since_record,
    window_record,
)
from ptml.jobs.twins import recipe_of, settings_of
from ptml.jobs.window import Standing, Window, standing


@dataclass(frozen=True)
class Contest:
    """A decision with all that it rests on.

    Attributes
    ----------
    record : dict
        JSON-ready: kept as evidence, and what the page shows.
    """

    decision: Decision
    record: dict[str, Any]


@dataclass(frozen=True)
class _Outcomes:
    """What the window's outcomes say."""

    figures: list[Figure]
    champion: Foretold
    challenger: Foretold
    champion_stands: Standing | None
    challenger_stands: Standing
    recipe: Check | None
    same_twin: bool = False
    since: tuple[date, list[Figure]] | None = None


def contest(
    dataset: Dataset,
    window: Window,
    champion: Models | None,
    challenger: Models,
    alarms: Sequence[str],
    twins: Path,
    progress: Progress,
) -> Contest:
    """Compare, check and decide.

    Parameters
    ----------
    champion : Models or None
        None = there is none yet.
    twins : Path
        Where refits are kept.
    """
    same = champion is not None and have_one_recipe(champion, challenger)
    outcomes = _outcomes(window, champion, challenger, twins, progress, same_recipe=same)
    progress.stage("Scoring everybody by both")
    lists = compare_lists(dataset, champion, challenger, window.day, window.settings, progress)
    even = evenness_today(lists, window.protected, window.settings)
    churn = churn_record(lists, window)
    checks = _checks(window, champion, challenger, outcomes, lists, even, alarms)
    checks += churn_check(churn, window.settings.promotion)
    decision = decide(
        outcomes.figures,
        checks,
        window.settings.promotion,
        same_recipe=same,
        is_first=champion is None,
    )
    record = {
        "models": list(challenger.about["models"]),
        "window": window_record(window),
        "recipe": _recipe_record(champion, challenger, outcomes, same_recipe=same),
        "figures": [figure_record(figure) for figure in outcomes.figures],
        "champion_since": since_record(outcomes.since),
        "checks": [check_record(check) for check in checks],
        "evenness": [evenness_record(row) for row in even],
        "churn": churn,
        "alarms": list(alarms),
        "settings": window.settings.promotion.model_dump(mode="json"),
        "refused": list(decision.refused),
        "notes": list(decision.notes),
    }
    return Contest(decision, record)


def have_one_recipe(one: Models, other: Models) -> bool:
    """Whether two trainings have the same models, made by the same settings and seed."""
    mine, theirs = settings_of(one.about), settings_of(other.about)
    names = one.about["models"]
    if mine is None or theirs is None or names != other.about["models"]:
        return False
    return all(recipe_of(name, mine) == recipe_of(name, theirs) for name in names)


def _outcomes(
    window: Window,
    champion: Models | None,
    challenger: Models,
    place: Path,
    progress: Progress,
    *,
    same_recipe: bool,
) -> _Outcomes:
    nothing, itself = Foretold(), Standing(challenger, False)
    if not window.is_open:
        stands = None if champion is None else Standing(champion, False)
        return _Outcomes([], nothing, nothing, stands, itself, None)
    twins = window.twins(place)
    both_seen = champion is not None and all(
        window.has_been_seen_by(one) for one in (champion, challenger)
    )
    if both_seen and same_recipe and window.settings.promotion.refit == "other_recipe":
        mine = Standing(None, True)
        other: Standing | None = mine
    else:
        mine = standing(window, challenger, twins, progress)
        other = None if champion is None else standing(window, champion, twins, progress)
    progress.stage("Holding against outcomes")
    judge = window.judge() if challenger.lift is not None else None
    of_mine = _foretold(window, mine, judge)
    same_twin = both_seen and same_recipe
    of_other = of_mine if same_twin else _foretold(window, other, judge)
    config = window.settings.promotion
    figures = compare(of_other, of_mine, config, window.resamples) if champion else []
    if champion is None:
        figures = compare(of_mine, of_mine, config, window.resamples)
    recipe = _recipe(window, champion, challenger, mine, of_mine, judge)
    since = _since(window, champion, mine) if champion is not None and same_twin else None
    return _Outcomes(figures, of_other, of_mine, other, mine, recipe, same_twin, since)


def _since(window: Window, champion: Models, stands: Standing) -> tuple[date, list[Figure]] | None:
    """The champion itself beside its twin on what came after both; told, decides nothing.

    Lifts are left out: hardly ever an outcome quarter ends in so few weeks.
    """
    day = date.fromisoformat(str(champion.about["as_of"]))
    if stands.judged is None or day >= window.day:
        return None
    late = replace(window, first=day)
    twin, itself = (late.foretold(one, None) for one in (stands.judged, champion))
    config = window.settings.promotion.model_copy(update={"margins": NOTHING_DECIDES})
    return day, compare(twin, itself, config, window.resamples)


def _foretold(window: Window, stands: Standing | None, judge: LiftJudge | None) -> Foretold:
    if stands is None or stands.judged is None:
        return Foretold()
    return window.foretold(stands.judged, judge)


def _recipe(
    window: Window,
    champion: Models | None,
    challenger: Models,
    stands: Standing,
    foretold: Foretold,
    judge: LiftJudge | None,
) -> Check | None:
    """The challenger itself against its twin, or, where none was fitted, the champion itself."""
    if not stands.is_twin:
        return None
    reference, words = foretold, "its twin, which has not seen it"
    if stands.judged is None:
        if champion is None:
            return None
        reference, words = window.foretold(champion, judge), "the champion"
    own = window.foretold(challenger, judge)
    figures = compare(reference, own, window.settings.promotion, window.resamples)
    return recipe_check(figures, words)


def _checks(
    window: Window,
    champion: Models | None,
    challenger: Models,
    outcomes: _Outcomes,
    lists: ListsCompared,
    even: list[Evenness],
    alarms: Sequence[str],
) -> list[Check]:
    config, rng = window.settings.promotion, np.random.default_rng(window.settings.seed)
    return [
        *own_checks(challenger),
        *lineage_checks(champion, challenger),
        *([] if outcomes.recipe is None else [outcomes.recipe]),
        *calibration_checks(
            outcomes.challenger, [] if champion is None else outcomes.figures, config, rng
        ),
        *score_checks(lists, config),
        *outcome_checks(
            None if champion is None else outcomes.champion.warned,
            outcomes.challenger.warned,
            window.history,
            window.protected,
            window.settings,
        ),
        *evenness_checks(even),
        *alarm_checks(alarms),
    ]


def _recipe_record(
    champion: Models | None, challenger: Models, outcomes: _Outcomes, *, same_recipe: bool
) -> dict[str, Any]:
    stands = outcomes.champion_stands
    return {
        "same": same_recipe,
        "same_twin": outcomes.same_twin,
        "champion": None
        if champion is None or stands is None
        else {"as_of": str(champion.about["as_of"]), **_stands(stands)},
        "challenger": {
            "as_of": str(challenger.about["as_of"]),
            **_stands(outcomes.challenger_stands),
        },
    }


def _stands(stands: Standing) -> dict[str, bool]:
    return {"is_twin": stands.is_twin, "is_judged": stands.judged is not None}
