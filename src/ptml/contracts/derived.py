"""What the contract lets a source leave open: first days, and where assignments end."""

import duckdb

_FIRST_DAYS = {
    "assignments": "valid_from",
    "assessments": "assessed_on",
    "enrolments": "enrolled_on",
    "performance": "period_start",
    "feedback": "asked_on",
    "absences": "from_day",
}


def fill_hired_on(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill an empty `hired_on` with the day of the first row that names the person.

    A person that no dated row names keeps an empty day.
    """
    unknown = "SELECT employee_id FROM employees WHERE hired_on IS NULL"
    days = " UNION ALL ".join(
        f"SELECT employee_id, min({column}) AS day FROM {table}"
        f" WHERE employee_id IN ({unknown}) GROUP BY employee_id"
        for table, column in _FIRST_DAYS.items()
    )
    if connection.execute(f"{unknown} LIMIT 1").fetchone() is None:
        return
    connection.execute(
        f"""UPDATE employees SET hired_on = first.day
        FROM (SELECT employee_id, min(day) AS day FROM ({days}) GROUP BY employee_id) AS first
        WHERE employees.hired_on IS NULL AND employees.employee_id = first.employee_id"""
    )


def cut_overlapping_assignments(connection: duckdb.DuckDBPyConnection) -> None:
    """End every assignment where the person's next one starts: the later start wins.

    Many systems leave `valid_to` empty on all but the last move, so an overlap is no fault of the
    row; on each day one assignment holds. Nothing known later is let in: a cut takes effect on the
    day on which the next assignment is valid itself.
    """
    connection.execute(
        """UPDATE assignments SET valid_to = next.starts_on
        FROM (SELECT employee_id, valid_from,
                lead(valid_from) OVER (PARTITION BY employee_id ORDER BY valid_from) AS starts_on
              FROM assignments) AS next
        WHERE assignments.employee_id = next.employee_id
            AND assignments.valid_from = next.valid_from
            AND next.starts_on < coalesce(assignments.valid_to, DATE '9999-12-31')"""
    )
