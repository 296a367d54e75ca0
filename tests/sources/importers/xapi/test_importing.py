"""Every statement has one outcome; what is known on which day follows the rules."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ptml.errors import UsageError
from ptml.sources import read_dataset
from ptml.sources.importers.accounts import REMARK
from ptml.sources.importers.xapi import XapiOptions, import_xapi
from tests.sources.importers.places import FILES, one, reasons, report, table
from tests.sources.importers.xapi.statements import ADL, CMI5, COURSE, statement, written


def _imported(tmp_path: Path, *statements: Any, **options: Any) -> pd.DataFrame:
    source = written(tmp_path, statements)
    import_xapi(source, tmp_path / "out", XapiOptions(**options))
    return table(tmp_path / "out", "enrolments").reset_index()


def _only(frame: pd.DataFrame) -> dict[str, Any]:
    return {k: str(v) if k.endswith("_on") else v for k, v in one(frame).items()}


@pytest.fixture(scope="module")
def cmi5(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two pages of a store: Ann took a course of two units, Ben one of them."""
    out = tmp_path_factory.mktemp("cmi5") / "out"
    import_xapi(FILES / "xapi", out)
    return out


def test_units_of_one_registration_are_one_enrolment_in_the_course(cmi5: Path) -> None:
    ann = one(table(cmi5, "enrolments"), employee_id="u-ann")
    assert ann["course_id"] == "https://courses.example.com/measuring"
    assert (str(ann["enrolled_on"]), str(ann["completed_on"])) == ("2026-03-02", "2026-03-06")
    assert (ann["exam_score"], ann["exam_attempts"], ann["progress"]) == (90.0, 2, 1.0)


def test_minutes_are_those_of_the_sessions_also_of_one_that_was_abandoned(cmi5: Path) -> None:
    ann = one(table(cmi5, "enrolments"), employee_id="u-ann")
    assert ann["minutes"] == pytest.approx(31 + 20 / 60 + 12 + 40 / 60 + 26, abs=1e-4)


def test_a_unit_alone_does_not_complete_the_course_that_others_show_it_is_part_of(
    cmi5: Path,
) -> None:
    ben = one(table(cmi5, "enrolments"), employee_id="u-ben")
    assert ben["course_id"] == "https://courses.example.com/measuring"
    assert pd.isna(ben["completed_on"])
    assert str(ben["started_on"]) == "2026-03-09"


def test_a_waiver_is_no_enrolment_and_is_kept_beside(cmi5: Path) -> None:
    assert "u-eva" not in set(table(cmi5, "enrolments")["employee_id"])
    assert reasons(cmi5) == ["waived, nothing was taken"]


def test_every_statement_has_one_outcome(cmi5: Path) -> None:
    told = report(cmi5)
    assert told["rows"].sum() == 21
    assert told.query("became == 'left out: came twice'")["rows"].sum() == 1


def test_the_course_is_named_in_the_language_asked_for(tmp_path: Path) -> None:
    import_xapi(FILES / "xapi", tmp_path / "out", XapiOptions(language="zh"))
    assert table(tmp_path / "out", "courses")["title"].tolist() == ["量具量測"]


@pytest.mark.parametrize(
    ("move_on", "done"),
    [
        ("Passed", "2026-03-07"),
        ("Completed", "2026-03-06"),
        ("CompletedAndPassed", "2026-03-07"),
        ("CompletedOrPassed", "2026-03-06"),
        ("NotApplicable", "None"),
    ],
)
def test_move_on_says_what_completes(tmp_path: Path, move_on: str, done: str) -> None:
    said = {"extensions": {"https://w3id.org/xapi/cmi5/context/extensions/moveon": move_on}}
    found = _imported(
        tmp_path,
        statement("launched", "2026-03-05T10:00:00Z", context=said),
        statement("completed", "2026-03-06T10:00:00Z"),
        statement("passed", "2026-03-07T10:00:00Z", result={"success": True}),
    )
    assert _only(found)["completed_on"] == done


def test_a_fail_completes_only_where_it_says_so(tmp_path: Path) -> None:
    failed = statement("failed", result={"score": {"scaled": 0.3}, "success": False})
    assert _only(_imported(tmp_path, failed))["completed_on"] == "None"
    other = {**failed, "result": {"success": False, "completion": True}}
    (tmp_path / "two").mkdir()
    assert _only(_imported(tmp_path / "two", other))["completed_on"] == "2026-03-05"


def test_a_voided_statement_does_not_count_and_may_come_before_or_after(tmp_path: Path) -> None:
    def voiding(number: int, whom: str) -> dict[str, Any]:
        ref = {"objectType": "StatementRef", "id": whom}
        return statement("voided", id=f"v{number}", object=ref)

    found = _imported(
        tmp_path,
        voiding(1, "Wrong"),
        statement("completed", "2026-03-06T10:00:00Z", id="wrong"),
        statement("attempted", id="right"),
        # A voiding statement cannot be voided.
        voiding(2, "v1"),
    )
    assert _only(found)["completed_on"] == "None"
    became = report(tmp_path / "out").set_index("became")["rows"]
    assert became["left out: voided"] == 1
    assert became["left out: voids another"] == 2


