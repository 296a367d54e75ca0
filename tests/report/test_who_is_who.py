import json

import pandas as pd

from ptml.report.absence import Absent
from ptml.report.findings import Findings
from ptml.report.published import PublishedTables
from ptml.report.who_is_who import WhoIsWho, who_is_who

RULES = {"rules": ["segment core: always [everybody else]"], "sha256": "abcdef0123456789"}


def findings() -> Findings:
    row = {"model": "segments", "kind": "setting", "name": "segment_rules"}
    empty = dict.fromkeys(("value", "low", "high", "bound", "verdict"))
    return Findings.read(pd.DataFrame([{**row, **empty, "payload": json.dumps(RULES)}]))


def test_segments_are_counted_by_state_with_the_rules_that_made_them() -> None:
    person = {"segment": "core", "performance_state": "on", "course_level": "advanced"}
    people = [person] * 6 + [{**person, "performance_state": "below", "course_level": "basic"}] * 2
    found = who_is_who(PublishedTables({"segments": pd.DataFrame(people)}), findings())
    assert isinstance(found, WhoIsWho)
    core = found.counts.rows[1]
    assert core == ("core", "8", "under 5", "6", "0", "advanced")
    assert found.rules == ("segment core: always [everybody else]",)
    assert found.fingerprint == "abcdef012345"
    assert found.title == "Of 8 people, under 5 are below target."


def test_nothing_published_is_said() -> None:
    assert isinstance(who_is_who(PublishedTables({}), findings()), Absent)
