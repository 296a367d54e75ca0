"""Minimum service: which groups must get what, and what cannot be met on the face of it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.decide.budget.config import BudgetConfig, MinimumConfig
from ptml.decide.budget.facts import People
from ptml.decide.budget.problem import hundredths

Codes = NDArray[np.int32]
Doubles = NDArray[np.float64]

FEWEST_PEOPLE = 5
"""A group under this size has no minimum of its own: what it gets would be about one of them."""


@dataclass(frozen=True)
class Refusal:
    """A demand that cannot be met.

    Attributes
    ----------
    demand : str
        ``money``, ``seats``, ``hours``, ``people``, ``group_money`` or ``together``.
    subject : str
        Id of the course or group; empty = everybody.
    why : str
        One sentence: what is asked for, what there is, what can be done.
    """

    demand: str
    subject: str
    why: str


@dataclass(frozen=True, eq=False)
class Demands:
    """What groups must get, (g,) each.

    Attributes
    ----------
    kind, name : tuple of str
        Kind and id of the group.
    heads : int64
        People of the group.
    people : float64
        Of whom as many must get a course.
    money : float64
        Hundredths that must be spent on them.
    groups : (n, k) int32
        Demands that each person counts for; -1 fills up.
    refusals : tuple of Refusal
        Groups that do not exist.
    too_small : int
        Groups left without a minimum for their size.
    """

    kind: tuple[str, ...]
    name: tuple[str, ...]
    heads: NDArray[np.int64]
    people: Doubles
    money: Doubles
    groups: Codes
    refusals: tuple[Refusal, ...]
    too_small: int

    def __len__(self) -> int:
        return len(self.name)


def demands_of(people: People, config: BudgetConfig, money: float) -> Demands:
    """Read the minima of a budget for the people at hand.

    Parameters
    ----------
    money : float
        Hundredths that are left after mandatory courses.
    """
    rows: list[tuple[str, str, int, float, float]] = []
    columns: list[Codes] = []
    refusals: list[Refusal] = []
    n_small = 0
    for minimum in config.minima:
        codes, names = people.groups[minimum.group], people.names[minimum.group]
        heads = np.bincount(codes[codes >= 0], minlength=len(names))
        meant = _meant(minimum, names, heads)
        if meant is None:
            refusals.append(_unknown(minimum))
            continue
        big = [g for g in meant if heads[g] >= FEWEST_PEOPLE]
        n_small += len(meant) - len(big)
        place = np.full(len(names) + 1, -1, dtype=np.int32)
        place[big] = len(rows) + np.arange(len(big))
        columns.append(place[codes])
        for g in big:
            part = heads[g] / max(len(people), 1)
            rows.append(
                (
                    minimum.group,
                    names[g],
                    int(heads[g]),
                    float(math.ceil(round(minimum.people_share * heads[g], 9))),
                    float(np.ceil(minimum.money_share * part * money))
                    if minimum.money_share
                    else 0.0,
                )
            )
    kind, name, sizes, needed, spent = zip(*rows, strict=True) if rows else ((),) * 5
    return Demands(
        kind=kind,
        name=name,
        heads=np.array(sizes, dtype=np.int64),
        people=np.array(needed, dtype=np.float64),
        money=np.array(spent, dtype=np.float64),
        groups=np.stack(columns, axis=1)
        if columns
        else np.full((len(people), 0), -1, dtype=np.int32),
        refusals=tuple(refusals),
        too_small=n_small,
    )


def _meant(
    minimum: MinimumConfig, names: Sequence[str], heads: NDArray[np.int64]
) -> list[int] | None:
    if minimum.name is None:
        return [g for g in range(len(names)) if heads[g]]
    found = [g for g in range(len(names)) if names[g] == minimum.name and heads[g]]
    return found or None


def _unknown(minimum: MinimumConfig) -> Refusal:
    kind = minimum.group.replace("_", " ")
    return Refusal(
        "people" if minimum.people_share else "group_money",
        str(minimum.name),
        f"the minimum for {kind} {minimum.name} cannot be met: nobody is in it; look up its id, or"
        " take the minimum out",
    )


def as_told(amount: float) -> str:
    """Hundredths as people read them."""
    return f"{float(amount) / float(hundredths(1.0)):,.0f}"
