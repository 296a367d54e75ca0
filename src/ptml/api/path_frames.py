"""Frames of learning paths."""

from collections.abc import Mapping
from types import MappingProxyType

from ptml.api.frame import Column, Frame, id_column, number_column
from ptml.contracts.paths import PARTS, PATH_STATUSES

_EMPLOYEE = id_column("employee_id", "Who.")

PATH_FRAMES: Mapping[str, Frame] = MappingProxyType(
    {
        "paths": Frame(
            "employee x step",
            (
                _EMPLOYEE,
                Column("step", "int32", "place", "1 = first."),
                id_column("course_id", "Which course."),
                Column("starts_in_week", "int32", "week", "0 = the first after the day."),
                Column("ends_in_week", "int32", "week", "Last week that it takes any of."),
                number_column("weeks", "weeks", "How long it takes."),
                id_column("part", f"One of {', '.join(PARTS)}."),
                Column("running", "bool", "", "Whether it is under way: it stays."),
                number_column("lift", "points", "What it adds in its turn; empty = unknown."),
                number_column("lift_low", "points", "Lower end of its 90 % interval."),
                number_column("lift_high", "points", "Upper end of its 90 % interval."),
                number_column("lift_alone", "points", "What it would bring today, by itself."),
                number_column("gap_closed", "weighted levels", "Gap to the role that it closes."),
                id_column("reasons", "JSON: why it stands there, as sentences."),
            ),
        ),
        "path_plans": Frame(
            "employee",
            (
                _EMPLOYEE,
                id_column("status", f"One of {', '.join(PATH_STATUSES)}."),
                Column("steps", "int32", "steps", "Without practice."),
                Column("required_steps", "int32", "steps", "Those that have to be."),
                number_column("weeks", "weeks", "Until the end of the last step."),
                number_column("hours", "hours", "Of learning, in all."),
                number_column("lift", "points", "Of the whole path; empty = of no step known."),
                number_column("lift_low", "points", "Lower end of its 90 % interval."),
                number_column("lift_high", "points", "Upper end of its 90 % interval."),
                Column("steps_without_lift", "int32", "steps", "Whose lift is not known."),
                number_column("gap_closed_share", "0-1", "Of the gaps, if all is learnt and used."),
                number_column("value", "points", "What the search made as large as may be."),
                number_column("bound", "points", "What no path of these courses exceeds."),
                number_column("optimality_gap", "share", "Of the bound; 0 = proven to be best."),
                Column("candidates", "int32", "courses", "That were held together."),
                number_column("library_value", "points", "By the library's solver; mostly empty."),
                id_column("in_the_way", "JSON: what stands in the way, as sentences."),
            ),
        ),
    }
)
