"""Learning preference: one input and seed give one set of bytes, whatever the threads."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from ptml.recommend.preference_fit import fit_preference

from .small import DAY, read, tasteful
from .test_preference import CONFIG

_FIT = """
import sys
from pathlib import Path
from ptml.recommend.config import PreferenceConfig
from ptml.recommend.preference_fit import fit_preference
from tests.recommend.small import DAY, read, tasteful

history, shared = read(**tasteful())
fit_preference(history, shared, DAY, PreferenceConfig(trials=3), 5).save(Path(sys.argv[1]))
"""


def hashes(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    history, shared = read(**tasteful())
    for name in ("one", "two"):
        fit_preference(history, shared, DAY, CONFIG, 0).save(tmp_path / name)
    assert set(hashes(tmp_path / "one")) == {"model.json", "preference.npz"}
    assert hashes(tmp_path / "one") == hashes(tmp_path / "two")


def test_one_and_two_threads_write_the_same_bytes(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    for n_threads in ("1", "2"):
        names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
        threads = dict.fromkeys(names, n_threads)
        subprocess.run(
            [sys.executable, "-c", _FIT, str(tmp_path / n_threads)],
            env={**os.environ, **threads, "PYTHONPATH": str(root)},
            cwd=root,
            check=True,
        )
    assert hashes(tmp_path / "1") == hashes(tmp_path / "2")
