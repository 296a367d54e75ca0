"""What a challenger has to pass, whatever its figures are."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ptml.evaluate.classification import calibration_error_by_chance, expected_calibration_error
from ptml.evaluate.window.comparison import Figure, Foretold
from ptml.evaluate.window.config import PromotionConfig
from ptml.evaluate.window.decision import Check
from ptml.jobs.lists_compared import ListsCompared
from ptml.jobs.models import Models
from ptml.report.wording import listed
from ptml.transfer.completions import STAGES
from ptml.transfer.held_out import HeldOut

FloatArray = NDArray[np.float64]

_NAMES = {"recommend": "recommendations", "lift": "lift", "warnings": "early warning"}
WHEN = {"completion": "at completion", "day_30": "after 30 days"}
"""Stages of a warning, in words."""


def own_checks(models: Models) -> Iterator[Check]:
    """What the challenger's training says of itself."""
    failed = [row for row in models.evidence if row.is_refusal]
    yield Check(
        "own_evidence",
        not failed,
        "The training failed a check that a model must pass: "
        + "; ".join(
            f"{row.name} of {row.model} ({row.payload.get('note', row.value)})" for row in failed
        )
        if failed
        else "The training passed every check that a model must pass.",
    )


def lineage_checks(champion: Models | None, challenger: Models) -> Iterator[Check]:
    """Whether the challenger is newer and can do all that the champion can."""
    if champion is None:
        return
    then, now = (date.fromisoformat(str(one.about["as_of"])) for one in (champion, challenger))
    yield Check(
        "newer",
        now >= then,
        f"The challenger knows what was known before {now}, the champion before {then}"
        + ("." if now >= then else ": it is older."),
    )
    gone = [name for name in _able(champion) if name not in _able(challenger)]
    yield Check(
        "complete",
        not gone,
        f"The challenger gives no {listed(gone)}, the champion does."
        if gone
        else "The challenger gives all that the champion gives.",
    )
    new = [name for name in challenger.about["models"] if name not in champion.about["models"]]
    if new:
        yield Check(
            "new",
            None,
            f"The champion has no {listed([_NAMES[name] for name in new])}: there is nothing to "
            "hold the challenger's against.",
        )


def _able(models: Models) -> list[str]:
    """What a training gives: a model that refuses gives nothing."""
    given = {
        "recommendations": models.preference is not None and models.preference.knows_choices,
        "lifts": models.lift is not None and not models.lift.refusal,
        "warnings": models.warning is not None and not models.warning.refusal,
    }
    return [name for name, is_given in given.items() if is_given]


def recipe_check(figures: Sequence[Figure], reference: str) -> Check:
    """Whether the challenger, who has seen the window, does as well as one who has not.

    Parameters
    ----------
    figures : sequence of Figure
        Of the reference and the challenger itself.
    reference : str
        Whom the challenger was held against, in words.
    """
    worse = [
        figure
        for figure in figures
        if figure.margin is not None
        and figure.pair is not None
        and figure.pair.gain.high < -figure.margin
    ]
    names = listed([f"{figure.name} of {figure.model}" for figure in worse])
    return Check(
        "as_its_recipe",
        not worse if any(f.pair is not None for f in figures) else None,
        f"The challenger has seen the window and still does clearly worse on it than {reference}: "
        f"{names}. It is not what its settings give on these data."
        if worse
        else f"On the window, which it has seen, the challenger does no worse than {reference}.",
    )


def calibration_checks(
    challenger: Foretold,
    figures: Sequence[Figure],
    config: PromotionConfig,
    rng: np.random.Generator,
) -> Iterator[Check]:
    """Whether warnings say what comes true, by stage, on outcomes that were not seen.

    After a change in the world nobody's do: one that is off is let pass where the champion is off
    as far, or the worse of the two would stay in use.

    Parameters
    ----------
    figures : sequence of Figure
        Of champion and challenger; empty without a champion.
    """
    if challenger.warned is None:
        return
    for stage, name in enumerate(STAGES):
        champion = _off_by(figures, name)
        yield _calibrated(challenger.warned, stage, name, champion, config, rng)