def test_the_day_is_that_of_the_time_zone(tmp_path: Path) -> None:
    late = statement("completed", "2026-03-05T20:30:00-02:00")
    assert _only(_imported(tmp_path, late))["completed_on"] == "2026-03-05"
    (tmp_path / "two").mkdir()
    east = _imported(tmp_path / "two", late, time_zone="Asia/Taipei")
    assert _only(east)["completed_on"] == "2026-03-06"


def test_what_arrived_late_is_dated_by_when_it_happened_unless_arrival_is_asked_for(
    tmp_path: Path,
) -> None:
    late = statement("completed", stored="2026-04-01T00:00:00Z")
    summary = import_xapi(written(tmp_path, [late]), tmp_path / "one")
    assert any("at most 26 days" in told for told in summary.sentences)
    assert str(table(tmp_path / "one", "enrolments")["completed_on"].item()) == "2026-03-05"
    found = _imported(tmp_path, late, is_dated_by_arrival=True)
    assert _only(found)["completed_on"] == "2026-04-01"


def test_a_clock_that_runs_ahead_is_not_believed(tmp_path: Path) -> None:
    ahead = statement("completed", "2027-01-01T00:00:00Z", stored="2026-03-05T11:00:00Z")
    assert _only(_imported(tmp_path, ahead))["completed_on"] == "2026-03-05"
    assert REMARK in set(report(tmp_path / "out")["what"])


def test_statements_without_a_place_are_kept_with_their_reason(tmp_path: Path) -> None:
    group = {"objectType": "Group", "name": "Team"}
    planned = {"objectType": "SubStatement", **statement("attempted")}
    _imported(
        tmp_path,
        statement("attempted"),
        statement("https://example.com/verbs/juggled"),
        statement("attempted", id="g", actor=group),
        statement("attempted", id="s", object=planned),
        statement("attempted", id="n", actor={"name": "Ann"}),
        statement("attempted", id="o", version="0.95"),
        statement("attempted", "soon"),
        '{"id": "broken", ',
        {"id": "bare"},
    )
    assert reasons(tmp_path / "out") == [
        "the verb is not known",
        "its actor is a group",
        "its object is a SubStatement, no activity",
        "its actor has no identifier",
        "version 0.95 is not read, only 1.0.x and 2.0.x",
        "it has no timestamp and no stored that can be read",
        "it is no statement",
        "it has no verb.id",
    ]
    kept = pd.read_csv(tmp_path / "out" / "not_placed.csv")["text"]
    assert "juggled" in kept[0]
    assert report(tmp_path / "out")["rows"].sum() == 9


