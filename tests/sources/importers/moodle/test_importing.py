"""Moodle's tables and downloads: who is meant, what happened, and what is not anybody's doing."""

import json
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest

from ptml.errors import DataError, UsageError
from ptml.sources import read_dataset
from ptml.sources.importers.moodle import MoodleOptions, import_moodle
from tests.sources.importers.places import FILES, one, reasons, report, table


@pytest.fixture(scope="module")
def moodle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("moodle") / "out"
    import_moodle(FILES / "moodle", out)
    return out


@pytest.fixture(scope="module")
def enrolments(moodle: Path) -> pd.DataFrame:
    return table(moodle, "enrolments").set_index(["employee_id", "course_id"])


def _log(folder: Path, *rows: Mapping[str, object]) -> Path:
    plain = {"userid": 45, "courseid": 7, "relateduserid": "", "timecreated": 1772438400}
    path = folder / "logstore_standard_log.json"
    path.write_text(
        json.dumps([{"eventname": "\\core\\event\\course_viewed", **plain, **row} for row in rows])
    )
    return path


def test_numbers_become_the_names_that_the_company_uses(enrolments: pd.DataFrame) -> None:
    assert set(enrolments.index) == {
        ("E7", "C17"),
        ("E7", "LADDER"),
        ("E8", "LADDER"),
        ("E9", "C17"),
    }


def test_log_completion_and_grade_of_one_person_are_one_enrolment(enrolments: pd.DataFrame) -> None:
    ann = one(enrolments, employee_id="E7", course_id="C17")
    days = [str(ann[name]) for name in ("enrolled_on", "started_on", "completed_on")]
    assert days == ["2026-03-02", "2026-03-02", "2026-03-07"]
    # The best total of the history, 17 of 20, not 11; two attempts handed in.
    assert (ann["exam_score"], ann["exam_attempts"]) == (85.0, 2)


def test_minutes_leave_out_pauses_longer_than_asked(tmp_path: Path) -> None:
    at = [0, 600, 1200, 1200 + 3600]
    source = _log(tmp_path, *({"timecreated": 1772438400 + s} for s in at))
    for idle, minutes in ((30, 20.0), (60, 80.0), (5, 0.0)):
        import_moodle(source, tmp_path / f"{idle}", MoodleOptions(idle_minutes=idle))
        assert table(tmp_path / f"{idle}", "enrolments")["minutes"].tolist() == [minutes]


def test_who_enrolled_themselves_is_told_and_who_was_suspended_has_left(
    enrolments: pd.DataFrame,
) -> None:
    assert one(enrolments, employee_id="E8", course_id="LADDER")["assigned_by"] == "self"
    assert pd.isna(one(enrolments, employee_id="E7", course_id="C17")["assigned_by"])
    assert str(one(enrolments, employee_id="E7", course_id="LADDER")["dropped_on"]) == "2026-04-01"


def test_downloads_are_read_beside_the_tables(enrolments: pd.DataFrame) -> None:
    tina, ben = (
        one(enrolments, employee_id="E9", course_id="C17"),
        one(enrolments, employee_id="E8", course_id="LADDER"),
    )
    assert str(tina["enrolled_on"]) == "2026-03-05"
    # 15 of 20 in the table, 70 % in the download: the better one.
    assert tina["exam_score"] == 75.0
    assert str(ben["completed_on"]) == "2026-03-07"


def test_what_is_nobodys_doing_has_no_place(moodle: Path) -> None:
    found = reasons(moodle)
    assert found.count("done by somebody else who was logged in as the person") == 2
    for reason in ("done by no person (origin restore)", "it is about no person"):
        assert reason in found


def test_network_addresses_are_not_kept(moodle: Path) -> None:
    for file in moodle.iterdir():
        assert b"192.0.2." not in file.read_bytes()
        assert b"2001:db8" not in file.read_bytes()
    assert "course_viewed" in (moodle / "not_placed.csv").read_text()


