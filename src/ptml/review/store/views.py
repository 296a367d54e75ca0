"""What other parts of ptml read of the review database: decisions as the contract has them."""

from sqlalchemy import Connection, text

# Names of columns and words are those of the input table `warning_actions` (ptml.contracts.acting).
# A question is no decision yet: the warning waits. Help counts as given on the day that the outcome
# tells. Reasons are codes; what somebody wrote stays on the page.
_WARNING_ACTIONS = """
    SELECT c.enrolment_id, d.stage, d.intervention AS code, d.owner, d.made_on AS decided_on,
        CASE WHEN d.kind = 'dismiss' THEN 'dismiss'
            WHEN d.kind IN ('postpone', 'ask') THEN 'postpone' ELSE 'accept' END AS decision,
        d.reason, d.due_on, o.done_on
    FROM decisions AS d
    JOIN cases AS c ON c.case_id = d.case_id
    LEFT JOIN decisions AS o ON o.case_id = d.case_id AND o.kind = 'outcome'
        AND o.undone_at IS NULL AND d.kind IN ('accept', 'assign')
    WHERE d.undone_at IS NULL AND d.kind <> 'outcome'
"""


def make_views(connection: Connection) -> None:
    """Make the views, or bring them to this version."""
    connection.execute(text("DROP VIEW IF EXISTS warning_actions"))
    connection.execute(text(f"CREATE VIEW warning_actions AS {_WARNING_ACTIONS}"))
