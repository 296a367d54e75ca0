"""A run that takes over what did not change since an earlier one is a full run, to the byte."""

import json
import shutil
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from ptml.contracts.ids import IdMap
from ptml.contracts.manifest import MANIFEST, write_manifest
from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.errors import ACTION_NEEDED, UsageError
from ptml.jobs.listing import Known, Lists, lists_of
from ptml.jobs.person_inputs import input_digests
from ptml.jobs.previous_run import LATEST, Since, find_previous
from ptml.jobs.progress import Silent
from ptml.jobs.reuse import LISTS
from ptml.jobs.run_shared import RunShared
from ptml.jobs.score import exit_code, run_scoring
from ptml.jobs.settings import Settings
from ptml.jobs.shared_inputs import shared_digests
from ptml.publish import PublishedRun, RunRecord, read_run
from ptml.sources import read_dataset
from tests.conftest import SETTINGS, at_noon

# In the middle of a quarter: what became known since its first day is in no shared sum yet.
DAY = date(2026, 8, 20)
IN_QUARTER = pd.Timestamp(2026, 8, 3)
Frames = dict[str, pd.DataFrame]


def score(
    data: Path, models: Path, out: Path, since: Since | None = None, settings: Settings = SETTINGS
) -> list[str]:
    """Score, and give what was told."""
    told = run_scoring(str(data), models, str(out), DAY, settings, [], at_noon, Silent(), since)
    return list(told["sentences"])


