"""From sums to the portrait of a team: strengths, gaps, cover, trend and spread."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.stats import norm, t

from ptml.contracts.teams import TEAM_STANDINGS
from ptml.decide.team.config import TeamConfig
from ptml.decide.team.people import AMOUNTS, COUNTS, HOLDER, PANEL, UNIT
from ptml.decide.team.tree import NOBODY, Cells, added_up
from ptml.features.days import DAYS_A_YEAR

Doubles = NDArray[np.float64]
Positions = NDArray[np.int64]
Bools = NDArray[np.bool_]

_MAIN = (*COUNTS, *AMOUNTS)


@dataclass(frozen=True, eq=False)
class TeamPortrait:
    """One entry a unit and competency, (m,) each, sorted by unit, then competency; NaN = not told.

    Attributes
    ----------
    unit, competency : int64
    people, holders : int64
        0 where too few are in the cell: nothing of it may be told.
    standing : int64
        Position in ``TEAM_STANDINGS``.
    critical, single : bool
        Whether the competency is critical here, and whether just one person holds it.
    level, level_se, required : float64
    expected_holders : float64
        Sum of the probabilities to reach what is required.
    alone : float64
        Where one person surely reaches it: the probability that nobody else does.
    spread : float64
        Standard deviation between people of their true level against what is required.
    trend, trend_low, trend_high : float64
        Levels a year, with a 90 % interval.
    panel : int64
        People behind the trend; 0 = too few.
    sole_holder : object
        Id of the one person; None = there is not exactly one, or it is not critical.
    """

    unit: Positions
    competency: Positions
    people: Positions
    holders: Positions
    standing: Positions
    critical: Bools
    single: Bools
    level: Doubles
    level_se: Doubles
    required: Doubles
    expected_holders: Doubles
    alone: Doubles
    spread: Doubles
    trend: Doubles
    trend_low: Doubles
    trend_high: Doubles
    panel: Positions
    sole_holder: NDArray[np.object_]


def team_portraits(sums: pa.Table, parent: NDArray[np.int32], config: TeamConfig) -> TeamPortrait:
    """Describe every unit with people, the units above them included.

    Parameters
    ----------
    sums : pyarrow.Table
        Of `ptml.decide.team.people.team_sums`.
    parent : (n_units,) int32
        The unit above each; -1 = none.
    """
    names, holder = _coded(sums[HOLDER])
    unit, competency = sums["unit"].to_numpy(), sums["competency"].to_numpy()
    told, hidden = added_up(
        Cells(unit, competency, _columns(sums, _MAIN), holder), parent, config.min_people
    )
    has_panel = sums["panel"].to_numpy() > 0
    panel, _ = added_up(
        Cells(
            unit[has_panel],
            competency[has_panel],
            _columns(sums, PANEL)[has_panel],
            np.full(int(has_panel.sum()), NOBODY),
        ),
        parent,
        config.min_people,
    )
    return _with_hidden(_portrait(told, panel, names, config), hidden)


def _coded(holder: pa.ChunkedArray) -> tuple[NDArray[np.object_], Positions]:
    """Ids in their order, and the position of each; `NOBODY` for none."""
    text = np.array(holder.to_pylist(), dtype=object)
    there = np.array([one is not None for one in text.tolist()], dtype=np.bool_)
    names, at = np.unique(text[there].astype(str), return_inverse=True)
    code = np.full(len(text), NOBODY)
    code[there] = at
    return names.astype(object), code


def _columns(sums: pa.Table, names: tuple[str, ...]) -> Positions:
    return np.stack([sums[name].to_numpy() for name in names], axis=1).reshape(-1, len(names))


def _portrait(
    told: Cells, panel: Cells, names: NDArray[np.object_], config: TeamConfig
) -> TeamPortrait:
    of = dict(zip(_MAIN, told.sums.T, strict=True))
    people = of["people"]
    mean = {name: of[name] * UNIT / people for name in AMOUNTS}
    error = np.sqrt(mean["variance"] / people)
    critical = mean["importance"] >= config.critical_importance
    alone = np.where(of["holders"] == 1, np.exp(-of["others"] * UNIT), np.nan)
    single = critical & (alone >= config.alone_certainty)
    sole = np.full(len(told), None, dtype=object)
    sole[single] = names[told.least[single]]
    trend, low, high, followed = _trend(told, panel, config)
    return TeamPortrait(
        unit=told.unit,
        competency=told.other,
        people=people,
        holders=of["holders"],
        standing=_standing(mean["above"], error, config),
        critical=critical,
        single=single,
        level=mean["level"],
        level_se=error,
        required=mean["required"],
        expected_holders=of["reach"] * UNIT,
        alone=alone,
        spread=_spread(of, mean),
        trend=trend,
        trend_low=low,
        trend_high=high,
        panel=followed,
        sole_holder=sole,
    )


_OF_HIDDEN: Mapping[str, object] = MappingProxyType(
    {
        **dict.fromkeys(("unit", "competency", "people", "holders", "panel"), 0),
        **dict.fromkeys(("critical", "single"), False),
        "standing": TEAM_STANDINGS.index("too_few"),
        "sole_holder": None,
    }
)


def _with_hidden(told: TeamPortrait, hidden: Cells) -> TeamPortrait:
    """Add the cells of which nothing may be told, in their places."""
    columns: dict[str, Any] = {}
    for name, values in vars(told).items():
        empty = np.full(len(hidden), _OF_HIDDEN.get(name, np.nan), dtype=values.dtype)
        columns[name] = np.concatenate([values, empty])
    n = len(told.unit)
    columns["unit"][n:], columns["competency"][n:] = hidden.unit, hidden.other
    order = np.lexsort((columns["competency"], columns["unit"]))
    return TeamPortrait(**{name: values[order] for name, values in columns.items()})


def _standing(above: Doubles, error: Doubles, config: TeamConfig) -> Positions:
    half = norm.ppf((1 + config.certainty) / 2) * error
    low, high, margin = above - half, above + half, config.margin_levels
    return np.select(
        [low > margin, high < -margin, (low >= -margin) & (high <= margin)],
        [TEAM_STANDINGS.index(word) for word in ("strength", "gap", "as_required")],
        default=TEAM_STANDINGS.index("unclear"),
    ).astype(np.int64)


def _spread(of: dict[str, Positions], mean: dict[str, Doubles]) -> Doubles:
    """Levels are posterior means, which lie closer together than what they estimate.

    So the variance of the true levels is that of the means *plus* the mean error variance.
    """
    people = of["people"]
    square = of["above_square"] * UNIT - people * mean["above"] ** 2
    between = np.maximum(square, 0) / np.maximum(people - 1, 1)
    return np.sqrt(between + mean["variance"])


def _trend(
    told: Cells, panel: Cells, config: TeamConfig
) -> tuple[Doubles, Doubles, Doubles, Positions]:
    """Mean change of the same people, with a 90 % interval, levels a year."""
    width = int(max(told.other.max(initial=0), panel.other.max(initial=0))) + 1
    wanted, known = told.unit * width + told.other, panel.unit * width + panel.other
    at = np.minimum(np.searchsorted(known, wanted), max(len(known) - 1, 0))
    found = known[at] == wanted if len(known) else np.zeros(len(wanted), dtype=np.bool_)
    n, change, square = panel.sums[at].T if len(known) else np.zeros((3, len(wanted)), np.int64)
    n = np.where(found, n, 0)
    safe = np.maximum(n, 2)
    mean = change * UNIT / safe
    scatter = np.maximum(square * UNIT - safe * mean**2, 0) / (safe - 1)
    half = t.ppf(0.95, safe - 1) * np.sqrt(scatter / safe)
    yearly = DAYS_A_YEAR / config.trend_days
    trend, half = (np.where(n > 0, values * yearly, np.nan) for values in (mean, half))
    return trend, trend - half, trend + half, n
