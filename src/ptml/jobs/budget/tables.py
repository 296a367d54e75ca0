"""The output tables of a budget."""

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from ptml.contracts.budget import ALLOCATION_REASONS
from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.contracts.stamp import Stamped
from ptml.decide.budget.answer import Answer, needed_only, people_of
from ptml.decide.budget.config import BudgetConfig
from ptml.decide.budget.demands import FEWEST_PEOPLE
from ptml.decide.budget.facts import Facts
from ptml.decide.budget.problem import HUNDREDTHS
from ptml.decide.budget.solve import Plan

_MANDATORY, _LIFT, _MINIMUM = (ALLOCATION_REASONS.index(x) for x in ALLOCATION_REASONS)


@dataclass(frozen=True, eq=False)
class Told:
    """An answer with what its codes stand for.

    Attributes
    ----------
    ids : pyarrow.Array
        Of everybody.
    quarter : str
    """

    ids: pa.Array
    facts: Facts
    config: BudgetConfig
    answer: Answer
    quarter: str

    def tables(self) -> dict[str, pa.Table]:
        """All tables of the contract that a budget fills."""
        return {
            "allocations": self.allocations(),
            "budget_plans": self.plans(),
            "shadow_prices": self.shadow_prices(),
            "budget_curve": self.curve(),
        }

    def allocations(self) -> pa.Table:
        """`allocations`: mandatory courses and what is bought, sorted by employee and course."""
        answer, facts = self.answer, self.facts
        if answer.refusals:
            return nothing_allocated()
        prepared, plan = answer.prepared, answer.plan
        pair, due = prepared.pair[plan.chosen], facts.due
        person = np.concatenate([due.person, prepared.problem.person_of(plan.chosen)])
        course = np.concatenate([due.course, facts.offers.course[pair]]).astype(np.int64)
        is_due = np.arange(len(person)) < len(due.person)
        needed = needed_only(prepared.problem, plan)
        reason = np.concatenate(
            [np.full(len(due.person), _MANDATORY), np.where(needed, _MINIMUM, _LIFT)]
        )
        unknown = np.full(len(due.person), np.nan)
        numbers = {
            name: np.concatenate([unknown, getattr(facts.offers, of)[pair].astype(np.float64)])
            for name, of in (("lift", "lift"), ("lift_low", "low"), ("lift_high", "high"))
        }
        order = np.lexsort((course, person))
        ids = pa.array(facts.courses.ids.tolist(), pa.string())
        cost = np.nan_to_num(facts.courses.cost)[course]
        columns: dict[str, Any] = {
            "employee_id": self.ids.take(pa.array(person)),
            "course_id": ids.take(pa.array(course)),
            "quarter": pa.repeat(pa.scalar(self.quarter), len(person)),
            "lift": numbers["lift"],
            "cost": cost,
            "lift_low": numbers["lift_low"],
            "lift_high": numbers["lift_high"],
            "hours": facts.courses.hours[course],
            "mandatory": is_due,
            "reason": pa.array(ALLOCATION_REASONS, pa.string()).take(pa.array(reason)),
        }
        return pa.table(columns).take(pa.array(order))

    def plans(self) -> pa.Table:
        """`budget_plans`: the chosen plan, and what it is held against."""
        answer = self.answer
        rows = [self._plan_row("chosen", answer.plan)]
        if answer.without_minima is not None and not answer.prepared.refusals:
            rows.append(self._plan_row("without_minima", answer.without_minima))
        if answer.by_rate is not None and not answer.prepared.refusals:
            points, spent, people = answer.by_rate
            rule = {"objective": points, "spent": spent, "seats": people, "people": people}
            rows.append({**self._row("most_lift_per_money"), **rule, "status": "found"})
        return pa.Table.from_pylist(rows, schema=_PLANS)

    def _plan_row(self, name: str, plan: Plan) -> dict[str, Any]:
        row, prepared = self._row(name), self.answer.prepared
        row["solver"] = plan.solver
        if not plan.is_found:
            is_proven = plan.is_infeasible or bool(prepared.refusals)
            row["status"] = "infeasible" if is_proven else "not_found"
            refusals = [vars(refusal) for refusal in self.answer.refusals]
            return {**row, "refusals": _json(refusals)}
        pair = prepared.pair[plan.chosen]
        offers = self.facts.offers
        lift, low, high = (
            float(x[pair].astype(np.float64).sum()) for x in (offers.lift, offers.low, offers.high)
        )
        return {
            **row,
            "status": "found",
            "objective": plan.points,
            "bound": plan.bound,
            "gap": plan.gap,
            "lift": lift,
            "lift_low": low,
            "lift_high": high,
            "spent": plan.usage.money / HUNDREDTHS,
            "seats": len(pair),
            "people": people_of(prepared.problem, plan),
        }

    def _row(self, name: str) -> dict[str, Any]:
        mandatory = self.answer.prepared.mandatory
        return {
            "plan": name,
            "quarter": self.quarter,
            "money": self.answer.money,
            "mandatory_spent": mandatory.money / HUNDREDTHS,
            "mandatory_seats": int(mandatory.seats.sum()),
            "solver": "rule",
            "refusals": "[]",
            "assumptions": _json(self._assumptions()),
        }

    def _assumptions(self) -> dict[str, Any]:
        config, prepared = self.config, self.answer.prepared
        return {
            "counted_on": "lower bound" if config.by_lower_bound else "estimate",
            "courses_per_person": config.courses_per_person,
            "hours_per_person": config.hours_per_person,
            "hours_per_head": config.hours_per_head,
            "mandatory": config.mandatory,
            "mandatory_of_unknown_cost": prepared.mandatory.unknown_cost,
            "minima": [minimum.model_dump() for minimum in config.minima],
            "groups_too_small_for_a_minimum": prepared.demands.too_small,
            "weighed_by_goals": bool(config.goals and self.facts.weight is not None),
            "offers": prepared.problem.n_pairs,
            "offers_left_out": dict(prepared.left_out),
        }

    def shadow_prices(self) -> pa.Table:
        """`shadow_prices`: points for one more of each limit, the dearest first in each kind."""
        answer = self.answer
        rows = [] if answer.refusals else _price_rows(self)
        return pa.Table.from_pylist(rows, schema=_PRICES)

    def curve(self) -> pa.Table:
        """`budget_curve`: points by budget."""
        rows = [
            {
                "money": point.money,
                **{
                    name: None if np.isnan(getattr(point, name)) else getattr(point, name)
                    for name in ("points", "bound", "spent", "marginal")
                },
                "people": None if np.isnan(point.points) else point.people,
            }
            for point in self.answer.curve
        ]
        return pa.Table.from_pylist(rows, schema=_CURVE)


