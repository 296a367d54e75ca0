"""Disks that are full or may not be written: small ones in memory; needs the right to mount."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ptml.errors import TryAgainError, UsageError
from ptml.jobs.faults.forms import Form
from ptml.jobs.faults.kills import finish, fresh_scene, look
from ptml.jobs.faults.lab import Lab
from ptml.jobs.faults.tally import Tally

_PLENTY = 1 << 30
# Of the size of a place with two runs: above it there is room enough.
_MOST_SHARE = 1.2
_TEMPORARY = (1 << 12, 8 << 20)


@dataclass(frozen=True)
class SmallDisk:
    """A disk in memory at a folder."""

    folder: Path

    def resize(self, n_bytes: int) -> None:
        """Give it another size."""
        self._mount(f"remount,size={n_bytes}")

    def forbid(self) -> None:
        """Let nobody write to it."""
        self._mount("remount,ro")

    def allow(self) -> None:
        """Let it be written again."""
        self._mount("remount,rw")

    def _mount(self, words: str) -> None:
        call = ["mount", "-t", "tmpfs", "-o", words, "tmpfs", str(self.folder)]
        subprocess.run(call, check=True, capture_output=True)


@contextmanager
def small_disk(folder: Path, n_bytes: int = _PLENTY) -> Iterator[SmallDisk]:
    """Mount one till the block ends."""
    folder.mkdir(parents=True, exist_ok=True)
    disk = SmallDisk(folder)
    disk._mount(f"size={n_bytes}")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True, capture_output=True)


def can_mount(folder: Path) -> bool:
    """Whether this user, here, may mount a disk in memory."""
    try:
        with small_disk(folder):
            return True
    except (OSError, subprocess.CalledProcessError):
        return False


def full_place(lab: Lab, form: Form, n: int, tally: Tally, rng: np.random.Generator) -> None:
    """Fill the disk of the place up at whatever moment of a run; then make room."""
    start = lab.beginning(form)
    whole = _size(start.ended.folder)
    for share in rng.uniform(0.0, _MOST_SHARE, n):
        with small_disk(lab.root / "disk") as disk:
            scene = start.place.copied(disk.folder / "trial")
            disk.resize(_size(scene.folder) + int(share * whole))
            with _temporary_elsewhere(scene.temporary, lab.root / "elsewhere"):
                tally.ended_with(ended := scene.score())
                if ended.code not in (0, TryAgainError.exit_code):
                    tally.notes.append(f"full disk: exit code {ended.code} {ended.told}")
                look(scene, start, tally)
                disk.resize(_PLENTY)
                finish(scene, start, tally)


def full_temporary(lab: Lab, form: Form, n: int, tally: Tally, rng: np.random.Generator) -> None:
    """Fill the disk of temporary files up; then make room."""
    start = lab.beginning(form)
    low, high = np.log(_TEMPORARY)
    for size in np.exp(rng.uniform(low, high, n)):
        scene = fresh_scene(lab, start)
        with small_disk(scene.temporary, int(size)) as disk:
            tally.ended_with(ended := scene.score())
            if ended.code not in (0, TryAgainError.exit_code):
                tally.notes.append(f"full temporary disk: exit code {ended.code} {ended.told}")
            look(scene, start, tally)
            disk.resize(_PLENTY)
            finish(scene, start, tally)


def read_only_place(lab: Lab, form: Form, tally: Tally, _rng: np.random.Generator) -> None:
    """Forbid to write to the place; then allow it."""
    start = lab.beginning(form)
    with small_disk(lab.root / "disk") as disk:
        scene = start.place.copied(disk.folder / "trial")
        with _temporary_elsewhere(scene.temporary, lab.root / "elsewhere"):
            disk.forbid()
            tally.ended_with(ended := scene.score())
            if ended.code not in (UsageError.exit_code, TryAgainError.exit_code):
                tally.notes.append(f"read-only: exit code {ended.code} {ended.told}")
            look(scene, start, tally)
            disk.allow()
            finish(scene, start, tally)


@contextmanager
def _temporary_elsewhere(temporary: Path, elsewhere: Path) -> Iterator[None]:
    elsewhere.mkdir(exist_ok=True)
    temporary.rmdir()
    temporary.symlink_to(elsewhere)
    yield


def _size(folder: Path) -> int:
    # What a disk in memory needs for it: whole pages, and one for a folder.
    page = os.sysconf("SC_PAGESIZE")
    sizes = (path.lstat().st_size for path in folder.rglob("*"))
    return sum(-(-size // page) * page + page for size in sizes)
