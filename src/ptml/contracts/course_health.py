"""What is published of each course: four levels, what it costs and brings, and what to look at."""

import dataframely as dy

from ptml.contracts.json_checks import JSON_LIST
from ptml.contracts.rules import not_before
from ptml.contracts.stamp import Stamped


class CourseHealth(Stamped):
    """One row a course; empty = not known, or of fewer than five people. Intervals are 90 %."""

    course_id = dy.String()
    title = dy.String(nullable=True)
    enrolled = dy.Int32(min=0)
    completed = dy.Int32(min=0)
    mean_exam = dy.Float64(min=0, max=100, nullable=True)
    mean_satisfaction = dy.Float64(min=1, max=5, nullable=True)
    transfer_rate = dy.Float64(min=0, max=1, nullable=True)
    lift = dy.Float64(nullable=True)
    lift_low = dy.Float64(nullable=True)
    lift_high = dy.Float64(nullable=True)
    cost = dy.Float64(min=0, nullable=True)
    benefit = dy.Float64(nullable=True)
    roi = dy.Float64(nullable=True)
    alerts = dy.String(check=JSON_LIST)
    completion_rate = dy.Float64(min=0, max=1, nullable=True)
    satisfaction_n = dy.Int32(min=0, nullable=True)
    satisfaction_low = dy.Float64(min=1, max=5, nullable=True)
    satisfaction_high = dy.Float64(min=1, max=5, nullable=True)
    exam_n = dy.Int32(min=0, nullable=True)
    exam_low = dy.Float64(min=0, max=100, nullable=True)
    exam_high = dy.Float64(min=0, max=100, nullable=True)
    mean_attempts = dy.Float64(min=0, nullable=True)
    level_n = dy.Int32(min=0, nullable=True)
    level_before = dy.Float64(min=0, max=5, nullable=True)
    level_after = dy.Float64(min=0, max=5, nullable=True)
    level_gain_low = dy.Float64(nullable=True)
    level_gain_high = dy.Float64(nullable=True)
    transfer_n = dy.Int32(min=0, nullable=True)
    transfer_low = dy.Float64(min=0, max=1, nullable=True)
    transfer_high = dy.Float64(min=0, max=1, nullable=True)
    time_cost = dy.Float64(min=0, nullable=True)
    benefit_low = dy.Float64(nullable=True)
    benefit_high = dy.Float64(nullable=True)
    roi_low = dy.Float64(nullable=True)
    roi_high = dy.Float64(nullable=True)
    break_even = dy.Float64(min=0, nullable=True)
    assumed = dy.String(nullable=True, check=JSON_LIST)
    satisfaction_high_below_satisfaction_low = not_before("satisfaction_high", "satisfaction_low")
    exam_high_below_exam_low = not_before("exam_high", "exam_low")
    level_gain_high_below_level_gain_low = not_before("level_gain_high", "level_gain_low")
    transfer_high_below_transfer_low = not_before("transfer_high", "transfer_low")
    benefit_high_below_benefit_low = not_before("benefit_high", "benefit_low")
    roi_high_below_roi_low = not_before("roi_high", "roi_low")
