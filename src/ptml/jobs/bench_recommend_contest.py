"""The process in which one of ptml's contestants runs, so that its peak memory is its own."""

import sys
import time
from pathlib import Path

from ptml.evaluate.recommenders.contest import compete
from ptml.evaluate.recommenders.contestants import CONTESTANTS


def main(folder: str, key: str, n_trials: str, tuned_on: str, out: str) -> None:
    """Run one contestant on every set under a folder."""
    contestant = next(one for one in CONTESTANTS if one.key == key)
    compete(Path(folder), contestant, int(n_trials), int(tuned_on), Path(out), time.perf_counter)


if __name__ == "__main__":
    main(*sys.argv[1:])
