"""An organisation told as statements comes back as it was: enrolments and evidence."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from ptml.sources.importers.xapi import XapiOptions, import_xapi

ADL, TINCAN = "http://adlnet.gov/expapi/verbs/", "http://id.tincanapi.com/verb/"
COURSE_TYPE = "http://adlnet.gov/expapi/activities/course"
PROGRESS = "https://w3id.org/xapi/cmi5/result/extensions/progress"
N_ENROLMENTS = 500


def told(organisation: Path, folder: Path, n: int) -> tuple[Path, pd.DataFrame, pd.DataFrame]:
    """Statements of the first enrolments of an organisation, and what they tell."""
    enrolments = pd.read_parquet(organisation / "enrolments.parquet").head(n)
    evidence = pd.read_parquet(organisation / "transfer_evidence.parquet")
    evidence = evidence[evidence["done_on"].notna()]
    evidence = evidence[evidence["enrolment_id"].isin(enrolments["enrolment_id"])]
    path = folder / "statements.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for row in map(_named, enrolments.to_dict("records")):
            for each in _of_enrolment(row):
                file.write(json.dumps(each) + "\n")
        whose = enrolments.set_index("enrolment_id")
        for row in map(_named, evidence.to_dict("records")):
            file.write(json.dumps(_of_evidence(row, whose)) + "\n")
    kinds = sorted(evidence["kind"].unique())
    rules = [
        f'[[evidence]]\nkind = "{kind}"\nactivity = "https://work.example.com/{kind}"\n'
        for kind in kinds
    ]
    (folder / "map.toml").write_text("\n".join(rules))
    return path, enrolments, evidence


def _named(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(name): value for name, value in row.items()}


def _of_enrolment(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    def statement(verb: str, day: Any, second: int, **result: Any) -> dict[str, Any]:
        return {
            "id": f"{row['enrolment_id']}-{second}",
            "actor": {
                "account": {"homePage": "https://hr.example.com", "name": row["employee_id"]}
            },
            "verb": {"id": verb},
            "object": {"id": row["course_id"], "definition": {"type": COURSE_TYPE}},
            "result": result,
            "context": {"registration": row["enrolment_id"]},
            "timestamp": f"{day}T12:00:{second:02}+08:00",
        }

    ended = row["completed_on"] or row["dropped_on"] or row["started_on"]
    yield statement(f"{ADL}registered", row["enrolled_on"], 0)
    if row["started_on"] is not None:
        yield statement(f"{ADL}initialized", row["started_on"], 1)
        for k in range(int(row["exam_attempts"]) - 1):
            yield statement(f"{ADL}failed", ended, 10 + k, success=False)
        seconds, share = row["minutes"] * 60, row["progress"] * 100
        more = {"extensions": {PROGRESS: share}}
        yield statement(f"{ADL}terminated", ended, 30, duration=f"PT{seconds:.2f}S", **more)
    if row["dropped_on"] is not None:
        yield statement(f"{TINCAN}unregistered", row["dropped_on"], 40)
    if row["completed_on"] is not None:
        score = {"raw": row["exam_score"], "min": 0, "max": 100}
        yield statement(f"{ADL}passed", ended, 41, score=score)
        rating = {"raw": row["satisfaction"], "min": 1, "max": 5}
        yield statement(f"{TINCAN}rated", ended, 42, score=rating)


def _of_evidence(row: dict[str, Any], whose: pd.DataFrame) -> dict[str, Any]:
    enrolment = whose.loc[row["enrolment_id"]]
    return {
        "id": f"{row['enrolment_id']}-{row['kind']}-{row['done_on']}-{row['due_on']}",
        "actor": {
            "account": {"homePage": "https://hr.example.com", "name": enrolment["employee_id"]}
        },
        "verb": {"id": f"{ADL}attempted"},
        "object": {"id": f"https://work.example.com/{row['kind']}"},
        "result": {"score": {"scaled": row["score"]}},
        "context": {"registration": row["enrolment_id"]},
        "timestamp": f"{row['done_on']}T09:00:00+08:00",
    }


def test_an_organisation_told_as_statements_comes_back(organisation: Path, tmp_path: Path) -> None:
    source, enrolments, evidence = told(organisation, tmp_path, N_ENROLMENTS)
    options = XapiOptions(mapping=tmp_path / "map.toml", time_zone="Asia/Taipei")
    import_xapi(source, tmp_path / "out", options)
    keys = ["employee_id", "course_id", "enrolled_on"]
    found = pd.read_parquet(tmp_path / "out" / "enrolments.parquet").sort_values(keys)
    asked = enrolments.sort_values(keys)
    # Half a day past the end of one enrolment is not known: no attempt is written as none.
    attempts = asked["exam_attempts"].where(asked["completed_on"].notna())
    asked = asked.assign(exam_attempts=attempts)
    found = found.assign(exam_attempts=found["exam_attempts"].where(found["completed_on"].notna()))
    columns = [*keys, "started_on", "completed_on", "dropped_on", "progress", "exam_score",
               "exam_attempts", "minutes", "satisfaction"]  # fmt: skip
    pd.testing.assert_frame_equal(
        found[columns].reset_index(drop=True), asked[columns].reset_index(drop=True),
        check_dtype=False, rtol=1e-4,
    )  # fmt: skip
    names = dict(zip(found["enrolment_id"], asked["enrolment_id"], strict=True))
    back = pd.read_parquet(tmp_path / "out" / "transfer_evidence.parquet")
    back = back.assign(enrolment_id=back["enrolment_id"].map(names))
    order = ["enrolment_id", "kind", "done_on", "score"]
    pd.testing.assert_frame_equal(
        back[order].sort_values(order).reset_index(drop=True),
        evidence[order].sort_values(order).reset_index(drop=True),
        check_dtype=False,
        rtol=1e-5,
    )
