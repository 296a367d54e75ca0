"""What a budget buys: the plan, what it leaves, what more would bring, and the curve of budgets."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ptml.report.absence import Absent, absent
from ptml.report.curves import Dot, Frame, Label, XYPlot
from ptml.report.figures import Figure, PlainTable
from ptml.report.findings import Findings
from ptml.report.published import PublishedTables
from ptml.report.scales import axis_over
from ptml.report.small_counts import FEWEST
from ptml.report.wording import (
    as_sentence,
    count,
    in_words,
    level,
    number,
    parsed_list,
    parsed_mapping,
    percent,
    plural,
    points,
    span,
)

Row = Mapping[Any, Any]
_LEFT_OUT = {
    "environment": "the unit is held back by its surroundings",
    "hours": "more hours than the person has",
    "mandatory": "to be taken anyway",
    "nothing_to_count_on": "nothing is expected of it",
    "seats": "no free seat",
    "cost_unknown": "no known cost",
    "hours_unknown": "no known hours",
    "beyond_candidates": "not among the most promising",
}

_MOST_PRICES, _MOST_COURSES = 12, 15


@dataclass(frozen=True)
class BudgetView:
    """A budget in words.

    Attributes
    ----------
    lead : str
        What it buys, or that its demands cannot be met.
    told : tuple of str
        What follows from it.
    curve : tuple of str
        The curve in lines.
    refusals : tuple of str
        Demands that cannot be met, and why.
    figure : Figure or None
        Points by budget.
    prices, courses : PlainTable
        What more of each limit would bring; what is bought of each course.
    assumptions : tuple of str
    audit : PlainTable
        Impact ratio by protected attribute.
    """

    lead: str
    told: tuple[str, ...]
    curve: tuple[str, ...]
    refusals: tuple[str, ...]
    figure: Figure | None
    prices: PlainTable
    courses: PlainTable
    assumptions: tuple[str, ...]
    audit: PlainTable

    @property
    def sentences(self) -> tuple[str, ...]:
        """All of it for a terminal."""
        return (self.lead, *(f"- {line}" for line in (*self.refusals, *self.told)), *self.curve)


def budget_section(published: PublishedTables, findings: Findings) -> BudgetView | Absent:
    """Put the budget of a run into words."""
    if not published.has("budget_plans"):
        return absent(
            published,
            "No budget was planned.",
            "It needs a budget (`budget.money`), costs of courses and a lift model.",
            "no allocations",
        )
    return budget_view(published, findings)


def budget_view(published: PublishedTables, findings: Findings | None = None) -> BudgetView:
    """Put a budget into words; there is a row in `budget_plans`."""
    plans: dict[str, Row] = {
        str(row["plan"]): row for row in published.table("budget_plans").to_dict("records")
    }
    chosen = plans["chosen"]
    refusals = tuple(
        as_sentence(str(told.get("why", ""))) for told in parsed_list(chosen["refusals"])
    )
    is_found = chosen["status"] == "found"
    lead = _lead(chosen) if is_found else _refused(chosen)
    return BudgetView(
        lead=lead,
        told=_told(published, plans) if is_found else (),
        curve=_curve_lines(published),
        refusals=() if is_found else refusals,
        figure=_figure(published, chosen),
        prices=_prices(published),
        courses=_courses(published),
        assumptions=_assumptions(chosen),
        audit=_audit(findings),
    )


def _lead(plan: Row) -> str:
    return (
        f"With {_money(plan['money'])} for {plan['quarter']},"
        f" {plural(int(plan['seats']), 'course')} for"
        f" {plural(int(plan['people']), 'person', 'people')} are expected to bring"
        f" {points(plan['lift'])} points"
        f" ({span(plan['lift_low'], plan['lift_high'])}, every lift at the same end of its"
        " interval)."
    )


def _refused(plan: Row) -> str:
    how = "cannot be met" if plan["status"] == "infeasible" else "were not met by any plan found"
    return (
        f"With {_money(plan['money'])} for {plan['quarter']} the demands {how}: nothing is bought."
    )


def _told(published: PublishedTables, plans: dict[str, Row]) -> tuple[str, ...]:
    chosen = plans["chosen"]
    found = [_spent(chosen), _sure(chosen)]
    found += _beside_rule(chosen, plans.get("most_lift_per_money"))
    found += _price_of_minima(chosen, plans.get("without_minima"))
    found += _best_prices(published)
    return tuple(found)


def _spent(plan: Row) -> str:
    mandatory, spent = float(plan["mandatory_spent"]), float(plan["spent"])
    left = float(plan["money"]) - spent - mandatory
    seats = int(plan["mandatory_seats"])
    due = ""
    if seats:
        due = (
            f"{_money(mandatory)} goes to {plural(seats, 'mandatory seat')} first, "
            if mandatory
            else f"{plural(seats, 'mandatory seat')} are paid for apart, "
        )
    return as_sentence(f"{due}{_money(spent)} is spent on courses, {_money(left)} is left")


def _sure(plan: Row) -> str:
    gap = number(plan["gap"]) or 0.0
    if gap < 5e-5:
        return "No plan whatever could bring more: that is proven."
    return f"No plan whatever could bring over {100 * gap:.2f} % more: that is proven."


def _beside_rule(chosen: Row, rule: Row | None) -> list[str]:
    if rule is None or not number(rule["objective"]):
        return []
    more = float(chosen["objective"]) / float(rule["objective"]) - 1
    word = "more" if more >= 0 else "less"
    return [
        f"That is {100 * abs(more):.1f} % {word} than buying by most lift per money, one course a"
        f" person, would bring ({level(rule['objective'])} against {level(chosen['objective'])}"
        " points as counted)."
    ]


def _price_of_minima(chosen: Row, free: Row | None) -> list[str]:
    if free is None or number(free["objective"]) is None:
        return []
    lost = float(free["objective"]) - float(chosen["objective"])
    if lost < 0.05:
        return ["The minimum service costs nothing: the best plan keeps it anyway."]
    share = lost / float(free["objective"])
    return [f"The minimum service costs {level(lost)} points, {percent(share)} of all."]


def _best_prices(published: PublishedTables) -> list[str]:
    frame = published.table("shadow_prices")
    rows = frame[frame["price"] > 0].to_dict("records")
    money = [row for row in rows if row["what"] == "money"]
    seats = [row for row in rows if row["what"] == "seats"][:3]
    found = [
        f"1,000 more of money would bring about {level(1000 * r['price'])} points." for r in money
    ]
    if seats:
        listed = ", ".join(
            f"{level(row['price'])} in {published.title(row['subject_id'])}" for row in seats
        )
        found.append(f"One more seat would bring, in points: {listed}.")
    return found


def _prices(published: PublishedTables) -> PlainTable:
    frame = published.table("shadow_prices")
    rows = frame[frame["price"] > 0].sort_values(
        ["price", "what", "subject_id"], ascending=[False, True, True], kind="stable"
    )
    body = [_price_row(published, row) for row in rows.head(_MOST_PRICES).to_dict("records")]
    head = ("What is short", "There is", "Used", "Points for one more")
    return PlainTable(head, tuple(body), frozenset({1, 2, 3}))


def _price_row(published: PublishedTables, row: Row) -> tuple[str, ...]:
    what, subject = str(row["what"]), row["subject_id"]
    name = {
        "money": "Money (1,000 more)",
        "seats": f"Seats in {published.title(subject)}",
        "unit_hours": f"Hours of unit {published.unit(subject)}",
        "group_people": f"Minimum of people in {published.unit(subject)} (one less)",
        "group_money": f"Minimum of money for {published.unit(subject)} (1,000 less)",
    }[what]
    price = float(row["price"]) * (1000 if what in ("money", "group_money") else 1)
    return name, count(row["capacity"]), count(row["used"]), level(price)


def _courses(published: PublishedTables) -> PlainTable:
    bought = published.table("allocations")
    people = bought.groupby("course_id").size()
    hidden = _hidden(people)
    rows = []
    for course, own in bought.groupby("course_id", sort=True):
        name = published.title(course) + (" (mandatory)" if own["mandatory"].any() else "")
        cost, lift = (pd.to_numeric(own[column]).sum() for column in ("cost", "lift"))
        told = (count(len(own)), _money(cost), points(lift) if own["lift"].notna().any() else "")
        if course not in hidden:
            rows.append((-float(cost), name, *told))
    body = tuple(row[1:] for row in sorted(rows)[:_MOST_COURSES])
    head = ("Course", "People", "Money", "Points expected")
    return PlainTable(head, body, frozenset({1, 2, 3}))


def _hidden(people: "pd.Series[int]") -> set[object]:
    """Courses of too few people, and one more where one alone could be told from the totals.

    They are not named: seats and money that are left over would tell the people of two.
    """
    ranked = people.sort_values(kind="stable")
    few = [course for course, n in ranked.items() if n < FEWEST]
    return set(ranked.index[:2]) if len(few) == 1 else set(few)


def _figure(published: PublishedTables, chosen: Row) -> Figure | None:
    curve = published.table("budget_curve")
    curve = curve[curve["points"].notna()].sort_values("money")
    if len(curve) < 2:
        return None
    money, gained = (pd.to_numeric(curve[name]).tolist() for name in ("money", "points"))
    x = axis_over(money, lambda v: _short(v), include=(0.0,))
    y = axis_over(gained, lambda v: _short(v), include=(0.0,))
    frame = Frame(x, y)
    here = float(chosen["money"])
    dots = tuple(
        Dot(
            frame.x(m),
            frame.y(p),
            "ours" if m == here else "peer",
            7.0 if m == here else 4.0,
            hint=f"{_money(m)}: {level(p)} points",
        )
        for m, p in zip(money, gained, strict=True)
    )
    at = [k for k, m in enumerate(money) if m == here]
    labels = tuple(
        Label(frame.x(money[k]) + 10, frame.y(gained[k]) + 18, "this budget", "ours") for k in at
    )
    plot = XYPlot(
        x, y, "budget", "points as counted", (frame.line(money, gained, "ours"),), dots, labels
    )
    rows = tuple(
        (
            _money(row["money"]),
            level(row["points"]),
            count(row["people"]),
            _money(row["spent"]),
            level(1000 * float(row["marginal"])),
        )
        for row in curve.to_dict("records")
    )
    head = ("Budget", "Points", "People", "Spent", "Points for 1,000 more")
    return Figure(
        slug="figure-budget",
        title=_curve_title(curve),
        note="Points that the best plan of each budget brings. "
        f"{_counted_on(parsed_mapping(chosen['assumptions']))} Mandatory courses come off each.",
        plot=plot,
        numbers=PlainTable(head, rows, frozenset(range(5))),
    )


def _curve_title(curve: pd.DataFrame) -> str:
    first, last = curve.iloc[0], curve.iloc[-1]
    return (
        f"1,000 more brings {level(1000 * float(first['marginal']))} points at"
        f" {_money(first['money'])} and {level(1000 * float(last['marginal']))} at"
        f" {_money(last['money'])}"
    )


def _curve_lines(published: PublishedTables) -> tuple[str, ...]:
    curve = published.table("budget_curve").sort_values("money").to_dict("records")
    lines = []
    for row in curve:
        if number(row["points"]) is None:
            lines.append(f"  {_money(row['money']):>12}: the demands cannot be met")
            continue
        lines.append(
            f"  {_money(row['money']):>12}: {level(row['points']):>9} points,"
            f" {count(row['people']):>7} people, {level(1000 * row['marginal']):>6} more for 1,000"
        )
    return ("By budget, points as counted:", *lines) if lines else ()


def _counted_on(told: Mapping[str, Any]) -> str:
    by_goals = ", weighed by the goals of the unit." if told.get("weighed_by_goals") else "."
    return f"Counted on: the {told.get('counted_on', 'lower bound')} of each lift{by_goals}"


def _assumptions(plan: Row) -> tuple[str, ...]:
    told = parsed_mapping(plan["assumptions"])
    found = [
        _counted_on(told),
        f"At most {told.get('courses_per_person')} courses a person; what two of them both teach"
        " counts once.",
    ]
    left_out = {k: v for k, v in dict(told.get("offers_left_out") or {}).items() if v}
    if left_out:
        words = ", ".join(
            f"{_LEFT_OUT.get(name, name.replace('_', ' '))} {count(n)}"
            for name, n in left_out.items()
        )
        found.append(f"Courses for a person that could not be bought, by reason: {words}.")
    if told.get("mandatory_of_unknown_cost"):
        n = int(told["mandatory_of_unknown_cost"])
        found.append(f"{plural(n, 'mandatory seat')} of unknown cost counted as free.")
    return tuple(found)


def _audit(findings: Findings | None) -> PlainTable:
    found = () if findings is None else findings.starting("recommend", "metric", "allocated")
    rows = tuple((in_words(part.split("/")[0]), percent(item.value)) for part, item in found)
    return PlainTable(("Attribute", "Impact ratio"), rows, frozenset({1}))


def _money(value: object) -> str:
    return count(value)


def _short(value: float) -> str:
    for size, letter in ((1e9, "bn"), (1e6, "m"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}"
