"""The page of the faults, whole from what was counted."""

import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ptml.jobs.faults.tally import HEAD, Tally, bad_share

_MOST_NOTES = 20
# A library that is refused memory ends its process by another signal.
_KILLED = -signal.SIGKILL


@dataclass(frozen=True)
class Page:
    """What was counted, and how.

    Attributes
    ----------
    codes : sequence of str
        Hashes of the source: one, or more where a run that was stopped went on with another.
    """

    command: str
    minutes: float
    cores: int
    codes: Sequence[str]
    bucket_employees: int
    tallies: Sequence[Tally]

    def lines(self) -> list[str]:
        """The tables and the sum, for a terminal or the page."""
        run = [tally for tally in self.tallies if tally.ended]
        seen = [tally for tally in self.tallies if tally.outcomes]
        notes = [
            f"- {tally.fault}, {tally.place}: {note}"
            for tally in self.tallies
            for note in tally.notes[:_MOST_NOTES]
        ]
        return [
            *_table(HEAD, [tally.row() for tally in run]),
            "",
            _summed(self.tallies),
            "",
            *_table(
                ("fault", "place", "trials", "what came of it", "exit codes"),
                [[t.fault, t.place, f"{t.trials}", _told(t), t.ends] for t in seen],
            ),
            *(["", "What was not as it should be:", "", *notes] if notes else []),
        ]


def _summed(tallies: Sequence[Tally]) -> str:
    bad, n, high = bad_share(tallies)
    killed = sum(count for t in tallies for code, count in t.codes.items() if code == _KILLED)
    looks = sum(t.before + t.new + t.half for t in tallies)
    return (
        f"{n} trials, {killed} of the calls killed, {looks} looks of a reader: {bad} trials lost or"
        f" doubled a row, showed a half run or ended otherwise than a run that nothing disturbed"
        f" (95 % interval of the share: up to {high:.1%})."
    )


def _told(tally: Tally) -> str:
    return "; ".join(f"{name}: {n}" for name, n in sorted(tally.outcomes.items()))


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]


def write_page(path: Path, page: Page) -> None:
    """Write the page."""
    text = [
        "# What harm does to a run",
        "",
        "This page is written by `make bench-faults` (`ptml bench faults --help` for smaller runs);"
        " no word of it by hand. This one:",
        "",
        f"    {page.command}",
        "",
        f"{page.cores} cores, {page.minutes:.0f} minutes; hash of the source:"
        f" {', '.join(code[:16] for code in page.codes)}.",
        "",
        *_meaning(page.bucket_employees),
        "",
        *page.lines(),
        "",
        *_LIMITS,
    ]
    path.write_text("\n".join(text) + "\n", encoding="utf-8")


def _meaning(bucket_employees: int) -> list[str]:
    return [
        _TRIALS.format(n=bucket_employees),
        "",
        _POINTS,
        "",
        _COLUMNS,
    ]


_TRIALS = (
    "**Trials.** The real command line, `ptml score`, scores a simulated organisation of 400 people"
    " in buckets of {n} (six of them), at a place where an earlier run is published. It is harmed;"
    " a reader looks, with every hash checked; it is started again, without harm, till it ends."
    " Then the place is held against one that nothing disturbed: rows by their hashes, in a folder"
    " every byte of every file but those that tell the time (`runs`, the manifest)."
)
_POINTS = (
    "**Named points** are calls by which names or files change, before and after each: a bucket is"
    " kept, a piece is written and sealed, the tables are assembled, the manifest is written, the"
    " folder is renamed, the pointer moved (for a DuckDB file: in the transaction, and in or after"
    " its commit), and each step of the clean-up. **Random moments** are spread evenly over the"
    " processor time of a run. `kill -9` hits the process and all that it started, or it alone."
)
_COLUMNS = (
    "**Columns.** *Looks*: what readers found after each call. *Same bytes*: trials that ended as"
    " the undisturbed run did. *Left behind*: hidden files, work folders, locks, temporary folders"
    " and processes that were there after the last call. *Exit codes*: of the calls that were"
    " harmed."
)
_LIMITS = [
    "**What is not tried here.** A machine that loses its power (files are flushed in order, see"
    " decision 7; a kill does not test that). Bits that flip in memory. Source files without"
    " checksums cannot tell a flipped bit from other data: then the fingerprint of what was read"
    " differs, and with it the run's id.",
]
