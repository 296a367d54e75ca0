"""Choose what to learn preference by: settings and peers on validation, the verdict on the test."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from ptml.contracts.evidence import Evidence
from ptml.recommend.choices import choices_before
from ptml.recommend.config import PreferenceConfig
from ptml.recommend.held_out import BAR, CHOSEN, Figures, measure, not_judged, verdict
from ptml.recommend.moments import MOST_WINDOWS, Background, KnownPast, Moment, moments_before
from ptml.recommend.own import OwnPeer, PlacePeer, TasteScorer
from ptml.recommend.peers import PEERS, Peer
from ptml.recommend.peers.peer import Settings
from ptml.recommend.served import CAN_BE_SERVED, InPlacePeer
from ptml.recommend.taste import Taste, cold_taste
from ptml.recommend.tuning import Tuned, tune


@dataclass(frozen=True)
class Selected:
    """What to learn by.

    Attributes
    ----------
    peer : Peer or None
        Its scorers hold a taste; None = popularity within the role alone.
    settings : mapping
    half_life_days : float
        Of popularity within the role.
    evidence : tuple of Evidence
    """

    peer: Peer | None
    settings: Settings
    half_life_days: float
    evidence: tuple[Evidence, ...]

    def fit(self, past: KnownPast, seed: int) -> Taste:
        """Learn from all that is known."""
        if self.peer is None:
            return cold_taste(past.cold(self.half_life_days).by_role())
        return cast(TasteScorer, self.peer.fit(past, self.settings, seed)).taste


def select(background: Background, as_of_day: int) -> Selected:
    """Tune every way to learn on validation and judge the best that can be served on the test.

    Notes
    -----
    What is served is ptml's own taste, the place alone, or the best peer on top of the place, by
    mean NDCG@10 over the validation windows. On the test window, which nothing was chosen on, it
    has to beat popularity within the role with the whole of a paired interval; else that is
    served.
    """
    config, seed = background.config, background.seed
    validation, test = moments_before(background, as_of_day)
    if test is None:
        return Selected(None, {}, config.half_life_days, (not_judged(_why(background, as_of_day)),))
    tuned = _tuned_all(config, validation, seed)
    best = _best(config, tuned, validation, seed)
    half_life_days = tuned[BAR].settings["half_life_days"]
    figures = _on_test(tuned, best, test, seed)
    judged = verdict(figures, best.name, seed)
    rows = (*judged.evidence, *_settings(tuned, best, validation, test))
    if not judged.wins:
        return Selected(None, {}, half_life_days, rows)
    return Selected(best.peer, best.tuned.settings, half_life_days, rows)


def _why(background: Background, as_of_day: int) -> str:
    """Why nothing could be judged."""
    choices = choices_before(background.history, as_of_day)
    if len(choices) == 0:
        return "nobody chose a course before the date: preference is unknown"
    days = MOST_WINDOWS * background.config.held_out_days
    late = choices.day > choices.day.max() - days
    return (
        f"{len(np.unique(choices.employee[late]))} people chose a course in the last {days} days "
        f"with choices, and {int((~late).sum())} choices lie before; "
        f"{background.config.min_held_out} people with a past and a course on offer that they had "
        "not taken are needed to judge: popularity within the role is used"
    )


@dataclass(frozen=True)
class _Candidate:
    peer: Peer
    tuned: Tuned

    @property
    def name(self) -> str:
        return self.peer.name

    @property
    def value(self) -> float:
        """On validation; without any the order of the candidates decides."""
        return float(np.nan_to_num(self.tuned.value))


def _ways(config: PreferenceConfig) -> Mapping[str, Peer]:
    own: tuple[Peer, ...] = (OwnPeer(config), PlacePeer(config))
    return {**{peer.name: peer for peer in own}, **PEERS}


def _tuned_all(
    config: PreferenceConfig, validation: Sequence[Moment], seed: int
) -> dict[str, Tuned]:
    folds = [moment.fold for moment in validation]
    ways = _ways(config)
    return {name: tune(peer, folds, config.trials, seed) for name, peer in ways.items()}


def _best(
    config: PreferenceConfig, tuned: Mapping[str, Tuned], validation: Sequence[Moment], seed: int
) -> _Candidate:
    ways = _ways(config)
    found = [_Candidate(ways[name], tuned[name]) for name in ("ptml", "place")]
    folds = [moment.fold for moment in validation]
    if folds and config.trials > 1:
        name = max(CAN_BE_SERVED, key=lambda each: tuned[each].value)
        half_life_days = tuned["place"].settings["half_life_days"]
        peer = InPlacePeer(ways[name], tuned[name].settings, half_life_days)
        found.append(_Candidate(peer, tune(peer, folds, config.trials, seed)))
    return max(found, key=lambda each: each.value)


def _on_test(
    tuned: Mapping[str, Tuned], best: _Candidate, test: Moment, seed: int
) -> dict[str, Figures]:
    config = cast(KnownPast, test.fold.past).background.config
    ways = _ways(config)
    figures = {
        name: measure(ways[name].fit(test.fold.past, each.settings, seed), test)
        for name, each in tuned.items()
    }
    scorer = best.peer.fit(test.fold.past, best.tuned.settings, seed)
    return {CHOSEN: measure(scorer, test), **figures}


def _settings(
    tuned: Mapping[str, Tuned], best: _Candidate, validation: Sequence[Moment], test: Moment
) -> list[Evidence]:
    everything = {**tuned, best.name: best.tuned}
    windows = [[moment.first_day, moment.last_day] for moment in (*validation, test)]
    rows = [
        Evidence(
            "recommend",
            "setting",
            f"tuned/{name}",
            None if np.isnan(each.value) else each.value,
            payload={
                **each.settings,
                "trials": each.n_trials,
                "within_noise_of_defaults": each.is_within_noise,
                "tried": [{"value": round(value, 5), **tried} for tried, value in each.tried],
            },
        )
        for name, each in everything.items()
    ]
    payload = {"chosen_on_validation": best.name, "windows": len(windows)}
    return [*rows, Evidence("recommend", "setting", "selection", payload=payload)]