def test_a_download_in_another_language_is_read_without_its_addresses(tmp_path: Path) -> None:
    header = "時間,使用者全名,受影響的使用者,事件情境,元件,事件名稱,描述,來源,來源地址"
    rows = [
        "2026年03月5日 14:22,Tina Ross,-,課程,系統,已檢視課程,"
        f"The user with id '{user}' {did} the course with id '7'.,web,192.0.2.47"
        for user, did in ((47, "viewed"), (47, "praised"))
    ]
    (tmp_path / "logs.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    import_moodle(tmp_path / "logs.csv", tmp_path / "out")
    row = one(table(tmp_path / "out", "enrolments"))
    assert (row["employee_id"], str(row["started_on"])) == ("47", "2026-03-05")
    assert reasons(tmp_path / "out") == ["the event is not known"]
    assert "192.0.2" not in (tmp_path / "out" / "not_placed.csv").read_text(encoding="utf-8")


def test_every_row_has_one_outcome(moodle: Path) -> None:
    n_rows = sum(len(pd.read_csv(path)) for path in (FILES / "moodle").glob("*.csv"))
    told = report(moodle)
    assert told["rows"].sum() == n_rows
    unplaced = told[told["became"].str.startswith("not placed")]["rows"].sum()
    assert unplaced == len(reasons(moodle)) == 11


def test_enrolled_anew_after_leaving_is_a_second_enrolment(tmp_path: Path) -> None:
    def event(name: str, day: int) -> dict[str, object]:
        told = {"eventname": f"\\core\\event\\user_enrolment_{name}", "relateduserid": 45}
        return {**told, "userid": 2, "timecreated": 1772438400 + day * 86400}

    source = _log(tmp_path, event("created", 0), event("deleted", 5), {"timecreated": 1772438500},
                  event("created", 40))  # fmt: skip
    import_moodle(source, tmp_path / "out")
    found = table(tmp_path / "out", "enrolments")
    assert found["enrolled_on"].astype(str).tolist() == ["2026-03-02", "2026-04-11"]
    assert found["dropped_on"].dropna().astype(str).tolist() == ["2026-03-07"]


def test_what_teachers_do_is_no_learning(tmp_path: Path) -> None:
    source = _log(tmp_path, {"edulevel": 1}, {"edulevel": 2, "userid": 46})
    import_moodle(source, tmp_path / "out")
    assert table(tmp_path / "out", "enrolments")["employee_id"].tolist() == ["46"]
    assert reasons(tmp_path / "out") == ["done in teaching"]


def test_a_list_of_people_decides_who_is_meant(tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("identifier,employee_id\nann.lee@example.com,P1\n46,P2\n")
    import_moodle(FILES / "moodle", tmp_path / "out", MoodleOptions(people=people))
    assert set(table(tmp_path / "out", "employees").index) == {"P1", "P2"}
    assert "the person is not in the list" in reasons(tmp_path / "out")


def test_an_export_of_phpmyadmin_is_read(tmp_path: Path) -> None:
    rows = [{"eventname": "\\core\\event\\course_viewed", "userid": "45", "courseid": "7",
             "relateduserid": None, "timecreated": "1772438400"}]  # fmt: skip
    told = [{"type": "header", "version": "5"}, {"type": "database", "name": "moodle"},
            {"type": "table", "name": "mdl_logstore_standard_log", "data": rows}]  # fmt: skip
    (tmp_path / "export.json").write_text(json.dumps(told))
    import_moodle(tmp_path / "export.json", tmp_path / "out")
    assert table(tmp_path / "out", "enrolments")["employee_id"].tolist() == ["45"]


def test_a_grade_of_after_the_completion_counts_only_where_there_was_none(tmp_path: Path) -> None:
    folder = tmp_path / "moodle"
    folder.mkdir()
    day = 86400
    _log(folder, {"eventname": "\\core\\event\\course_completed", "relateduserid": 45},
         {"eventname": "\\core\\event\\course_completed", "relateduserid": 46})  # fmt: skip
    (folder / "grade_items.csv").write_text(
        "id,courseid,itemtype,grademax,grademin\n61,7,course,10,0\n"
    )
    grades = ((45, 6, -day), (45, 9, 5 * day), (46, 7, 5 * day))
    lines = [f"{k},61,{user},{g},{1772438400 + at}" for k, (user, g, at) in enumerate(grades)]
    header = "id,itemid,userid,finalgrade,timemodified"
    (folder / "grade_grades.csv").write_text("\n".join([header, *lines]) + "\n")
    told = import_moodle(folder, tmp_path / "out")
    found = table(tmp_path / "out", "enrolments").set_index("employee_id")["exam_score"]
    assert found.to_dict() == {"45": 60.0, "46": 70.0}
    assert any("1 score was graded after" in sentence for sentence in told.sentences)


def test_people_known_by_their_clicks_alone_are_told(tmp_path: Path) -> None:
    told = import_moodle(_log(tmp_path, {}), tmp_path / "out")
    assert any("1 enrolment is known by what people did alone" in s for s in told.sentences)


def test_the_share_of_modules_done_is_progress(tmp_path: Path) -> None:
    (tmp_path / "course_modules.csv").write_text(
        "id,course,module,instance,completion\n12,7,1,1,1\n13,7,1,2,2\n14,7,1,3,0\n15,7,1,4,1\n"
    )
    (tmp_path / "course_modules_completion.csv").write_text(
        "id,coursemoduleid,userid,completionstate,timemodified\n1,12,45,1,1772438400\n"
        "2,13,45,2,1772438400\n3,15,45,0,1772438400\n4,99,45,1,1772438400\n"
    )
    import_moodle(tmp_path, tmp_path / "out")
    assert table(tmp_path / "out", "enrolments")["progress"].tolist() == [pytest.approx(2 / 3)]
    assert reasons(tmp_path / "out") == ["its module is not in the table course_modules"]


def test_what_is_not_moodles_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(UsageError, match="no file with the columns of a table of Moodle"):
        import_moodle(tmp_path, tmp_path / "out")
    (tmp_path / "grades.csv").write_bytes(b"PK\x03\x04 a spreadsheet")
    with pytest.raises(DataError, match="save it as CSV"):
        import_moodle(tmp_path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_same_files_give_the_same_bytes_and_keep_the_contract(
    moodle: Path, tmp_path: Path
) -> None:
    import_moodle(FILES / "moodle", tmp_path / "again")
    for file in moodle.iterdir():
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes()
    with read_dataset(moodle) as dataset:
        assert sum(dataset.rows_rejected.values()) == 0
