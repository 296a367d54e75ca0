"""Fit the second stage: learn on early decision days, judge on the last, keep it where it wins."""

from dataclasses import dataclass
from functools import partial

import lightgbm as lgb
import numpy as np

from ptml.contracts.evidence import Evidence
from ptml.features.history import History
from ptml.features.shared import Shared
from ptml.recommend.choices import choices_before
from ptml.recommend.ranker.config import RankerConfig
from ptml.recommend.ranker.judging import Verdict, judge_blocks, refused
from ptml.recommend.ranker.ranker import Ranker
from ptml.recommend.ranker.scale import Scale, fit_scale
from ptml.recommend.ranker.training import (
    Examples,
    FitBefore,
    blocks,
    choosers,
    decision_days,
    examples_at,
    examples_of,
)
from ptml.recommend.ranker.trees import grow, margins, regrow
from ptml.trees import TreeMargins


@dataclass(frozen=True)
class _Judged:
    """What came of the judgement; without a win there are no trees."""

    verdict: Verdict
    booster: lgb.Booster | None = None
    scale: Scale | None = None


def fit_ranker(
    history: History,
    shared: Shared,
    as_of_day: int,
    fit_before: FitBefore,
    config: RankerConfig,
    seed: int,
) -> Ranker:
    """Learn to rank the candidates of the first stage and of other sources.

    Parameters
    ----------
    history : History
        Of all employees.
    as_of_day : int
        Nothing from this day on is seen.
    fit_before : callable
        Fits the first stage on what was known before a decision day.
    """
    judged = _judged(history, shared, as_of_day, fit_before, config, seed)
    return Ranker(
        booster=judged.booster,
        scale=judged.scale,
        config=config,
        fingerprint=history.fingerprint,
        as_of_day=as_of_day,
        seed=seed,
        evidence=judged.verdict.evidence,
    )


def _judged(
    history: History,
    shared: Shared,
    as_of_day: int,
    fit_before: FitBefore,
    config: RankerConfig,
    seed: int,
) -> _Judged:
    choices = choices_before(history, as_of_day)
    if not config.enabled or len(choices) == 0:
        return _Judged(refused("the second stage is switched off, or nobody chose anything"))
    *early, stopping, last = decision_days(int(choices.day.max()), config)
    rng = np.random.default_rng(seed)
    per_day = max(config.max_groups // len(early), 1)
    learnt = [
        found
        for day in early
        if (found := examples_at(history, shared, fit_before, day, per_day, config, rng))
    ]
    later = examples_at(history, shared, fit_before, stopping, config.max_groups, config, rng)
    people = choosers(history, last, config)
    if not learnt or later is None or len(people) < config.min_groups:
        return _Judged(
            refused(
                f"{len(learnt)} earlier decision days and {len(people)} people with choices after "
                f"the last: at least {config.min_groups} people on three days are needed"
            )
        )
    train = Examples.joined(learnt)
    booster = grow(train, later, config, seed)
    if len(people) > config.max_judged:
        people = np.sort(rng.choice(people, config.max_judged, replace=False))
    held_out = blocks(history, shared, fit_before(last), people, last, config)
    rank = partial(margins, TreeMargins((booster,)), num_threads=config.num_threads)
    verdict = judge_blocks(held_out, rank, rng)
    tested = Examples.joined([examples_of(block) for block in held_out])
    scale = fit_scale(rank(tested.x), tested.label)
    setting = _setting(train, booster, scale, config)
    verdict = Verdict(verdict.wins and scale is not None, (*verdict.evidence, setting))
    if not verdict.wins:
        return _Judged(verdict)
    everything = Examples.joined([train, later, tested])
    return _Judged(verdict, regrow(everything, booster.num_trees(), config, seed), scale)


def _setting(
    train: Examples, booster: lgb.Booster, scale: Scale | None, config: RankerConfig
) -> Evidence:
    payload = {
        **config.model_dump(exclude={"num_threads"}),
        "learnt_groups": len(train.sizes),
        "learnt_pairs": len(train.label),
        "trees": booster.num_trees(),
        "slope": None if scale is None else scale.slope,
    }
    return Evidence("recommend", "setting", "second_stage", payload=payload)
