"""Whether models answer as before: their published scores against those of earlier runs."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ptml.monitor.chance import KOLMOGOROV_MEAN, KOLMOGOROV_SD, above_past
from ptml.monitor.config import MonitorConfig
from ptml.monitor.distance import bin_edges, binned, largest_gap
from ptml.monitor.finding import Finding, NotJudged

Doubles = NDArray[np.float64]


def look_at_scores(
    now: Mapping[str, Doubles], before: Sequence[Mapping[str, Doubles]], config: MonitorConfig
) -> Iterator[Finding | NotJudged]:
    """Hold each score of the newest run against those of earlier looks, the newest first.

    Parameters
    ----------
    now, before : mapping of str to (n,) float64
        Scores by name.
    """
    for name, values in now.items():
        earlier = [one[name] for one in before if len(one.get(name, ())) >= config.min_rows]
        if len(values) < config.min_rows or not earlier:
            yield NotJudged("scores", name, "no earlier scores to hold the newest against")
            continue
        yield _of_score(name, values, earlier, config)


def _of_score(
    name: str, values: Doubles, earlier: Sequence[Doubles], config: MonitorConfig
) -> Finding:
    pooled = np.concatenate(earlier)
    edges = bin_edges(pooled)
    counts = np.stack([binned(one, edges) for one in (values, *earlier)])
    sizes = counts.sum(axis=1)
    total = counts[1:].sum(axis=0)
    others = total - np.vstack([np.zeros_like(total), counts[1:]])
    rest = others.sum(axis=1)
    gap = largest_gap(counts, others)
    scaled = gap * np.sqrt(sizes * rest / np.maximum(sizes + rest, 1))
    past = scaled[1:] if len(earlier) > 1 else np.zeros(0)
    grid = np.linspace(0.05, 0.95, 19)
    quantiles = [
        [round(float(v), 4) for v in np.nanquantile(one, grid)] for one in (pooled, values)
    ]
    return Finding(
        "scores",
        name,
        above_past(float(scaled[0]), past, KOLMOGOROV_MEAN, KOLMOGOROV_SD),
        bool(gap[0] >= config.min_distance),
        "action",
        f"median {np.nanmedian(values):.3g} of {len(values):,}, largest gap {gap[0]:.2f}",
        f"median {np.nanmedian(pooled):.3g} by {len(earlier)} earlier looks",
        "If the data are sound, train again on newer data.",
        drawn={"before": quantiles[0], "now": quantiles[1]},
    )
