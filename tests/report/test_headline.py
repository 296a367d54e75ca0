import json

import pandas as pd

from ptml.report.headline import headline
from ptml.report.published import PublishedTables

ROWS = {
    "read": {"enrolments": 1000, "courses": 10},
    "set_aside": {"enrolments": 25},
    "written": {"recommendations": 40},
    "notes": ["table performance is missing: no lift"],
}
RUN = pd.DataFrame(
    {"run_id": ["r1"], "as_of": ["2026-10-01"], "rows": [json.dumps(ROWS)], "status": ["complete"]}
)
REJECTED = pd.DataFrame(
    {
        "table": ["enrolments"] * 5,
        "row": [92, 14, 310, 7, 8],
        "column": ["completed_on"] * 4 + [None],
        "value": ["2025-01-02"] * 4 + [None],
        "rule": ["before started_on"] * 4 + ["key repeated"],
    }
)


def test_rows_read_and_set_aside_are_told_with_their_share() -> None:
    top = headline(PublishedTables({"runs": RUN}), None)
    assert top.lead[0] == "The run read 1,010 rows from 2 tables and set aside 25 (2\u202f%)."
    assert [(t.name, t.set_aside, t.bar) for t in top.reads] == [
        ("enrolments", "25", 50.0),
        ("courses", "0", 0.0),
    ]
    assert top.notes == ("Table performance is missing: no lift.",)


def test_broken_rules_are_counted_with_the_first_rows_as_examples() -> None:
    top = headline(PublishedTables({"runs": RUN, "rejected_rows": REJECTED}), None)
    assert [(r.rule, r.rows) for r in top.rules] == [
        ("before started_on", "4"),
        ("key repeated", "1"),
    ]
    assert top.rules[0].examples == (
        "row 7: 2025-01-02",
        "row 14: 2025-01-02",
        "row 92: 2025-01-02",
    )
    assert top.rules[1].examples == ("row 8: (empty)",)


def test_a_run_that_was_not_published_is_unknown_and_no_error() -> None:
    top = headline(PublishedTables({}), None)
    assert (top.run_id, top.as_of) == ("unknown run", "unknown")
    assert top.reads == ()
    assert top.title == "This run had nothing to recommend."


def test_broken_json_in_the_run_reads_as_nothing_known() -> None:
    top = headline(PublishedTables({"runs": RUN.assign(rows="{")}), None)
    assert top.reads == ()
    assert top.notes == ()