@pytest.fixture(scope="module")
def before(organisation: Path, models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What was published before anything changed."""
    out = tmp_path_factory.mktemp("before") / "out"
    score(organisation, models, out)
    return out


def copied(before: Path, place: Path) -> Path:
    """A place of its own that holds the run from before."""
    shutil.copytree(before, place, symlinks=True)
    return place


def changed_data(organisation: Path, place: Path, change: Callable[[Frames], None]) -> Path:
    """The organisation's tables after a change."""
    shutil.copytree(organisation, place, ignore=shutil.ignore_patterns("truth"))
    frames = {path.stem: pd.read_parquet(path) for path in place.glob("*.parquet")}
    old = {name: frame.copy() for name, frame in frames.items()}
    change(frames)
    for name, frame in frames.items():
        if not frame.equals(old[name]):
            frame.to_parquet(place / f"{name}.parquet", index=False)
    return place


def bytes_of(out: Path) -> dict[str, bytes]:
    """All tables of a run, and its manifest."""
    return {path.name: path.read_bytes() for path in sorted((out / "current").resolve().iterdir())}


def assert_same_run(out: Path, full: Path) -> None:
    """Byte by byte, naming the files that differ."""
    one, other = bytes_of(out), bytes_of(full)
    assert sorted(one) == sorted(other)
    assert [name for name in one if one[name] != other[name]] == []


def employed(frames: Frames, seed: int, n: int) -> list[str]:
    """Some people who were there all the time."""
    people = frames["employees"]
    there = people[
        people["left_on"].isna() & (pd.to_datetime(people["hired_on"]) < pd.Timestamp(2026, 1, 1))
    ]
    return list(np.random.default_rng(seed).choice(there["employee_id"], n, replace=False))


def late_score(frames: Frames, person: str) -> None:
    """Another score comes in for a course that somebody has completed this quarter."""
    log = frames["enrolments"]
    completed = pd.to_datetime(log["completed_on"])
    of_quarter = log.index[(completed > IN_QUARTER) & (completed < pd.Timestamp(DAY))]
    at = of_quarter[sum(map(ord, person)) % len(of_quarter)]
    log.loc[at, "exam_score"] = 12.5 if log.loc[at, "exam_score"] != 12.5 else 99.5


def new_enrolment(frames: Frames, person: str) -> None:
    """The person has enrolled this week in a course that was never taken."""
    log = frames["enrolments"]
    taken = set(log.loc[log["employee_id"] == person, "course_id"])
    courses = frames["courses"]["course_id"]
    course = next((c for c in courses if c not in taken), courses.iloc[0])
    row = log.iloc[[-1]].assign(
        enrolment_id=f"new-{person}",
        employee_id=person,
        course_id=course,
        enrolled_on=date(2026, 8, 17),
        completed_on=None,
        dropped_on=None,
        exam_score=None,
        satisfaction=None,
    )
    row = row.assign(**({"started_on": None} if "started_on" in log else {}))
    frames["enrolments"] = pd.concat([log, row], ignore_index=True)


def new_place(frames: Frames, person: str) -> None:
    """The person has moved to another unit and manager since the quarter began."""
    log = frames["assignments"]
    at = log.index[log["employee_id"] == person][-1]
    others = log[(log["org_unit_id"] != log.loc[at, "org_unit_id"]) & log["manager_id"].notna()]
    move = log.loc[[at]].assign(
        valid_from=IN_QUARTER.date(),
        org_unit_id=others["org_unit_id"].iloc[0],
        manager_id=others["manager_id"].iloc[0],
    )
    log.loc[at, "valid_to"] = IN_QUARTER.date()
    frames["assignments"] = pd.concat([log, move], ignore_index=True)


def gone(frames: Frames, person: str) -> None:
    """The person has left this quarter."""
    people = frames["employees"]
    people.loc[people["employee_id"] == person, "left_on"] = IN_QUARTER.date()


def hired(frames: Frames, person: str) -> None:
    """Somebody new is there, in the place of a colleague."""
    people, places = frames["employees"], frames["assignments"]
    name = f"new-of-{person}"
    new = people[people["employee_id"] == person].assign(
        employee_id=name, hired_on=IN_QUARTER.date()
    )
    place = (
        places[places["employee_id"] == person]
        .iloc[[-1]]
        .assign(employee_id=name, valid_from=IN_QUARTER.date(), valid_to=None)
    )
    frames["employees"] = pd.concat([people, new], ignore_index=True)
    frames["assignments"] = pd.concat([places, place], ignore_index=True)


def goals_dropped(frames: Frames, person: str) -> None:
    """Somebody takes a goal back."""
    goals = frames["personal_goals"]
    frames["personal_goals"] = goals.drop(goals.index[sum(map(ord, person)) % len(goals)])


CHANGES = (late_score, new_enrolment, new_place, gone, hired, goals_dropped)


def by_chance(seed: int) -> Callable[[Frames], None]:
    """Some changes to some people."""

    def change(frames: Frames) -> None:
        rng = np.random.default_rng(seed)
        for person in employed(frames, seed, 12):
            CHANGES[int(rng.integers(len(CHANGES)))](frames, person)

    return change


def each_once(frames: Frames) -> None:
    """Every kind of change, each to another person."""
    for change, person in zip(CHANGES, employed(frames, 7, len(CHANGES)), strict=True):
        change(frames, person)


@pytest.mark.parametrize("seed", [None, 1])
def test_scoring_what_changed_gives_the_bytes_of_a_full_run(
    organisation: Path, models: Path, before: Path, tmp_path: Path, seed: int | None
) -> None:
    change = each_once if seed is None else by_chance(seed)
    data = changed_data(organisation, tmp_path / "data", change)
    score(data, models, tmp_path / "full")
    out = copied(before, tmp_path / "out")
    [told] = [s for s in score(data, models, out, Since(LATEST)) if "scored anew" in s]
    n_fresh = int(told.split()[0])
    assert 0 < n_fresh <= 12
    assert told.endswith(f"those of run {read_run(str(before)).about['run_id']}")
    assert_same_run(out, tmp_path / "full")


def told_of(sentences: list[str]) -> str:
    """What is said of who was scored."""
    [told] = [s for s in sentences if "scored" in s]
    return told


@pytest.fixture(scope="module")
def changed(organisation: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data in which one person's score has changed."""
    place = tmp_path_factory.mktemp("changed") / "data"
    return changed_data(organisation, place, lambda frames: late_score(frames, "A"))


@pytest.fixture(scope="module")
def full(changed: Path, models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A full run of that."""
    out = tmp_path_factory.mktemp("full") / "out"
    score(changed, models, out)
    return out


def test_lists_are_asked_for_nobody_whose_rows_are_the_same(
    changed: Path, models: Path, before: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def count(known: Known, *words: object) -> Lists:
        asked.append(len(known.asked.rows))
        return lists_of(known, *words)  # type: ignore[arg-type]

    monkeypatch.setattr("ptml.jobs.bucket_answers.lists_of", count)
    out = copied(before, tmp_path / "out")
    run_id = read_run(str(before)).about["run_id"]
    told = told_of(score(changed, models, out, Since(run_id)))
    assert told == f"1 of 533 people scored anew; the lists of the others are those of run {run_id}"
    assert asked == [1]


def read_about(out: Path) -> dict[str, object]:
    """What a run was made by."""
    about = json.loads((out / "current" / MANIFEST).read_text(encoding="utf-8"))
    return {name: about[name] for name in ("model_versions", "settings", "code")}


def asked_again(data: Path, before: Path, **other: object) -> PublishedRun | str:
    """What is found in the place from before for a run that is like it but for some things."""
    told = {**read_about(before), **other}
    with read_dataset(str(data), "1GB") as dataset:
        record = RunRecord(DAY, dataset.fingerprint, started_at=at_noon(), **told)  # type: ignore[arg-type]
        shared = shared_digests(RunShared.of(dataset, DAY, SETTINGS))
    return find_previous(str(before), LATEST, record, shared)


def test_what_all_share_having_changed_everybody_is_scored(
    organisation: Path, before: Path, tmp_path: Path
) -> None:
    def correct(frames: Frames) -> None:
        log = frames["enrolments"]
        old = log.index[pd.to_datetime(log["completed_on"]) < pd.Timestamp(2026, 1, 1)][0]
        log.loc[old, "exam_score"] = 1.5

    data = changed_data(organisation, tmp_path / "data", correct)
    assert isinstance(asked_again(organisation, before), PublishedRun)
    assert "what people share changed" in str(asked_again(data, before))


def test_other_courses_ask_for_everybody(organisation: Path, before: Path, tmp_path: Path) -> None:
    def rename(frames: Frames) -> None:
        frames["courses"].loc[0, "title"] = "another title"

    data = changed_data(organisation, tmp_path / "data", rename)
    assert "tables of the company changed" in str(asked_again(data, before))


def trained_again(models: Path, place: Path, part: str) -> Path:
    """The models, one of which is in another file that says the same."""
    shutil.copytree(models, place)
    path = place / part / "CARD.md"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    about = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
    told = {name: value for name, value in about.items() if name not in ("sha256", "seal")}
    (place / MANIFEST).unlink()
    write_manifest(place, told)
    return place


def test_other_warnings_leave_lists_as_they_are(
    changed: Path, models: Path, before: Path, tmp_path: Path
) -> None:
    other = trained_again(models, tmp_path / "models", "warnings")
    score(changed, other, tmp_path / "full")
    out = copied(before, tmp_path / "out")
    assert told_of(score(changed, other, out, Since(LATEST))).startswith("1 of 533")
    assert_same_run(out, tmp_path / "full")


def test_other_models_settings_or_code_ask_for_everybody(organisation: Path, before: Path) -> None:
    about = read_run(str(before)).about
    versions = {**about["model_versions"], "lift/model.json": "0"}
    found = asked_again(organisation, before, model_versions=versions)
    assert found == "models changed: lift"
    assert asked_again(organisation, before, code="0") == "other code made it"
    settings = {**about["settings"], "rank": {"top_k": 3}}
    found = asked_again(organisation, before, settings=settings)
    assert found == "settings changed: rank"
    settings = {**about["settings"], "budget": {"money": 1.0}}
    found = asked_again(organisation, before, settings=settings)
    assert isinstance(found, PublishedRun)


def test_another_cut_of_the_people_gives_the_same_bytes(
    changed: Path, models: Path, before: Path, tmp_path: Path
) -> None:
    scoring = SETTINGS.scoring.model_copy(update={"bucket_employees": 130, "workers": 1})
    settings = SETTINGS.model_copy(update={"scoring": scoring})
    score(changed, models, tmp_path / "full", None, settings)
    out = copied(before, tmp_path / "out")
    assert told_of(score(changed, models, out, Since(LATEST), settings)).startswith("1 of 533")
    assert_same_run(out, tmp_path / "full")


def test_a_run_in_a_duckdb_file_is_taken_up_too(
    organisation: Path, changed: Path, models: Path, full: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.duckdb"
    score(organisation, models, out)
    assert told_of(score(changed, models, out, Since(LATEST))).startswith("1 of 533")
    found, wanted = read_run(str(out)), read_run(str(full))
    for name in OUTPUT_TABLES:
        assert found.arrow(name).equals(wanted.arrow(name)), name


def test_a_proof_scores_everybody_and_says_that_it_is_the_same(
    changed: Path, models: Path, before: Path, full: Path, tmp_path: Path
) -> None:
    out = copied(before, tmp_path / "out")
    told = score(changed, models, out, Since(LATEST, prove=True))
    assert "proved: scoring everybody gives the same to the last bit" in told
    assert_same_run(out, full)


def test_a_proof_that_fails_publishes_the_full_run_and_calls_for_a_person(
    organisation: Path,
    changed: Path,
    models: Path,
    full: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:

    def blind(tables: Mapping[str, pa.Table], employees: IdMap) -> pa.Array:
        # As if no score were any input.
        log = tables["enrolments"]
        at = log.schema.get_field_index("exam_score")
        nothing = pa.nulls(len(log), pa.float64())
        return input_digests(
            {**tables, "enrolments": log.set_column(at, "exam_score", nothing)}, employees
        )

    monkeypatch.setattr("ptml.jobs.bucket_answers.input_digests", blind)
    out = tmp_path / "out"
    score(organisation, models, out)
    summary = run_scoring(
        *(str(changed), models, str(out), DAY, SETTINGS, [], at_noon, Silent()),
        since=Since(LATEST, prove=True),
    )
    assert "warnings" not in summary["differences"]
    assert summary["differences"]
    assert exit_code(summary) == ACTION_NEEDED
    found, wanted = bytes_of(out), bytes_of(full)
    assert all(found[f"{name}.parquet"] == wanted[f"{name}.parquet"] for name in LISTS)


def test_a_run_that_is_gone_is_the_callers_mistake_and_none_at_all_is_not(
    changed: Path, models: Path, before: Path, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="does not hold run 20250101-0"):
        score(changed, models, copied(before, tmp_path / "out"), Since("20250101-0"))
    told = find_previous(str(tmp_path / "new"), LATEST, RunRecord(DAY, "", {}, {}, at_noon()), {})
    assert told == "no run was published there before"


def test_a_damaged_run_is_not_taken_over(organisation: Path, before: Path, tmp_path: Path) -> None:
    out = copied(before, tmp_path / "out")
    file = (out / "current").resolve() / "lift.parquet"
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(bytes(data))
    found = asked_again(organisation, out, **read_about(before))
    assert "lift.parquet in" in str(found)
    assert "changed after writing" in str(found)


def test_a_proof_of_nothing_is_refused(call: Callable[..., tuple[int, str, str]]) -> None:
    code, _, error = call("score", "data", "--models", "m", "--out", "o", "--prove")
    assert code == UsageError.exit_code
    assert "--prove needs --since" in error
