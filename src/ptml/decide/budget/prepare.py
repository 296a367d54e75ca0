"""From facts and a budget to a program: mandatory courses first, then what may be offered."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.decide.budget.config import BudgetConfig
from ptml.decide.budget.demands import FEWEST_PEOPLE, Demands, Refusal, as_told, demands_of
from ptml.decide.budget.facts import Facts
from ptml.decide.budget.problem import Limits, Problem, hundredths

Counts = NDArray[np.int64]
Doubles = NDArray[np.float64]
Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

_BLOCK_PEOPLE = 50_000


@dataclass(frozen=True, eq=False)
class Mandatory:
    """What is due uses.

    Attributes
    ----------
    money : float
        Hundredths; 0 where it is paid for apart.
    seats : (n_courses,) int64
    hours : (n,) float64
        Of each person, hundredths.
    unknown_cost : int
        Courses of the people whose cost is not known: they count as free.
    """

    money: float
    seats: Counts
    hours: Doubles
    unknown_cost: int


@dataclass(frozen=True, eq=False)
class Prepared:
    """A program, where its offers come from, and what stands in its way.

    Attributes
    ----------
    problem : Problem
    pair : (m,) int64
        Position of each offer of the program among those of the facts.
    mandatory : Mandatory
    demands : Demands
    refusals : tuple of Refusal
        Why there is no plan; empty = there may be one.
    left_out : dict of str to int
        Offers that could not be bought, by reason.
    """

    problem: Problem
    pair: Counts
    mandatory: Mandatory
    demands: Demands
    refusals: tuple[Refusal, ...]
    left_out: dict[str, int]


def prepare(facts: Facts, config: BudgetConfig, money: float) -> Prepared:
    """Make the program of a budget.

    Parameters
    ----------
    money : float
        In the unit of costs; infinite = no limit.
    """
    mandatory = _mandatory(facts, config)
    left = float(np.floor(hundredths(money) + 0.0)) - mandatory.money
    seats = _seats_left(facts, mandatory)
    room = _room(facts, config, mandatory)
    unit_hours = _unit_hours(facts, config, mandatory)
    demands = demands_of(facts.people, config, left)
    refusals = (
        *_mandatory_refusals(facts, config, mandatory, left, seats, unit_hours),
        *demands.refusals,
    )
    pair, value, left_out = _offered(facts, config, seats, room)
    problem = Problem(
        start=np.searchsorted(pair, facts.offers.start).astype(np.int64),
        course=facts.offers.course[pair],
        value=value,
        room=room,
        unit=facts.people.groups["unit"].astype(np.int32),
        groups=demands.groups,
        cost=np.nan_to_num(hundredths(facts.courses.cost)),
        hours=np.nan_to_num(hundredths(facts.courses.hours)),
        overlap=facts.courses.overlap,
        limits=Limits(
            max(left, 0.0),
            np.maximum(seats, 0),
            np.maximum(unit_hours, 0),
            demands.people,
            demands.money,
        ),
        most=config.courses_per_person,
    )
    return Prepared(problem, pair, mandatory, demands, refusals, left_out)


def _mandatory(facts: Facts, config: BudgetConfig) -> Mandatory:
    due, courses = facts.due, facts.courses
    cost = hundredths(courses.cost)[due.course]
    hours = np.nan_to_num(hundredths(courses.hours))[due.course]
    return Mandatory(
        money=float(np.nansum(cost)) if config.mandatory == "first" else 0.0,
        seats=np.bincount(due.course, minlength=len(courses)),
        hours=np.bincount(due.person, hours, len(facts.people)).astype(np.float64),
        unknown_cost=int(np.isnan(cost).sum()),
    )


def _seats_left(facts: Facts, mandatory: Mandatory) -> Doubles:
    courses = facts.courses
    left = courses.seats - courses.seats_taken - mandatory.seats
    return np.where(courses.seats < 0, np.inf, left.astype(np.float64))


def _room(facts: Facts, config: BudgetConfig, mandatory: Mandatory) -> Doubles:
    if config.hours_per_person is None:
        return np.full(len(facts.people), np.inf)
    has = float(hundredths(config.hours_per_person))
    used = hundredths(np.nan_to_num(facts.people.open_hours)) + mandatory.hours
    return np.maximum(has - used, 0.0)


def _unit_hours(facts: Facts, config: BudgetConfig, mandatory: Mandatory) -> Doubles:
    n = len(facts.people.names["unit"])
    if config.hours_per_head is None:
        return np.full(n, np.inf)
    unit = facts.people.groups["unit"]
    at = np.flatnonzero(unit >= 0)
    heads = np.bincount(unit[at], minlength=n)
    used = np.bincount(unit[at], mandatory.hours[at], n)
    return np.asarray(heads * hundredths(config.hours_per_head) - used)


def _mandatory_refusals(
    facts: Facts,
    config: BudgetConfig,
    mandatory: Mandatory,
    left: float,
    seats: Doubles,
    unit_hours: Doubles,
) -> list[Refusal]:
    found = []
    if left < 0:
        found.append(
            Refusal(
                "money",
                "",
                f"mandatory courses that are due cost {as_told(mandatory.money)}, and there is"
                f" {as_told(mandatory.money + left)}: give at least that much, or pay for them"
                " apart (budget.mandatory)",
            )
        )
    for c in np.flatnonzero((seats < 0) & (mandatory.seats > 0)):
        course = facts.courses
        free = max(int(course.seats[c] - course.seats_taken[c]), 0)
        found.append(
            Refusal(
                "seats",
                str(course.ids[c]),
                f"{course.ids[c]} is mandatory and due for {mandatory.seats[c]:,} people, and has"
                f" {free:,} seats left in the quarter: open more",
            )
        )
    if config.hours_per_person is not None:
        n = int((mandatory.hours > hundredths(config.hours_per_person)).sum())
        if n:
            found.append(
                Refusal(
                    "hours",
                    "",
                    f"{n:,} people have mandatory courses of more than"
                    f" {config.hours_per_person:g} hours due: allow more hours a person",
                )
            )
    return found + _short_of_hours(facts, unit_hours)


def _short_of_hours(facts: Facts, unit_hours: Doubles) -> list[Refusal]:
    """Units whose mandatory courses take more hours than they have; small ones unnamed."""
    unit, names = facts.people.groups["unit"], facts.people.names["unit"]
    heads = np.bincount(unit[unit >= 0], minlength=len(names))
    short = unit_hours < 0
    found = [
        Refusal(
            "hours",
            names[u],
            f"mandatory courses take {as_told(-unit_hours[u])} hours more than unit {names[u]} can"
            " spare: allow more hours a head",
        )
        for u in np.flatnonzero(short & (heads >= FEWEST_PEOPLE)).tolist()
    ]
    n_small = int((short & (heads < FEWEST_PEOPLE)).sum())
    if n_small:
        why = (
            f"mandatory courses take more hours than {n_small:,} units of fewer than"
            f" {FEWEST_PEOPLE} people can spare: allow more hours a head"
        )
        found.append(Refusal("hours", "", why))
    return found


def _offered(
    facts: Facts, config: BudgetConfig, seats: Doubles, room: Doubles
) -> tuple[Counts, Floats, dict[str, int]]:
    """Positions and values of the offers that could be bought, and how many could not and why."""
    start, n = facts.offers.start, len(facts.people)
    # What is never written to takes no memory.
    pair, value = np.empty(start[-1], dtype=np.int64), np.empty(start[-1], dtype=np.float32)
    left_out: dict[str, int] = {}
    end = 0
    # Some people at a time: beside fifty million offers their columns would be the larger part.
    for first in range(0, n, _BLOCK_PEOPLE):
        last = min(first + _BLOCK_PEOPLE, n)
        some = slice(int(start[first]), int(start[last]))
        person = np.repeat(np.arange(first, last), np.diff(start[first : last + 1]))
        left = np.ones(len(person), dtype=np.bool_)
        for name, is_out in _reasons(facts, config, seats, room, person, some).items():
            left_out[name] = left_out.get(name, 0) + int((left & is_out).sum())
            left &= ~is_out
        at = np.flatnonzero(left)
        worth = _value(facts, config, person[at], at + some.start)
        # What serves no goal of the unit at all counts nothing.
        at, worth = at[worth > 0], worth[worth > 0]
        pair[end : end + len(at)], value[end : end + len(at)] = at + some.start, worth
        end += len(at)
    return pair[:end], value[:end], left_out


def _reasons(
    facts: Facts,
    config: BudgetConfig,
    seats: Doubles,
    room: Doubles,
    person: Counts,
    some: slice,
) -> dict[str, Bools]:
    """Why offers cannot be bought, (k,) each, in the order in which they are told."""
    courses, people, course = facts.courses, facts.people, facts.offers.course[some]
    hours = hundredths(courses.hours)
    has_hours = config.hours_per_person is not None or config.hours_per_head is not None
    counted = _counted(facts, config)[some]
    is_looked_at = np.zeros(len(course), dtype=np.bool_)
    is_looked_at[best_of_each(person, counted, config.candidates)] = True
    is_due = np.zeros(len(course), dtype=np.bool_)
    if len(facts.due.person):
        key = person * len(courses) + course
        is_due = np.isin(key, facts.due.person * len(courses) + facts.due.course)
    return {
        "nothing_to_count_on": ~(counted > 0),
        "beyond_candidates": ~is_looked_at,
        "environment": ~people.is_trainable[person],
        "cost_unknown": np.isnan(courses.cost)[course],
        "hours_unknown": np.isnan(hours)[course] & has_hours,
        "seats": (seats < 1)[course],
        "hours": np.nan_to_num(hours)[course] > room[person],
        "mandatory": is_due,
    }


def _counted(facts: Facts, config: BudgetConfig) -> Floats:
    return facts.offers.low if config.by_lower_bound else facts.offers.lift


def _value(facts: Facts, config: BudgetConfig, person: Counts, pair: Counts) -> Floats:
    """What offers count, by the goals of the person's unit where that is asked for."""
    value = _counted(facts, config)[pair]
    if not config.goals or facts.weight is None:
        return value
    unit = facts.people.groups["unit"][person]
    weight = facts.weight.at(np.maximum(unit, 0), facts.offers.course[pair])
    return np.where(unit >= 0, value * weight, value).astype(np.float32)


def best_of_each(person: NDArray[np.integer], counted: NDArray[np.floating], most: int) -> Counts:
    """Positions of the offers above 0 of each person that count most, in their order.

    Parameters
    ----------
    person : (m,) int
        Sorted.
    """
    at = np.flatnonzero(counted > 0)
    owner, value = person[at] - person[:1].sum(), counted[at]
    length = np.bincount(owner)
    if not len(length) or length.max() <= most:
        return at
    order = np.lexsort((-value, owner))
    start = np.concatenate([[0], np.cumsum(length)])
    place = np.empty(len(owner), dtype=np.int64)
    place[order] = np.arange(len(owner)) - start[owner[order]]
    return at[place < most]
