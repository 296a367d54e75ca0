"""One small organisation, trained and scored once for all tests of the jobs."""

import tomllib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ptml.jobs.progress import Silent
from ptml.jobs.score import run_scoring
from ptml.jobs.settings import Settings
from ptml.jobs.train import run_training
from ptml.simulate import SimulationConfig, simulate
from tests.postgres_server import Server, started

# Few trees, and few rounds of what tells how sure the models are: what is learnt is good enough to
# be told apart, in a third of the time.
SETTINGS_TEXT = """
recommend = {trials = 1}
ranker = {n_trees = 40, learning_rate = 0.2, patience = 10, fewest_trees = 10}
lift = {n_trees = 20, n_folds = 2, num_threads = 1}
path = {checked_people = 2}
scoring = {bucket_employees = 300}

[warning]
trees = {n_trees = 25, learning_rate = 0.3}
n_resamples = 2
checked = {n_folds = 2, n_trees = 10}
"""
SETTINGS = Settings.model_validate(tomllib.loads(SETTINGS_TEXT))

# The files that take longest, in the order of `make test`: a process takes one after another, and
# the other one must not wait for a long one at the end. The first compiles kernels that all others
# find compiled, while the second needs none. Not those of the browser: the loop of its driver runs
# till the process ends, and what follows there could have none of its own.
_LONGEST = (
    *("jobs/test_main_job.py", "publish/test_store.py", "test_notebooks.py"),
    *("jobs/test_resume.py", "jobs/test_faults.py", "jobs/spark/test_engine.py"),
    *("publish/test_erasing_store.py", "publish/test_erasing.py", "jobs/test_promote.py"),
    *("jobs/test_since.py", "jobs/test_year.py", "publish/test_kill.py", "lift/test_fitting.py"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files come first; all others stay as they are."""
    place = {Path(__file__).parent / name: at for at, name in enumerate(_LONGEST)}
    items.sort(key=lambda item: place.get(item.path, len(place)))


def at_noon() -> datetime:
    """A clock that stands still."""
    return datetime(2026, 10, 2, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def organisation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tables of 600 people and 12 courses."""
    out = tmp_path_factory.mktemp("organisation") / "data"
    simulate(SimulationConfig(n_employees=600, n_courses=12, seed=5), out)
    return out


@pytest.fixture(scope="session")
def models(organisation: Path) -> Path:
    """Models trained on the organisation."""
    out = organisation.parent / "models"
    run_training(str(organisation), out, None, SETTINGS, [], False, Silent())
    return out


@pytest.fixture(scope="session")
def published(organisation: Path, models: Path) -> Path:
    """The organisation's published run."""
    out = organisation.parent / "out"
    run_scoring(str(organisation), models, str(out), None, SETTINGS, [], at_noon, Silent())
    return out


@pytest.fixture
def call(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Call the command line in this process: exit code, output, errors."""
    from ptml.cli import main

    def run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["ptml", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr()
        return int(ended.value.code or 0), told.out, told.err

    return run


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A real PostgreSQL server, or a skip where none is installed."""
    with started() as running:
        yield running
