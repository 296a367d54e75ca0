"""When it was known that a course was started, in SQL.

`started_on` says it. Where it is empty, a completion shows that the course was started, and so does
a drop with progress or time spent; that is known on the day of the completion or drop. Where the
source has no such column at all, a course counts as started on the day of the enrolment.
"""

_WORKED = "(coalesce(progress, 0) > 0 OR coalesce(minutes, 0) > 0)"


def start_known_on(has_started_on: bool) -> str:
    """SQL for the day on which it was known that the course was started."""
    if not has_started_on:
        return "enrolled_on"
    return f"""coalesce(started_on, CASE
        WHEN completed_on IS NOT NULL THEN completed_on
        WHEN {_WORKED} THEN dropped_on END)"""
