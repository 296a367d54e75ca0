"""The command measures organisations, writes its page, and goes on from what was kept."""

import importlib.util
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from ptml.errors import PtmlError, UsageError
from ptml.evaluate.lift_bench.organisation import METHODS
from ptml.evaluate.lift_bench.page import TITLE
from ptml.evaluate.lift_bench.peers import PEER_NAMES
from ptml.evaluate.lift_public.task import Task
from ptml.jobs import bench_lift as bench
from ptml.jobs import bench_lift_designs as making
from ptml.jobs import bench_lift_peers as peers_job
from ptml.jobs import bench_lift_public as public_sets
from ptml.jobs.bench_lift import Plan, bench_lift
from ptml.jobs.bench_lift_designs import DESIGNS, make_organisation, parse_design
from ptml.jobs.bench_lift_public import PublicPlan, PublicSet, kept, measure_public
from ptml.jobs.progress import Silent
from ptml.lift.config import LiftConfig

ROOT = Path(__file__).resolve().parents[2]
TINY = Plan(1, ("own",), 400, 10, LiftConfig(n_trees=10, n_folds=2, num_threads=1))


@pytest.fixture(scope="module")
def kept_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what a tiny run kept, and the page it wrote."""
    folder = tmp_path_factory.mktemp("bench")
    bench_lift(TINY, folder / "page.md", Silent(), folder / "kept")
    return folder


@pytest.fixture
def peers() -> Iterator[ModuleType]:
    pytest.importorskip("sklearn")
    spec = importlib.util.spec_from_file_location(
        "peers_lift_run", ROOT / "bench/peers-lift/run.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["peers_lift_run"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["peers_lift_run"]


def test_every_method_is_measured_and_told(kept_run: Path) -> None:
    text = (kept_run / "page.md").read_text(encoding="utf-8")
    assert text.startswith(f"{TITLE}\n")
    command = "ptml bench lift --seeds 1 --designs own --employees 400 --courses 10 --threads 1"
    assert f"    {command} --no-public\n" in text
    for name, _ in METHODS.values():
        assert f"| {name} |" in text
    found = json.loads((kept_run / "kept/organisations/own-101.json").read_text(encoding="utf-8"))
    assert set(found["result"]) == set(METHODS)
    naive, gap = found["result"]["difference_of_means"], found["result"]["gap_alone"]
    assert naive["bias"] is not None
    assert gap["bias"] is None
    assert -1 < gap["captured"] <= 1
    for kind in ("s", "t", "x"):
        assert found["result"][f"{kind}_learner"]["answered"] == 1


def test_a_stopped_run_goes_on_from_what_was_kept(
    kept_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> None:
        raise AssertionError("done already")

    monkeypatch.setattr(bench, "make_organisation", never)
    summary = bench_lift(TINY, tmp_path / "page.md", Silent(), kept_run / "kept")
    assert len(summary["figures"]) == len(METHODS)
    monkeypatch.setattr(bench, "model_fingerprint", lambda: "another")
    with pytest.raises(AssertionError, match="done already"):
        bench_lift(TINY, tmp_path / "page.md", Silent(), kept_run / "kept")


def test_results_of_other_sizes_are_not_mixed(kept_run: Path, tmp_path: Path) -> None:
    other = Plan(1, ("own",), 500, 10, TINY.lift)
    with pytest.raises(UsageError, match="other sizes"):
        bench_lift(other, tmp_path / "page.md", Silent(), kept_run / "kept")


def test_another_page_is_not_overwritten(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Mine\n", encoding="utf-8")
    with pytest.raises(UsageError, match="another page"):
        bench_lift(TINY, page, Silent())
    assert page.read_text(encoding="utf-8") == "# Mine\n"


def test_designs_are_read_and_wrong_ones_refused_before_anything_is_measured() -> None:
    assert [parse_design(word).name for word in DESIGNS] == list(DESIGNS)
    assert parse_design("plain-weak").group == "weak"
    assert parse_design("plain-weak-hidden").group == "hidden"
    for wrong in ("own-hidden", "plain-unkeen", "nowhere", "plain-weak-weak", ""):
        with pytest.raises(UsageError, match="--designs knows"):
            parse_design(wrong)


def test_without_the_generator_the_way_out_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=r"other_organisation\.py is not there"):
        bench_lift(Plan(1, ("plain",)), tmp_path / "page.md", Silent())


def test_organisations_of_other_designs_are_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    made = tmp_path / "made"
    make_organisation(parse_design("plain-weak"), 3, 100, 10, made)
    about = json.loads((made / "truth/about.json").read_text(encoding="utf-8"))
    assert (about["design"], about["weak"], about["seed"]) == ("plain", True, 3)
    with pytest.raises(PtmlError, match="is not empty"):
        make_organisation(parse_design("plain"), 3, 100, 10, made)


def test_own_designs_turn_dials() -> None:
    plain, weak = (making._own(parse_design(w), 3, 100, None) for w in ("own", "own-weak"))
    assert weak.effect_points == pytest.approx(plain.effect_points / 2.5)
    unkeen = making._own(parse_design("own-unkeen"), 3, 100, 9)
    assert (unkeen.keenness, unkeen.keen_growth_points, unkeen.n_courses) == (0, 0, 9)


def _task(name: str) -> Task:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(400, 2)).astype(np.float32)
    a = rng.random(400) < 0.5
    effect = 1.0 + (x[:, 0] > 0).astype(np.float64)
    y = x[:, 1] + effect * a + rng.normal(0, 0.3, 400)
    return Task(name, x[:300], a[:300], y[:300], x[300:], effect[300:], (), "sqrt_pehe")


def _small_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PublicPlan:
    one = PublicSet("ihdp", "ihdp", lambda at, splits: iter([_task("a"), _task("b")]))
    monkeypatch.setattr(public_sets, "SETS", (one,))
    fixed = {"value": 0.1, "constant": False, "of_constant": 0.5}
    monkeypatch.setattr(public_sets, "run_ptml", lambda task: fixed)
    (tmp_path / "ihdp").mkdir()
    return PublicPlan(tmp_path, None, 1)


def test_public_sets_without_peers_and_lalonde_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = _small_set(tmp_path, monkeypatch)
    found = measure_public(plan, tmp_path / "work", "m", Silent())
    assert len(found.rows) == 2 * 4
    assert all(row["value"] < 0.5 for row in found.rows)
    assert found.left_out[0].startswith("EconML, CausalML and DoubleML: not installed")
    assert found.left_out[1].startswith("lalonde: ")


def test_a_peer_that_breaks_is_told_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = _small_set(tmp_path, monkeypatch)
    broken = PublicPlan(plan.data, Path("/bin/false"), 1)
    found = measure_public(broken, tmp_path / "work", "m", Silent())
    assert len(found.rows) == 2 * 4
    assert sum("failed: " in line for line in found.left_out) == len(PEER_NAMES)
    nowhere = PublicPlan(plan.data, tmp_path / "python", 1)
    found = measure_public(nowhere, tmp_path / "work", "m", Silent())
    assert "cannot be run" in found.left_out[0]


def test_what_another_model_did_is_measured_again(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "one.json"
    assert kept(path, "m", lambda: {"value": np.float64(1)}) == {"value": 1.0}
    assert kept(path, "m", lambda: {"value": 2}) == {"value": 1.0}
    assert kept(path, "n", lambda: {"value": 2}) == {"value": 2}


def test_peers_are_judged_on_organisations_and_one_that_breaks_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def predict(python: Path, method: str, tasks: Path, out: Path) -> str | None:
        if method == "doubleml_irm":
            return "failed: no memory"
        with np.load(tasks / "0.npz") as task:
            assert set(task["a"].tolist()) == {True, False}
            out.mkdir()
            np.save(out / "0.npy", task["x_test"][:, 1].astype(np.float64))
        return None

    monkeypatch.setattr(peers_job, "run_peer", predict)
    plan = replace(TINY, peers_python=Path("python"), peer_seeds=1)
    found = bench_lift(plan, tmp_path / "page.md", Silent())
    text = "\n".join(found["sentences"])
    assert "## Peers" in text
    assert "| EconML LinearDML | " in text
    assert "DoubleML IRM, linear CATE on own, seed 101: it broke" in text
    assert "--peers-python python --peer-seeds 1" in text


def test_every_peer_has_its_method(peers: ModuleType) -> None:
    assert list(peers.METHODS) == list(PEER_NAMES)


def test_peers_read_what_was_written_with_categories_apart(
    peers: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    x = np.array([[0, 1.0], [1, np.nan], [2, 3.0], [1, 2.0]], dtype=np.float32)
    a, y = np.array([True, False, True, False]), np.arange(4.0)
    task = Task("one", x, a, y, x[:3], np.zeros(3), (0,), "sqrt_pehe")
    public_sets.write_task(task, tmp_path / "tasks" / "0.npz")
    seen: list[np.ndarray] = []

    def method(x: np.ndarray, a: np.ndarray, y: np.ndarray, x_test: np.ndarray) -> np.ndarray:
        seen.append(x)
        return x_test[:, :1]

    monkeypatch.setitem(peers.METHODS, "linear", method)
    monkeypatch.setattr(peers.logging, "disable", lambda level: None)
    peers.main("linear", str(tmp_path / "tasks"), str(tmp_path / "out"))
    assert seen[0].shape == (4, 3)
    assert np.isfinite(seen[0]).all()
    assert np.load(tmp_path / "out" / "0.npy").shape == (3,)
