"""Events of people in courses as enrolments; who is enrolled anew after leaving has two."""

import duckdb

_EPISODES = """
    CREATE TABLE episodes AS
    WITH placed AS (
        SELECT *, max(CASE WHEN class = 'drop' THEN k END) OVER before AS dropped_before,
            max(CASE WHEN class = 'enrol' THEN k END) OVER before AS enrolled_before
        FROM (SELECT *, row_number() OVER (PARTITION BY employee, course ORDER BY at_s, n) AS k
              FROM events WHERE day IS NOT NULL AND class NOT IN ('total', 'item'))
        WINDOW before AS (PARTITION BY employee, course ORDER BY k
                          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
    )
    SELECT *, sum(CASE WHEN class = 'enrol' AND dropped_before >= coalesce(enrolled_before, 0)
            THEN 1 ELSE 0 END)
        OVER (PARTITION BY employee, course ORDER BY k) AS episode
    FROM placed
"""
_MARKS = """
    CREATE TABLE marks AS
    SELECT employee, course, episode, min(day) AS first_day,
        arg_min(assigned, k) FILTER (class = 'enrol' AND assigned IS NOT NULL) AS assigned_by,
        min(CASE WHEN class IN ('start', 'act', 'attempt', 'done', 'complete') THEN day END)
            AS begun,
        min(CASE WHEN class = 'complete' THEN day END) AS done,
        max(CASE WHEN class = 'drop' THEN day END) AS dropped,
        sum(CASE WHEN class = 'done' THEN score END) AS progress,
        bool_or(class IN ('enrol', 'complete')) AS is_told
    FROM episodes GROUP BY ALL
"""
# Until the day of completion; what lies further apart than the longest pause was not spent on it.
_SPENT = """
    CREATE TABLE spent AS
    SELECT employee, course, episode, count(*) FILTER (class = 'attempt') AS attempts,
        sum(CASE WHEN pause_s <= 60 * $idle_minutes THEN pause_s
                 WHEN pause_s IS NOT NULL THEN 0 END) / 60 AS minutes
    FROM (SELECT employee, course, episode, class,
              at_s - lag(at_s) OVER (PARTITION BY employee, course, episode ORDER BY k) AS pause_s
          FROM episodes JOIN marks USING (employee, course, episode)
          WHERE class IN ('act', 'attempt') AND coalesce(day <= done, true))
    GROUP BY ALL
"""
# A grade belongs to the last enrolment. What was known on the day of completion counts before what
# was graded later; a download does not say when.
_GRADES = """
    CREATE TABLE grades AS
    SELECT grades.n, employee, course, episode,
        first(score ORDER BY is_later, class = 'item', score DESC) OVER whole AS best,
        first(is_later ORDER BY is_later, class = 'item', score DESC) OVER whole AS is_graded_later
    FROM (SELECT n, employee, course, class,
              CASE WHEN class = 'item' THEN avg(score) OVER (PARTITION BY employee, course, class,
                  coalesce(events.day > last.done, false)) ELSE score END AS score,
              coalesce(events.day > last.done, false) AS is_later, last.episode
          FROM events LEFT JOIN (SELECT employee, course, episode, done FROM marks
                  QUALIFY episode = max(episode) OVER (PARTITION BY employee, course)) AS last
              USING (employee, course)
          WHERE class IN ('total', 'item')) AS grades
    WINDOW whole AS (PARTITION BY employee, course)
"""
_ENROLLED = """
    CREATE TABLE enrolled AS
    WITH scores AS (
        SELECT employee, course, episode, any_value(best) AS score,
            any_value(is_graded_later) AS is_graded_later
        FROM grades GROUP BY ALL
    )
    SELECT 'moodle-' || md5(concat_ws(chr(10), employee, course, episode::VARCHAR))[:16]
            AS enrolment_id,
        employee AS employee_id, course AS course_id, episode, assigned_by,
        first_day AS enrolled_on, begun AS started_on, done AS completed_on,
        CASE WHEN done IS NULL THEN dropped END AS dropped_on,
        CASE WHEN done IS NOT NULL OR round(progress, 6) > 1 THEN 1.0 ELSE round(progress, 6) END
            AS progress,
        round(100 * score, 4) AS exam_score,
        CASE WHEN attempts > 0 THEN attempts END AS exam_attempts,
        round(minutes, 4) AS minutes, is_graded_later, is_told
    FROM marks LEFT JOIN spent USING (employee, course, episode)
        LEFT JOIN scores USING (employee, course, episode)
"""
ENROLMENTS = """
    SELECT enrolment_id, employee_id, course_id, assigned_by, enrolled_on, started_on, completed_on,
        dropped_on, progress, exam_score, exam_attempts, minutes
    FROM enrolled
"""
NO_ENROLMENT = "a grade without an enrolment: nothing says when it was earned"


def build_enrolments(connection: duckdb.DuckDBPyConnection, idle_minutes: int) -> None:
    """Make the table `enrolled` of `events`; say in `rows` which grades have no enrolment."""
    connection.execute(_EPISODES)
    connection.execute(_MARKS)
    connection.execute(_SPENT, {"idle_minutes": idle_minutes})
    connection.execute(_GRADES)
    connection.execute(_ENROLLED)
    connection.execute(
        f"""UPDATE rows SET became = 'not placed: {NO_ENROLMENT}'
        FROM grades WHERE rows.n = grades.n AND grades.episode IS NULL"""
    )
