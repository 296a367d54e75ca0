"""Judge the second stage against the first on the last window of choices, over the whole catalogue.

That window is used for nothing else before the verdict.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.contracts.evidence import Evidence
from ptml.recommend.ranker.training import Block
from ptml.recommend.ranking import bootstrap_interval, ndcg, ranks_of_held_out, recall

FloatArray = NDArray[np.float64]
Float32Array = NDArray[np.float32]

K_NDCG, K_RECALL = 10, 20
METRICS = (f"ndcg_at_{K_NDCG}", f"recall_at_{K_RECALL}")
CHECK = "second_stage_beats_first"
RankMargins = Callable[[Float32Array], NDArray[np.floating]]
"""Margins (m,) of candidates' features (m, p)."""


@dataclass(frozen=True)
class Verdict:
    """Whether the second stage is used, and the figures that say so."""

    wins: bool
    evidence: tuple[Evidence, ...]


def judge_blocks(blocks: list[Block], rank: RankMargins, rng: np.random.Generator) -> Verdict:
    """Compare rankings of the same people.

    Parameters
    ----------
    blocks : list of Block
        People of the last decision day.
    rank : callable
        Trees that were grown on earlier decision days.

    Notes
    -----
    Every way to rank puts eligible courses first and all others of the catalogue that the person
    had not taken behind them; the second stage puts candidates before what is no candidate.
    """
    found: dict[str, list[tuple[FloatArray, FloatArray]]] = {}
    for block in blocks:
        asked = block.chosen.any(axis=1)
        for name, scores in rankings(block, rank).items():
            ranks = ranks_of_held_out(scores[asked], ~block.offered[asked], block.chosen[asked])
            found.setdefault(name, []).append((ndcg(ranks, K_NDCG), recall(ranks, K_RECALL)))
    figures = {
        name: (np.concatenate([a for a, _ in each]), np.concatenate([b for _, b in each]))
        for name, each in found.items()
    }
    return _verdict(figures, rng)


def refused(note: str) -> Verdict:
    """Nothing was judged: the first stage is used as it is."""
    row = Evidence("recommend", "check", CHECK, verdict="not_judged", payload={"note": note})
    return Verdict(False, (row,))


def rankings(block: Block, rank: RankMargins) -> dict[str, FloatArray]:
    """Scores of all courses by each way to rank, (n, n_courses) each."""
    eligible = block.sources.eligible
    first = block.sources.scores["first"].astype(np.float64)
    in_role = block.sources.scores["in_role"].astype(np.float64)
    second = _in_front(first, eligible)
    candidates = block.candidates
    if len(candidates):
        margin = rank(block.matrix.values)
        above = 1 + second.max() - margin.min()
        second[candidates.row, candidates.course] = margin + above
    return {
        "in_role": _in_front(in_role, eligible),
        "first": _in_front(first, eligible),
        "second": second,
    }


def _in_front(scores: FloatArray, eligible: NDArray[np.bool_]) -> FloatArray:
    return scores + np.where(eligible, 1 + scores.max(initial=0) - scores.min(initial=0), 0)


def _verdict(
    figures: Mapping[str, tuple[FloatArray, FloatArray]], rng: np.random.Generator
) -> Verdict:
    second = figures["second"][0]
    checks, wins = [], True
    for name, bar, rival in (
        (CHECK, "first", "the first stage"),
        ("second_stage_beats_role", "in_role", "popularity within the role"),
    ):
        gain, low, high = bootstrap_interval(second - figures[bar][0], rng)
        passed = bool(low > 0)
        wins = wins and passed
        beat = "beat" if passed else "did not beat"
        note = f"Ranking candidates a second time {beat} {rival} on held-out time"
        checks.append((name, gain, low, high, passed, note))
    used = "it is used" if wins else "the first stage is used alone"
    rows = [
        Evidence(
            "recommend",
            "check",
            name,
            gain,
            low,
            high,
            bound=0.0,
            verdict="pass" if passed else "fail",
            payload={"note": f"{note}; {used}."},
        )
        for name, gain, low, high, passed, note in checks
    ]
    return Verdict(wins, (*_metrics(figures, rng), *rows))


def _metrics(
    figures: Mapping[str, tuple[FloatArray, FloatArray]], rng: np.random.Generator
) -> list[Evidence]:
    rows = []
    for name, values in figures.items():
        for metric, each in zip(METRICS, values, strict=True):
            mean, low, high = bootstrap_interval(each, rng)
            payload = {"people": len(each)}
            rows.append(
                Evidence(
                    "recommend",
                    "metric",
                    f"second_stage_{metric}/{name}",
                    mean,
                    low,
                    high,
                    payload=payload,
                )
            )
    return rows