def _price_rows(told: Told) -> list[dict[str, Any]]:
    answer, facts = told.answer, told.facts
    problem, prices = answer.prepared.problem, answer.plan.prices
    usage, limits, demands = answer.plan.usage, problem.limits, answer.prepared.demands
    kinds: list[tuple[str, Any, Any, Any, Any, float]] = [
        ("seats", facts.courses.ids, limits.seats, usage.seats, prices.seats, 1.0),
        (
            "unit_hours",
            facts.people.names["unit"],
            limits.unit_hours,
            usage.unit_hours,
            prices.unit_hours,
            HUNDREDTHS,
        ),
        ("group_people", demands.name, limits.people, usage.people, prices.people, 1.0),
        (
            "group_money",
            demands.name,
            limits.group_money,
            usage.group_money,
            prices.group_money,
            HUNDREDTHS,
        ),
    ]
    rows = []
    if np.isfinite(limits.money):
        rows.append(_price("money", None, limits.money, usage.money, prices.money, HUNDREDTHS))
    for what, ids, has, used, price, unit in kinds:
        is_demand = what.startswith("group")
        at = np.flatnonzero(np.isfinite(has) & ((np.asarray(has) > 0) | (not is_demand)))
        if what == "unit_hours":
            at = at[_heads(facts, len(ids))[at] >= FEWEST_PEOPLE]
        order = at[np.argsort(-price[at], kind="stable")]
        rows += [_price(what, str(ids[k]), has[k], used[k], price[k], unit) for k in order]
    return rows


def _heads(facts: Facts, n_units: int) -> NDArray[np.int64]:
    unit = facts.people.groups["unit"]
    return np.bincount(unit[unit >= 0], minlength=n_units)


def _price(
    what: str, subject: str | None, has: float, used: float, price: float, unit: float
) -> dict[str, Any]:
    return {
        "what": what,
        "subject_id": subject,
        "capacity": float(has) / unit,
        "used": float(used) / unit,
        "price": float(price) * unit,
    }


def nothing_allocated() -> pa.Table:
    """`allocations` without a row."""
    return pa.Table.from_pylist([], schema=_ALLOCATIONS)


def _json(told: Any) -> str:
    return json.dumps(told, sort_keys=True, ensure_ascii=False)


def _own(name: str) -> pa.Schema:
    schema = OUTPUT_TABLES[name].arrow_schema
    fields = [field for field in schema if field.name not in Stamped.columns()]
    return pa.schema([field.with_nullable(True) for field in fields])


_ALLOCATIONS, _PLANS, _PRICES, _CURVE = (
    _own(name) for name in ("allocations", "budget_plans", "shadow_prices", "budget_curve")
)
