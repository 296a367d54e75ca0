"""Output tables about teams: what they can do, how soon new people can, how far teams differ."""

from collections.abc import Mapping
from types import MappingProxyType

import dataframely as dy
import polars as pl

from ptml.contracts.rules import not_before, one_of
from ptml.contracts.stamp import Stamped

TEAM_STANDINGS = ("strength", "gap", "as_required", "unclear", "too_few")
CURVE_DIMENSIONS = ("all", "job_family", "unit_group", "cohort")
FACTORS = (
    *("course", "any_course", "practice_task"),
    *("mentor_meeting", "manager_checkin", "tool_use"),
)
FACTOR_DESIGNS = ("landmark", "time_varying")
FACTOR_FINDINGS = ("sooner", "later", "not_told_apart", "too_few")
PLANNING_SUCCESSION = "planning_succession"


class TeamPortraits(Stamped):
    """One row a unit and competency; all figures empty where fewer than five people are meant."""

    org_unit_id = dy.String()
    competency_id = dy.String()
    people = dy.Int32(min=5, nullable=True)
    standing = dy.String(check=one_of(*TEAM_STANDINGS))
    level = dy.Float64(min=0, max=5, nullable=True)
    level_se = dy.Float64(min=0, nullable=True)
    required = dy.Float64(min=0, max=5, nullable=True)
    critical = dy.Bool(nullable=True)
    holders = dy.Int32(min=0, nullable=True)
    expected_holders = dy.Float64(min=0, nullable=True)
    p_alone = dy.Float64(min=0, max=1, nullable=True)
    single_holder = dy.Bool(nullable=True)
    spread = dy.Float64(min=0, nullable=True)
    trend = dy.Float64(nullable=True)
    trend_low = dy.Float64(nullable=True)
    trend_high = dy.Float64(nullable=True)
    trend_people = dy.Int32(min=5, nullable=True)

    @dy.rule()
    def nothing_told_of_too_few(cls) -> pl.Expr:
        """A small group must not be readable as figures."""
        is_small = pl.col("standing") == "too_few"
        return is_small == pl.col("people").is_null()


class SoleHolders(Stamped):
    """One row a unit and critical competency that one person alone holds for sure.

    Names a person, for a strength and never for a gap; `purpose` is all that it may be used for.
    """

    org_unit_id = dy.String()
    competency_id = dy.String()
    employee_id = dy.String()
    purpose = dy.String(check=one_of(PLANNING_SUCCESSION))


class ProficiencyCurves(Stamped):
    """One row a group of new people and month since they began; shares with 90 % intervals."""

    dimension = dy.String(check=one_of(*CURVE_DIMENSIONS))
    group_id = dy.String()
    month = dy.Int32(min=0)
    people = dy.Int32(min=5)
    proficient = dy.Int32(min=0)
    at_risk = dy.Int32(min=5)
    reached = dy.Float64(min=0, max=1)
    reached_low = dy.Float64(min=0, max=1)
    reached_high = dy.Float64(min=0, max=1)
    left = dy.Float64(min=0, max=1)
    reached_if_stayed = dy.Float64(min=0, max=1)
    reached_if_stayed_low = dy.Float64(min=0, max=1)
    reached_if_stayed_high = dy.Float64(min=0, max=1)
    median_months = dy.Float64(min=0, nullable=True)
    median_low = dy.Float64(min=0, nullable=True)
    median_high = dy.Float64(min=0, nullable=True)
    reached_below_reached_low = not_before("reached", "reached_low")
    reached_high_below_reached = not_before("reached_high", "reached")


class ProficiencyFactors(Stamped):
    """One row a design and what new people did: an association, with a 90 % interval."""

    design = dy.String(check=one_of(*FACTOR_DESIGNS))
    factor = dy.String(check=one_of(*FACTORS))
    course_id = dy.String(nullable=True)
    people_with = dy.Int32(min=5, nullable=True)
    people_without = dy.Int32(min=5, nullable=True)
    reached_with = dy.Int32(min=0, nullable=True)
    reached_without = dy.Int32(min=0, nullable=True)
    ratio = dy.Float64(min=0, nullable=True)
    ratio_low = dy.Float64(min=0, nullable=True)
    ratio_high = dy.Float64(min=0, nullable=True)
    p_value = dy.Float64(min=0, max=1, nullable=True)
    q_value = dy.Float64(min=0, max=1, nullable=True)
    finding = dy.String(check=one_of(*FACTOR_FINDINGS))


class TeamSpread(Stamped):
    """One row a performance period: how far units differ, net of chance; 90 % intervals."""

    period_start = dy.Date()
    period_end = dy.Date()
    units = dy.Int32(min=0)
    people = dy.Int32(min=0)
    mean = dy.Float64()
    between_sd = dy.Float64(min=0)
    between_sd_low = dy.Float64(min=0)
    between_sd_high = dy.Float64(min=0)
    within_sd = dy.Float64(min=0)
    share_between = dy.Float64(min=0, max=1)
    share_between_low = dy.Float64(min=0, max=1)
    share_between_high = dy.Float64(min=0, max=1)


TEAM_TABLES: Mapping[str, tuple[type[Stamped], tuple[str, ...]]] = MappingProxyType(
    {
        "team_portraits": (TeamPortraits, ("org_unit_id", "competency_id")),
        "sole_holders": (SoleHolders, ("org_unit_id", "competency_id")),
        "proficiency_curves": (ProficiencyCurves, ("dimension", "group_id", "month")),
        "proficiency_factors": (ProficiencyFactors, ("design", "factor", "course_id")),
        "team_spread": (TeamSpread, ("period_start", "period_end")),
    }
)
"""Schemas and keys by the name of the table."""
