"""Flip a bit, cut or remove a file, and see whether it is noticed before anything is made of it."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from ptml.errors import DataError, PtmlError
from ptml.jobs.faults.content import Content
from ptml.jobs.faults.forms import Form
from ptml.jobs.faults.kills import finish, fresh_scene
from ptml.jobs.faults.lab import Lab
from ptml.jobs.faults.order import Ended, Harm
from ptml.jobs.faults.tally import SILENT, Tally

NOTICED, OTHER_DATA, UNUSED = (
    "refused",
    "read as other data, under another run id",
    "in bytes without meaning: the same rows",
)
_DATA_CODE = DataError.exit_code


def flip(path: Path, rng: np.random.Generator) -> None:
    """Flip one bit of a file, anywhere."""
    content = bytearray(path.read_bytes())
    content[int(rng.integers(len(content)))] ^= 1 << int(rng.integers(8))
    path.chmod(0o644)
    path.write_bytes(bytes(content))


def cut(path: Path, rng: np.random.Generator) -> None:
    """Lose the end of a file."""
    content = path.read_bytes()
    path.write_bytes(content[: int(rng.integers(len(content)))])


def _remove(path: Path, _rng: np.random.Generator) -> None:
    path.unlink()


_WAYS: tuple[Callable[[Path, np.random.Generator], None], ...] = (flip, cut, _remove)


def damage_pieces(lab: Lab, form: Form, n: int, tally: Tally, rng: np.random.Generator) -> None:
    """Harm a file of a finished bucket of a killed run, every file in its turn, and go on."""
    half_way = fresh_scene(lab, lab.beginning(form))
    half_way.score(Harm("os.rename", r"buckets/\.000004$"))
    buckets = next(half_way.folder.rglob("buckets"))
    files = [path for path in sorted(buckets.rglob("*")) if path.is_file()]
    for k, place in enumerate(rng.permutation(len(files))[:n]):
        scene = half_way.copied(half_way.folder.with_name(f"{half_way.folder.name}-{k}"))
        _WAYS[k % len(_WAYS)](scene.folder / files[place].relative_to(half_way.folder), rng)
        finish(scene, lab.beginning(form), tally)
    half_way.removed()


def damage_inputs(lab: Lab, form: Form, n: int, tally: Tally, rng: np.random.Generator) -> None:
    """Flip a bit of a source file, and score."""
    files = sorted(lab.data.glob("*.parquet"))
    for k in range(n):
        data = lab.root / "damaged-data"
        shutil.copytree(lab.data, data)
        harmed = data / files[k % len(files)].name
        flip(harmed, rng)
        _scored(lab, form, tally, harmed, data=data)
        shutil.rmtree(data)


def damage_models(lab: Lab, form: Form, n: int, tally: Tally, rng: np.random.Generator) -> None:
    """Flip a bit of a file of the models, and score."""
    files = [path for path in sorted(lab.models.rglob("*")) if path.is_file()]
    for k in range(n):
        models = lab.root / "damaged-models"
        shutil.copytree(lab.models, models)
        harmed = models / files[k % len(files)].relative_to(lab.models)
        flip(harmed, rng)
        _scored(lab, form, tally, harmed, models=models)
        shutil.rmtree(models)


def _scored(
    lab: Lab,
    form: Form,
    tally: Tally,
    harmed: Path,
    data: Path | None = None,
    models: Path | None = None,
) -> None:
    start = lab.beginning(form)
    scene = fresh_scene(lab, start)
    ended = scene.score(data=data, models=models)
    tally.trials += 1
    tally.ended_with(ended)
    found = scene.content()
    outcome = _outcome(ended, found, start.before, start.after)
    tally.outcomes[outcome] += 1
    if outcome == SILENT or ended.code not in (0, _DATA_CODE):
        tally.notes.append(f"{harmed.name}: exit code {ended.code} {ended.told}")
    scene.removed()


def _outcome(ended: Ended, found: Content, before: Content, after: Content) -> str:
    if ended.code == _DATA_CODE and found.run_id == before.run_id:
        return NOTICED
    if ended.code == 0 and found.run_id not in (before.run_id, after.run_id):
        return OTHER_DATA
    if ended.code == 0 and found.run_id == after.run_id and not any(found.lost_and_doubled(after)):
        return UNUSED
    return SILENT


def damage_published(lab: Lab, form: Form, n: int, tally: Tally, rng: np.random.Generator) -> None:
    """Flip a bit of a published file, and read the run."""
    start = lab.beginning(form)
    scene = start.ended.copied(lab.root / "damaged-out")
    files = _published(scene.folder)
    for k in range(n):
        path = files[k % len(files)]
        whole = path.read_bytes()
        flip(path, rng)
        tally.trials += 1
        try:
            found = scene.content()
            is_same = not any(found.lost_and_doubled(start.after))
            tally.outcomes[UNUSED if is_same else SILENT] += 1
        except PtmlError as error:
            tally.outcomes[NOTICED] += 1
            tally.codes[error.exit_code] += 1
        path.write_bytes(whole)
    scene.removed()


def _published(folder: Path) -> Sequence[Path]:
    """Files of the run that is shown, in whatever form."""
    current = folder / "out" / "current"
    found = current.resolve().iterdir() if current.exists() else folder.glob("out*")
    return sorted(path for path in found if path.is_file())
