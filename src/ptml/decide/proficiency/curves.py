"""Curves of groups of new people: by job family, by part of the organisation, by year."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ptml.contracts.teams import CURVE_DIMENSIONS
from ptml.decide.cell_sums import CellSums
from ptml.decide.proficiency.config import ProficiencyConfig
from ptml.decide.proficiency.spells import LEFT, PROFICIENT, Spells, followed
from ptml.decide.proficiency.survival import (
    Curve,
    LifeTable,
    left_by,
    median,
    reached,
    reached_if_stayed,
)
from ptml.decide.team.tree import depths
from ptml.features.organisation import Organisation

Codes = NDArray[np.int32]
Positions = NDArray[np.int64]
Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]

_ENDS = ("proficient", "left", "closed")
_FIRST_YEAR = 1970


def curve_sums() -> CellSums:
    """Who enters and who ends how, by group and month."""
    return CellSums(("dimension", "group", "month"), ("entered", *_ENDS))


def unit_groups(parent: Codes) -> Codes:
    """The part of the organisation that each unit belongs to, (n_units,); -1 = above all parts.

    Parts are the units of the highest level on which there is more than one.
    """
    above, depth = depths(parent)
    many = np.flatnonzero(np.bincount(depth) > 1) if len(depth) else np.zeros(0, np.int64)
    level = int(many[0]) if len(many) else 0
    group = np.arange(len(parent), dtype=np.int32)
    for _ in range(int(depth.max(initial=0))):
        group = np.where(depth[group] > level, above[group], group)
    return np.where(depth < level, -1, group).astype(np.int32)


def curve_cells(spells: Spells, organisation: Organisation, config: ProficiencyConfig) -> pa.Table:
    """Rows for `curve_sums`: two a spell and dimension, for its entry and its end."""
    entry, stop, ended = followed(spells, config)
    kept = entry < stop
    entry, stop, ended = entry[kept], stop[kept], ended[kept]
    groups = _groups(spells.take(kept), organisation)
    n, n_dimensions = len(entry), len(CURVE_DIMENSIONS)
    is_end = np.repeat([False, True], n)
    how = np.select([ended == PROFICIENT, ended == LEFT], [0, 1], default=2)
    counts = {
        "entered": ~is_end,
        **{name: is_end & (np.tile(how, 2) == k) for k, name in enumerate(_ENDS)},
    }
    month = np.concatenate([entry, stop])
    return pa.table(
        {
            "dimension": np.repeat(np.arange(n_dimensions), 2 * n),
            "group": np.concatenate([np.tile(group, 2) for group in groups]),
            "month": np.tile(month, n_dimensions),
            **{name: np.tile(of.astype(np.int64), n_dimensions) for name, of in counts.items()},
        }
    )


def _groups(spells: Spells, organisation: Organisation) -> tuple[Positions, ...]:
    """Group of each spell, in the order of the dimensions; -1 = in none."""
    families, parts = organisation.role_family, unit_groups(organisation.unit_parent)
    family, part = (
        np.where(code >= 0, table[np.maximum(code, 0)], -1) if len(table) else code
        for table, code in ((families, spells.role), (parts, spells.unit))
    )
    year = spells.origin.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64)
    everybody = np.zeros(len(spells), dtype=np.int64)
    return everybody, family.astype(np.int64), part.astype(np.int64), year + _FIRST_YEAR


@dataclass(frozen=True, eq=False)
class GroupCurves:
    """Curves of the groups of one dimension, g of them over months 0 to the longest.

    Attributes
    ----------
    dimension : int
        Position in ``CURVE_DIMENSIONS``.
    group : (g,) int64
    people : (g,) int64
    table : LifeTable
    reached, reached_if_stayed : Curve
    left : (g, n_months) float64
    shown : (g, n_months) bool
        What may be told.
    median : three of (g,) float64
        Of `reached_if_stayed`: months, and the ends of the interval; NaN = not seen yet.
    """

    dimension: int
    group: Positions
    people: Positions
    table: LifeTable
    reached: Curve
    reached_if_stayed: Curve
    left: Doubles
    shown: Bools
    median: tuple[Doubles, Doubles, Doubles]


def group_curves(sums: pa.Table, config: ProficiencyConfig) -> list[GroupCurves]:
    """Estimate the curves of all groups that are large enough, dimension by dimension.

    Parameters
    ----------
    sums : pyarrow.Table
        Of `curve_sums`.
    """
    return [
        _of_dimension(sums, k, config)
        for k in range(len(CURVE_DIMENSIONS))
        if len(sums) and len(sums["month"])
    ]


def _of_dimension(sums: pa.Table, dimension: int, config: ProficiencyConfig) -> GroupCurves:
    group, counts = _counts(sums, dimension, config.longest_months + 1)
    table = LifeTable.of(*counts)
    everybody = LifeTable.of(*(of.sum(axis=0)[None] for of in counts))
    people = counts[0].sum(axis=1)
    is_told = _told_groups(group, people, config.min_people)
    shown = _told_months(table.at_risk, everybody.at_risk[0], is_told, config.min_people)
    kept = shown[:, 0]
    table = LifeTable(*(of[kept] for of in (table.at_risk, table.proficient, table.left)))
    stayed = reached_if_stayed(table)
    hidden = ~shown[kept]
    told = Curve(*(np.where(hidden, np.nan, of) for of in vars(stayed).values()))
    return GroupCurves(
        dimension=dimension,
        group=group[kept],
        people=people[kept],
        table=table,
        reached=reached(table),
        reached_if_stayed=stayed,
        left=left_by(table),
        shown=shown[kept],
        median=median(told),
    )


def _counts(
    sums: pa.Table, dimension: int, n_months: int
) -> tuple[Positions, tuple[Positions, ...]]:
    """Groups of a dimension, and what `LifeTable.of` asks for, (g, n_months) each."""
    rows = sums.filter(pc.equal(sums["dimension"], dimension))
    group, at = np.unique(rows["group"].to_numpy(), return_inverse=True)
    month = rows["month"].to_numpy()
    counts = np.zeros((1 + len(_ENDS), len(group), n_months), dtype=np.int64)
    for k, name in enumerate(("entered", *_ENDS)):
        counts[k, at, month] = rows[name].to_numpy()
    return group, tuple(counts)


def _told_groups(group: Positions, people: Positions, min_people: int) -> Bools:
    """Groups that are large enough, so that the others cannot be worked out from the sum of all."""
    told = (people >= min_people) & (group >= 0)
    while told.any() and 0 < people[~told].sum() < min_people:
        told[np.argmin(np.where(told, people, np.iinfo(np.int64).max))] = False
    return told


def _told_months(at_risk: Positions, everybody: Positions, told: Bools, min_people: int) -> Bools:
    """Months in which enough are at risk, in the group and in what is left of all, (g, n_months).

    A curve that has ended does not begin again.
    """
    shown = np.zeros(at_risk.shape, dtype=np.bool_)
    going = told.copy()
    for month in range(at_risk.shape[1]):
        now = at_risk[:, month]
        going &= now >= min_people
        while going.any() and 0 < everybody[month] - now[going].sum() < min_people:
            going[np.argmin(np.where(going, now, np.iinfo(np.int64).max))] = False
        shown[:, month] = going
    return shown