def _off_by(figures: Sequence[Figure], stage: str) -> float | None:
    """How far the champion is off, where the challenger is not clearly further; else None."""
    for figure in figures:
        if figure.name == f"calibration_error/{stage}" and figure.pair is not None:
            return None if figure.pair.gain.high < 0 else figure.pair.champion.value
    return None


def _calibrated(
    warned: HeldOut,
    stage: int,
    name: str,
    champion: float | None,
    config: PromotionConfig,
    rng: np.random.Generator,
) -> Check:
    rows = warned.stage == stage
    weak, said = warned.weak[rows], warned.p_weak[rows]
    where = f"calibrated/{name}"
    if min(weak.sum(), (~weak).sum()) < config.min_of_each_class:
        return Check(where, None, f"Too few outcomes to tell how true warnings {WHEN[name]} are.")
    error = expected_calibration_error(weak, said)
    bound = max(config.largest_calibration_error, calibration_error_by_chance(said, rng))
    told = f"Warnings {WHEN[name]} are off by {error:.3f} on average ({bound:.3f} passes"
    if error > bound and champion is not None and champion > bound:
        return Check(
            where,
            True,
            f"{told}); those of the champion are off by {champion:.3f}, not clearly less.",
        )
    return Check(where, error <= bound, f"{told}).")


def score_checks(lists: ListsCompared, config: PromotionConfig) -> Iterator[Check]:
    """Whether scores of everybody today are those of a model that is alive."""
    new = lists.challenger
    for name, values in (
        ("probabilities of the warnings", new.p_weak),
        ("lifts", new.lift),
        ("preferences", new.preference),
    ):
        if len(values) > 1:
            yield _alive(name, values)
    if len(new.p_weak):
        share = float(np.mean([flagged for _, flagged in new.flags.values()]))
        least, most = config.least_flagged_share, config.largest_flagged_share
        yield Check(
            "flagged_share",
            least <= share <= most,
            f"{share:.1%} of the open completions would be flagged ({least:.0%} to {most:.0%} "
            "passes).",
        )
    if np.isfinite(new.preference).any():
        yield _empty(lists, config)


def _alive(name: str, values: FloatArray) -> Check:
    known = values[np.isfinite(values)]
    word = name.partition(" ")[0]
    if len(known) == 0:
        return Check(f"alive/{word}", None, f"No {name} are given to anybody today.")
    same = float(known.std()) == 0
    return Check(
        f"alive/{word}",
        not same,
        f"All {name} are {known[0]:.3f}." if same else f"The {name} differ from case to case.",
    )


def _empty(lists: ListsCompared, config: PromotionConfig) -> Check:
    share = float((lists.challenger.n_offered == 0).mean())
    told = f"{share:.1%} of the people would get no recommendation"
    if lists.champion is None:
        # In a small catalogue many have taken everything: only a champion says what is usual.
        return Check("empty_lists", share < 1, f"{told}.")
    bound = float((lists.champion.n_offered == 0).mean()) + config.largest_empty_share
    return Check("empty_lists", share <= bound, f"{told} ({bound:.1%} passes).")


def alarm_checks(alarms: Sequence[str]) -> Iterator[Check]:
    """Alarms of the monitoring that stand open against the data."""
    for alarm in alarms:
        yield Check("alarm", False, f"An alarm is open: {alarm}")


def churn_check(churn: Mapping[str, Any] | None, config: PromotionConfig) -> list[Check]:
    """Whether as few lists change as the settings ask for; none asked, nothing checked."""
    if churn is None or config.largest_churn is None:
        return []
    share = churn["rows"][0]["share"]
    return [
        Check(
            "churn",
            share <= config.largest_churn,
            f"The top {config.list_length} changes for {share:.1%} of the people "
            f"({config.largest_churn:.0%} passes).",
        )
    ]
