"""The command measures organisations, writes its page, and goes on from what was kept."""

import importlib.util
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from ptml.errors import UsageError
from ptml.evaluate.warning_bench.causes import GROUPS
from ptml.evaluate.warning_bench.methods import PEER_NAMES, SKLEARN_NAMES, Folds
from ptml.evaluate.warning_bench.page import TITLE
from ptml.jobs import bench_warning as bench
from ptml.jobs import bench_warning_peers as peers_job
from ptml.jobs.bench_warning import Plan, bench_warning
from ptml.jobs.bench_warning_designs import SETTINGS, organisation_config
from ptml.jobs.progress import Silent
from ptml.transfer.completions import STAGES
from ptml.transfer.config import TreeConfig, WarningConfig

ROOT = Path(__file__).resolve().parents[2]
SMALL = WarningConfig(trees=TreeConfig(n_trees=20), n_resamples=2)
TINY = Plan(1, ("usual",), 400, SMALL)


@pytest.fixture(scope="module")
def kept_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what a tiny run kept, and the page it wrote."""
    folder = tmp_path_factory.mktemp("bench")
    bench_warning(TINY, folder / "page.md", Silent(), folder / "kept")
    return folder


@pytest.fixture
def peers() -> Iterator[ModuleType]:
    spec = importlib.util.spec_from_file_location(
        "peers_warning_run", ROOT / "bench/peers-warning/run.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["peers_warning_run"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["peers_warning_run"]


def test_every_method_is_measured_and_told(kept_run: Path) -> None:
    text = (kept_run / "page.md").read_text(encoding="utf-8")
    assert text.startswith(f"{TITLE}\n")
    command = "ptml bench warning --seeds 1 --designs usual --employees 400 --threads 1 --no-oulad"
    assert f"    {command}\n" in text
    assert "EBM (interpret), CatBoost, XGBoost: not installed" in text
    found = json.loads((kept_run / "kept/organisations/usual-101.json").read_text("utf-8"))
    figures = found["result"]["figures"]
    for stage in STAGES:
        of_stage = figures[stage]
        assert set(of_stage) == {"ptml", *SKLEARN_NAMES, "exam_below_60", "truth"}
        assert of_stage["ptml"]["auc"] < of_stage["truth"]["auc"]
        assert of_stage["truth"]["ece_truth"] == 0
        assert of_stage["exam_below_60"]["ece"] is None
        assert set(found["result"]["causes"][stage]) == set(GROUPS)


def test_nothing_after_the_day_of_learning_is_learnt_from(kept_run: Path) -> None:
    found = json.loads((kept_run / "kept/organisations/usual-101.json").read_text("utf-8"))
    # Half a year of completions of 400 people, and not three and a half.
    assert 100 < found["result"]["figures"]["completion"]["truth"]["cases"] < 500


def test_a_stopped_run_goes_on_from_what_was_kept(
    kept_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("done already")

    monkeypatch.setattr(bench, "simulate", never)
    summary = bench_warning(TINY, tmp_path / "page.md", Silent(), kept_run / "kept")
    assert len(summary["figures"]) == len(STAGES) * 5
    monkeypatch.setattr(bench, "model_fingerprint", lambda: "another")
    with pytest.raises(AssertionError, match="done already"):
        bench_warning(TINY, tmp_path / "page.md", Silent(), kept_run / "kept")


def test_results_of_other_sizes_are_not_mixed(kept_run: Path, tmp_path: Path) -> None:
    other = replace(TINY, n_employees=500)
    with pytest.raises(UsageError, match="other sizes"):
        bench_warning(other, tmp_path / "page.md", Silent(), kept_run / "kept")


def test_another_page_is_not_overwritten(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Mine\n", encoding="utf-8")
    with pytest.raises(UsageError, match="another page"):
        bench_warning(TINY, page, Silent())


def test_an_unknown_setting_is_refused_before_anything_is_measured(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--designs knows usual, few-checks"):
        bench_warning(replace(TINY, designs=("nowhere",)), tmp_path / "page.md", Silent())


def test_settings_turn_dials() -> None:
    usual = organisation_config("usual", 101, 100)
    for name, setting in SETTINGS.items():
        made = organisation_config(name, 101, 100)
        changed = {k for k, v in made if v != getattr(usual, k)}
        assert changed == set(setting.dials)


def test_peers_are_judged_beside_and_one_that_breaks_is_told(
    kept_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def predict(python: Path, method: str, tasks: Path, out: Path, script: Path) -> str | None:
        if method == "catboost":
            return "failed: no memory"
        out.mkdir()
        for path in sorted(tasks.glob("*.npz")):
            with np.load(path, allow_pickle=False) as fold:
                asked = np.concatenate([fold["x_calibrate"], fold["x_test"]])
            np.save(out / f"{path.stem}.npy", np.linspace(0.1, 0.9, len(asked)))
        return None

    monkeypatch.setattr(peers_job, "run_peer", predict)
    plan = replace(TINY, peers_python=Path("python"), peer_seeds=1)
    found = bench_warning(plan, tmp_path / "page.md", Silent(), kept_run / "kept")
    text = "\n".join(found["sentences"])
    assert "## Stage completion: 1 organisation, with peers" in text
    assert "| EBM (interpret) | " in text
    assert "CatBoost on usual, seed 101: it broke" in text
    assert "--peers-python python --peer-seeds 1" in text


def test_every_peer_has_its_method(peers: ModuleType) -> None:
    assert list(peers.METHODS) == list(PEER_NAMES)


def test_peers_read_what_was_written_and_answer_calibration_rows_first(
    peers: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Half:
        """Says the first column back."""

        def predict_proba(self, x: np.ndarray) -> np.ndarray:
            return np.column_stack([1 - x[:, 0], x[:, 0]])

    rng = np.random.default_rng(0)
    x, weak = rng.random((60, 2)).astype(np.float32), rng.random(60) < 0.5
    fold = Folds(x[:20], weak[:20], x[20:40], weak[20:40], np.zeros(20, bool), x[40:])
    seen: list[Sequence[str]] = []

    def method(given: dict[str, np.ndarray]) -> Half:
        seen.append(sorted(given))
        return Half()

    monkeypatch.setitem(peers.METHODS, "ebm", method)
    peers_job.write_fold(fold, tmp_path / "tasks" / "0.npz")
    peers.main("ebm", str(tmp_path / "tasks"), str(tmp_path / "out"))
    assert "y_test" not in seen[0]
    said = peers_job._read(tmp_path / "out" / "0.npy", fold)
    assert (len(said.calibrate), len(said.test)) == (20, 20)
    # Calibrated, and in the order of what was said.
    raw = x[40:, 0]
    assert np.all(np.diff(said.test[np.argsort(raw)]) >= 0) or np.ptp(said.test) == 0