def test_a_mapping_file_names_verbs_and_courses(tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text(
        '[courses]\n"https://example.com/ladders" = "C8"\n"https://example.com/gauges/*" = "C7"\n'
        '[verbs]\n"https://example.com/verbs/finished" = "complete"\n'
        '"https://example.com/verbs/liked" = "ignore"\n'
    )
    found = _imported(
        tmp_path,
        statement("https://example.com/verbs/finished"),
        statement("https://example.com/verbs/liked"),
        statement("completed", object={"id": "https://example.com/gauges/part1"}),
        mapping=tmp_path / "map.toml",
    )
    assert str(one(found, course_id="C8")["completed_on"]) == "2026-03-05"
    assert pd.isna(one(found, course_id="C7")["completed_on"])
    assert reasons(tmp_path / "out") == []


def test_faults_of_a_mapping_file_are_named_at_once(tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text(
        '[verbs]\n"x" = "eat"\n[[evidence]]\nkind = "practice_task"\n[[evidence]]\nkind = "party"\n'
    )
    with pytest.raises(UsageError, match=r"verbs\.x.*evidence\.0.*evidence\.1\.kind") as raised:
        _imported(tmp_path, statement("attempted"), mapping=tmp_path / "map.toml")
    assert "\n" not in str(raised.value)


def test_begun_again_long_after_completion_is_a_new_enrolment(tmp_path: Path) -> None:
    days = ("2025-01-10", "2025-02-01", "2026-01-12")
    found = _imported(
        tmp_path,
        *(
            statement(verb, f"{day}T10:00:00Z")
            for day in days
            for verb in ("launched", "completed")
        ),
    )
    assert found["enrolled_on"].astype(str).tolist() == ["2025-01-10", "2026-01-12"]
    assert found["enrolment_id"].is_unique


def test_a_rating_is_satisfaction_from_1_to_5(tmp_path: Path) -> None:
    rated = statement(
        "http://id.tincanapi.com/verb/rated", result={"score": {"raw": 4, "min": 0, "max": 5}}
    )
    assert _only(_imported(tmp_path, statement("completed"), rated))["satisfaction"] == 4.2


def test_a_pass_below_the_mastery_score_is_remarked(tmp_path: Path) -> None:
    _imported(
        tmp_path,
        statement(
            "passed",
            result={"score": {"scaled": 0.5}},
            context={
                "extensions": {"https://w3id.org/xapi/cmi5/context/extensions/masteryscore": 0.8}
            },
        ),
    )
    told = report(tmp_path / "out").query("what == @REMARK")["name"].tolist()
    assert told == ["passed with a score below the masteryScore"]


def test_a_better_try_after_completion_is_not_known_on_the_day_of_completion(
    tmp_path: Path,
) -> None:
    tries = {"2026-03-05": 0.6, "2026-03-06": 0.8, "2026-03-20": 1.0}
    passed = [
        statement("passed", f"{day}T10:00:00Z", result={"score": {"scaled": s}, "duration": "PT5M"})
        for day, s in tries.items()
    ]
    failed = {**passed[0], "id": "f", "verb": {"id": f"{ADL}failed"}}
    row = _only(_imported(tmp_path, failed, *passed[1:]))
    assert row["completed_on"] == "2026-03-06"
    assert (row["exam_score"], row["exam_attempts"]) == (80.0, 2)


def test_a_score_that_came_after_completion_alone_counts_and_is_told(tmp_path: Path) -> None:
    scored = statement("scored", "2026-04-01T10:00:00Z", result={"score": {"scaled": 0.7}})
    source = written(tmp_path, [statement("completed"), scored])
    told = import_xapi(source, tmp_path / "out")
    assert table(tmp_path / "out", "enrolments")["exam_score"].tolist() == [70.0]
    assert any("1 score was given after" in sentence for sentence in told.sentences)


def test_one_id_with_two_contents_is_told_apart_from_one_sent_twice(tmp_path: Path) -> None:
    first = statement("attempted", id="1")
    other = statement("completed", id="1")
    _imported(tmp_path, first, first, other)
    became = report(tmp_path / "out").set_index("became")["rows"]
    assert became["left out: came twice"] == 1
    assert became["left out: its id came before, with other content"] == 1


@settings(max_examples=8, deadline=None)
@given(order=st.permutations(range(6)))
def test_the_order_of_statements_in_the_file_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, order: list[int]
) -> None:
    told = [
        statement("launched", "2026-03-01T10:00:00Z"),
        statement("failed", "2026-03-02T10:00:00Z", result={"score": {"scaled": 0.2}}),
        statement("passed", "2026-03-04T10:00:00Z", result={"score": {"scaled": 0.9}}),
        statement("terminated", "2026-03-04T11:00:00Z", result={"duration": "PT1H"}),
        statement("completed", "2026-03-03T10:00:00Z", id="no"),
        statement("voided", id="v", object={"objectType": "StatementRef", "id": "no"}),
    ]
    row = _only(_imported(tmp_path_factory.mktemp("order"), *(told[k] for k in order)))
    row.pop("enrolment_id")
    assert {k: v for k, v in row.items() if v == v and v != "None" and v is not None} == {
        "employee_id": "ann@example.com",
        "course_id": COURSE["id"],
        "enrolled_on": "2026-03-01",
        "started_on": "2026-03-01",
        "completed_on": "2026-03-04",
        "progress": 1.0,
        "exam_score": 90.0,
        "exam_attempts": 2,
        "minutes": 60.0,
    }


def test_answers_to_questions_give_no_exam_score(tmp_path: Path) -> None:
    question = {"id": "https://example.com/quiz/q1", "definition": {"name": {"en": "Which?"}}}
    found = _imported(
        tmp_path,
        statement(
            "answered",
            object=question,
            result={"score": {"scaled": 1.0}, "success": True},
            context={"contextActivities": {"parent": [COURSE], "grouping": []}},
        ),
    )
    row = _only(found)
    assert row["course_id"] == COURSE["id"]
    assert row["completed_on"] == "None"
    assert pd.isna(row["exam_score"])


def test_the_same_statements_give_the_same_bytes_and_keep_the_contract(
    cmi5: Path, tmp_path: Path
) -> None:
    import_xapi(FILES / "xapi", tmp_path / "again")
    for file in cmi5.iterdir():
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes()
    with read_dataset(cmi5) as dataset:
        assert sum(dataset.rows_rejected.values()) == 0


def test_a_failed_import_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "statements.json").write_text('[{"id": "1"}')
    for source in (tmp_path / "statements.json", tmp_path / "nowhere"):
        with pytest.raises(Exception, match=source.name):
            import_xapi(source, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["statements.json"]


def test_unknown_namespaces_of_known_words_are_not_guessed() -> None:
    from ptml.sources.importers.xapi.verbs import VERBS

    assert f"{ADL}completed" in VERBS
    assert f"{CMI5}satisfied" in VERBS
    assert "https://example.com/completed" not in VERBS
