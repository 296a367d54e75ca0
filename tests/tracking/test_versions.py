"""The registry: which version is challenger and champion, and by what it is found."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from ptml.errors import UsageError
from ptml.tracking import (
    CHALLENGER,
    CHAMPION,
    champion_of,
    default_store,
    load_tracked,
    move_alias,
    opened,
    version_of,
)
from tests.tracking.stores import a_model, logged, runs_of

JULY, AUGUST = "7" * 64, "8" * 64


@pytest.fixture
def store(tmp_path: Path, database: Path) -> Path:
    """Two trainings: July and August."""
    store = tmp_path / "mlruns"
    store.mkdir()
    shutil.copy(database, store)
    logged(store, a_model(tmp_path, 7, card="# Lift\n\nJuly."), sha256=JULY)
    logged(store, a_model(tmp_path, 8), sha256=AUGUST)
    return store


def answer(store: Path, alias: str) -> float:
    return float(load_tracked("lift", store, alias).predict(pd.DataFrame({"x": [1.0]}))["y"][0])


def test_a_training_makes_challengers_and_no_champion(store: Path) -> None:
    assert champion_of("lift", store) is None
    found = version_of("lift", CHALLENGER, store)
    assert found is not None
    assert (found.number, found.training, found.tags["as_of"]) == ("2", AUGUST, "2026-10-01")
    assert found.run_id == runs_of(store)["lift"].info.run_id


def test_a_promotion_and_its_rollback_find_the_version_by_the_training(store: Path) -> None:
    assert move_alias("lift", CHAMPION, AUGUST, store) == "2"
    assert answer(store, CHAMPION) == 8.0
    assert move_alias("lift", CHAMPION, JULY, store) == "1"
    assert answer(store, CHAMPION) == 7.0
    assert answer(store, CHALLENGER) == 8.0
    champion = champion_of("lift", store)
    assert champion is not None
    assert champion.training == JULY


def test_a_version_is_found_by_its_number(store: Path) -> None:
    assert move_alias("lift", CHAMPION, "1", store) == "1"
    assert answer(store, CHAMPION) == 7.0


@pytest.mark.parametrize(
    ("name", "version", "reason"),
    [
        ("lift", "9" * 64, r"ptml-lift has no version of the training 999999999999\.\.\."),
        ("lift", "3", "ptml-lift has no version 3; was the training tracked"),
        ("warnings", "1", "ptml-warnings has no version 1"),
        ("lift", "newest", "a version is a number or the SHA-256"),
    ],
)
def test_an_unknown_version_is_told_and_moves_nothing(
    store: Path, name: str, version: str, reason: str
) -> None:
    move_alias("lift", CHAMPION, "1", store)
    with pytest.raises(UsageError, match=reason):
        move_alias(name, CHAMPION, version, store)
    assert answer(store, CHAMPION) == 7.0


def test_the_card_describes_the_version_and_is_kept_whole(store: Path, tmp_path: Path) -> None:
    long = "# Lift\n\n" + "A line of the card.\n" * 400
    logged(store, a_model(tmp_path, 9, card=long))
    with opened(default_store(store)) as mlflow:
        client = mlflow.MlflowClient()
        first, last = (client.get_model_version("ptml-lift", n).description for n in "13")
    assert first == "# Lift\n\nJuly."
    assert last.endswith(
        "A line of the card.\n\n... the whole card is the file `CARD.md` of the run."
    )
    kept = store / "artifacts" / runs_of(store)["lift"].info.run_id / "artifacts" / "CARD.md"
    assert kept.read_text(encoding="utf-8") == long


def test_looking_makes_no_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    with pytest.raises(UsageError, match="no MLflow store in"):
        load_tracked("lift", tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()
