"""Values of attempts as enrolments: all attempts at a course until it is taken again long after."""

import duckdb

# A part of a course in one attempt. SCORM 1.2 scores are of 100 where no highest is told.
_PARTS = """
    CREATE TABLE parts AS
    WITH by_part AS (
        SELECT employee, course, sco, attempt,
            min(day) AS first_day,
            min(day) FILTER (key NOT IN ('created') AND coalesce(word, '') <> 'not attempted')
                AS begun,
            max(day) FILTER ((key = 'status' AND word IN ('passed', 'completed'))
                OR (key = 'completion' AND word = 'completed')
                OR (key = 'success' AND word = 'passed')) AS done_day,
            bool_or(key = 'completion' AND word IN ('incomplete', 'not attempted')) AS is_open,
            bool_or(key = 'completion' AND word = 'completed') AS is_told_complete,
            bool_or(key IN ('status', 'success') AND word IN ('passed', 'failed')) AS is_judged,
            bool_or(key = 'status') AS is_first_version,
            max(number) FILTER (key = 'scaled') AS scaled,
            max(number) FILTER (key = 'raw') AS raw,
            max(number) FILTER (key = 'lowest') AS lowest,
            max(number) FILTER (key = 'highest') AS highest,
            coalesce(max(number) FILTER (key = 'total_minutes'),
                sum(number) FILTER (key = 'session_minutes')) AS minutes,
            max(number) FILTER (key = 'progress') AS progress
        FROM scorm_values WHERE day IS NOT NULL GROUP BY ALL
    ), scaled AS (
        SELECT * EXCLUDE (lowest, highest), coalesce(lowest, 0) AS lowest,
            coalesce(CASE WHEN highest > coalesce(lowest, 0) THEN highest END,
                CASE WHEN is_first_version THEN 100 END) AS highest
        FROM by_part
    )
    SELECT * EXCLUDE (scaled, raw, lowest, highest, is_open, is_told_complete, done_day),
        CASE WHEN is_told_complete OR NOT coalesce(is_open, false) THEN done_day END AS done,
        CASE WHEN scaled IS NOT NULL THEN CASE WHEN scaled BETWEEN -1 AND 1
                THEN greatest(scaled, 0) END
            WHEN raw BETWEEN lowest AND highest THEN (raw - lowest) / (highest - lowest) END
            AS score,
        (scaled IS NOT NULL AND scaled NOT BETWEEN -1 AND 1)
            OR (scaled IS NULL AND raw IS NOT NULL
                AND coalesce(raw NOT BETWEEN lowest AND highest, true)) AS is_unscaled
    FROM scaled
"""
# An attempt is complete when all its parts are: those that a table lists, or those seen.
_ATTEMPTS = """
    CREATE TABLE attempts AS
    SELECT employee, course, attempt,
        min(first_day) AS first_day, min(begun) AS begun,
        CASE WHEN count(done) >= greatest(count(*), coalesce(max(n_scos), 0))
            THEN max(done) END AS done,
        avg(score) AS score, sum(minutes) AS minutes, avg(progress) AS progress,
        bool_or(is_judged OR score IS NOT NULL) AS is_judged,
        bool_or(is_unscaled) AS is_unscaled
    FROM parts LEFT JOIN sco_counts USING (course)
    GROUP BY ALL
"""
_ENROLLED = """
    CREATE TABLE enrolled AS
    WITH marked AS (
        SELECT *, coalesce(first_day >= max(done) OVER (PARTITION BY employee, course
                ORDER BY first_day, attempt ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
                + $retake_days, false) AS is_new
        FROM attempts
    ), placed AS (
        SELECT *, sum(is_new::INTEGER) OVER (PARTITION BY employee, course
            ORDER BY first_day, attempt) AS episode
        FROM marked
    ), known AS (
        SELECT *, min(done) OVER (PARTITION BY employee, course, episode) AS first_done FROM placed
    )
    SELECT 'scorm-' || md5(concat_ws(chr(10), employee, course, episode::VARCHAR))[:16]
            AS enrolment_id,
        employee AS employee_id, course AS course_id, episode,
        min(first_day) AS enrolled_on, min(begun) AS started_on,
        CASE WHEN count(done) > 0 THEN greatest(min(done), min(begun)) END AS completed_on,
        CASE WHEN count(done) > 0 THEN 1.0
            WHEN max(progress) BETWEEN 0 AND 1 THEN max(progress) END AS progress,
        round(100 * max(score) FILTER (coalesce(first_day <= first_done, true)), 4) AS exam_score,
        nullif(count(*) FILTER (is_judged AND coalesce(first_day <= first_done, true)), 0)
            AS exam_attempts,
        round(sum(minutes) FILTER (coalesce(first_day <= first_done, true)), 4) AS minutes
    FROM known GROUP BY ALL
"""
ENROLMENTS = """
    SELECT enrolment_id, employee_id, course_id, enrolled_on, started_on, completed_on, progress,
        exam_score, exam_attempts, minutes
    FROM enrolled
"""


def build_enrolments(connection: duckdb.DuckDBPyConnection, retake_days: int) -> None:
    """Make the tables `parts`, `attempts` and `enrolled` of `scorm_values` and `sco_counts`."""
    connection.execute(_PARTS)
    connection.execute(_ATTEMPTS)
    connection.execute(_ENROLLED, {"retake_days": retake_days})
