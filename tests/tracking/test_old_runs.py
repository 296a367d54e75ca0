"""Runs of MLflow that are old: those in use are none of them."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ptml.tracking import CHALLENGER, CHAMPION, forget_run, move_alias, old_runs
from tests.tracking.stores import a_model, logged, runs_of

LATER = datetime.now(UTC) + timedelta(days=800)


def test_old_runs_go_and_those_whose_model_has_an_alias_stay(
    tmp_path: Path, database: Path
) -> None:
    store = tmp_path / "mlruns"
    assert old_runs(store, LATER) == {}
    store.mkdir()
    shutil.copy(database, store)
    for factor, sha256 in ((7, "7" * 64), (8, "8" * 64), (9, "9" * 64)):
        logged(store, a_model(tmp_path, factor), sha256=sha256)
    move_alias("lift", CHAMPION, "7" * 64, store)
    move_alias("lift", CHALLENGER, "9" * 64, store)
    before = set(old_runs(store, LATER))
    assert runs_of(store)["lift"].info.run_id not in before
    for run_id in before:
        forget_run(store, run_id)
    assert old_runs(store, LATER) == {}
    assert old_runs(store, LATER - timedelta(days=1600)) == {}
    assert before
