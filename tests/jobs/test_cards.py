"""Training writes the cards, and the hashes of the folder cover them."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from ptml.contracts.artefacts import replace_folder, verified
from ptml.contracts.dataset import dataset_from_frames
from ptml.errors import DataError
from ptml.jobs.cards import card_facts, write_cards
from ptml.jobs.settings import Settings

DAY = date(2026, 1, 1)
FRAMES = {
    "employees": pd.DataFrame(
        {
            "employee_id": ["a", "b", "c"],
            "hired_on": [date(2020, 1, 1), date(2020, 1, 1), date(2026, 1, 1)],
            "left_on": [None, date(2021, 1, 1), None],
            "protected_gender": ["f", "m", "f"],
        }
    ),
    "courses": pd.DataFrame({"course_id": ["k", "l"], "opened_on": [None, date(2026, 5, 1)]}),
    "enrolments": pd.DataFrame(
        {
            "enrolment_id": ["1", "2", "3"],
            "employee_id": ["a", "a", "c"],
            "course_id": ["k", "k", "l"],
            "enrolled_on": [date(2025, 3, 1), date(2026, 1, 1), date(2026, 6, 1)],
        }
    ),
}


def test_what_became_known_later_is_not_counted() -> None:
    with dataset_from_frames(FRAMES) as dataset:
        facts = card_facts(dataset, DAY, Settings())
    counted = {row[0]: row[1:] for row in facts.contents.rows}
    assert counted["People employed on that day"][0] == "1"
    assert counted["Courses that had opened"][0] == "1"
    assert counted["Courses enrolled for"] == ("1", "2025-03-01 to 2025-03-01")
    assert counted["Performance values"][0] == "none"
    assert facts.protected == ("gender",)


def test_settings_that_differ_from_the_default_are_named_and_no_others() -> None:
    settings = Settings.model_validate({"seed": 3, "lift": {"n_folds": 7}, "card": {"owner": "x"}})
    with dataset_from_frames(FRAMES) as dataset:
        facts = card_facts(dataset, DAY, settings)
    assert [row[0] for row in facts.changed.rows] == ["seed", "lift.n_folds"]


def test_the_hashes_of_a_training_cover_its_cards(tmp_path: Path) -> None:
    out = tmp_path / "models"
    with dataset_from_frames(FRAMES) as dataset, replace_folder(out, {}) as folder:
        (folder / "lift").mkdir()
        write_cards(folder, ["lift"], dataset, DAY, Settings(), [])
    assert "lift/CARD.md" in verified(out)["sha256"]
    with (out / "lift" / "CARD.md").open("a") as file:
        file.write("improved by hand")
    with pytest.raises(DataError, match="changed after writing"):
        verified(out)
