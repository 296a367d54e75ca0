"""Statements that have a place as enrolments, one a person, course and registration."""

import duckdb

# What became of each statement; the first that holds counts. A voided statement is none, and the
# one that voids it is not to be voided (xAPI 1.0.3, part 2, 2.3.2).
_OUTCOMES = """
    CREATE TABLE told AS
    WITH numbered AS (
        SELECT *, row_number() OVER same > 1 AS is_again, content <> first(content) OVER same
            AS is_other
        FROM (SELECT *, hash(verb, employee, object, at_us, registration, score, minutes, fault)
                  AS content FROM statements)
        WINDOW same AS (PARTITION BY coalesce(id, n::VARCHAR) ORDER BY n)
    ), voided AS (SELECT DISTINCT voids FROM numbered WHERE class = 'void' AND NOT is_again)
    SELECT * EXCLUDE (is_again, is_other, content, voids), CASE
            WHEN is_again AND is_other THEN 'left out: its id came before, with other content'
            WHEN is_again THEN 'left out: came twice'
            WHEN class = 'void' THEN 'left out: voids another'
            WHEN id IN (SELECT voids FROM voided) THEN 'left out: voided'
            WHEN fault IS NOT NULL THEN 'not placed: ' || fault
            WHEN rule IS NOT NULL THEN 'placed as evidence'
            WHEN class = 'ignore' THEN 'left out: ignored, as the mapping file says'
            ELSE 'placed in an enrolment' END AS became
    FROM numbered
"""
# A registration belongs to one course: what names no course is a part of the one that it saw, and
# so is the same part in registrations whose course was not named yet.
_COURSES = """
    CREATE TABLE learning AS
    WITH registered AS (
        SELECT employee, registration, min(coalesce(mapped, hint, object)) AS course
        FROM told
        WHERE became = 'placed in an enrolment' AND registration IS NOT NULL
            AND (mapped IS NOT NULL OR hint IS NOT NULL OR is_whole)
        GROUP BY employee, registration
    ), part_of AS (
        SELECT part, min(registered.course) AS course
        FROM told JOIN registered USING (employee, registration)
        WHERE NOT is_whole AND mapped IS NULL AND hint IS NULL
        GROUP BY part HAVING count(DISTINCT registered.course) = 1
    )
    SELECT n, class, employee, part, registration, at_us, day, score, minutes, progress, success,
        completion, move_on,
        coalesce(mapped, CASE WHEN is_whole THEN object END, hint, registered.course,
            part_of.course, part) AS course,
        is_whole OR (mapped IS NULL AND hint IS NULL AND registered.course IS NULL
            AND part_of.course IS NULL AND class <> 'act') AS is_whole
    FROM told LEFT JOIN registered USING (employee, registration) LEFT JOIN part_of USING (part)
    WHERE became = 'placed in an enrolment'
"""
# Without a registration a course that is begun again long after its completion is a new enrolment.
_EPISODES = """
    CREATE TABLE episodes AS
    WITH marked AS (
        SELECT *, is_whole AND (class IN ('complete', 'satisfy', 'pass') OR completion) AS is_done,
            class IN ('enrol', 'start') AS is_begun
        FROM learning
    ), placed AS (
        SELECT *, max(CASE WHEN is_done THEN day END) OVER before AS done_before,
            max(CASE WHEN is_begun THEN day END) OVER before AS begun_before
        FROM marked
        WINDOW before AS (PARTITION BY employee, course, registration ORDER BY at_us, n
                          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
    )
    SELECT * EXCLUDE (done_before, begun_before, is_begun),
        coalesce(registration, (sum(CASE WHEN registration IS NULL AND is_begun
                AND day >= done_before + $retake_days
                AND coalesce(begun_before <= done_before, true) THEN 1 ELSE 0 END)
            OVER (PARTITION BY employee, course, registration ORDER BY at_us, n))::VARCHAR)
            AS episode
    FROM placed
"""
# moveOn of cmi5 (13.1.4); statements that name none move on with either.
_MARKS = """
    CREATE TABLE marks AS
    WITH seen AS (
        SELECT employee, course, episode,
            min(day) AS first_day,
            min(CASE WHEN class NOT IN ('enrol', 'waive', 'satisfy', 'drop', 'rate') THEN day END)
                AS begun,
            min(CASE WHEN is_whole AND (class = 'complete' OR completion) THEN day END)
                AS completed,
            min(CASE WHEN is_whole AND (class = 'pass' OR (success AND class <> 'act'))
                THEN day END) AS passed,
            min(CASE WHEN is_whole AND class = 'satisfy' THEN day END) AS satisfied,
            min(CASE WHEN class = 'drop' THEN day END) AS dropped,
            bool_or(class = 'waive') AS is_waived,
            max(CASE WHEN is_whole THEN move_on END) AS move_on,
            max(CASE WHEN is_whole THEN progress END) AS progress,
            arg_max(CASE WHEN class = 'rate' THEN score END, at_us) AS rating,
            bool_or(NOT is_whole AND (class IN ('complete', 'pass') OR completion))
                AS has_done_part
        FROM episodes GROUP BY ALL
    ), moved AS (
        SELECT *, least(satisfied, CASE coalesce(move_on, 'CompletedOrPassed')
                WHEN 'Passed' THEN passed
                WHEN 'Completed' THEN completed
                WHEN 'CompletedAndPassed' THEN
                    CASE WHEN completed IS NOT NULL AND passed IS NOT NULL
                        THEN greatest(completed, passed) END
                WHEN 'NotApplicable' THEN NULL
                ELSE least(completed, passed) END) AS moved_on
        FROM seen
    )
    SELECT * EXCLUDE (moved_on),
        CASE WHEN moved_on IS NOT NULL THEN greatest(moved_on, begun) END AS done
    FROM moved
"""
# What was known on the day of completion: a better try later is no part of it, but a score that
# was given later is better than none.
_PARTS = """
    CREATE TABLE parts AS
    WITH measured AS (
        SELECT episodes.*, coalesce(day <= done, true) AS is_known,
            CASE WHEN class IN ('complete', 'pass', 'fail', 'score') THEN score END AS exam
        FROM episodes JOIN marks USING (employee, course, episode)
    )
    SELECT employee, course, episode, part,
        max(exam) FILTER (is_known) AS score, max(exam) AS later_score,
        bool_or(is_whole) AS is_whole,
        count(*) FILTER (class IN ('pass', 'fail') AND is_known) AS judged,
        count(*) FILTER (class = 'score' AND is_known) AS scored,
        sum(minutes) FILTER (class = 'end' AND is_known) AS session_minutes,
        max(minutes) FILTER (class <> 'end' AND is_known) AS longest_minutes
    FROM measured GROUP BY ALL
"""
# Of a course with scores of its own only those count; else its parts, each by its best.
_RESULTS = """
    CREATE TABLE results AS
    SELECT employee, course, episode,
        coalesce(max(score) FILTER (is_whole), avg(score)) AS score,
        coalesce(max(later_score) FILTER (is_whole), avg(later_score)) AS later_score,
        CASE WHEN sum(judged) > 0 THEN sum(judged) ELSE sum(scored) END AS attempts,
        coalesce(sum(session_minutes), sum(longest_minutes)) AS minutes
    FROM parts GROUP BY ALL
"""
_ENROLLED = """
    CREATE TABLE enrolled AS
    SELECT 'xapi-' || md5(concat_ws(chr(10), employee, course, episode))[:16] AS enrolment_id,
        employee AS employee_id, course AS course_id, episode,
        first_day AS enrolled_on, begun AS started_on, done AS completed_on,
        CASE WHEN done IS NULL AND dropped IS NOT NULL THEN greatest(dropped, begun) END
            AS dropped_on,
        CASE WHEN done IS NOT NULL THEN 1.0 ELSE progress END AS progress,
        round(100 * coalesce(score, later_score), 4) AS exam_score,
        CASE WHEN attempts > 0 THEN attempts END AS exam_attempts,
        round(minutes, 4) AS minutes,
        round(1 + 4 * rating, 4) AS satisfaction,
        is_waived AND begun IS NULL AS is_only_waived,
        done IS NULL AND has_done_part AS has_only_parts,
        score IS NULL AND later_score IS NOT NULL AS is_scored_later
    FROM marks JOIN results USING (employee, course, episode)
"""
ENROLMENTS = """
    SELECT enrolment_id, employee_id, course_id, enrolled_on, started_on, completed_on, dropped_on,
        progress, exam_score, exam_attempts, minutes, satisfaction
    FROM enrolled WHERE NOT is_only_waived
"""


def build_enrolments(connection: duckdb.DuckDBPyConnection, retake_days: int) -> None:
    """Make the tables `told` (every statement with what became of it) and `enrolled`."""
    connection.execute(_OUTCOMES)
    connection.execute("DROP TABLE statements")
    connection.execute(_COURSES)
    connection.execute(_EPISODES, {"retake_days": retake_days})
    connection.execute("DROP TABLE learning")
    for query in (_MARKS, _PARTS, _RESULTS, _ENROLLED):
        connection.execute(query)
    # A requirement that was waived is no course that was taken.
    connection.execute(
        """UPDATE told SET became = 'not placed: waived, nothing was taken'
        FROM episodes JOIN enrolled ON enrolled.employee_id = episodes.employee
            AND enrolled.course_id = episodes.course AND enrolled.episode = episodes.episode
        WHERE told.n = episodes.n AND enrolled.is_only_waived"""
    )
