"""A taste as arrays and plain values, for one folder without pickle."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ptml.recommend.cold import Cold
from ptml.recommend.factors import CourseFactors
from ptml.recommend.following import Following
from ptml.recommend.gap import GapTilt
from ptml.recommend.groups import GroupShares
from ptml.recommend.popularity import Popularity
from ptml.recommend.taste import Taste

Arrays = dict[str, NDArray[Any]]


def taste_arrays(taste: Taste) -> Arrays:
    """Arrays by name; parts that are not there have none."""
    cold = taste.cold
    found: Arrays = {
        "overall": cold.popularity.overall,
        "in_role": cold.popularity.in_role,
        "on_offer": cold.popularity.on_offer,
    }
    if cold.unit is not None:
        found["unit"] = cold.unit.shift
    if cold.grade is not None:
        found["grade"] = cold.grade.shift
    if cold.gap is not None:
        found |= {"gap_edges": cold.gap.edges, "gap_factor": cold.gap.factor}
    if taste.following is not None:
        found |= {
            "following_courses": taste.following.courses,
            "following_effect": taste.following.effect,
        }
    if taste.factors is not None:
        found |= {"items": taste.factors.items, "gram": taste.factors.gram}
    return found


def taste_values(taste: Taste) -> dict[str, float]:
    """Plain values by name."""
    cold = taste.cold
    groups = {"unit": cold.unit, "grade": cold.grade}
    found = {f"{name}_strength": each.strength for name, each in groups.items() if each is not None}
    return found | {
        "role_strength": cold.popularity.strength,
        "factor_share": taste.factor_share,
        "recency_power": taste.recency_power,
        "alpha": 0.0 if taste.factors is None else taste.factors.alpha,
    }


def taste_from(arrays: Arrays, values: dict[str, float]) -> Taste:
    """Put together what the other two took apart."""
    popularity = Popularity(
        np.asarray(arrays["overall"]),
        np.asarray(arrays["in_role"]),
        np.asarray(arrays["on_offer"]),
        values["role_strength"],
    )
    groups = {
        name: GroupShares(arrays[name], values[f"{name}_strength"])
        for name in ("unit", "grade")
        if name in arrays
    }
    gap = GapTilt(arrays["gap_edges"], arrays["gap_factor"]) if "gap_edges" in arrays else None
    following = factors = None
    if "following_effect" in arrays:
        following = Following(arrays["following_courses"], arrays["following_effect"])
    if "items" in arrays:
        factors = CourseFactors(arrays["items"], arrays["gram"], values["alpha"])
    return Taste(
        cold=Cold(popularity, groups.get("unit"), groups.get("grade"), gap),
        following=following,
        factors=factors,
        factor_share=values["factor_share"],
        recency_power=values["recency_power"],
    )
