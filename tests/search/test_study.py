"""A study that is killed and taken up again is the same as one in one go."""

import itertools
import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from ptml.errors import TryAgainError, UsageError
from ptml.search.study import kept_study
from ptml.search.trials import Budget, run_trials

from .made_up import objective, search

ABOUT: dict[str, Any] = {
    "model": "lift",
    "fingerprint": "f" * 16,
    "as_of": "2026-10-02",
    "space": {"dimension": []},
    "settings": {},
    "seed": 7,
}


def tried(folder: Path, n_trials: int, pruner: str = "paired") -> list[tuple[Any, ...]]:
    """Run up to so many trials; give parameters, state and value of each that was finished."""
    with kept_study(folder, ABOUT, 7, 5) as kept:
        clock = itertools.count()
        run_trials(
            kept,
            search(objective(), pruner),
            Budget(n_trials),
            lambda: float(next(clock)),
            lambda *_: None,
        )
        return [
            (tuple(one.params.items()), one.state.name, one.value, one.user_attrs["gains"])
            for one in kept.finished
        ]


def test_a_study_taken_up_again_tries_what_one_in_one_go_tries(tmp_path: Path) -> None:
    whole = tried(tmp_path / "whole", 14)
    for n_trials in (1, 6, 7, 14):
        parts = tried(tmp_path / "parts", n_trials)
    assert parts == whole
    assert len(whole) == 14
    assert {state for _, state, *_ in whole} == {"COMPLETE", "PRUNED"}


def test_a_study_killed_at_any_moment_goes_on_as_if_nothing_had_happened(tmp_path: Path) -> None:
    whole = tried(tmp_path / "whole", 12)
    code = (
        "import time; from pathlib import Path; from tests.search import made_up, test_study;"
        "judge = made_up.Hill.judge;"
        "made_up.Hill.judge = lambda *a: (time.sleep(.03), judge(*a))[1];"
        f"test_study.tried(Path({str(tmp_path / 'killed')!r}), 12)"
    )
    journal = tmp_path / "killed" / "journal.log"
    for wanted in (1, 5):
        process = subprocess.Popen([sys.executable, "-c", code], cwd=Path(__file__).parents[2])
        while process.poll() is None and _n_finished(journal) < wanted:
            time.sleep(0.01)
        time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert 1 <= _n_finished(journal) < 12
    # What a kill in the middle of a write leaves.
    with journal.open("a") as file:
        file.write('{"op_code": 4, "wor')
    lock = journal.with_name("journal.log.lock")
    lock.unlink(missing_ok=True)
    lock.symlink_to(journal)
    assert tried(tmp_path / "killed", 12) == whole


def _n_finished(journal: Path) -> int:
    if not journal.exists():
        return 0
    lines = journal.read_text().splitlines()
    # 6 = SET_TRIAL_STATE_VALUES; state 1 = COMPLETE, 2 = PRUNED.
    return sum('"op_code":6' in line and '"state":0' not in line for line in lines)


@pytest.mark.parametrize(
    ("key", "other", "words"),
    [
        ("fingerprint", "0" * 16, "other data"),
        ("as_of", "2026-07-02", r"another as-of date \(2026-10-02\)"),
        ("space", {"dimension": [1]}, "another search space"),
        ("seed", 8, r"another seed \(7\)"),
        ("settings", {"lift": 1}, "other settings"),
        ("model", "recommend", r"another model \(lift\)"),
    ],
)
def test_a_study_of_something_else_is_not_taken_up(
    tmp_path: Path, key: str, other: object, words: str
) -> None:
    tried(tmp_path / "study", 1)
    with (
        pytest.raises(UsageError, match=words),
        kept_study(tmp_path / "study", {**ABOUT, key: other}, 7, 5),
    ):
        pass


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with (
        pytest.raises(UsageError, match=r"no study \(thesis.txt\)"),
        kept_study(tmp_path, ABOUT, 7, 5),
    ):
        pass
    assert not (tmp_path / "study.json").exists()


def test_one_process_at_a_time(tmp_path: Path) -> None:
    with (
        kept_study(tmp_path / "study", ABOUT, 7, 5),
        pytest.raises(TryAgainError),
        kept_study(tmp_path / "study", ABOUT, 7, 5),
    ):
        pass


def test_the_file_beside_the_trials_says_what_they_are_about(tmp_path: Path) -> None:
    tried(tmp_path / "study", 1)
    assert json.loads((tmp_path / "study" / "study.json").read_text()) == ABOUT
