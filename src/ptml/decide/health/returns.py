"""What a course costs and brings (Phillips): benefit and return, their doubt, what is assumed.

Benefit is lift x people who started x value of a point. The lift is the causal one, so nothing has
to be taken off for what would have happened anyway; all of the doubt in it is in the interval.
"""

import json
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ptml.decide.health.config import HealthConfig
from ptml.decide.health.evidence import CourseLift

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Returns:
    """Money by course, (n_courses,) float64 each; NaN = unknown. Intervals are 90 %.

    Attributes
    ----------
    cost
        Of the seats of all who enrolled.
    time_cost
        Of the hours of all who started; NaN unless an hour has a cost.
    benefit, benefit_low, benefit_high
        NaN unless a point has a value.
    roi, roi_low, roi_high
        (benefit - all costs) / all costs.
    break_even
        What a point would have to be worth for the course to bring back its cost; NaN where the
        lift is not above 0.
    assumed : list of str
        JSON list of ``{code, values}`` a course: what the figures take for granted, and leave out.
    """

    cost: FloatArray
    time_cost: FloatArray
    benefit: FloatArray
    benefit_low: FloatArray
    benefit_high: FloatArray
    roi: FloatArray
    roi_low: FloatArray
    roi_high: FloatArray
    break_even: FloatArray
    assumed: list[str]


def returns_of(
    lifts: CourseLift,
    enrolled: FloatArray,
    started: FloatArray,
    cost_per_seat: FloatArray,
    hours: FloatArray,
    config: HealthConfig,
) -> Returns:
    """Work out what each course costs and brings.

    Parameters
    ----------
    enrolled, started : (n_courses,) float64
        People.
    cost_per_seat, hours : (n_courses,) float64
        NaN = unknown.
    """
    cost = enrolled * cost_per_seat
    time_cost = started * hours * (config.cost_per_hour or np.nan)
    # Time that is not counted costs nothing here, and `assumed` says so.
    spent = cost if config.cost_per_hour is None else cost + time_cost
    value = np.nan if config.value_per_point is None else config.value_per_point
    benefits = [end * value * started for end in (lifts.lift, lifts.low, lifts.high)]
    points = lifts.lift * started
    benefit, low, high = benefits
    return Returns(
        cost=cost,
        time_cost=time_cost,
        benefit=benefit,
        benefit_low=low,
        benefit_high=high,
        roi=_over(benefit - spent, spent),
        roi_low=_over(low - spent, spent),
        roi_high=_over(high - spent, spent),
        break_even=np.where(points > 0, _over(spent, np.where(points > 0, points, 1.0)), np.nan),
        assumed=[
            json.dumps(_assumed(known, paid, config))
            for known, paid in zip(
                np.isfinite(points).tolist(), np.isfinite(spent).tolist(), strict=True
            )
        ],
    )


def _over(part: FloatArray, whole: FloatArray) -> FloatArray:
    return np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)


def _assumed(knows_lift: bool, knows_cost: bool, config: HealthConfig) -> list[dict[str, object]]:
    """What a course's return takes for granted or leaves out, in the order in which it is said."""
    found: list[dict[str, object]] = []
    if not knows_lift:
        found.append({"code": "lift_unknown", "values": {}})
    if not knows_cost:
        found.append({"code": "cost_unknown", "values": {}})
    if config.value_per_point is None:
        found.append({"code": "value_unknown", "values": {}})
    else:
        found.append({"code": "value_given", "values": {"value": config.value_per_point}})
    if config.cost_per_hour is None:
        found.append({"code": "time_not_counted", "values": {}})
    else:
        found.append({"code": "time_counted", "values": {"value": config.cost_per_hour}})
    if knows_lift:
        found += [{"code": code, "values": {}} for code in ("takers_alike", "two_periods")]
    # What nobody puts into money is no zero: it is not in the figure.
    return [*found, {"code": "intangible", "values": {}}]
