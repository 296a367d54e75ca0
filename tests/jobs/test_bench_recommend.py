"""The command writes its tables between the marks of a page, and says who is missing."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from ptml.errors import PtmlError, UsageError
from ptml.evaluate.recommenders.contestants import CONTESTANTS
from ptml.evaluate.recommenders.split import Split
from ptml.jobs import bench_recommend as bench
from ptml.jobs.bench_recommend import BEGIN, END, PeerError, Plan, bench_recommend
from ptml.jobs.progress import Silent
from ptml.recommend.peers import PEERS
from ptml.recommend.tuning import judge
from tests.evaluate.recommenders.small import split

ROOT = Path(__file__).resolve().parents[2]
FEW = tuple(one for one in CONTESTANTS if one.key in ("popularity", "ease", "lenskit_ease"))
SMALL = Plan(None, None, 2, 0, 50, 50, 200, (300, 40, 3_000))


@pytest.fixture(scope="module")
def peers() -> ModuleType:
    spec = importlib.util.spec_from_file_location("peers_run", ROOT / "bench/peers/run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["peers_run"] = module
    spec.loader.exec_module(module)
    return module


def test_tables_go_between_the_marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "CONTESTANTS", FEW)
    page = tmp_path / "page.md"
    page.write_text(f"# Before\n{BEGIN}\nyesterday\n{END}\nafter\n", encoding="utf-8")
    summary = bench_recommend(SMALL, page, Silent())
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"# Before\n{BEGIN}\n2 seeds;")
    assert text.endswith(f"{END}\nafter\n")
    assert "yesterday" not in text
    assert "| EASE | LensKit | not installed |" in text
    assert "### Speed of ptml: 300 people x 40 courses, 3,000 choices" in text
    assert summary["failures"] == {"lenskit_ease": "not installed"}
    assert {one["contestant"] for one in summary["figures"]} == {"popularity", "ease"}


def test_a_page_without_marks_is_refused_before_anything_is_measured(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Nothing\n", encoding="utf-8")
    with pytest.raises(UsageError, match="must hold one line"):
        bench_recommend(SMALL, page, Silent())


def test_the_page_of_the_project_has_the_marks() -> None:
    text = (ROOT / "docs/benchmarks.md").read_text(encoding="utf-8")
    assert text.count(BEGIN) == text.count(END) == 1


def test_a_peer_that_breaks_is_told_and_one_of_ours_is_not_forgiven(tmp_path: Path) -> None:
    broken = Plan(None, Path("/bin/false"), speed=None)
    peer, own = FEW[2], FEW[1]
    with pytest.raises(PeerError, match="failed: "):
        bench._contest(peer, tmp_path / "nowhere", tmp_path / "peer", broken)
    with pytest.raises(PtmlError, match="ended with 1"):
        bench._contest(own, tmp_path / "nowhere", tmp_path / "own", broken)


def test_a_stopped_run_goes_on_from_what_was_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = Plan(None, None, 2, 0, 50, 50, 200, None, ("popularity",))
    pages = tmp_path / "one.md", tmp_path / "two.md"
    bench_recommend(plan, pages[0], Silent(), tmp_path / "kept")

    def never(*_: object) -> float:
        raise AssertionError("done already")

    monkeypatch.setattr(bench, "_run", never)
    monkeypatch.setattr(bench, "simulate", never)
    bench_recommend(plan, pages[1], Silent(), tmp_path / "kept")
    assert pages[0].read_bytes() == pages[1].read_bytes()
    assert "Left out of this run: ptml popularity in the role, " in pages[0].read_text("utf-8")
    other = Plan(None, None, 3, 0, 50, 50, 200, None)
    with pytest.raises(UsageError, match="another plan"):
        bench_recommend(other, pages[1], Silent(), tmp_path / "kept")


def test_every_peer_has_its_method(peers: ModuleType) -> None:
    assert set(peers.METHODS) == {one.key for one in CONTESTANTS if one.is_peer}
    assert set(peers.SEEDED) == {one.key for one in CONTESTANTS if one.is_peer and one.is_seeded}
    cannot = {one.key for one in CONTESTANTS if one.is_peer and not one.folds_in}
    assert set(peers.CANNOT_FOLD_IN) == cannot


def test_peers_read_the_same_split_and_judge_alike(peers: ModuleType, tmp_path: Path) -> None:
    given = split(closed=(3,))
    given.save(tmp_path / "one.npz")
    found = peers.load(tmp_path / "one.npz")
    people = given.draws[0]
    assert (found.own != given.past.weights()).nnz == 0
    scorer = PEERS["ease"].fit(given.past, PEERS["ease"].defaults, 0)

    class Same:
        def lists(self, _: Split, asked: np.ndarray, k: int) -> list[tuple[int, np.ndarray]]:
            best = np.argsort(-scorer.score(given.past, asked), axis=1, kind="stable")
            return list(zip(asked.tolist(), best, strict=True))

    lists = peers.lists_of(Same(), found, people)
    assert 3 not in lists
    ours = judge(PEERS["ease"], PEERS["ease"].defaults, given.fold(0), 0)
    assert peers.ndcg(lists, found, people) == pytest.approx(ours.mean())
