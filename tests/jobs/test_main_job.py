"""The main job from tables to tables."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ptml.jobs.oracle import against_simulation
from ptml.jobs.progress import Silent
from ptml.jobs.report import run_report
from ptml.jobs.score import run_scoring
from ptml.jobs.settings import Settings
from ptml.jobs.train import run_training
from ptml.publish import read_run
from ptml.simulate import SimulationConfig, simulate
from tests.conftest import SETTINGS, at_noon

A_TABLES = ("employees", "courses", "enrolments")


def test_every_output_table_is_published(published: Path) -> None:
    tables = read_run(str(published)).tables
    for name in ("recommendations", "lift", "course_health", "needs", "portraits", "segments"):
        assert len(tables[name]) > 0, name
    assert tables["runs"]["status"].tolist() == ["complete"]
    assert (published / "recommendations.parquet").exists()


def test_all_that_a_run_names_can_be_shown_with_a_name(published: Path) -> None:
    tables = read_run(str(published)).tables
    people, units, names = (tables[name] for name in ("people", "units", "names"))
    assert set(people["employee_id"]) == set(tables["segments"]["employee_id"])
    shown = (table for name, table in tables.items() if name not in ("units", "rejected_rows"))
    for table in shown:
        for column, known in (
            ("course_id", tables["course_health"]["course_id"]),
            ("org_unit_id", units["org_unit_id"]),
            ("role_id", names.loc[names["kind"] == "role", "id"]),
            ("competency_id", names.loc[names["kind"] == "competency", "id"]),
        ):
            if column in table:
                assert set(table[column].dropna()) <= set(known), column
    assert set(units["parent_id"].dropna()) <= set(units["org_unit_id"])


def test_what_happened_is_told_of_those_whose_completions_are_judged(published: Path) -> None:
    tables = read_run(str(published)).tables
    events, warnings = tables["timelines"], tables["warnings"]
    assert set(events["employee_id"]) == set(warnings["employee_id"]) != set()
    assert set(warnings["employee_id"]) <= set(tables["people"]["employee_id"])
    completed = events.loc[events["kind"] == "completed", "enrolment_id"]
    assert set(warnings["enrolment_id"]) <= set(completed)
    assert (events["happened_on"] < events["as_of"]).all()


def test_notes_of_a_run_tell_no_count_under_five(published: Path) -> None:
    [rows] = pd.read_parquet(published / "runs.parquet")["rows"]
    told = [note for note in json.loads(rows)["notes"] if "suggest" in note]
    assert len(told) == 2
    assert "under 5" in " ".join(told)
    assert not [n for note in told for n in re.findall(r" (\d+)(?:;|$)", note) if int(n) < 5]


def test_recommended_courses_are_neither_taken_nor_harmful(
    organisation: Path, published: Path
) -> None:
    recommended = pd.read_parquet(published / "recommendations.parquet")
    enrolments = pd.read_parquet(organisation / "enrolments.parquet")
    taken = enrolments[enrolments["dropped_on"].isna()]
    both = recommended.merge(taken, on=["employee_id", "course_id"])
    assert both.empty
    assert not (recommended["lift"] <= 0).any()
    assert recommended.groupby("employee_id")["rank"].max().max() <= 10


def test_exposures_say_what_is_recommended_and_with_which_probability(published: Path) -> None:
    keys = ["employee_id", "rank", "course_id"]
    recommended = pd.read_parquet(published / "recommendations.parquet")
    exposures = pd.read_parquet(published / "exposures.parquet")
    pd.testing.assert_frame_equal(exposures[keys], recommended[keys])
    assert exposures["policy"].nunique() == 1
    assert exposures["propensity"].between(0, 1, inclusive="right").all()
    drawn = recommended["reasons"].str.contains("explored.draw")
    assert drawn.tolist() == exposures["explored"].tolist()
    last = exposures["rank"] == exposures.groupby("employee_id")["rank"].transform("max")
    assert (exposures.loc[~last, "propensity"] == 1).all()
    assert (exposures.loc[exposures["explored"], "propensity"] <= 0.05 / 2).all()


def test_what_is_shown_does_not_depend_on_buckets(
    organisation: Path, models: Path, tmp_path: Path
) -> None:
    found, about = [], []
    for size in (100, 10_000):
        settings = Settings.model_validate(
            {
                "scoring": {"bucket_employees": size},
                "rank": {"top_k": 3},
                "explore": {"share": 0.5},
            }
        )
        out = tmp_path / f"out-{size}"
        run_scoring(str(organisation), models, str(out), None, settings, [], at_noon, Silent())
        table = pd.read_parquet(out / "exposures.parquet").drop(columns=["run_id"])
        found.append(table.sort_values(["employee_id", "rank"]).reset_index(drop=True))
        evidence = pd.read_parquet(out / "evidence.parquet")
        about.append(evidence.drop(columns=["run_id"]))
    pd.testing.assert_frame_equal(about[0], about[1])
    assert found[0]["explored"].sum() > 10
    pd.testing.assert_frame_equal(found[0], found[1])


def test_evidence_says_what_lists_are_like_and_what_each_group_is_offered(published: Path) -> None:
    recommended = pd.read_parquet(published / "recommendations.parquet")
    evidence = pd.read_parquet(published / "evidence.parquet")
    figure = dict(zip(evidence["name"], evidence["value"], strict=True))
    lift = pd.read_parquet(published / "lift.parquet")
    coverage = recommended["course_id"].nunique() / lift["course_id"].nunique()
    assert figure["coverage"] == pytest.approx(coverage)
    assert figure["mandatory_share"] == 0
    assert 0 < figure["intra_list_diversity"] < 1
    groups = {name.split("/")[1] for name in figure if name.startswith("offered/")}
    assert groups == {"gender", "birth_year"}


def test_protected_attributes_change_the_audit_and_no_answer(
    organisation: Path, models: Path, published: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    shutil.copytree(organisation, data)
    employees = pd.read_parquet(data / "employees.parquet")
    mixed = employees["protected_gender"].sample(frac=1, random_state=1).to_numpy()
    employees.assign(protected_gender=mixed).to_parquet(data / "employees.parquet")
    retrained, out = tmp_path / "models", tmp_path / "out"
    run_training(str(data), retrained, None, SETTINGS, ["recommend"], False, Silent())
    for part in ("preference", "completion"):
        file = f"recommend/{part}"
        for path in sorted((models / file).iterdir()):
            assert (retrained / file / path.name).read_bytes() == path.read_bytes(), path.name
    run_scoring(str(data), models, str(out), None, SETTINGS, [], at_noon, Silent())
    before, after = read_run(str(published)).tables, read_run(str(out)).tables
    same = ("recommendations", "exposures", "lift", "warnings", "segments", "people", "timelines")
    for name in same:
        pd.testing.assert_frame_equal(
            before[name].drop(columns=["run_id"]), after[name].drop(columns=["run_id"])
        )
    offered = [
        t["evidence"].query("name == 'offered/gender/f/expected_gain'")["value"].item()
        for t in (before, after)
    ]
    assert offered[0] != offered[1]


def test_shares_of_a_warning_add_up_to_its_log_odds(published: Path) -> None:
    warnings = pd.read_parquet(published / "warnings.parquet")
    for row in warnings.head(200).itertuples():
        shares = sum(reason["share"] for reason in json.loads(str(row.reasons)))
        p = float(row.p_weak)  # type: ignore[arg-type]
        assert row.base_value + shares == pytest.approx(np.log(p / (1 - p)), abs=1e-6)


def test_same_input_and_seed_give_the_same_bytes(
    organisation: Path, published: Path, tmp_path: Path
) -> None:
    models = tmp_path / "models"
    run_training(str(organisation), models, None, SETTINGS, [], False, Silent())
    out = tmp_path / "out"
    run_scoring(str(organisation), models, str(out), None, SETTINGS, [], at_noon, Silent())
    for file in sorted(published.glob("*.parquet")):
        assert (out / file.name).read_bytes() == file.read_bytes(), file.name


def test_a_duckdb_file_holds_the_same_run(
    organisation: Path, models: Path, published: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.duckdb"
    run_scoring(str(organisation), models, str(out), None, SETTINGS, [], at_noon, Silent())
    keys = ["employee_id", "course_id"]
    found = read_run(str(out)).tables["lift"].sort_values(keys).reset_index(drop=True)
    wanted = read_run(str(published)).tables["lift"].sort_values(keys).reset_index(drop=True)
    pd.testing.assert_frame_equal(found[wanted.columns], wanted, check_dtype=False)


def test_rows_dated_later_change_nothing(organisation: Path, tmp_path: Path) -> None:
    later = tmp_path / "later"
    later.mkdir()
    enrolments = pd.read_parquet(organisation / "enrolments.parquet")
    known = enrolments[enrolments["enrolled_on"] < pd.Timestamp("2026-01-02").date()]
    for file in organisation.glob("*.parquet"):
        frame = pd.read_parquet(file)
        if "enrolment_id" in frame.columns:
            frame = frame[frame["enrolment_id"].isin(known["enrolment_id"])]
        frame.to_parquet(later / file.name)
    outs = []
    for source in (organisation, later):
        out = tmp_path / f"out-{source.name}"
        models = tmp_path / f"models-{source.name}"
        day = pd.Timestamp("2026-01-02").date()
        run_training(str(source), models, day, SETTINGS, ["recommend"], False, Silent())
        only = ["recommend"]
        run_scoring(str(source), models, str(out), day, SETTINGS, only, at_noon, Silent())
        found = pd.read_parquet(out / "recommendations.parquet")
        outs.append(found.drop(columns=["run_id"]))
    pd.testing.assert_frame_equal(outs[0], outs[1])


def test_the_a_tables_alone_still_recommend(organisation: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    for name in A_TABLES:
        (data / f"{name}.parquet").write_bytes((organisation / f"{name}.parquet").read_bytes())
    trained = run_training(str(data), tmp_path / "m", None, SETTINGS, [], False, Silent())
    assert trained["models"] == ["recommend"]
    out = str(tmp_path / "out")
    told = run_scoring(str(data), tmp_path / "m", out, None, SETTINGS, [], at_noon, Silent())
    tables = read_run(out).tables
    assert len(tables["recommendations"]) > 0
    assert tables["recommendations"]["lift"].isna().all()
    assert tables["lift"].empty
    assert any("performance" in sentence for sentence in told["sentences"])
    assert Path(run_report(out, None, Silent())["report"]).stat().st_size > 10_000


@pytest.mark.parametrize(
    "sizes",
    [
        {"n_employees": 1},
        {"n_courses": 1, "mandatory_courses": 0, "n_employees": 60},
        {"n_courses": 3, "mandatory_courses": 3, "n_employees": 60},
        {"n_quarters": 1, "n_employees": 60, "n_courses": 5},
    ],
    ids=["one employee", "one course", "all mandatory", "one period"],
)
def test_small_organisations_end_in_tables_and_refusals(
    sizes: dict[str, int], tmp_path: Path
) -> None:
    data, models, out = tmp_path / "data", tmp_path / "models", str(tmp_path / "out")
    simulate(SimulationConfig.model_validate({"n_courses": 6, "seed": 3, **sizes}), data)
    run_training(str(data), models, None, SETTINGS, [], False, Silent())
    run_scoring(str(data), models, out, None, SETTINGS, [], at_noon, Silent())
    lift = read_run(out).tables["lift"]
    assert not (lift["status"] == "ok").any()
    assert lift["lift"].isna().all()
    run_report(out, None, Silent())


def test_an_organisation_without_completions_still_recommends(
    organisation: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    for file in organisation.glob("*.parquet"):
        frame = pd.read_parquet(file)
        if file.stem == "enrolments":
            frame["completed_on"] = None
            frame["exam_score"] = None
        if file.stem != "transfer_evidence":
            frame.to_parquet(data / file.name)
    run_training(str(data), tmp_path / "m", None, SETTINGS, [], False, Silent())
    out = str(tmp_path / "out")
    run_scoring(str(data), tmp_path / "m", out, None, SETTINGS, [], at_noon, Silent())
    assert len(read_run(out).tables["recommendations"]) > 0
    assert read_run(out).tables["warnings"].empty


def test_published_lifts_can_be_held_against_the_truth(organisation: Path, published: Path) -> None:
    found = against_simulation(organisation, str(published))
    assert found["figures"]["n_people"] > 400
    assert abs(found["figures"]["bias"]["ptml"]) < 2.0
