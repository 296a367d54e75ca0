"""SCORM 1.2 and 2004 in the forms that learning systems export."""

import json
from pathlib import Path

import pandas as pd
import pytest

from ptml.errors import UsageError
from ptml.sources import read_dataset
from ptml.sources.importers.scorm import ScormOptions, import_scorm
from tests.sources.importers.places import FILES, one, reasons, report, table


@pytest.fixture(scope="module")
def scorm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("scorm") / "out"
    import_scorm(FILES / "scorm", out)
    return out


@pytest.fixture(scope="module")
def enrolments(scorm: Path) -> pd.DataFrame:
    return table(scorm, "enrolments").reset_index().set_index(["employee_id", "course_id"])


def _attempts(tmp_path: Path, *rows: str) -> pd.DataFrame:
    header = "learner_id,course_id,attempt,completed_at,"
    (tmp_path / "attempts.csv").write_text("\n".join([header + rows[0], *rows[1:]]) + "\n")
    import_scorm(tmp_path / "attempts.csv", tmp_path / "out")
    return table(tmp_path / "out", "enrolments")


def test_two_attempts_are_one_enrolment_with_the_best_score(enrolments: pd.DataFrame) -> None:
    ann = one(enrolments, employee_id="E7", course_id="C17")
    assert (ann["exam_score"], ann["exam_attempts"]) == (88.0, 2)
    assert ann["minutes"] == pytest.approx(30 + 15.5 / 60 + 20, abs=1e-4)
    assert str(ann["completed_on"]) == "2026-03-03"


def test_a_course_of_two_parts_is_complete_when_both_are(enrolments: pd.DataFrame) -> None:
    ben = one(enrolments, employee_id="E8", course_id="LADDER")
    assert pd.isna(ben["completed_on"])
    assert (ben["exam_score"], ben["progress"]) == (40.0, 0.5)


def test_an_attempt_long_after_completion_is_a_new_enrolment(enrolments: pd.DataFrame) -> None:
    refresher = enrolments.loc[[("E7", "FORK")]]
    assert refresher["exam_score"].tolist() == [80.0, 95.0]
    assert refresher["enrolment_id"].is_unique


def test_browsing_is_a_start_and_no_completion(enrolments: pd.DataFrame) -> None:
    ben = one(enrolments, employee_id="E8", course_id="FORK")
    assert str(ben["started_on"]) == "2026-01-12"
    assert pd.isna(ben["completed_on"])


def test_registrations_of_scorm_cloud_are_read_with_their_scale(enrolments: pd.DataFrame) -> None:
    ann, ben = (
        one(enrolments, employee_id="ann.lee", course_id="LOCKOUT"),
        one(enrolments, employee_id="ben.cho", course_id="LOCKOUT"),
    )
    assert (ann["exam_score"], ann["minutes"]) == (92.0, 30.0)
    assert [str(ann[n]) for n in ("enrolled_on", "started_on", "completed_on")] == [
        "2026-03-01", "2026-03-04", "2026-03-05"
    ]  # fmt: skip
    assert pd.isna(ben["started_on"])


def test_statuses_and_elements_that_are_not_known_are_kept_beside(scorm: Path) -> None:
    assert reasons(scorm) == [
        "lesson_status done is not known",
        "it names no person",
        "nothing says when it was",
        "completion_status DONE is not known",
        "the element is not known",
    ]
    told = report(scorm)
    assert told["rows"].sum() == 43
    unused = told.query("became == 'left out: of no use for an enrolment'")["name"]
    assert set(unused) == {"exit", "suspend_data", "interactions_n.id"}


def test_a_failed_package_of_the_second_version_may_be_complete(tmp_path: Path) -> None:
    found = _attempts(
        tmp_path,
        "cmi.completion_status,cmi.success_status,cmi.score.scaled,cmi.total_time",
        "E7,C1,1,2026-03-05,completed,failed,0.35,PT10M",
        "E8,C1,1,2026-03-05,incomplete,passed,0.9,PT10M",
        "E9,C1,1,2026-03-05,unknown,passed,0.9,ten minutes",
    ).set_index("employee_id")
    assert str(one(found, employee_id="E7")["completed_on"]) == "2026-03-05"
    assert pd.isna(one(found, employee_id="E8")["completed_on"])
    assert reasons(tmp_path / "out") == ["total_time cannot be read"]


def test_a_raw_score_of_the_first_version_is_of_100_and_others_need_a_scale(
    tmp_path: Path,
) -> None:
    found = _attempts(
        tmp_path,
        "cmi__core__lesson_status,cmi__core__score__raw,cmi__core__score__max",
        "E7,C1,1,2026-03-05,p,45,50",
        "E8,C1,1,2026-03-05,passed,80,",
        "E9,C1,1,2026-03-05,passed,130,",
    ).set_index("employee_id")
    assert found["exam_score"].iloc[:2].tolist() == [90.0, 80.0]
    assert pd.isna(one(found, employee_id="E9")["exam_score"])


def test_moodles_three_tables_of_values_give_what_its_one_gave(tmp_path: Path) -> None:
    track = pd.read_csv(FILES / "scorm" / "scorm_scoes_track.csv")
    elements = {name: k for k, name in enumerate(sorted(track["element"].unique()), start=1)}
    key = ["userid", "scormid", "attempt"]
    attempts = track[key].drop_duplicates().reset_index(drop=True)
    attempts["id"] = attempts.index + 1
    values = track.merge(attempts.rename(columns={"id": "attemptid"}), on=key)
    values["elementid"] = values["element"].map(elements)
    kept = values[["id", "scoid", "attemptid", "elementid", "value", "timemodified"]]
    for folder, tables in (
        ("old", {"scorm_scoes_track": track}),
        ("new", {
            "scorm_scoes_value": kept,
            "scorm_attempt": attempts,
            "scorm_element": pd.DataFrame({"id": elements.values(), "element": elements.keys()}),
        }),
    ):  # fmt: skip
        (tmp_path / folder).mkdir()
        for name, frame in tables.items():
            frame.to_csv(tmp_path / folder / f"{name}.csv", index=False)
        import_scorm(tmp_path / folder, tmp_path / f"{folder}-out")
    pd.testing.assert_frame_equal(
        table(tmp_path / "old-out", "enrolments"), table(tmp_path / "new-out", "enrolments")
    )


def test_the_time_zone_decides_on_the_day(tmp_path: Path) -> None:
    told = json.loads((FILES / "scorm" / "registrations.json").read_text())["registrations"][:1]
    (tmp_path / "registrations.json").write_text(json.dumps(told))
    east = ScormOptions(time_zone="Asia/Taipei")
    import_scorm(tmp_path / "registrations.json", tmp_path / "out", east)
    assert str(table(tmp_path / "out", "enrolments")["started_on"].item()) == "2026-03-05"


def test_what_holds_no_results_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("learner_id,course_id,colour\n1,2,red\n")
    with pytest.raises(UsageError, match="no file of SCORM results"):
        import_scorm(tmp_path, tmp_path / "out")


def test_the_same_files_give_the_same_bytes_and_keep_the_contract(
    scorm: Path, tmp_path: Path
) -> None:
    import_scorm(FILES / "scorm", tmp_path / "again")
    for file in scorm.iterdir():
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes()
    with read_dataset(scorm) as dataset:
        assert sum(dataset.rows_rejected.values()) == 0
