"""From a database into a database: the run is the one from files, to the byte."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest
from psycopg import sql

from ptml.contracts.inputs import INPUT_TABLES
from ptml.contracts.manifest import FILES
from ptml.contracts.outputs import OUTPUT_TABLES
from ptml.errors import UsageError
from ptml.jobs.ledger import Ledger
from ptml.jobs.migrate import run_migration
from ptml.jobs.outcome import parts_of
from ptml.jobs.progress import Silent
from ptml.jobs.score import run_scoring
from ptml.publish import read_run
from tests.conftest import SETTINGS, SETTINGS_TEXT, at_noon
from tests.postgres_server import Server

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def in_a_folder_of_the_test(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Records of runs in a database lie where one stands."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def source(server: Server, organisation: Path) -> str:
    """The organisation's tables, as text, in a schema."""
    with server.connect() as owner:
        owner.execute("CREATE SCHEMA company")
        for name in INPUT_TABLES:
            if (organisation / f"{name}.parquet").exists():
                table = pq.read_table(organisation / f"{name}.parquet")
                columns = sql.SQL(", ").join(
                    sql.SQL("{} text").format(sql.Identifier(c)) for c in table.column_names
                )
                place = sql.Identifier("company", name)
                owner.execute(sql.SQL("CREATE TABLE {} ({})").format(place, columns))
                written = io.BytesIO()
                pa_csv.write_csv(table, written, pa_csv.WriteOptions(include_header=False))
                query = sql.SQL("COPY {} FROM STDIN (FORMAT csv)").format(place)
                with owner.cursor().copy(query) as copy:
                    copy.write(written.getvalue())
    return server.address("company")


@pytest.fixture(scope="module")
def answers(source: str, server: Server, models: Path) -> str:
    """A schema with the run of that source, for a role that has a password."""
    server.ask("CREATE ROLE scorer LOGIN SUPERUSER PASSWORD 's3cret'")
    out = server.address("answers", "scorer:s3cret")
    run_migration(out, [], [], SETTINGS)
    run_scoring(source, models, out, None, SETTINGS, [], at_noon, Silent())
    return out


def test_a_schema_that_was_not_migrated_is_refused_before_anything_is_read(
    server: Server, models: Path, call: Call
) -> None:
    out = server.address("fresh")
    with pytest.raises(UsageError, match=r"has no output schema of ptml; run `ptml migrate"):
        run_scoring("nowhere", models, out, None, SETTINGS, [], at_noon, Silent())
    code, told, _ = call("migrate", out, "--json")
    assert code == 0
    assert json.loads(told)["before"] is None


def test_a_run_from_a_database_into_a_database_is_the_run_from_files(
    answers: str, published: Path, call: Call, tmp_path: Path
) -> None:
    wanted, found = read_run(str(published)), read_run(answers)
    assert found.about["run_id"] == wanted.about["run_id"]
    for name in OUTPUT_TABLES:
        # Rows of a run are a set to a database; on disk they lie in the order of writing.
        assert found.arrow(name).num_rows == wanted.arrow(name).num_rows, name
        if name != "runs":
            assert found.arrow(name).equals(wanted.arrow(name)), name
    assert call("report", answers, "--to", tmp_path / "page.html")[0] == 0
    assert wanted.about["run_id"] in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_a_run_in_a_database_is_recorded_by_the_hashes_of_its_tables_and_no_password(
    answers: str, source: str, models: Path, published: Path, call: Call, tmp_path: Path
) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text(SETTINGS_TEXT, encoding="utf-8")
    words = ("--models", models, "--out", answers, "--settings", settings, "--runs", "runs")
    code, told, _ = call("score", source, *words)
    assert code == 0
    assert "no change" in told
    [record] = Ledger(tmp_path / "runs").records()
    made = parts_of(read_run(str(published)).about[FILES])
    assert {name: record["outcome"]["made"][name] for name in made} == made
    assert "s3cret" not in told + json.dumps(record)


def test_what_a_database_holds_is_replayed_to_the_last_bit(
    answers: str, source: str, models: Path, call: Call
) -> None:
    run = read_run(answers)
    row = run.tables["recommendations"].iloc[0]
    words = ("--out", answers, "--data", source, "--models", models, "--run", run.about["run_id"])
    code, told, _ = call("replay", f"{row['employee_id']}/{row['course_id']}", *words)
    assert (code, "the same to the last bit" in told) == (0, True)
    code, _, told = call("replay", "nobody/nothing", *words)
    assert (code, "s3cret" in told) == (2, False)


def test_only_a_database_is_migrated(call: Call, tmp_path: Path) -> None:
    code, _, told = call("migrate", tmp_path)
    assert code == 2
    assert "no other place needs a migration" in told


def test_no_message_holds_the_password(
    call: Call, models: Path, organisation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    out = "postgresql://ann:s3cret@127.0.0.1:1/hr"
    for words in (
        ("migrate", out),
        ("report", out),
        ("score", organisation, "--models", models, "--out", out),
    ):
        code, shown, told = call(*words)
        assert code == 75
        assert "s3cret" not in shown + told
        assert "cannot be reached" in told
